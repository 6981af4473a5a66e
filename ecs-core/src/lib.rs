//! The runtime of `ecs`: entities, signatures, the executor and the store contract.
//!
//! Programs use the facade crate `ecs`, which re-exports what is public here beside the macros; start with its
//! documentation. This crate is for those who write another store, or read this one.
//!
//! | | |
//! | --- | --- |
//! | [`World`] | insert, call, ask: history, blame, differences, derivation, replay |
//! | [`Entity`], [`Id`], [`Stored`], [`Ref`] | what a thing is, and handles to its versions |
//! | [`Callable`], [`Call`], [`NamedCall`], [`Batch`], [`Context`] | calls, typed and by name, many, and from inside others |
//! | [`Execution`], [`Status`], [`Semantics`] | what is recorded of a call |
//! | [`Event`], [`EventFilter`] | what happens, told after the commit |
//! | [`Error`], [`ErrorKind`] | what can go wrong, each with a code |
//! | [`store`] | the contract of stores, the store in memory, and the suite that every store passes |
//!
//! Dependencies point one way: `world` → `call` → `execute` → `callable` → `ground` → `store` → `signature` → `entity`.
//! The page `docs/architecture.md` says how a call runs, and has every layer.

mod address;
mod args_by_name;
mod argument;
mod batch;
mod call;
mod callable;
mod config;
mod conflict;
mod deep;
mod entity;
mod error;
mod event;
mod execute;
mod execution;
mod filter;
mod ground;
mod hash;
mod id;
#[cfg(feature = "im")]
pub mod im;
mod location;
mod memo;
mod picture;
mod provenance;
mod registry;
mod replay;
mod scope;
mod shards;
mod signature;
pub mod store;
mod sync;
mod tuples;
mod unwind;
mod wait;
mod world;

pub use self::address::{Address, At, Path, Segment, Target};
pub use self::argument::{Arg, ArgValue, Args};
pub use self::batch::{Batch, BatchFuture, BatchStream, ForEach, Progress};
pub use self::call::{AsyncPartial, BatchCall, Bound, Call, NamedCall, NamedOutcome, RecordedCall, WithRecord};
pub use self::callable::record::Record;
pub use self::callable::{Callable, CallableInfo};
pub use self::conflict::OnConflict;
pub use self::entity::tree::content_hash;
pub use self::entity::{
    AnyStored, ConfigEntity, ContentHash, EcsId, Entity, EntityParts, EntityType, ExecutionId, Field, Id, LineageId,
    NilId, Old, Ref, Stored, Value,
};
pub use self::error::{Error, ErrorKind, Result};
pub use self::event::{
    Event, EventFilter, EventKind, EventStatistics, EventType, EventVersion, Events, FailureReason, HandlerFailure,
    Payload,
};
pub use self::execution::{Argument, Execution, Outcome, Output, Semantics, Source, Status, Strategy};
pub use self::filter::ExecutionFilter;
pub use self::location::Location;
pub use self::memo::MemoStatistics;
pub use self::picture::{Graph, GraphEdge, GraphNode, Line, Mark, Shape};
pub use self::provenance::{
    Blame, BlameLine, Derivation, DerivationStep, Diff, EntityDiff, ExecutionTree, ExecutionTreeEntry, FieldChange,
    FieldValue, GraphOf, History, HistoryEntry, Relation,
};
pub use self::replay::{
    Difference, EntityDifference, FieldDifference, NotReplayable, OutputDifference, Replay, ReplayAll, ReplayCall,
    ReplayOutcome, ReplaySummary,
};
pub use self::scope::Scope;
pub use self::signature::{
    CacheStatistics, Fingerprint, InputModel, InputPattern, Kind, Mode, Model, OutputModel, OutputPattern, Parameter,
    SignatureCache, SignatureHash, input_signatures, output_signatures,
};
pub use self::store::{AnyId, IdPart, NoLongerKept, VersionEntry};
pub use self::world::{Context, EventStream, Handled, Memo, Subscribe, Subscription, World, WorldBuilder};
pub use tokio_util::sync::CancellationToken;

#[doc(hidden)]
#[allow(missing_docs, reason = "for generated code only, and for the messages of the compiler")]
pub mod check;
pub mod common;

/// The only door for generated code. Nothing in it is for people, and nothing in it is stable.
#[doc(hidden)]
#[allow(missing_docs, reason = "for generated code only")]
pub mod __private;

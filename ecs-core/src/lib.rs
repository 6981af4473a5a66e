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
//! Dependencies point one way: `world` → `execute` → `callable` → `signature` → `entity`. The page
//! `docs/architecture.md` says how a call runs.

mod address;
mod argument;
mod batch;
mod builder;
mod callable;
mod config;
mod conflict;
mod context;
mod deep;
mod entity;
mod error;
mod event;
mod execute;
mod execution;
mod filter;
mod hash;
#[cfg(feature = "im")]
pub mod im;
mod location;
mod memo;
mod outcome;
mod picture;
mod provenance;
mod replay;
mod shards;
mod signature;
pub mod store;
mod sync;
mod tuples;
mod unwind;
mod world;

pub use self::address::{Address, At, Path, Segment, Target};
pub use self::argument::{Arg, ArgValue, Args};
pub use self::batch::{Batch, BatchFuture, BatchStream, ForEach, Progress};
pub use self::builder::WorldBuilder;
pub use self::callable::record::Record;
pub use self::callable::{
    AsyncPartial, BatchCall, Bound, Call, Callable, CallableInfo, Fingerprint, Mode, NamedCall, RecordedCall, Scope,
    WithRecord,
};
pub use self::conflict::OnConflict;
pub use self::context::Context;
pub use self::entity::tree::content_hash;
pub use self::entity::{
    AnyStored, ConfigEntity, ContentHash, EcsId, Entity, EntityParts, EntityType, ExecutionId, Field, Id, LineageId,
    NilId, Old, Ref, Stored, Value,
};
pub use self::error::{Error, ErrorKind, Result};
pub use self::event::{
    Event, EventFilter, EventKind, EventStatistics, EventStream, EventType, EventVersion, Events, FailureReason,
    Handled, HandlerFailure, Payload, Subscribe, Subscription,
};
pub use self::execution::{Argument, Execution, Outcome, Output, Semantics, Source, Status, Strategy};
pub use self::filter::ExecutionFilter;
pub use self::location::Location;
pub use self::memo::{Memo, MemoStatistics};
pub use self::outcome::NamedOutcome;
pub use self::picture::{Graph, GraphEdge, GraphNode, Line, Mark, Shape};
pub use self::provenance::{
    Blame, BlameLine, Derivation, DerivationStep, Diff, EntityDiff, ExecutionTree, ExecutionTreeEntry, FieldChange,
    FieldValue, GraphOf, History, HistoryEntry, Relation,
};
pub use self::replay::{
    Difference, EntityDifference, FieldDifference, NotReplayable, OutputDifference, Replay, ReplayAll, ReplayCall,
    ReplayOutcome, ReplaySummary,
};
pub use self::signature::{
    CacheStatistics, InputModel, InputPattern, Kind, Model, OutputModel, OutputPattern, Parameter, SignatureCache,
    SignatureHash, input_signatures, output_signatures,
};
pub use self::store::{AnyId, IdPart, NoLongerKept, VersionEntry};
pub use self::world::World;
pub use tokio_util::sync::CancellationToken;

#[doc(hidden)]
#[allow(missing_docs, reason = "for generated code only, and for the messages of the compiler")]
pub mod check;
pub mod common;

/// The only door for generated code. Nothing in it is for people, and nothing in it is stable.
#[doc(hidden)]
#[allow(missing_docs, reason = "for generated code only")]
pub mod __private;

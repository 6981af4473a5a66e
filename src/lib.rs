//! Functions with a memory.
//!
//! You write plain structs and plain functions. `#[derive(Entity)]` gives a struct identity and
//! versions. `#[derive(ConfigEntity)]` makes a set of parameters a tracked value. `#[callable]`
//! reads a function's signature while your crate compiles and generates everything around it. Every
//! call is then validated, isolated, versioned, recorded with its provenance, and committed at once
//! or not at all: later you can ask which function, with which parameters, made a value, and from
//! what.
//!
//! ```toml
//! [dependencies]
//! ecs = { path = "../ecs" }
//! serde = { version = "1", features = ["derive"] }
//! ```
//!
//! ```standalone_crate
//! use ecs::prelude::*;
//!
//! #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
//! struct Student { id: Id, name: String, gpa: f64 }
//!
//! #[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
//! struct Honours {
//!     id: Id,
//!     #[config(default = 3.7)] threshold: f64,
//! }
//!
//! #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
//! struct Standing { id: Id, qualified: bool, margin: f64 }
//!
//! #[callable] // a mutation: its signature says so
//! fn update_gpa(student: &mut Student, new_gpa: f64) { student.gpa = new_gpa; }
//!
//! #[callable] // reads one entity, creates another; `Honours` is a config by its type
//! fn standing(student: &Student, honours: &Honours) -> Standing {
//!     Standing { id: Id::new(), qualified: student.gpa >= honours.threshold, margin: student.gpa - honours.threshold }
//! }
//!
//! # fn main() -> ecs::Result<()> {
//! let world = World::in_memory()?; // or `World::open("audit.db")?`, which lasts
//! let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
//!
//! // Awaited in asynchronous code; `wait` needs no runtime. What comes back is a handle to a version.
//! let raised = update_gpa::call(&world, &alice, 3.8).wait()?;
//! assert_eq!((alice.gpa, raised.gpa), (3.5, 3.8));
//!
//! // A config bound once, for as many calls as follow; or a call by its name, with arguments from anywhere.
//! let strict = standing::with(Honours { threshold: 3.9, ..Honours::default() });
//! assert!(!strict.call(&world, &raised).wait()?.qualified);
//! let verdict = world.execute("standing", args! { student: raised.address(), threshold: 3.7 }).wait()?;
//! let verdict = verdict.output::<Standing>(0)?;
//!
//! // Later: which function wrote this, with which config, and from what?
//! let blame = world.blame(&verdict)?;
//! let line = blame.line("qualified").unwrap();
//! assert_eq!(line.execution.as_ref().unwrap().callable(), "standing");
//! assert_eq!(line.configs[0].read(&"threshold".parse()?)?, 3.7);
//! assert!(world.dependencies(&verdict, None)?.contains(&alice));
//! println!("{}", world.history(&alice)?);
//! # Ok(())
//! # }
//! ```
//!
//! `update_gpa(&mut student, 3.8)` stays the plain function. A signature that cannot be tracked does not compile, and the
//! message says the cure.
//!
//! # The first words
//!
//! | | |
//! | --- | --- |
//! | [`Entity`], [`Id`] | a struct with an `id: Id`, which says which thing a value is, and which version it was read from |
//! | [`ConfigEntity`] | a struct of parameters; equal content is one stored version |
//! | [`callable`] | makes a function one whose calls are recorded: `f::call(&world, …)`, `f::with(config)` |
//! | [`World`] | what a program holds: insert, call, ask |
//! | [`Stored`] | a handle to a version, which never changes; read like the value |
//! | [`Execution`] | the record of one call |
//! | [`Address`] | text that leads to a version or to a value in one |
//!
//! # What a parameter is follows from its type
//!
//! | parameter | kind | what the function gets |
//! | --- | --- | --- |
//! | `&E` | entity, read | the stored snapshot itself, no copy |
//! | `&mut E` | entity, mutated | an isolated copy; its next version is an output |
//! | `E` | entity, consumed | an isolated copy; what comes back decides what happened |
//! | `&[E]`, `Vec<E>`, `[E; N]`, `Option<E>`, maps, tuples, nested | entities | isolated copies |
//! | `C`, `&C` where `C: ConfigEntity` | config | bound first, stored once, recorded by its id |
//! | any owned serde value, `&str`, `&[T]` | value | itself; recorded |
//! | `&Context` | context | calls others, which are recorded as made from inside this one |
//!
//! An argument is a value, a [`Stored`] handle or an address ([`Stored::at`]), in any mix.
//!
//! # Names
//!
//! Callables are called and recorded by their names, and versions are stored by the names of their types, so both are unique
//! in a program: `#[callable(name = "…")]` and `#[entity(name = "…")]` give others. Two callables of one name in a
//! crate do not compile; the rest is checked when a world is made.
//!
//! # What became of an entity follows from its `Id`
//!
//! * **Mutation**: it has the lineage of an input. A new version if its content changed, the same
//!   one if not. So `Student { gpa: 4.0, ..student.clone() }` is the next version of that student.
//! * **Creation**: it has a lineage of its own: `Id::new()`, or [`Entity::fork`], which remembers
//!   where it was forked from.
//! * **Detachment**: it has the lineage of something that an input held. It stands on its own from then on.
//! * Two outputs of one lineage with different content are an error.
//!
//! # Entities hold entities
//!
//! Which fields hold others follows from their types: an entity, or a `Vec`, `Option`, `Box`, `Arc`, map,
//! set, tuple or array of some, nested as deep as you like; a plain type of yours with
//! `#[derive(EntityParts)]`; with the feature `im` the persistent collections of that module. A commit gives
//! a new version to what changed, was added or moved, and to what holds it, and to nothing else. Every
//! entity in a tree has an address of its own, a history and a head. [`World::diff`], [`World::blame`],
//! [`World::history`], [`World::dependencies`] and [`World::graph`] say how it all came to be.
//!
//! # What happens is told
//!
//! [`World::on`] subscribes to events, which go out after the commit: executions, versions, configs, and whatever
//! the program itself [emits](World::emit). A handler may call callables; they are recorded as nested below the
//! execution of the event. With no subscriber, no event is made.
//!
//! # Can it be had again?
//!
//! [`World::replay`] runs a recorded execution again from what it was given, and tells whether it gives the
//! same; [`World::replay_all`] does so with many. Nothing of it is seen in the world.
//!
//! # Results that are kept
//!
//! `#[callable(memo)]` runs once for equal inputs: a later call with equal content returns the same versions, and is recorded with a
//! link to the one that computed them. What counts as its code is said [there](callable); [`World::memo`] tells and forgets.
//!
//! # Finding things again
//!
//! Keep an address, or make a list by a key of your own: [`World::heads_of`] gives the newest version of everything of a type.
//!
//! # Others at the same time
//!
//! A call starts from versions. If another commit moved one of their heads first, it fails with `conflict`, runs again or
//! branches, as [`OnConflict`] says; nothing is lost silently. [`World::batch`] makes many calls, and a [`Context`] lets a
//! callable call others.
//!
//! # Errors
//!
//! Everything that can fail returns an [`Error`] with a [`kind`](Error::kind), a stable
//! [`code`](Error::code), and the recorded [`execution`](Error::execution) that failed, if one did. An error or a panic in a
//! callable leaves no version, only the record of its failure.
//!
//! # Features
//!
//! | feature | brings |
//! | --- | --- |
//! | `sqlite`, on by default | `World::open`: worlds that last, in one file |
//! | `im` | persistent collections, of which a version costs what changed |
//! | `indexmap` | `IndexMap` as a container of entities |
//!
//! # Further
//!
//! The guide in the folder `docs` has ten minutes to the first audited result, the concepts with their limits, recipes, and a
//! page for each error code. The command `ecs` of the crate `ecs-cli` reads any file that `World::open` wrote.

pub use ecs_core::*;
pub use ecs_derive::{ConfigEntity, Entity, EntityParts};
pub use ecs_macros::{callable, fingerprinted};

#[cfg(feature = "sqlite")]
mod open;
#[cfg(feature = "sqlite")]
pub use self::open::{OpenBuilder, OpenWorld};

/// The store that lasts: worlds in one SQLite file.
#[cfg(feature = "sqlite")]
pub mod sqlite {
    pub use ecs_sqlite::{
        ChainHead, Durability, Finding, NoChainHead, Options, Progress, Pruning, Retention, Share, SqliteStore,
        Statistics, Verdict, Verified, plan_prune, prune_file, shrink_file, verify_file,
    };
}

#[doc(hidden)]
pub mod __private {
    //! The door for generated code.

    pub use ecs_core::__private::*;
    pub use ecs_macros::{__beside as beside, callable};
}

/// Everything that a program of entities and callables needs.
pub mod prelude {
    pub use ecs_core::{
        Address, AnyStored, Arg, ArgValue, Args, At, Callable, CancellationToken, Context, EcsId, Error, ErrorKind,
        Event, EventFilter, EventKind, EventType, Execution, ExecutionFilter, ExecutionId, FieldValue, Id, LineageId,
        OnConflict, Outcome, Path, Ref, Semantics, Status, Stored, Strategy, World, args,
    };
    #[doc(no_inline)]
    pub use serde::{Deserialize, Serialize};

    pub use crate::{ConfigEntity, Entity, EntityParts, callable, fingerprinted};
    #[cfg(feature = "sqlite")]
    pub use crate::{OpenBuilder as _, OpenWorld as _};
}

#[cfg(doctest)]
mod pages;

//! Functions with a memory.

pub use ecs_core::*;
pub use ecs_derive::{ConfigEntity, Entity};
pub use ecs_macros::callable;

#[doc(hidden)]
pub use ecs_core::__private;

/// Everything that a program of entities and callables needs.
pub mod prelude {
    pub use ecs_core::{
        Address, Arg, ArgValue, Args, At, Context, EcsId, Error, ErrorKind, Execution, ExecutionFilter, ExecutionId,
        Id, LineageId, Outcome, Path, Ref, Semantics, Status, Stored, Strategy, World, args,
    };
    #[doc(no_inline)]
    pub use serde::{Deserialize, Serialize};

    pub use crate::{ConfigEntity, Entity, callable};
}

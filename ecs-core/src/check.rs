//! What is asked of the types in a signature, in a call and in a field.
//!
//! The compiler names these traits where a type does not meet one of them; what it takes to meet it is said
//! beside. Each has the answer to what was asked as a parameter, and holds for the answers that are fine.

pub use crate::argument::{IntoArg, IntoFloat};
pub use crate::callable::list::{Fixture, IntoFixtures};
pub use crate::callable::{
    ContextInstead, Defaultable, FailsWithMessage, Informative, ItselfContext, LentContext, MutableParameter,
    NamedContext, Parameter, Recordable, ReturnedItself, SeenThrough, TakenItself, UnchangedConfig,
};
pub use crate::entity::derived::{
    HeldItself, SerdeField, SharedField, WithAll, WithClone, WithDeserialize, WithSerialize,
};
pub use crate::entity::held_handle::RefusedHandle;
pub use crate::entity::tree::branch::HeldInSight;
pub use crate::scope::IntoScope;

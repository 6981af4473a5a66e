//! Where a call runs.

use std::sync::Arc;

use crate::context::{Context, Inside};
use crate::entity::ExecutionId;
use crate::world::World;

/// Where a call runs: in a world, and below another execution if it is made from inside one.
///
/// Made from `&World` or `&Context`.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'w> {
    pub(crate) world: &'w World,
    /// The execution from inside which the call is made.
    pub(crate) inside: Option<&'w Arc<Inside>>,
}

impl Scope<'_> {
    pub(crate) fn parent(&self) -> Option<ExecutionId> {
        self.inside.and_then(|inside| inside.execution)
    }

    /// How many executions a call made here is inside of.
    pub(crate) fn depth(&self) -> u32 {
        self.inside.map_or(0, |outer| outer.depth.saturating_add(1))
    }

    pub(super) fn to_owned(self) -> OwnedScope {
        OwnedScope { world: self.world.clone(), inside: self.inside.cloned() }
    }
}

/// A [`Scope`] that borrows nothing.
#[derive(Debug)]
pub(super) struct OwnedScope {
    world: World,
    inside: Option<Arc<Inside>>,
}

impl OwnedScope {
    pub(super) fn borrow(&self) -> Scope<'_> {
        Scope { world: &self.world, inside: self.inside.as_ref() }
    }
}

/// Where a call can be made to run: everything that turns into a [`Scope`].
#[diagnostic::on_unimplemented(
    message = "a call needs the world it runs in, found `{Self}`",
    label = "expected `&World` or `&Context`, found `{Self}`",
    note = "the first argument is the world, `&world`; inside another callable it is that one's `&Context`"
)]
pub trait IntoScope<'w> {
    #[doc(hidden)]
    fn into_scope(self) -> Scope<'w>;
}

#[diagnostic::do_not_recommend]
impl<'w, S: Into<Scope<'w>>> IntoScope<'w> for S {
    fn into_scope(self) -> Scope<'w> {
        self.into()
    }
}

impl<'w> From<&'w World> for Scope<'w> {
    fn from(world: &'w World) -> Self {
        Self { world, inside: None }
    }
}

impl<'w> From<&'w Context> for Scope<'w> {
    fn from(context: &'w Context) -> Self {
        Self { world: context.world(), inside: Some(context.inside()) }
    }
}

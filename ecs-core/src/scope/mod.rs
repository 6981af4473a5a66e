//! Where a call runs, inside which other one, and what stops it.

mod inside;
mod interrupts;
mod options;

use std::sync::Arc;

use smallvec::SmallVec;

pub(crate) use self::inside::Inside;
pub(crate) use self::interrupts::Interrupts;
pub use self::options::CallOptions;
pub(crate) use self::options::told_options;
use crate::entity::ExecutionId;
use crate::ground::Ground;

/// Where a call runs: in a world, and below another execution if it is made from inside one.
///
/// Made from `&World` or `&Context`.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'w> {
    pub(crate) ground: &'w Arc<Ground>,
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

    pub(crate) fn to_owned(self) -> OwnedScope {
        OwnedScope { ground: Arc::clone(self.ground), inside: self.inside.cloned() }
    }
}

/// A [`Scope`] that borrows nothing.
#[derive(Debug)]
pub(crate) struct OwnedScope {
    ground: Arc<Ground>,
    inside: Option<Arc<Inside>>,
}

impl OwnedScope {
    pub(crate) fn borrow(&self) -> Scope<'_> {
        Scope { ground: &self.ground, inside: self.inside.as_ref() }
    }
}

/// What a function is given that takes the context: the world, and the execution that it is run in.
#[derive(Clone, Debug)]
pub struct Place {
    pub(crate) ground: Arc<Ground>,
    pub(crate) inside: Arc<Inside>,
}

/// One for each context that a function takes.
pub type Places = SmallVec<[Place; 1]>;

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

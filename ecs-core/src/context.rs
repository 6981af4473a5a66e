//! What a callable gets to call others.

use std::fmt;
use std::ops::Deref;

use crate::argument::Args;
use crate::entity::ExecutionId;
use crate::error::Result;
use crate::outcome::NamedOutcome;
use crate::world::World;

/// The execution that a callable runs in; lets it read the world and call others.
///
/// Taken as `&Context`, it is no input. Calls made through it are recorded with this execution as
/// their parent: `standing::call(context, &student).await`. It derefs to the [`World`].
pub struct Context {
    /// Where the callable runs; a callable that does not take the context gets none.
    place: Option<(World, ExecutionId)>,
}

impl Context {
    /// What is passed to callables that do not take a context, so that their calls need not count
    /// references to the world.
    pub(crate) const NOWHERE: &'static Self = &Self { place: None };

    pub(crate) fn new(world: World, execution_id: ExecutionId) -> Self {
        Self { place: Some((world, execution_id)) }
    }

    fn place(&self) -> &(World, ExecutionId) {
        match &self.place {
            Some(place) => place,
            None => unreachable!("a callable that takes the context gets one"),
        }
    }

    /// The world that the callable runs in.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.place().0
    }

    /// The execution that the callable runs in.
    #[must_use]
    pub fn execution_id(&self) -> ExecutionId {
        self.place().1
    }

    /// Calls a callable by its name, with this execution as the parent of that one.
    ///
    /// # Errors
    ///
    /// As [`World::execute`].
    pub async fn execute(&self, callable: &str, arguments: impl Into<Args>) -> Result<NamedOutcome> {
        self.world().execute_in(self.into(), callable, arguments.into()).await
    }
}

impl Deref for Context {
    type Target = World;

    fn deref(&self) -> &World {
        self.world()
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Context").field(&self.place.as_ref().map(|place| place.1)).finish()
    }
}

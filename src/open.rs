//! Worlds that last.

use std::path::Path;
use std::sync::Arc;

use ecs_core::{Result, World, WorldBuilder};
use ecs_sqlite::{Options, SqliteStore};

/// Keeps the traits of this file ours, so that they can get methods.
mod sealed {
    pub trait Sealed {}

    impl Sealed for ecs_core::World {}
    impl Sealed for ecs_core::WorldBuilder {}
}

/// Opens a world that lasts: `World::open("audit.db")`. In the prelude.
pub trait OpenWorld: sealed::Sealed + Sized {
    /// Opens the world in this file, or makes it.
    ///
    /// # Errors
    ///
    /// `store`, which names the file and says what is wrong with it; and as [`World::in_memory`].
    ///
    /// ```standalone_crate
    /// use ecs::prelude::*;
    ///
    /// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// struct Student { id: Id, name: String, gpa: f64 }
    ///
    /// #[callable]
    /// fn raise(student: &mut Student, step: f64) { student.gpa += step; }
    ///
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// # let file = folder.path().join("audit.db");
    /// let alice = {
    ///     let world = World::open(&file)?;
    ///     let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    ///     raise::call(&world, &alice, 0.25).wait()?.lineage_id()
    /// };
    ///
    /// // Another day, another process.
    /// let world = World::open(&file)?;
    /// assert_eq!(world.head::<Student>(alice)?.gpa, 3.75);
    /// assert_eq!(world.history(alice)?.entries().len(), 2);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    fn open(file: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(file, Options::new())
    }

    /// Opens the world in this file, or makes it, with options of your own.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    fn open_with(file: impl AsRef<Path>, options: Options) -> Result<Self>;
}

impl OpenWorld for World {
    fn open_with(file: impl AsRef<Path>, options: Options) -> Result<Self> {
        Self::builder().open_with(file, options)
    }
}

/// Opens a world that lasts, with settings: `World::builder().depth_limit(32).open("audit.db")`. In the prelude.
pub trait OpenBuilder: sealed::Sealed + Sized {
    /// Opens the world in this file, or makes it.
    ///
    /// # Errors
    ///
    /// As [`OpenWorld::open`].
    fn open(self, file: impl AsRef<Path>) -> Result<World> {
        self.open_with(file, Options::new())
    }

    /// Opens the world in this file, or makes it, with options of your own.
    ///
    /// # Errors
    ///
    /// As [`OpenWorld::open`].
    fn open_with(self, file: impl AsRef<Path>, options: Options) -> Result<World>;
}

impl OpenBuilder for WorldBuilder {
    fn open_with(self, file: impl AsRef<Path>, options: Options) -> Result<World> {
        self.with_store(Arc::new(SqliteStore::open(file, options)?))
    }
}

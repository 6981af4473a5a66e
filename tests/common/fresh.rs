//! The world of a test: in memory, or in a file of its own where `ECS_TEST_STORE=sqlite` is set, so that every
//! behaviour is tested over both stores.
#![allow(dead_code, reason = "not every test program has settings")]

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use ecs::WorldBuilder;
use ecs::prelude::*;
use ecs::sqlite::{Durability, Options};

/// Makes worlds that nothing is in.
pub trait Fresh: Sized {
    /// A world that nothing is in.
    fn fresh() -> ecs::Result<Self>;
}

impl Fresh for World {
    fn fresh() -> ecs::Result<Self> {
        Self::builder().fresh()
    }
}

/// Makes worlds with settings that nothing is in.
pub trait FreshBuilder {
    /// A world that nothing is in.
    fn fresh(self) -> ecs::Result<World>;
}

impl FreshBuilder for WorldBuilder {
    fn fresh(self) -> ecs::Result<World> {
        match std::env::var("ECS_TEST_STORE").as_deref() {
            Err(_) | Ok("memory") => self.in_memory(),
            Ok("sqlite") => self.open_with(file(), Options::new().durability(Durability::Batched)),
            Ok(other) => panic!("ECS_TEST_STORE is `memory` or `sqlite`, not `{other}`"),
        }
    }
}

/// A file that is not there yet, in the folder of this test program.
fn file() -> PathBuf {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let program = std::env::current_exe().expect("a test is a program");
        let name = program.file_name().expect("with a name");
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("worlds").join(name);
        // What the last run left.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for a test");
        folder
    });
    static NEXT: AtomicU32 = AtomicU32::new(0);
    FOLDER.join(format!("{}.db", NEXT.fetch_add(1, Ordering::Relaxed)))
}

//! The store in a file keeps the contract that every store keeps.

use std::cell::RefCell;
use std::sync::Arc;

use ecs_core::store::conformance;
use ecs_sqlite::{Durability, Options, SqliteStore};

fn check(options: &Options) {
    let folders = RefCell::new(Vec::new());
    conformance::check(&|| {
        let folder = tempfile::tempdir().expect("a folder for a test");
        let store = SqliteStore::open(folder.path().join("world.db"), options.clone()).expect("a new file");
        folders.borrow_mut().push(folder);
        Arc::new(store)
    });
}

#[test]
fn a_file_keeps_the_contract() {
    check(&Options::new());
}

#[test]
fn a_file_keeps_the_contract_without_anything_in_memory() {
    check(&Options::new().cached_roots(0).durability(Durability::Batched));
}

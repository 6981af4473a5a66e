//! What the rules ask of a store.

use std::ops::ControlFlow;

use super::rule::must;
use super::sample::{Sample, commit_of};
use crate::entity::{AnyStored, EcsId, ExecutionId, LineageId, Stored};
use crate::store::{Store, Use};

pub(super) fn commit(store: &dyn Store, versions: &[&AnyStored]) {
    must(store.commit(&commit_of(versions)), "a commit whose versions continue the heads is written");
}

pub(super) fn head_of(store: &dyn Store, lineage_id: LineageId) -> Option<EcsId> {
    must(store.head(lineage_id), "a head can be read").map(|head| head.ecs_id())
}

pub(super) fn heads_of(store: &dyn Store, version: &AnyStored) -> Vec<EcsId> {
    let heads = must(store.heads(version.lineage_id()), "heads are read");
    heads.iter().map(AnyStored::ecs_id).collect()
}

pub(super) fn lineage_of(store: &dyn Store, lineage_id: LineageId) -> Vec<EcsId> {
    must(store.lineage(lineage_id), "a lineage can be read").iter().map(AnyStored::ecs_id).collect()
}

pub(crate) fn executions_of(store: &dyn Store) -> Vec<ExecutionId> {
    let mut shown = Vec::new();
    let visited = store.each_execution(&mut |execution| {
        shown.push(execution.id);
        ControlFlow::Continue(())
    });
    must(visited, "executions can be listed");
    shown
}

pub(super) fn is_there(store: &dyn Store, version: &AnyStored) -> bool {
    must(store.version(version.ecs_id()), "a version can be read").is_some()
}

pub(super) fn uses_of(store: &dyn Store, version: &AnyStored) -> Vec<Use> {
    let mut uses = must(store.uses(version.ecs_id()), "uses can be read");
    uses.sort_unstable();
    uses
}

fn sample_of(version: &AnyStored) -> Stored<Sample> {
    must(version.clone().downcast(), "a version keeps its type")
}

/// Checks that a version was read as it was written.
pub(super) fn assert_same(read: &AnyStored, written: &AnyStored) {
    let (read_header, written_header) = (read.header(), written.header());
    assert_eq!(read.ecs_id(), written.ecs_id(), "broken rule: a version is found under its own id");
    assert_eq!(read.lineage_id(), written.lineage_id(), "broken rule: a version keeps its lineage");
    assert_eq!(read_header.origin, written_header.origin, "broken rule: a version keeps what it continues");
    assert_eq!(read.content_hash(), written.content_hash(), "broken rule: a version keeps its content hash");
    assert_eq!(read.execution_id(), written.execution_id(), "broken rule: a version keeps the execution that made it");
    assert_eq!(read_header.store, written_header.store, "broken rule: what is read carries the tag of its store");
    let (read, written) = (sample_of(read), sample_of(written));
    assert_eq!(read.number, written.number, "broken rule: a version keeps its content");
    assert_eq!(read.id, written.id, "broken rule: the entity in a version knows its identity");
}

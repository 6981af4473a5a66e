//! What is said of a rule that is broken.

use crate::entity::{EcsId, LineageId};
use crate::error::{Error, ErrorKind, Result};
use crate::store::{Commit, Store};

pub(super) fn must<T>(result: Result<T>, rule: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("broken rule: {rule}: {error}"),
    }
}

pub(super) fn refused(store: &dyn Store, commit: &Commit, rule: &str) -> Error {
    match store.commit(commit) {
        Ok(()) => panic!("broken rule: {rule}, but it was written"),
        Err(error) => error,
    }
}

pub(super) fn is_conflict(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Conflict { .. })
}

pub(super) fn assert_conflict(error: &Error, lineage_id: LineageId, expected: Option<EcsId>, found: Option<EcsId>) {
    let ErrorKind::Conflict { lineage_id: in_error, expected: started_from, found: head } = error.kind() else {
        panic!("broken rule: a commit that does not continue the head is a `conflict`, not {error:?}");
    };
    assert_eq!(*in_error, lineage_id, "broken rule: a conflict names the lineage");
    assert_eq!(*started_from, expected, "broken rule: a conflict names the version the change started from");
    assert_eq!(*head, found, "broken rule: a conflict names the head that was found");
}

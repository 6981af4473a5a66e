//! What is done with a file rather than with the world in it.

use std::path::Path;

use ecs_core::Result;

use crate::Options;
use crate::chain_head::ChainHead;
use crate::finding::Verdict;
use crate::prune::{self, Pruning};
use crate::retention::Retention;
use crate::schema::open_existing;
use crate::stop::Stop;
use crate::verify::{self, Progress};

/// Checks a file as [`SqliteStore::verify`](crate::SqliteStore::verify) does, and writes nothing to it.
///
/// # Errors
///
/// `store` if it cannot be read, is no database, one of another kind, or written by a later version of ecs.
///
/// ```
/// use ecs_sqlite::{Options, SqliteStore, Verdict, verify_file};
///
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let file = folder.path().join("audit.db");
/// SqliteStore::open(&file, Options::new())?;
/// assert!(matches!(verify_file(&file, None, |_| {})?, Verdict::Whole(verified) if verified.commits == 0));
/// # Ok::<(), ecs_core::Error>(())
/// ```
pub fn verify_file(
    place: impl AsRef<Path>,
    kept: Option<&ChainHead>,
    mut progress: impl FnMut(Progress),
) -> Result<Verdict> {
    let place = place.as_ref();
    let connection = open_existing(place, Options::new().busy_timeout).map_err(|failure| failure.at(place))?;
    match verify::verify(&connection, kept, &mut progress) {
        Ok(verified) => Ok(Verdict::Whole(verified)),
        Err(Stop::Found(finding)) => Ok(Verdict::Changed(*finding)),
        Err(Stop::Failed(failure)) => Err(failure.at(place)),
    }
}

/// What would be removed if this file was pruned now; nothing is changed. `progress` hears of the versions that are
/// looked at.
///
/// # Errors
///
/// `store` if it cannot be read, is no database, one of another kind, or written by a later version of ecs.
pub fn plan_prune(
    place: impl AsRef<Path>,
    retention: &Retention,
    mut progress: impl FnMut(Progress),
) -> Result<Pruning> {
    let place = place.as_ref();
    let planned = open_existing(place, Options::new().busy_timeout)
        .and_then(|connection| prune::plan(&connection, retention, &mut progress));
    planned.map_err(|failure| failure.at(place))
}

/// Removes from a file what `retention` does not keep, and tells what that was. What is left can be checked, from the
/// first commit on; of each version and execution that was removed, its id is left, when it was removed, and the
/// digest that was sealed with it.
///
/// Nobody may have the file open, this program included: a world that is open counts on what is stored. It is checked
/// first, and not pruned if something in it is not as it was written. All is removed, or nothing is, whenever the
/// process ends. The room is used for what is written next; [`shrink_file`] gives it back to the disk.
///
/// `progress` hears of the commits that are checked, the versions that are looked at and the rows that are removed.
///
/// # Errors
///
/// `store` if somebody has the file open; if something in it is not as it was written; if it cannot be written, is no
/// database, one of another kind, or written by a later version of ecs.
///
/// ```standalone_crate
/// use ecs::prelude::*;
/// use ecs::sqlite::{Retention, plan_prune, prune_file, shrink_file};
///
/// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
/// struct Student { id: Id, name: String, gpa: f64 }
///
/// #[callable]
/// fn raise(student: &mut Student, step: f64) { student.gpa += step; }
///
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let file = folder.path().join("audit.db");
/// let world = World::open(&file)?;
/// let first = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 1.0 })?;
/// let mut alice = first.clone();
/// for _ in 0..9 {
///     alice = raise::call(&world, &alice, 0.25).wait()?;
/// }
/// drop(world); // nobody may have it open
///
/// let retention = Retention::new().last(3);
/// let planned = plan_prune(&file, &retention, |_| {})?;
/// assert_eq!(planned.executions, 6);
/// assert_eq!(prune_file(&file, &retention, |_| {})?, planned);
/// shrink_file(&file)?;
///
/// let world = World::open(&file)?;
/// assert_eq!(world.head::<Student>(&alice)?, alice);
/// assert_eq!(world.get::<Student>(&first).unwrap_err().code(), "no-longer-kept");
/// # Ok::<(), ecs::Error>(())
/// ```
pub fn prune_file(
    place: impl AsRef<Path>,
    retention: &Retention,
    mut progress: impl FnMut(Progress),
) -> Result<Pruning> {
    let place = place.as_ref();
    prune::prune(place, retention, &mut progress).map_err(|failure| failure.at(place))
}

/// Gives the room that was taken by what was removed back to the disk. Nobody may have the file open. It is written
/// anew, beside itself until that is done, so there has to be as much room as what is kept takes.
///
/// # Errors
///
/// `store` if somebody has the file open, if the disk is full, and as [`prune_file`].
pub fn shrink_file(place: impl AsRef<Path>) -> Result<()> {
    let place = place.as_ref();
    prune::shrink(place).map_err(|failure| failure.at(place))
}

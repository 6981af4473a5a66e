//! The store: the contract of the core over one file.

use std::collections::HashMap;
use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ecs_core::store::{AnyId, Commit, ExecutionRecord, IdPart, NoLongerKept, Store, StoreTag, Use, VersionEntry};
use ecs_core::{AnyStored, ContentHash, EcsId, Error, Execution, ExecutionId, LineageId, Result};
use rusqlite::Connection;

use crate::Options;
use crate::backup;
use crate::chain_head::ChainHead;
use crate::failure::Failure;
use crate::file::verify_file;
use crate::finding::Verdict;
use crate::group::{Group, Member};
use crate::prepare::Prepared;
use crate::read::Reader;
use crate::recent::Recent;
use crate::schema::{open_existing, open_reader, open_writer};
use crate::verify::{self, Progress};
use crate::write::Writer;

/// So many versions of one commit are looked through; of more, each is known by its id.
const LARGE: usize = 64;

/// Of twice as many large roots at most it is known what is in them.
const LARGE_ROOTS: usize = 2;

/// A store in one SQLite file.
pub struct SqliteStore {
    place: PathBuf,
    options: Options,
    tag: StoreTag,
    /// The commits that wait for their turn.
    group: Group<Prepared, Result<()>>,
    /// Held by whoever leads them. None if the file is only read.
    writer: Option<Mutex<Writer>>,
    /// Connections that nobody reads with.
    readers: Mutex<Vec<Connection>>,
    recent: Mutex<Recent<EcsId, AnyStored>>,
    /// What was committed with large roots that were asked for parts, by their ids.
    large: Mutex<Recent<EcsId, Arc<HashMap<EcsId, AnyStored>>>>,
    statistics: Mutex<Statistics>,
}

/// What a store wrote since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// How many commits.
    pub commits: u64,
    /// In how many transactions: callers that commit at the same time share one.
    pub transactions: u64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("place", &self.place).finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    ///
    /// `store`, saying which file and what is wrong: it cannot be opened or written, is no database, one of
    /// another kind, damaged, or written by a later version of ecs.
    pub fn open(place: impl AsRef<Path>, options: Options) -> Result<Self> {
        let place = place.as_ref().to_path_buf();
        let connection = open_writer(&place, &options).map_err(|failure| failure.at(&place))?;
        Ok(Self::over(place, options, Some(Writer::new(connection))))
    }

    /// Opens a file that is there, to read it and never to write to it. Others may write to it meanwhile, and what
    /// they commit is seen. Commits to this store fail.
    ///
    /// # Errors
    ///
    /// `store`, as [`open`](Self::open), and if the file is not there or there is nothing in it.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use ecs_core::World;
    /// use ecs_sqlite::{Options, SqliteStore};
    ///
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// # let file = folder.path().join("audit.db");
    /// assert!(SqliteStore::open_read_only(&file, Options::new()).is_err());
    /// drop(SqliteStore::open(&file, Options::new())?);
    /// let world = World::with_store(Arc::new(SqliteStore::open_read_only(&file, Options::new())?))?;
    /// # Ok::<(), ecs_core::Error>(())
    /// ```
    pub fn open_read_only(place: impl AsRef<Path>, options: Options) -> Result<Self> {
        let store = Self::over(place.as_ref().to_path_buf(), options, None);
        let opened = open_existing(&store.place, store.options.busy_timeout);
        locked(&store.readers).push(opened.map_err(|failure| failure.at(&store.place))?);
        Ok(store)
    }

    fn over(place: PathBuf, options: Options, writer: Option<Writer>) -> Self {
        Self {
            recent: Mutex::new(Recent::new(options.cached_roots)),
            large: Mutex::new(Recent::new(options.cached_roots.min(LARGE_ROOTS))),
            place,
            options,
            tag: StoreTag::new(),
            group: Group::default(),
            writer: writer.map(Mutex::new),
            readers: Mutex::default(),
            statistics: Mutex::default(),
        }
    }

    /// The path of the file.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Reads with a connection that nobody else reads with.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Reader<'_>) -> Result<T, Failure>) -> Result<T> {
        let spare = locked(&self.readers).pop();
        let connection = match spare {
            Some(connection) => connection,
            None => open_reader(&self.place, self.options.busy_timeout).map_err(|failure| failure.at(&self.place))?,
        };
        let done = read(&Reader(&connection));
        locked(&self.readers).push(connection);
        done.map_err(|failure| failure.at(&self.place))
    }

    /// Writes everything that waits.
    fn write_all(&self, writer: &Mutex<Writer>, waiting: &[Arc<Member<Prepared, Result<()>>>]) -> Vec<Result<()>> {
        let commits: Vec<&Prepared> = waiting.iter().map(|waiting| &waiting.work).collect();
        match locked(writer).write(&commits) {
            Ok(results) => {
                let mut statistics = locked(&self.statistics);
                statistics.transactions += 1;
                statistics.commits += results.iter().filter(|result| result.is_ok()).count() as u64;
                drop(statistics);
                results.into_iter().map(|result| result.map_err(|failure| failure.at(&self.place))).collect()
            }
            Err(failure) => {
                let error = failure.at(&self.place);
                waiting.iter().map(|_| Err(error.alike())).collect()
            }
        }
    }

    /// What was written since the file was opened, by this store.
    ///
    /// ```
    /// # use ecs_sqlite::{Options, SqliteStore};
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// # let file = folder.path().join("audit.db");
    /// let store = SqliteStore::open(&file, Options::new())?;
    /// assert_eq!((store.statistics().commits, store.statistics().transactions), (0, 0));
    /// # Ok::<(), ecs_core::Error>(())
    /// ```
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        *locked(&self.statistics)
    }

    /// The last commit, with the seal over everything up to it. Kept elsewhere, it shows later that nothing up to
    /// it was changed or removed: give it to [`verify`](Self::verify).
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn chain_head(&self) -> Result<ChainHead> {
        self.read(|reader| verify::chain_head(reader.0))
    }

    /// Checks that everything in the file is as it was written, while others go on: every content hash, every
    /// seal, and everything that follows from what is sealed. With a head that was `kept` elsewhere, also that
    /// nothing up to that was written anew or cut off. `progress` hears of every commit.
    ///
    /// # Errors
    ///
    /// If the file cannot be read. What is not as it was written is no error but a [`Finding`](crate::Finding).
    ///
    /// ```standalone_crate
    /// use ecs::prelude::*;
    /// use ecs::sqlite::{Options, SqliteStore, Verdict};
    ///
    /// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// struct Student { id: Id, name: String }
    ///
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// # let file = folder.path().join("audit.db");
    /// let world = World::open(&file)?;
    /// let store = SqliteStore::open(&file, Options::new())?;
    /// world.insert(Student { id: Id::new(), name: "Alice".into() })?;
    /// let kept = store.chain_head()?;
    /// world.insert(Student { id: Id::new(), name: "Bob".into() })?;
    ///
    /// match store.verify(Some(&kept), |_| {})? {
    ///     Verdict::Whole(verified) => assert_eq!((verified.commits, verified.versions), (2, 2)),
    ///     Verdict::Changed(finding) => panic!("{finding}"),
    /// }
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn verify(&self, kept: Option<&ChainHead>, progress: impl FnMut(Progress)) -> Result<Verdict> {
        verify_file(&self.place, kept, progress)
    }

    /// Copies the file to a new one, as it is at this moment and while others go on, and checks the copy. A copy in
    /// which something is not as it was written is kept, as the file is then no better. `progress` hears of the
    /// pages that are copied, and then of the commits that are checked.
    ///
    /// # Errors
    ///
    /// `store` if there is a file already, which is left as it was; if the new one cannot be written, of which
    /// nothing remains then; and if this one cannot be read.
    ///
    /// ```
    /// use ecs_sqlite::{Options, SqliteStore, Verdict};
    ///
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// # let (file, copy) = (folder.path().join("audit.db"), folder.path().join("monday.db"));
    /// let store = SqliteStore::open(&file, Options::new())?;
    /// assert!(matches!(store.backup(&copy, |_| {})?, Verdict::Whole(_)));
    /// assert_eq!(SqliteStore::open(&copy, Options::new())?.chain_head()?, store.chain_head()?);
    /// # Ok::<(), ecs_core::Error>(())
    /// ```
    pub fn backup(&self, to: impl AsRef<Path>, mut progress: impl FnMut(Progress)) -> Result<Verdict> {
        let to = to.as_ref();
        backup::copy(&self.place, to, self.options.busy_timeout, &mut progress)
            .map_err(|failure| failure.at(&self.place))?;
        verify_file(to, None, progress)
    }

    fn root(&self, root: EcsId) -> Result<Option<AnyStored>> {
        if let Some(known) = locked(&self.recent).get(&root) {
            return Ok(Some(known));
        }
        let found = self.read(|reader| reader.root(root, self.tag))?;
        if let Some(found) = &found {
            locked(&self.recent).insert(root, found.clone());
        }
        Ok(found)
    }

    /// A version that was committed together with a root. Of large trees it is known where each is, so that asking
    /// for all of them takes no longer than the tree is large.
    fn part(&self, root: &AnyStored, ecs_id: EcsId) -> Option<AnyStored> {
        if let Some(parts) = locked(&self.large).get(&root.ecs_id()) {
            return parts.get(&ecs_id).cloned();
        }
        if let Some(version) = root.committed_with().take(LARGE).find(|version| version.ecs_id() == ecs_id) {
            return Some(version);
        }
        let parts: HashMap<EcsId, AnyStored> =
            root.committed_with().map(|version| (version.ecs_id(), version)).collect();
        let found = parts.get(&ecs_id).cloned();
        if parts.len() > LARGE {
            locked(&self.large).insert(root.ecs_id(), Arc::new(parts));
        }
        found
    }

    fn all(&self, ids: Vec<EcsId>) -> Result<Vec<AnyStored>> {
        ids.into_iter().filter_map(|ecs_id| self.version(ecs_id).transpose()).collect()
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // The last connection to close brings the log into the file, and one that only reads cannot.
        locked(&self.readers).clear();
    }
}

impl Store for SqliteStore {
    fn tag(&self) -> StoreTag {
        self.tag
    }

    fn commit(&self, commit: &Commit) -> Result<()> {
        let Some(writer) = &self.writer else { return Err(Failure::ReadOnly.at(&self.place)) };
        let prepared = Prepared::of(commit).map_err(|failure| failure.at(&self.place))?;
        self.group.run(prepared, |waiting| self.write_all(writer, waiting))?;
        let mut recent = locked(&self.recent);
        for root in commit.versions.iter().chain(&commit.shared).filter(|version| version.is_root()) {
            recent.insert(root.ecs_id(), root.clone());
        }
        Ok(())
    }

    fn version(&self, ecs_id: EcsId) -> Result<Option<AnyStored>> {
        if let Some(known) = locked(&self.recent).get(&ecs_id) {
            return Ok(Some(known));
        }
        let Some(root_id) = self.read(|reader| reader.root_of(ecs_id))? else { return Ok(None) };
        let Some(root) = self.root(root_id)? else { return Ok(None) };
        if root_id == ecs_id {
            return Ok(Some(root));
        }
        Ok(self.part(&root, ecs_id))
    }

    fn head(&self, lineage_id: LineageId) -> Result<Option<AnyStored>> {
        let head = self.read(|reader| {
            reader.ids(
                "SELECT v.ecs_id FROM lineages l JOIN heads h ON h.lineage = l.id JOIN versions v ON v.id = h.version
                 WHERE l.lineage_id = ? ORDER BY h.version DESC LIMIT 1",
                [lineage_id.as_uuid().as_bytes()],
            )
        })?;
        Ok(self.all(head)?.pop())
    }

    fn heads(&self, lineage_id: LineageId) -> Result<Vec<AnyStored>> {
        self.all(self.read(|reader| {
            reader.ids(
                "SELECT v.ecs_id FROM lineages l JOIN heads h ON h.lineage = l.id JOIN versions v ON v.id = h.version
                 WHERE l.lineage_id = ? ORDER BY h.version",
                [lineage_id.as_uuid().as_bytes()],
            )
        })?)
    }

    fn lineage(&self, lineage_id: LineageId) -> Result<Vec<AnyStored>> {
        self.all(self.read(|reader| {
            reader.ids(
                "SELECT v.ecs_id FROM lineages l JOIN versions v ON v.lineage = l.id WHERE l.lineage_id = ? ORDER BY v.id",
                [lineage_id.as_uuid().as_bytes()],
            )
        })?)
    }

    fn config(&self, content_hash: ContentHash) -> Result<Option<AnyStored>> {
        let ids = self.read(|reader| {
            reader.ids(
                "SELECT v.ecs_id FROM versions v JOIN types t ON t.id = v.type
                 WHERE v.content_hash = ? AND v.root IS NULL AND t.is_config ORDER BY v.id LIMIT 1",
                [content_hash.as_bytes()],
            )
        })?;
        Ok(self.all(ids)?.pop())
    }

    fn unchanged_since(&self, ecs_id: EcsId, fields: &[&str]) -> Result<EcsId> {
        self.read(|reader| reader.unchanged_since(ecs_id, fields))
    }

    fn execution(&self, execution_id: ExecutionId) -> Result<Option<Arc<Execution>>> {
        let mut records = Vec::new();
        self.read(|reader| {
            reader.executions("WHERE e.execution_id = ?", [execution_id.as_uuid().as_bytes()], |found| {
                records.push(found.record);
                Ok(())
            })
        })?;
        records.pop().map(|record: ExecutionRecord| record.restore()).transpose()
    }

    fn nested(&self, execution_id: ExecutionId) -> Result<Vec<Arc<Execution>>> {
        let mut nested = Vec::new();
        self.read(|reader| {
            let condition = "WHERE e.parent = ? ORDER BY e.execution_id";
            reader.executions(condition, [execution_id.as_uuid().as_bytes()], |found| {
                nested.push(found.record.restore()?);
                Ok(())
            })
        })?;
        Ok(nested)
    }

    fn uses(&self, ecs_id: EcsId) -> Result<Vec<Use>> {
        self.read(|reader| {
            let Some(row) = reader.row_of(ecs_id)? else { return Ok(Vec::new()) };
            let executions: Vec<ExecutionId> = reader.ids(
                "SELECT e.execution_id FROM executions e WHERE e.id IN (
                     SELECT execution FROM links WHERE version = ?1 AND role IN (0, 1, 3)
                     UNION SELECT execution FROM sources WHERE version = ?1)",
                [row],
            )?;
            let versions: Vec<EcsId> = reader.ids(
                "SELECT ecs_id FROM versions WHERE id IN (
                     SELECT id FROM versions WHERE parent = ?1
                     UNION SELECT id FROM versions WHERE forked_from = ?1
                     UNION SELECT root FROM attachments WHERE source = ?1
                     UNION SELECT version FROM refs WHERE target = (SELECT ecs_id FROM versions WHERE id = ?1))",
                [row],
            )?;
            Ok(executions.into_iter().map(Use::Execution).chain(versions.into_iter().map(Use::Version)).collect())
        })
    }

    fn returned_by(&self, ecs_id: EcsId) -> Result<Vec<ExecutionId>> {
        self.read(|reader| {
            let Some(row) = reader.row_of(ecs_id)? else { return Ok(Vec::new()) };
            reader.ids(
                "SELECT DISTINCT e.execution_id FROM links l JOIN executions e ON e.id = l.execution
                 JOIN versions v ON v.id = l.version
                 WHERE l.version = ?1 AND l.role IN (2, 4) AND e.execution_id IS NOT v.execution_id",
                [row],
            )
        })
    }

    fn no_longer_kept(&self, id: AnyId) -> Result<Option<NoLongerKept>> {
        self.read(|reader| reader.no_longer_kept(id))
    }

    fn nested_no_longer_kept(&self, execution_id: ExecutionId) -> Result<Vec<NoLongerKept>> {
        self.read(|reader| reader.nested_no_longer_kept(execution_id))
    }

    fn each_execution(&self, visit: &mut dyn FnMut(Arc<Execution>) -> ControlFlow<()>) -> Result<()> {
        self.read(|reader| reader.each_execution(|record| Ok(visit(record.restore()?))))
    }

    fn each_version(&self, visit: &mut dyn FnMut(&VersionEntry<'_>) -> ControlFlow<()>) -> Result<()> {
        self.read(|reader| reader.each_version(visit))
    }

    fn ids(&self, part: &IdPart, limit: usize) -> Result<Vec<AnyId>> {
        self.read(|reader| reader.find_ids(part, limit))
    }
}

/// One error for several commits that failed together.
trait Alike {
    fn alike(&self) -> Self;
}

impl Alike for Error {
    fn alike(&self) -> Self {
        match self.kind() {
            ecs_core::ErrorKind::Store { place, reason } => {
                ecs_core::ErrorKind::Store { place: place.clone(), reason: reason.clone() }.into()
            }
            other => ecs_core::ErrorKind::Store { place: "the store".into(), reason: other.to_string().into() }.into(),
        }
    }
}

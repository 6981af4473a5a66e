//! A store over another: it reads what is there, and keeps what is written for itself.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::entity::{AnyStored, ContentHash, EcsId, ExecutionId, IdMap, LineageId, StoreTag};
use crate::error::{ErrorKind, Result};
use crate::execution::Execution;
use crate::store::{AnyId, Commit, NoLongerKept, Store, Use, Uses, VersionEntry};

/// A store over a base, for one replay.
///
/// What is committed is in conflict with what was committed here before, as in any store, but not with what
/// the base has of a lineage after the version that is continued: that came later than what is replayed.
#[derive(Debug)]
pub(crate) struct Overlay {
    base: Arc<dyn Store>,
    tag: StoreTag,
    written: Mutex<Written>,
}

/// What was committed here.
#[derive(Default)]
struct Written {
    versions: IdMap<EcsId, AnyStored>,
    /// The versions of each lineage, in the order of their commits.
    lineages: IdMap<LineageId, Vec<AnyStored>>,
    /// The versions, here and in the base, that one of these continues.
    continued: IdMap<EcsId, ()>,
    executions: IdMap<ExecutionId, Arc<Execution>>,
    uses: Uses,
}

impl std::fmt::Debug for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Written").field("versions", &self.versions.len()).finish_non_exhaustive()
    }
}

impl Written {
    fn lineage(&self, lineage_id: LineageId) -> &[AnyStored] {
        self.lineages.get(&lineage_id).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, version: &AnyStored) {
        self.continued.extend(version.parent().map(|parent| (parent, ())));
        self.lineages.entry(version.lineage_id()).or_default().push(version.clone());
        self.versions.insert(version.ecs_id(), version.clone());
    }
}

impl Overlay {
    pub(crate) fn over(base: Arc<dyn Store>) -> Self {
        Self { base, tag: StoreTag::new(), written: Mutex::default() }
    }

    // Nothing of the user's runs while it is locked but a base store, which leaves it as it was if it panics.
    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn heads_with(&self, written: &Written, lineage_id: LineageId) -> Result<Vec<AnyStored>> {
        let mut heads = self.base.heads(lineage_id)?;
        add_own(&mut heads, written.lineage(lineage_id));
        heads.retain(|head| !written.continued.contains_key(&head.ecs_id()));
        Ok(heads)
    }

    /// Refuses a version that does not continue what it has to.
    fn check(&self, written: &Written, commit: &Commit, version: &AnyStored) -> Result<()> {
        let (lineage_id, expected) = (version.lineage_id(), version.parent());
        let own = written.lineage(lineage_id);
        let head = match own.last() {
            Some(head) => Some(head.clone()),
            None => self.base.head(lineage_id)?,
        };
        let shared = || commit.shared.iter().find(|shared| shared.lineage_id() == lineage_id);
        let found = head.as_ref().or_else(shared).map(AnyStored::ecs_id);
        let fits = match expected {
            Some(parent) if !own.is_empty() => {
                let heads = self.heads_with(written, lineage_id)?;
                commit.is_branching || heads.iter().any(|head| head.ecs_id() == parent)
            }
            Some(parent) if head.is_some() => {
                self.base.version(parent)?.is_some_and(|version| version.lineage_id() == lineage_id)
            }
            _ => found == expected,
        };
        if fits { Ok(()) } else { Err(ErrorKind::Conflict { lineage_id, expected, found }.into()) }
    }
}

impl Store for Overlay {
    fn tag(&self) -> StoreTag {
        self.tag
    }

    fn commit(&self, commit: &Commit) -> Result<()> {
        let mut written = self.written();
        for version in &commit.versions {
            self.check(&written, commit, version)?;
        }
        let mut shared = Vec::new();
        for version in &commit.shared {
            if self.base.version(version.ecs_id())?.is_none() {
                shared.push(version);
            }
        }
        for version in shared {
            if !written.versions.contains_key(&version.ecs_id()) {
                written.add(version);
            }
        }
        for version in &commit.versions {
            written.add(version);
        }
        let Written { versions, executions, uses, .. } = &mut *written;
        let find = |ecs_id| versions.get(&ecs_id).cloned().or_else(|| self.base.version(ecs_id).ok().flatten());
        match &commit.execution {
            Some(execution) => {
                executions.insert(execution.id, Arc::clone(execution));
                uses.add([Arc::clone(execution)], [], &find);
            }
            None => {
                let all = commit.versions.iter().chain(&commit.shared);
                uses.add([], all.filter(|version| version.is_root()).cloned(), &find);
            }
        }
        Ok(())
    }

    fn version(&self, ecs_id: EcsId) -> Result<Option<AnyStored>> {
        let own = self.written().versions.get(&ecs_id).cloned();
        own.map_or_else(|| self.base.version(ecs_id), |version| Ok(Some(version)))
    }

    fn head(&self, lineage_id: LineageId) -> Result<Option<AnyStored>> {
        let own = self.written().lineage(lineage_id).last().cloned();
        own.map_or_else(|| self.base.head(lineage_id), |head| Ok(Some(head)))
    }

    fn heads(&self, lineage_id: LineageId) -> Result<Vec<AnyStored>> {
        self.heads_with(&self.written(), lineage_id)
    }

    fn config(&self, content_hash: ContentHash) -> Result<Option<AnyStored>> {
        // Those written here are known to the world that this is for.
        self.base.config(content_hash)
    }

    fn lineage(&self, lineage_id: LineageId) -> Result<Vec<AnyStored>> {
        let mut lineage = self.base.lineage(lineage_id)?;
        add_own(&mut lineage, self.written().lineage(lineage_id));
        Ok(lineage)
    }

    fn execution(&self, execution_id: ExecutionId) -> Result<Option<Arc<Execution>>> {
        let own = self.written().executions.get(&execution_id).cloned();
        own.map_or_else(|| self.base.execution(execution_id), |execution| Ok(Some(execution)))
    }

    fn nested(&self, execution_id: ExecutionId) -> Result<Vec<Arc<Execution>>> {
        let mut nested = self.base.nested(execution_id)?;
        let is_nested = |execution: &&Arc<Execution>| execution.parent == Some(execution_id);
        nested.extend(self.written().executions.values().filter(is_nested).cloned());
        nested.sort_unstable_by_key(|execution| execution.id);
        Ok(nested)
    }

    fn uses(&self, ecs_id: EcsId) -> Result<Vec<Use>> {
        let mut uses = self.base.uses(ecs_id)?;
        uses.extend(self.written().uses.of(ecs_id));
        uses.sort_unstable();
        uses.dedup();
        Ok(uses)
    }

    fn returned_by(&self, ecs_id: EcsId) -> Result<Vec<ExecutionId>> {
        let mut executions = self.base.returned_by(ecs_id)?;
        executions.extend(self.written().uses.returned(ecs_id));
        executions.sort_unstable();
        executions.dedup();
        Ok(executions)
    }

    fn no_longer_kept(&self, id: AnyId) -> Result<Option<NoLongerKept>> {
        self.base.no_longer_kept(id)
    }

    fn nested_no_longer_kept(&self, execution_id: ExecutionId) -> Result<Vec<NoLongerKept>> {
        self.base.nested_no_longer_kept(execution_id)
    }

    fn each_execution(&self, visit: &mut dyn FnMut(Arc<Execution>) -> ControlFlow<()>) -> Result<()> {
        // Shown without the lock: who sees them may read this store.
        let mut own: Vec<Arc<Execution>> = self.written().executions.values().cloned().collect();
        own.sort_unstable_by_key(|execution| Reverse(execution.id));
        let mut own = own.into_iter().peekable();
        let mut ended = ControlFlow::Continue(());
        self.base.each_execution(&mut |execution| {
            while let Some(later) = own.next_if(|own| own.id > execution.id) {
                ended = visit(later);
                if ended.is_break() {
                    return ended;
                }
            }
            ended = visit(execution);
            ended
        })?;
        if ended.is_continue() {
            let _ = own.try_for_each(visit);
        }
        Ok(())
    }

    fn each_version(&self, visit: &mut dyn FnMut(&VersionEntry<'_>) -> ControlFlow<()>) -> Result<()> {
        let (mut own, continued): (Vec<AnyStored>, HashSet<EcsId>) = {
            let written = self.written();
            (written.versions.values().cloned().collect(), written.continued.keys().copied().collect())
        };
        own.sort_unstable_by_key(AnyStored::ecs_id);
        let mut own = own.into_iter().peekable();
        let entry_of = |version: &AnyStored| VersionEntry::of(version, !continued.contains(&version.ecs_id()));
        let mut ended = ControlFlow::Continue(());
        self.base.each_version(&mut |entry| {
            while let Some(version) = own.next_if(|version| version.ecs_id() < entry.ecs_id) {
                ended = visit(&entry_of(&version));
                if ended.is_break() {
                    return ended;
                }
            }
            // A config may have been written to the base since.
            own.next_if(|version| version.ecs_id() == entry.ecs_id);
            ended = visit(&VersionEntry { is_head: entry.is_head && !continued.contains(&entry.ecs_id), ..*entry });
            ended
        })?;
        while ended.is_continue()
            && let Some(version) = own.next()
        {
            ended = visit(&entry_of(&version));
        }
        Ok(())
    }
}

/// Adds the versions written here. A config may have been written to the base since.
fn add_own(versions: &mut Vec<AnyStored>, own: &[AnyStored]) {
    let base: HashSet<EcsId> = versions.iter().map(AnyStored::ecs_id).collect();
    versions.extend(own.iter().filter(|version| !base.contains(&version.ecs_id())).cloned());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;
    use crate::store::conformance::{check, commit_of, execution, executions_of, first, next};

    fn over_nothing() -> Overlay {
        Overlay::over(Arc::new(MemoryStore::default()))
    }

    /// An overlay over a store with some versions, each committed on its own.
    fn over(committed: &dyn Fn(&dyn Store) -> Vec<AnyStored>) -> (Overlay, Arc<dyn Store>, Vec<AnyStored>) {
        let base: Arc<dyn Store> = Arc::new(MemoryStore::default());
        let versions = committed(&*base);
        for version in &versions {
            base.commit(&commit_of(&[version])).expect("the versions continue each other");
        }
        (Overlay::over(Arc::clone(&base)), base, versions)
    }

    fn three_versions(store: &dyn Store) -> Vec<AnyStored> {
        let one = first(store, 1);
        let two = next(store, &one, 2);
        let three = next(store, &two, 3);
        vec![one, two, three]
    }

    fn ids(versions: Result<Vec<AnyStored>>) -> Vec<EcsId> {
        versions.expect("it can be read").iter().map(AnyStored::ecs_id).collect()
    }

    fn is_conflict(result: Result<()>) -> bool {
        matches!(result, Err(error) if matches!(error.kind(), ErrorKind::Conflict { .. }))
    }

    #[test]
    fn an_overlay_keeps_the_contract_of_a_store() {
        check(&|| Arc::new(over_nothing()));
    }

    #[test]
    fn an_overlay_of_an_overlay_keeps_it_too() {
        check(&|| Arc::new(Overlay::over(Arc::new(over_nothing()))));
    }

    #[test]
    fn what_the_base_has_is_read_and_what_is_written_stays_here() -> Result<()> {
        let (overlay, base, versions) = over(&three_versions);
        let [one, two, three] = &versions[..] else { panic!("three were made") };
        let lineage_id = one.lineage_id();
        let ran = execution("one");
        base.commit(&Commit { execution: Some(Arc::clone(&ran)), ..Commit::default() })?;

        assert_eq!(overlay.version(two.ecs_id())?.map(|version| version.ecs_id()), Some(two.ecs_id()));
        assert_eq!(overlay.head(lineage_id)?.map(|version| version.ecs_id()), Some(three.ecs_id()));
        assert_eq!(overlay.execution(ran.id)?.map(|execution| execution.id), Some(ran.id));

        let (four, other) = (next(&overlay, three, 4), first(&overlay, 0));
        let inside = Arc::new(Execution { parent: Some(ran.id), ..(*execution("two")).clone() });
        overlay.commit(&Commit { execution: Some(Arc::clone(&inside)), ..commit_of(&[&four, &other]) })?;
        let all = [one.ecs_id(), two.ecs_id(), three.ecs_id(), four.ecs_id()];
        assert_eq!(ids(overlay.lineage(lineage_id)), all);
        assert_eq!(ids(overlay.heads(lineage_id)), [four.ecs_id()]);
        assert_eq!(ids(overlay.heads(other.lineage_id())), [other.ecs_id()]);
        let listed = |executions: Vec<Arc<Execution>>| executions.iter().map(|ran| ran.id).collect::<Vec<_>>();
        assert_eq!(executions_of(&overlay), [inside.id, ran.id]);
        assert_eq!(listed(overlay.nested(ran.id)?), [inside.id]);

        assert_eq!(ids(base.lineage(lineage_id)), all[..3]);
        assert_eq!(ids(base.heads(lineage_id)), [three.ecs_id()]);
        assert!(base.version(four.ecs_id())?.is_none() && base.head(other.lineage_id())?.is_none());
        assert_eq!(executions_of(&*base), [ran.id]);
        assert!(base.nested(ran.id)?.is_empty() && base.uses(three.ecs_id())?.is_empty());
        Ok(())
    }

    #[test]
    fn executions_of_both_are_shown_in_one_order() -> Result<()> {
        let (overlay, base, _) = over(&|_| Vec::new());
        let runs: Vec<_> = (0..6)
            .map(|_| {
                std::thread::sleep(std::time::Duration::from_millis(1));
                execution("run")
            })
            .collect();
        for (position, run) in runs.iter().enumerate() {
            let recorded = Commit { execution: Some(Arc::clone(run)), ..Commit::default() };
            if [0, 1, 3].contains(&position) { overlay.commit(&recorded)? } else { base.commit(&recorded)? }
        }
        let all: Vec<ExecutionId> = runs.iter().rev().map(|run| run.id).collect();
        assert_eq!(executions_of(&overlay), all);
        for count in 1..=all.len() {
            let mut shown = Vec::new();
            overlay.each_execution(&mut |run| {
                shown.push(run.id);
                if shown.len() == count { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })?;
            assert_eq!(shown, all[..count], "nothing is shown after a break");
        }
        Ok(())
    }

    #[test]
    fn what_came_later_in_the_base_is_no_conflict() -> Result<()> {
        let (overlay, _, versions) = over(&three_versions);
        let [one, two, three] = &versions[..] else { panic!("three were made") };
        let branch = next(&overlay, one, 10);
        overlay.commit(&commit_of(&[&branch]))?;
        assert_eq!(ids(overlay.heads(one.lineage_id())), [three.ecs_id(), branch.ecs_id()]);
        assert_eq!(overlay.head(one.lineage_id())?.map(|head| head.ecs_id()), Some(branch.ecs_id()));

        // From here on the lineage is one that was written here.
        assert!(is_conflict(overlay.commit(&commit_of(&[&next(&overlay, one, 11)]))), "with what was written here");
        assert!(is_conflict(overlay.commit(&commit_of(&[&next(&overlay, two, 11)]))), "it is no head");
        overlay.commit(&commit_of(&[&next(&overlay, &branch, 11)]))?;
        overlay.commit(&commit_of(&[&next(&overlay, three, 12)]))?;
        assert_eq!(overlay.heads(one.lineage_id())?.len(), 2);
        Ok(())
    }

    #[test]
    fn a_lineage_of_the_base_is_not_begun_again() {
        let (overlay, _, versions) = over(&three_versions);
        let again = AnyStored::new(
            crate::entity::Id::of_version(versions[0].lineage_id(), EcsId::at(crate::entity::Moment::now())),
            crate::entity::Header { origin: crate::entity::Origin::New, ..*versions[0].header() },
            None,
            crate::callable::record::Kept::boxed(Some(versions[0].entity_type()), ()),
        );
        assert!(is_conflict(overlay.commit(&commit_of(&[&again]))));
        let of_nothing = next(&overlay, &first(&overlay, 0), 1);
        assert!(is_conflict(overlay.commit(&commit_of(&[&of_nothing]))));
    }

    #[test]
    fn uses_are_those_of_both() -> Result<()> {
        let (overlay, base, versions) = over(&three_versions);
        let [one, two, _] = &versions[..] else { panic!("three were made") };
        let run = |callable| {
            let mut run = (*execution(callable)).clone();
            run.input = Some(one.ecs_id());
            Arc::new(run)
        };
        let (before, after) = (run("before"), run("after"));
        base.commit(&Commit { execution: Some(Arc::clone(&before)), ..Commit::default() })?;
        let branch = next(&overlay, one, 10);
        overlay.commit(&commit_of(&[&branch]))?;
        overlay.commit(&Commit { execution: Some(Arc::clone(&after)), ..Commit::default() })?;
        let mut expected = vec![
            Use::Execution(before.id),
            Use::Execution(after.id),
            Use::Version(two.ecs_id()),
            Use::Version(branch.ecs_id()),
        ];
        expected.sort_unstable();
        assert_eq!(overlay.uses(one.ecs_id())?, expected);
        assert_eq!(base.uses(one.ecs_id())?.len(), 2);
        Ok(())
    }

    #[test]
    fn a_config_that_is_written_to_the_base_as_well_is_there_once() -> Result<()> {
        let (overlay, base, _) = over(&|_| Vec::new());
        let config = first(&*base, 1);
        let sharing = Commit { shared: [config.clone()].into_iter().collect(), ..Commit::default() };
        overlay.commit(&sharing)?;
        base.commit(&sharing)?;
        overlay.commit(&sharing)?;
        assert_eq!(ids(overlay.lineage(config.lineage_id())), [config.ecs_id()]);
        assert_eq!(ids(overlay.heads(config.lineage_id())), [config.ecs_id()]);
        Ok(())
    }
}

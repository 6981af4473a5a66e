//! Entities in sets, which are addressed by their lineages.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use serde_json::Value as Json;

use super::sequences::ByAnchor;
use crate::address::Segment;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::tree::branch::{Branch, gone};
use crate::entity::tree::keys::segment_text;
use crate::entity::tree::marker::Each;
use crate::entity::tree::node::{Act, Compare, Edit, Hashes, Node, Visit};
use crate::entity::tree::trail::{Place, Step, Trail};
use crate::entity::{EcsId, LineageId};
use crate::error::Result;

/// The part of [`Branch`] that is the same for every set. A member is addressed by its lineage; a
/// set is taken apart to change a member, as its place may depend on what changes.
macro_rules! set {
    () => {
        const HOLDS: bool = T::HOLDS;

        fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
            let mut olds: ByAnchor<'_, T> =
                old.iter().flat_map(|old| old.iter()).filter_map(|item| Some((item.anchor()?, item))).collect();
            let mut is_same = old.is_some_and(|old| old.len() == new.len());
            for item in new {
                let text = || member_text::<T, M>(item);
                let before = item.anchor().and_then(|anchor| olds.remove(&anchor));
                is_same &= T::compare(before, item, Some(&Trail { up: place, step: Step::Key(&text) }), sink)?;
            }
            if !olds.is_empty() {
                sink.rearranged();
            }
            for item in olds.into_values() {
                is_same = false;
                gone::<T, M>(item, Some(&Trail { up: place, step: Step::Key(&|| member_text::<T, M>(item)) }), sink)?;
            }
            Ok(is_same)
        }

        fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
            self.iter().try_for_each(|item| {
                item.visit(Some(&Trail { up: place, step: Step::Key(&|| member_text::<T, M>(item)) }), visit)
            })
        }

        fn locate(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
            let Segment::Name(name) = path.first()? else { return None };
            let lineage_id = name.parse::<LineageId>().ok();
            let is_meant = |item: &&T| match lineage_id {
                Some(lineage_id) => T::anchor(item) == Some(lineage_id),
                None => member_text::<T, M>(item) == **name,
            };
            let (node, steps) = self.iter().find(is_meant)?.locate(&path[1..])?;
            Some((node, steps + 1))
        }

        fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>) {
            let by_member: HashMap<std::borrow::Cow<'_, str>, &[Edit<'_>]> = edits
                .chunk_by(|a, b| a.steps.get(depth) == b.steps.get(depth))
                .filter_map(|group| Some((segment_text(group[0].steps.get(depth)?), group)))
                .collect();
            let changed = std::mem::take(self).into_iter().map(|mut item| {
                if let Some(group) = by_member.get(member_text::<T, M>(&item).as_str()) {
                    item.edit(group, depth + 1, act);
                }
                item
            });
            *self = changed.collect();
        }

        fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
            let changed = std::mem::take(self).into_iter().map(|mut item| {
                item.each_mut(act);
                item
            });
            *self = changed.collect();
        }

        fn encode(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure> {
            let encodings = self.iter().map(|item| {
                Encoder::with(|encoder| {
                    item.encode(encoder, hashes)?;
                    Ok(encoder.written().to_vec())
                })
            });
            let encodings = encodings.collect::<Result<Vec<_>, Failure>>()?;
            encoder.set(encodings);
            Ok(())
        }

        fn may_refer() -> bool {
            T::may_refer()
        }

        fn references(&self, found: &mut Vec<EcsId>) -> Result<(), Failure> {
            self.iter().try_for_each(|item| item.references(found))
        }

        fn sketch(&self) -> Json {
            let mut members: Vec<Json> = self.iter().map(T::sketch).collect();
            members.sort_by_cached_key(Json::to_string);
            Json::Array(members)
        }
    };
}

/// What a member of a set is addressed by.
fn member_text<T: Branch<M>, M>(item: &T) -> String {
    item.anchor().map_or_else(|| "…".to_owned(), |lineage_id| lineage_id.to_string())
}

impl<T: Branch<M> + Ord, M: 'static> Branch<Each<M>> for BTreeSet<T> {
    set!();
}

impl<T, M, S> Branch<Each<M>> for HashSet<T, S>
where
    T: Branch<M> + Eq + Hash,
    M: 'static,
    S: BuildHasher + Default + Send + Sync + 'static,
{
    set!();
}

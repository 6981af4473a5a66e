//! Entities behind pointers and options.

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::address::Segment;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::tree::branch::{Branch, gone};
use crate::entity::tree::marker::Each;
use crate::entity::tree::node::{Act, Compare, Edit, Entries, Hashes, Layout, Node, Visit};
use crate::entity::tree::trail::Place;
use crate::entity::{EcsId, LineageId};
use crate::error::Result;

/// The part of [`Branch`] that is the same for every container of exactly one.
macro_rules! pointer {
    () => {
        const HOLDS: bool = T::HOLDS;
        const LAYOUT: Layout = T::LAYOUT;

        fn anchor(&self) -> Option<LineageId> {
            T::anchor(self)
        }

        fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
            T::visit(self, place, visit)
        }

        fn locate(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
            T::locate(self, path)
        }

        fn encode(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure> {
            T::encode(self, encoder, hashes)
        }

        fn count(&self) -> usize {
            T::count(self)
        }

        fn encode_elements(
            &self,
            range: Range<usize>,
            encoder: &mut Encoder,
            hashes: &mut Hashes<'_>,
        ) -> Result<(), Failure> {
            T::encode_elements(self, range, encoder, hashes)
        }

        fn entries(&self, visit: &mut Entries<'_>) -> Result<(), Failure> {
            T::entries(self, visit)
        }

        fn may_refer() -> bool {
            T::may_refer()
        }

        fn references(&self, found: &mut Vec<EcsId>) -> Result<(), Failure> {
            T::references(self, found)
        }

        fn sketch(&self) -> Json {
            T::sketch(self)
        }
    };
}

impl<T: Branch<M>, M: 'static> Branch<Each<M>> for Box<T> {
    pointer!();

    fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
        T::compare(old.map(|old| &**old), new, place, sink)
    }

    fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>) {
        T::edit(self, edits, depth, act);
    }

    fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        T::each_mut(self, act);
    }
}

impl<T: Branch<M> + Clone, M: 'static> Branch<Each<M>> for Arc<T> {
    pointer!();

    fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
        // Nobody can have changed what both point at.
        if old.is_some_and(|old| Self::ptr_eq(old, new)) {
            return Ok(true);
        }
        T::compare(old.map(|old| &**old), new, place, sink)
    }

    fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>) {
        T::edit(Self::make_mut(self), edits, depth, act);
    }

    fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        T::each_mut(Self::make_mut(self), act);
    }
}

impl<T: Branch<M>, M: 'static> Branch<Each<M>> for Option<T> {
    const HOLDS: bool = T::HOLDS;

    fn anchor(&self) -> Option<LineageId> {
        self.as_ref().and_then(T::anchor)
    }

    fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
        let was_there = old.is_some();
        match (old.and_then(Self::as_ref), new) {
            (old, Some(new)) => T::compare(old, new, place, sink),
            (Some(old), None) => {
                sink.rearranged();
                gone(old, place, sink).map(|()| false)
            }
            (None, None) => Ok(was_there),
        }
    }

    fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
        self.iter().try_for_each(|item| item.visit(place, visit))
    }

    fn locate(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
        self.as_ref()?.locate(path)
    }

    fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>) {
        self.iter_mut().for_each(|item| item.edit(edits, depth, act));
    }

    fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
        self.iter_mut().for_each(|item| item.each_mut(act));
    }

    fn encode(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure> {
        match self {
            Some(item) => {
                encoder.some();
                item.encode(encoder, hashes)
            }
            None => {
                encoder.unit();
                Ok(())
            }
        }
    }

    fn may_refer() -> bool {
        T::may_refer()
    }

    fn references(&self, found: &mut Vec<EcsId>) -> Result<(), Failure> {
        self.iter().try_for_each(|item| item.references(found))
    }

    fn sketch(&self) -> Json {
        self.as_ref().map_or(Json::Null, T::sketch)
    }
}

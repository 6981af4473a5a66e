//! Entities in tuples, which are addressed by index.

use serde_json::Value as Json;

use super::sequences::{by_index, index_of};
use crate::address::Segment;
use crate::entity::encode::{Encoder, Failure};
use crate::entity::tree::branch::Branch;
use crate::entity::tree::marker::Tuple;
use crate::entity::tree::node::{Act, Compare, Edit, Hashes, Node, Visit};
use crate::entity::tree::trail::{Place, Step, Trail};
use crate::entity::{EcsId, LineageId};
use crate::error::Result;
use crate::tuples::{each_tuple, nested};

macro_rules! tuples {
    ($($length:literal: $($type:ident $marker:ident $index:tt),+;)*) => {$(
        impl<$($type: Branch<$marker>, $marker: 'static),+> Branch<Tuple<nested!($($marker)+)>> for ($($type,)+) {
            const HOLDS: bool = $($type::HOLDS)||+;

            fn anchor(&self) -> Option<LineageId> {
                None$(.or_else(|| self.$index.anchor()))+
            }

            fn compare(old: Option<&Self>, new: &Self, place: Place<'_>, sink: &mut dyn Compare) -> Result<bool> {
                let mut is_same = true;
                $({
                    let trail = Trail { up: place, step: Step::Index($index) };
                    is_same &= $type::compare(old.map(|old| &old.$index), &new.$index, Some(&trail), sink)?;
                })+
                Ok(is_same)
            }

            fn visit(&self, place: Place<'_>, visit: &mut Visit<'_>) -> Result<()> {
                $(self.$index.visit(Some(&Trail { up: place, step: Step::Index($index) }), visit)?;)+
                Ok(())
            }

            fn locate(&self, path: &[Segment]) -> Option<(&dyn Node, usize)> {
                let (node, steps) = match index_of(path.first())? {
                    $($index => self.$index.locate(&path[1..])?,)+
                    _ => return None,
                };
                Some((node, steps + 1))
            }

            fn edit(&mut self, edits: &[Edit<'_>], depth: usize, act: &mut Act<'_>) {
                for (index, group) in by_index(edits, depth) {
                    match index {
                        $($index => self.$index.edit(group, depth + 1, act),)+
                        _ => {}
                    }
                }
            }

            fn each_mut(&mut self, act: &mut dyn FnMut(&mut dyn Node)) {
                $(self.$index.each_mut(act);)+
            }

            fn encode(&self, encoder: &mut Encoder, hashes: &mut Hashes<'_>) -> Result<(), Failure> {
                encoder.sequence($length);
                $(self.$index.encode(encoder, hashes).map_err(|failure| failure.under(concat!(".", $index)))?;)+
                Ok(())
            }

            fn may_refer() -> bool {
                $($type::may_refer())||+
            }

            fn references(&self, found: &mut Vec<EcsId>) -> Result<(), Failure> {
                $(if $type::may_refer() {
                    self.$index.references(found)?;
                })+
                Ok(())
            }

            fn sketch(&self) -> Json {
                Json::Array(vec![$(self.$index.sketch()),+])
            }
        }
    )*};
}

each_tuple!(tuples);

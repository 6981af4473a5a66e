//! What the suite stores.

use std::any::Any;
use std::sync::Arc;

use smallvec::SmallVec;

use super::rule::must;
use crate::entity::tree::content_hash;
use crate::entity::tree::marker::{Each, Leaf};
use crate::entity::tree::next::{Making, next_version};
use crate::entity::tree::parts::{EachPair, EachPart, EachPartMut};
use crate::entity::tree::same::Sameness;
use crate::entity::{
    AnyStored, EcsId, Entity, EntityType, ExecutionId, Field, Header, Id, LineageId, Moment, Origin, with_tree,
};
use crate::execution::{Arguments, Execution, Strategy};
use crate::location::Location;
use crate::registry::EntityRegistration;
use crate::signature::{Description, Fingerprint, Param, kind};
use crate::store::{Commit, Store};

/// The entity that the suite stores.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Sample {
    pub(super) id: Id,
    pub(super) number: i64,
}

impl Entity for Sample {
    const TYPE: &'static EntityType = {
        const FIELDS: &[Field] = &[Field::new::<i64>("number", None)];
        let location = Location { file: file!(), line: line!(), column: column!() };
        &EntityType::new::<Sample>("ecs conformance sample", "id", FIELDS, false, location)
    };

    fn id(&self) -> Id {
        self.id
    }

    fn id_mut(&mut self) -> &mut Id {
        &mut self.id
    }

    fn field(&self, name: &str) -> Option<&dyn Any> {
        (name == "number").then_some(&self.number as &dyn Any)
    }
}

// A store that outlives the process finds the type of what it reads by name.
inventory::submit! {
    EntityRegistration(<Sample as Entity>::TYPE)
}

pub(in crate::store) fn version(
    store: &dyn Store,
    lineage_id: LineageId,
    origin: Origin,
    number: i64,
    made_by: Option<&Execution>,
) -> AnyStored {
    let mut sample = Sample { id: Id::UNSET, number };
    let ecs_id = EcsId::at(Moment::now());
    sample.id = Id::of_version(lineage_id, ecs_id);
    let content_hash = must(content_hash(&sample), "a sample has a content");
    let execution_id = made_by.map(|execution| execution.id);
    let header = Header { origin, content_hash, execution_id, store: store.tag(), is_read_anew: false };
    AnyStored::new(sample.id, header, None, Box::new(sample))
}

/// A version that begins a lineage of its own.
pub(crate) fn first(store: &dyn Store, number: i64) -> AnyStored {
    version(store, Id::new().lineage_id(), Origin::New, number, None)
}

/// A version that continues `parent`.
pub(crate) fn next(store: &dyn Store, parent: &AnyStored, number: i64) -> AnyStored {
    version(store, parent.lineage_id(), Origin::Next(parent.ecs_id()), number, None)
}

/// A callable that is in no program.
pub(super) fn callable(name: &'static str, params: &'static [Param]) -> &'static Description {
    Box::leak(Box::new(Description::unknown(name, Fingerprint([7; 32]), params)))
}

pub(crate) fn execution(name: &'static str) -> Arc<Execution> {
    let moment = Moment::now();
    Arc::new(Execution {
        id: ExecutionId::at(moment),
        parent: None,
        strategy: Strategy::NoInputs,
        input: None,
        configs: SmallVec::new(),
        outputs: SmallVec::new(),
        output_entity: None,
        definition: callable(name, &[]),
        arguments: Arguments::default(),
        nanoseconds: 3_000,
        ending: None,
    })
}

pub(crate) fn commit_of(versions: &[&AnyStored]) -> Commit {
    Commit { versions: versions.iter().map(|&version| version.clone()).collect(), ..Commit::default() }
}

/// The entity with others in it that the suite stores.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct SampleTree {
    pub(super) id: Id,
    pub(super) samples: Vec<Sample>,
}

impl Entity for SampleTree {
    const TYPE: &'static EntityType = {
        const FIELDS: &[Field] = &[Field::new::<Vec<Sample>>("samples", None)];
        let location = Location { file: file!(), line: line!(), column: column!() };
        &EntityType::new::<SampleTree>("ecs conformance tree", "id", FIELDS, false, location)
    };
    const HOLDS_ENTITIES: bool = true;

    fn id(&self) -> Id {
        self.id
    }

    fn id_mut(&mut self) -> &mut Id {
        &mut self.id
    }

    fn field(&self, name: &str) -> Option<&dyn Any> {
        (name == "samples").then_some(&self.samples as &dyn Any)
    }

    fn same_values(&self, _other: &Self) -> Sameness {
        Sameness::Same
    }

    fn parts<'a, V: EachPart<'a>>(&'a self, each: &mut V) {
        each.part::<_, Each<Leaf<{ kind::ENTITY }>>>(0, "samples", &self.samples);
    }

    fn parts_mut<V: EachPartMut>(&mut self, each: &mut V) {
        each.part::<_, Each<Leaf<{ kind::ENTITY }>>>(0, "samples", &mut self.samples);
    }

    fn pairs<'a, V: EachPair<'a>>(old: &'a Self, new: &'a Self, each: &mut V) {
        each.pair::<_, Each<Leaf<{ kind::ENTITY }>>>(0, "samples", &old.samples, &new.samples);
    }
}

inventory::submit! {
    EntityRegistration(<SampleTree as Entity>::TYPE)
}

/// The versions that the next version of a tree consists of, the root first.
pub(super) fn tree(store: &dyn Store, value: SampleTree, base: Option<&AnyStored>) -> Vec<AnyStored> {
    let origin = base.map_or(Origin::New, |base| Origin::Next(base.ecs_id()));
    let find = |ecs_id| store.version(ecs_id);
    let making = Making { find: &find, settled: None, moment: Moment::now(), execution_id: None, store: store.tag() };
    match must(next_version(Box::new(value), base, origin, &making), "a tree has a next version") {
        Some(stored) => with_tree(stored).collect(),
        None => panic!("broken rule: what differs has a next version"),
    }
}

//! Settling: what happened to each entity that the function put out, and which versions it makes.

use std::fmt;

use smallvec::SmallVec;

use super::commit::Underway;
use super::versions::Versions;
use crate::address::{Path, Segment};
use crate::callable::Frame;
use crate::callable::parts::{Keep, Step};
use crate::entity::content::hash_entity;
use crate::entity::{AnyStored, ContentHash, EcsId, Entity, Id, LineageId, Origin, Stored};
use crate::error::{ErrorKind, Result};
use crate::execution::{Output, Semantics};

/// What is to be committed.
#[derive(Default)]
pub(super) struct Settled {
    /// The record of each output.
    pub(super) outputs: SmallVec<[Output; 1]>,
    /// The version of each output.
    pub(super) handles: Versions,
    /// The versions that are new.
    pub(super) versions: SmallVec<[AnyStored; 3]>,
    /// The generated output entity.
    pub(super) output_entity: Option<AnyStored>,
}

/// Settles everything that the function of `frame` put out.
///
/// # Errors
///
/// If an identity is not in order, or something put out cannot be recorded.
pub(super) fn settle(underway: &Underway<'_>, frame: &mut dyn Frame) -> Result<Settled> {
    let mut settler = Settler {
        underway,
        settled: Settled::default(),
        places: SmallVec::new(),
        place: Place::Result(SmallVec::new()),
    };
    frame.settle(&mut settler)?;
    Ok(settler.settled)
}

/// What slots and results settle with.
pub struct Settler<'u> {
    underway: &'u Underway<'u>,
    settled: Settled,
    /// Where each output stands.
    places: SmallVec<[Place; 1]>,
    place: Place,
}

/// Where an output stands.
#[derive(Clone)]
enum Place {
    Parameter(&'static str),
    Result(SmallVec<[Segment; 1]>),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(name) => write!(f, "`&mut {name}`"),
            Self::Result(path) => write!(f, "`result{}`", Path::of(path)),
        }
    }
}

/// What an output is a version of.
struct Base {
    origin: Origin,
    semantics: Semantics,
    /// The version it continues, which it is if its content is the same.
    version: Option<AnyStored>,
}

impl Settler<'_> {
    /// Takes what the function left behind the `&mut` parameter that came as `base`.
    pub(crate) fn changed<E: Entity>(
        &mut self,
        base: &Stored<E>,
        copy: E,
        parameter: &'static str,
    ) -> Result<Stored<E>> {
        let (expected, found) = (base.id(), copy.id());
        if expected != found {
            let callable = self.underway.definition.name;
            return Err(ErrorKind::IdentityReplaced { callable, parameter, expected, found }.into());
        }
        let base = Base {
            origin: Origin::Next(base.ecs_id()),
            semantics: Semantics::Mutation,
            version: Some(base.clone().erase()),
        };
        let outside = std::mem::replace(&mut self.place, Place::Parameter(parameter));
        let stored = self.put_out(copy, base);
        self.place = outside;
        stored
    }

    /// Records the generated output entity.
    pub(crate) fn record_output<E: Entity>(&mut self, value: E) -> Result<()> {
        let Underway { world, moment, id, .. } = self.underway;
        let stored = world.make_version(value, *moment, *id)?;
        self.settled.output_entity = Some(stored.erase());
        Ok(())
    }

    /// Finds what an entity in the result is a version of.
    fn base_of(&self, id: Id, type_name: &'static str) -> Result<Base> {
        let input = self.underway.inputs.version_of(id.lineage_id(), id.ecs_id()).cloned();
        let version = match (input, id.ecs_id()) {
            (Some(input), _) => Some(input),
            (None, None) => None,
            (None, Some(ecs_id)) => match self.find_version(ecs_id)? {
                Some(version) if version.lineage_id() == id.lineage_id() => Some(version),
                Some(_) => {
                    return Ok(Base { origin: Origin::Fork(ecs_id), semantics: Semantics::Creation, version: None });
                }
                None => return Err(ErrorKind::ForeignEntity { type_name, ecs_id }.into()),
            },
        };
        Ok(match version {
            Some(version) => {
                Base { origin: Origin::Next(version.ecs_id()), semantics: Semantics::Mutation, version: Some(version) }
            }
            None => Base { origin: Origin::New, semantics: Semantics::Creation, version: None },
        })
    }

    /// A version by its id; a config of this call may not be stored yet.
    fn find_version(&self, ecs_id: EcsId) -> Result<Option<AnyStored>> {
        let config = self.underway.inputs.configs.iter().find(|config| config.ecs_id() == ecs_id);
        match config {
            Some(config) => Ok(Some(config.clone())),
            None => self.underway.world.find_version(ecs_id),
        }
    }

    fn put_out<E: Entity>(&mut self, entity: E, base: Base) -> Result<Stored<E>> {
        let hash = hash_entity(E::TYPE.name(), &entity)?;
        let lineage_id = entity.id().lineage_id();
        if let Some((twin, is_changed)) = self.same_lineage(lineage_id, hash)? {
            let stored = twin.clone().downcast::<E>()?;
            self.note(twin, base.semantics, is_changed);
            return Ok(stored);
        }
        if let Some(version) = base.version.filter(|version| version.content_hash() == hash) {
            let stored = version.clone().downcast::<E>()?;
            self.note(version, base.semantics, false);
            return Ok(stored);
        }
        let Underway { world, moment, id, .. } = self.underway;
        let stored = world.version_with_hash(entity, hash, base.origin, *moment, Some(*id));
        let version = stored.clone().erase();
        self.settled.versions.push(version.clone());
        self.note(version, base.semantics, true);
        Ok(stored)
    }

    /// The output of the same lineage that is there already, if any, and whether it is a new version.
    fn same_lineage(&self, lineage_id: LineageId, hash: ContentHash) -> Result<Option<(AnyStored, bool)>> {
        let handles = &self.settled.handles;
        let Some(first) = handles.positions(lineage_id).next() else { return Ok(None) };
        let handle = &handles.as_slice()[first];
        if handle.content_hash() == hash {
            return Ok(Some((handle.clone(), self.settled.outputs[first].is_changed)));
        }
        Err(ErrorKind::AmbiguousIdentity {
            callable: self.underway.definition.name,
            lineage_id,
            first: self.places[first].to_string(),
            second: self.place.to_string(),
        }
        .into())
    }

    fn note(&mut self, version: AnyStored, semantics: Semantics, is_changed: bool) {
        let index = self.settled.handles.as_slice().len();
        let (ecs_id, lineage_id): (EcsId, LineageId) = (version.ecs_id(), version.lineage_id());
        self.settled.outputs.push(Output {
            output_index: u32::try_from(index).unwrap_or(u32::MAX),
            ecs_id,
            lineage_id,
            semantics,
            is_changed,
        });
        self.places.push(self.place.clone());
        self.settled.handles.push(version);
    }
}

impl Keep for Settler<'_> {
    fn keep<E: Entity>(&mut self, entity: E) -> Result<Stored<E>> {
        let base = self.base_of(entity.id(), E::TYPE.name())?;
        self.put_out(entity, base)
    }

    fn enter(&mut self, step: Step<'_>) {
        if let Place::Result(path) = &mut self.place {
            path.push(step.segment());
        }
    }

    fn leave(&mut self) {
        if let Place::Result(path) = &mut self.place {
            path.pop();
        }
    }
}

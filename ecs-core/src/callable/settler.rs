//! What slots and results settle with: what happened to each entity that the function put out, and which versions it
//! makes.

use std::borrow::Cow;
use std::cell::OnceCell;

use smallvec::SmallVec;

use super::parts::{Keep, Step};
use super::{Definition, Inputs};
use crate::address::{Path, Segment};
use crate::entity::erased::{Erase, Erased};
use crate::entity::tree::next::{Making, next_version};
use crate::entity::tree::{DroppedInRoom, Node, paths_of, visit_all};
use crate::entity::{
    AnyStored, EcsId, Entity, ExecutionId, Id, IdMap, LineageId, Moment, Origin, Stored, push_with_tree, version_in,
    with_tree,
};
use crate::error::{Error, ErrorKind, Result};
use crate::execution::{Output, Semantics};
use crate::ground::Ground;
use crate::signature::Param;
use crate::store::Commit;

/// What is to be committed.
#[derive(Default)]
pub(crate) struct Settled {
    /// The record of each output.
    pub(crate) outputs: SmallVec<[Output; 1]>,
    /// The version of each output.
    pub(crate) handles: SmallVec<[AnyStored; 2]>,
    /// The versions that are new are in it.
    pub(crate) commit: Commit,
    /// The generated output entity.
    pub(crate) output_entity: Option<AnyStored>,
}

/// What slots and results settle with.
pub struct Settler<'u> {
    ground: &'u Ground,
    definition: &'static Definition,
    execution_id: ExecutionId,
    moment: Moment,
    inputs: &'u Inputs,
    settled: &'u mut Settled,
    /// Where each output stands.
    places: SmallVec<[Place; 1]>,
    place: Place,
    /// The versions of the outputs so far, and of everything in them that is new.
    lineages: IdMap<LineageId, AnyStored>,
    /// How many outputs those are of.
    noted: usize,
    /// What the inputs hold, once somebody asks.
    below_inputs: OnceCell<IdMap<LineageId, ()>>,
}

/// Where an output stands.
#[derive(Clone)]
enum Place {
    Parameter(&'static str),
    Result(SmallVec<[Segment; 1]>),
}

/// An output, or the path to a part of it, as messages name it.
fn place_text(place: &Place, path: &str) -> String {
    match place {
        Place::Parameter(name) if path.is_empty() => format!("`&mut {name}`"),
        Place::Parameter(name) => format!("`{name}{path}`"),
        Place::Result(steps) => format!("`result{}{path}`", Path::of(steps)),
    }
}

/// What an output is a version of.
struct Base<'v> {
    origin: Origin,
    semantics: Semantics,
    /// The version it continues, which it is if nothing differs.
    version: Option<Cow<'v, AnyStored>>,
}

impl<'v> Base<'v> {
    fn next(version: Cow<'v, AnyStored>, semantics: Semantics) -> Self {
        Self { origin: Origin::Next(version.ecs_id()), semantics, version: Some(version) }
    }
}

impl<'u> Settler<'u> {
    #[inline]
    pub(crate) fn new(
        ground: &'u Ground,
        definition: &'static Definition,
        execution_id: ExecutionId,
        moment: Moment,
        inputs: &'u Inputs,
        settled: &'u mut Settled,
    ) -> Self {
        Self {
            ground,
            definition,
            execution_id,
            moment,
            inputs,
            settled,
            places: SmallVec::new(),
            place: Place::Result(SmallVec::new()),
            lineages: IdMap::default(),
            noted: 0,
            below_inputs: OnceCell::new(),
        }
    }

    /// Takes what the function left behind the `&mut` parameter that came as `base`.
    #[inline]
    pub(crate) fn changed(
        &mut self,
        base: &AnyStored,
        copy: Box<dyn Node>,
        param: &'static Param,
    ) -> Result<AnyStored> {
        let copy = DroppedInRoom::new(copy);
        let (expected, found) = (base.identity(), copy.get().node_id());
        if expected != found {
            let callable = self.definition.name;
            let parameter = param.name;
            return Err(ErrorKind::IdentityReplaced { callable, parameter, expected, found }.into());
        }
        let origin = Origin::Next(version_in(expected));
        let base = Base { origin, semantics: Semantics::Mutation, version: Some(Cow::Borrowed(base)) };
        let outside = std::mem::replace(&mut self.place, Place::Parameter(param.name));
        let stored = self.put_out(copy.take(), base);
        self.place = outside;
        match param.erased {
            Some(erased) => erased.check(stored?),
            None => unreachable!("only an entity is behind `&mut`"),
        }
    }

    /// Takes an entity in the result.
    fn keep_as(&mut self, entity: Box<dyn Node>, erased: &Erased) -> Result<AnyStored> {
        let entity = DroppedInRoom::new(entity);
        let base = self.base_of(entity.get().node_id(), erased.entity_type.name())?;
        erased.check(self.put_out(entity.take(), base)?)
    }

    /// Records the generated output entity.
    pub(crate) fn record_output(&mut self, record: Box<dyn Node>) -> Result<()> {
        self.settled.output_entity = Some(self.ground.make_version(record, self.moment, self.execution_id)?);
        Ok(())
    }

    /// Finds what an entity in the result is a version of.
    fn base_of(&self, id: Id, type_name: &'static str) -> Result<Base<'u>> {
        let inputs = self.inputs;
        let creation = |origin| Ok(Base { origin, semantics: Semantics::Creation, version: None });
        if let Some(input) = inputs.version_of(id.lineage_id(), id.ecs_id()) {
            return Ok(Base::next(Cow::Borrowed(input), Semantics::Mutation));
        }
        let Some(ecs_id) = id.ecs_id() else { return creation(Origin::New) };
        match self.find_version(ecs_id)? {
            Some(version) if version.lineage_id() == id.lineage_id() => {
                let semantics = if self.is_in_input(&version) { Semantics::Detachment } else { Semantics::Mutation };
                Ok(Base::next(Cow::Owned(version), semantics))
            }
            Some(_) => creation(Origin::Fork(ecs_id)),
            None => Err(ErrorKind::ForeignEntity { type_name, ecs_id }.into()),
        }
    }

    /// Whether the tree of an input holds the thing that `version` is of.
    fn is_in_input(&self, version: &AnyStored) -> bool {
        let (inputs, lineage_id) = (self.inputs, version.lineage_id());
        // Mostly it is where it was when it got its version.
        if !version.is_root()
            && let Some(input) = inputs.version_of(version.root_lineage(), None)
            && let (found, []) = input.walk(version.path().segments())
            && found.node_id().lineage_id() == lineage_id
        {
            return true;
        }
        let below = self.below_inputs.get_or_init(|| {
            let mut below = IdMap::default();
            for input in inputs.given() {
                let visited = visit_all(input.node(), &mut |_, node| {
                    below.insert(node.node_id().lineage_id(), ());
                    Ok(())
                });
                debug_assert!(visited.is_ok(), "looking fails for nobody");
            }
            below
        });
        below.contains_key(&lineage_id)
    }

    /// A version by its id; a config of this call may not be stored yet.
    fn find_version(&self, ecs_id: EcsId) -> Result<Option<AnyStored>> {
        let config = self.inputs.configs.iter().map(|config| &config.version).find(|config| config.ecs_id() == ecs_id);
        match config {
            Some(config) => Ok(Some(config.clone())),
            None => self.ground.find_unless_gone(ecs_id),
        }
    }

    #[inline]
    fn put_out(&mut self, entity: Box<dyn Node>, base: Base<'_>) -> Result<AnyStored> {
        let lineage_id = entity.node_id().lineage_id();
        self.note_settled();
        if let Some(twin) = self.lineages.get(&lineage_id).cloned() {
            let entity = DroppedInRoom::new(entity);
            if !twin.has_content(entity.get())? {
                return Err(self.ambiguous(lineage_id, self.place_in("")));
            }
            let is_changed = self.is_of_this_call(&twin);
            self.note(twin.clone(), base.semantics, is_changed);
            return Ok(twin);
        }
        let find = |ecs_id| self.find_version(ecs_id);
        let making = self.ground.making(&find, self.moment, Some(self.execution_id));
        let making = Making { settled: Some(&self.lineages), ..making };
        let made = next_version(entity, base.version.as_deref(), base.origin, &making);
        match (made.map_err(|error| self.with_places(error))?, base.version) {
            (Some(stored), _) => {
                push_with_tree(stored.clone(), &mut self.settled.commit.versions);
                self.note(stored.clone(), base.semantics, true);
                Ok(stored)
            }
            (None, Some(version)) => {
                let version = version.into_owned();
                self.note(version.clone(), base.semantics, false);
                Ok(version)
            }
            (None, None) => unreachable!("what was not there differs"),
        }
    }

    /// Makes the outputs so far known to those that follow; an only output needs none of it.
    #[inline]
    fn note_settled(&mut self) {
        let handles = &self.settled.handles;
        for handle in &handles[self.noted..] {
            self.lineages.insert(handle.lineage_id(), handle.clone());
            if self.is_of_this_call(handle) {
                self.lineages.extend(handle.committed_below().map(|version| (version.lineage_id(), version)));
            }
        }
        self.noted = handles.len();
    }

    /// Refuses a part of a tree that was put out changed elsewhere, while another output still holds it
    /// as it was.
    ///
    /// # Errors
    ///
    /// If there is one.
    #[inline]
    pub(crate) fn refuse_left_behind(&self) -> Result<()> {
        let handles = &self.settled.handles;
        if handles.len() < 2 || !handles.iter().any(|handle| handle.node().holds_entities()) {
            return Ok(());
        }
        let mut moved: IdMap<LineageId, (usize, AnyStored)> = IdMap::default();
        for (at, handle) in handles.iter().enumerate().filter(|(_, handle)| self.is_of_this_call(handle)) {
            for version in with_tree(handle.clone()) {
                let Some(parent) = version.parent() else { continue };
                let is_moved = self
                    .find_version(parent)?
                    .and_then(|parent| parent.holder_lineage())
                    .is_some_and(|holder| Some(holder) != version.holder_lineage());
                if is_moved {
                    moved.insert(version.lineage_id(), (at, version));
                }
            }
        }
        if moved.is_empty() {
            return Ok(());
        }
        for (other_at, other) in handles.iter().enumerate().filter(|(_, other)| other.node().holds_entities()) {
            visit_all(other.node(), &mut |path, node| {
                let Some((at, version)) = moved.get(&node.node_id().lineage_id()).filter(|(at, _)| *at != other_at)
                else {
                    return Ok(());
                };
                let kept = node.node_id().ecs_id().map_or(Ok(None), |ecs_id| self.find_version(ecs_id))?;
                match kept {
                    Some(kept) if !kept.has_content_of(version)? => {}
                    _ => return Ok(()),
                }
                let mut places = [(other_at, Path::of(path)), (*at, version.path())];
                places.sort_unstable_by_key(|(at, _)| *at);
                let [first, second] = places.map(|(at, path)| place_text(&self.places[at], &path.to_string()));
                let (callable, lineage_id) = (self.definition.name, version.lineage_id());
                Err(ErrorKind::AmbiguousIdentity { callable, lineage_id, first, second }.into())
            })?;
        }
        Ok(())
    }

    fn is_of_this_call(&self, version: &AnyStored) -> bool {
        version.execution_id() == Some(self.execution_id)
    }

    /// The same error with the outputs it is about.
    fn with_places(&self, error: Error) -> Error {
        match error.kind() {
            ErrorKind::AmbiguousIdentity { lineage_id, second, .. } => {
                self.ambiguous(*lineage_id, self.place_in(second))
            }
            _ => error,
        }
    }

    fn ambiguous(&self, lineage_id: LineageId, second: String) -> Error {
        let handles = self.settled.handles.iter().zip(&self.places);
        let mut places = handles.filter_map(|(handle, place)| {
            if handle.lineage_id() == lineage_id {
                return Some(place_text(place, ""));
            }
            let path = paths_of(handle.node(), lineage_id).first()?.to_string();
            Some(place_text(place, &path))
        });
        let (callable, first) = (self.definition.name, places.next().unwrap_or_default());
        ErrorKind::AmbiguousIdentity { callable, lineage_id, first, second }.into()
    }

    fn place_in(&self, path: &str) -> String {
        place_text(&self.place, path)
    }

    #[inline]
    fn note(&mut self, version: AnyStored, semantics: Semantics, is_changed: bool) {
        let index = self.settled.handles.len();
        let id = version.identity();
        let (ecs_id, lineage_id) = (version_in(id), id.lineage_id());
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
        self.keep_as(Box::new(entity), E::ERASED).map(Stored::typed)
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

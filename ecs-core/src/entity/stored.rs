//! Handles to committed versions.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::Value;
use smallvec::{Array, SmallVec};

use super::content::ContentHash;
use super::extract::{self, Miss};
use super::tree::next::ROOT;
use super::tree::node::Digests;
use super::tree::{Node, hash_node, visit_all};
use super::version::{Header, NodeRecord, Origin, Tree, Version};
use super::{EcsId, Entity, EntityType, ExecutionId, Id, LineageId, Ref};
use crate::address::{Address, At, Path, Segment, Target, VersionText};
use crate::deep;
use crate::error::{Error, ErrorKind, Result};

/// The version in the identity that a committed entity carries.
#[inline]
pub(crate) fn version_in(id: Id) -> EcsId {
    match id.ecs_id() {
        Some(ecs_id) => ecs_id,
        None => unreachable!("a committed entity has the id of its version"),
    }
}

/// The questions both kinds of handle answer about their version.
macro_rules! about_the_version {
    () => {
        /// The id of this version.
        #[must_use]
        pub fn ecs_id(&self) -> EcsId {
            version_in(self.identity())
        }

        /// The id of the thing this is a version of.
        #[must_use]
        pub fn lineage_id(&self) -> LineageId {
            self.identity().lineage_id()
        }

        /// The version of the same thing that this one continues.
        #[must_use]
        pub fn parent(&self) -> Option<EcsId> {
            match self.header().origin {
                Origin::Next(parent) => Some(parent),
                Origin::New | Origin::Fork(_) => None,
            }
        }

        /// The version of another thing that this one was forked from.
        #[must_use]
        pub fn forked_from(&self) -> Option<EcsId> {
            match self.header().origin {
                Origin::Fork(source) => Some(source),
                Origin::New | Origin::Next(_) => None,
            }
        }

        /// The hash of the content, which equal content shares whatever its identity.
        #[must_use]
        pub fn content_hash(&self) -> ContentHash {
            self.header().content_hash
        }

        /// The execution that made this version; `None` if it was inserted or committed directly.
        #[must_use]
        pub fn execution_id(&self) -> Option<ExecutionId> {
            self.header().execution_id
        }

        /// The address of the whole entity.
        #[must_use]
        pub fn address(&self) -> Address {
            Address::of_version(self.ecs_id())
        }

        /// The version of the root that this one was committed with; its own if it is a root.
        #[must_use]
        pub fn root(&self) -> EcsId {
            version_in(self.root_identity())
        }

        /// When this version was made.
        #[must_use]
        pub fn time(&self) -> SystemTime {
            self.ecs_id().time()
        }

        /// Whether this was committed as a root, rather than inside another entity.
        #[must_use]
        pub fn is_root(&self) -> bool {
            self.root() == self.ecs_id()
        }
    };
}

/// A cheap handle to a committed version; derefs to the entity and displays as its address.
///
/// Two handles are equal if they are to the same version.
pub struct Stored<T> {
    any: AnyStored,
    entity: PhantomData<fn() -> T>,
}

impl<T> Stored<T> {
    /// This handle without its type, which need not be known to be an entity.
    pub(crate) fn into_any(self) -> AnyStored {
        self.any
    }

    fn header(&self) -> &Header {
        self.any.header()
    }

    fn identity(&self) -> Id {
        self.any.identity()
    }

    fn root_identity(&self) -> Id {
        self.any.root_identity()
    }

    about_the_version!();

    /// The address of a value inside this version, such as `"gpa"` or `"grades.0"`.
    ///
    /// The type follows from where the address is used; whether the value there has it is checked
    /// when the address is read.
    ///
    /// # Panics
    ///
    /// If `path` is not a path. Parse a [`Path`] first if it comes from outside the program.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// #[callable]
    /// fn raise(student: &mut Student, step: f64) { student.gpa += step; }
    ///
    /// // The record says that `step` was taken from Alice's `gpa`.
    /// let doubled = raise::call(&world, &alice, alice.at("gpa")).wait()?;
    /// assert_eq!(doubled.gpa, 7.0);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    #[must_use]
    pub fn at<V>(&self, path: &str) -> At<V> {
        match path.parse::<Path>() {
            Ok(path) => self.address().with_path(path).into(),
            Err(error) => panic!("{error}"),
        }
    }

    /// The version of the entity that held this one when it was committed; none if it is a root, or if the root
    /// that it was committed with is no longer kept.
    #[must_use]
    pub fn holder(&self) -> Option<EcsId> {
        self.any.holder()
    }

    /// The path from the root to this entity, as it was committed; empty if it is a root, or if the root is no
    /// longer kept.
    #[must_use]
    pub fn path(&self) -> Path {
        self.any.path()
    }

    /// The versions that the fields of this entity refer to, by [`Ref`].
    #[must_use]
    pub fn references(&self) -> &[EcsId] {
        self.any.references()
    }

    /// A pointer to this version that can be kept in a field.
    #[must_use]
    pub fn to_ref(&self) -> Ref<T> {
        Ref::new(self.ecs_id())
    }
}

impl<T: Entity> Stored<T> {
    /// This handle without its type.
    #[must_use]
    pub fn erase(self) -> AnyStored {
        self.any
    }

    /// A handle whose type was seen to.
    pub(crate) fn typed(any: AnyStored) -> Self {
        Self { any, entity: PhantomData }
    }
}

impl<T: 'static> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.any.entity()
    }
}

impl<T> Clone for Stored<T> {
    fn clone(&self) -> Self {
        Self { any: self.any.clone(), entity: PhantomData }
    }
}

impl<T> PartialEq for Stored<T> {
    fn eq(&self, other: &Self) -> bool {
        self.ecs_id() == other.ecs_id()
    }
}

impl<T> Eq for Stored<T> {}

impl<T> fmt::Display for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(VersionText::of(self.ecs_id()).as_str())
    }
}

impl<T: fmt::Debug + 'static> fmt::Debug for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stored").field(&**self).finish()
    }
}

impl<T> From<&Stored<T>> for LineageId {
    fn from(stored: &Stored<T>) -> Self {
        stored.lineage_id()
    }
}

impl<T> From<&Stored<T>> for EcsId {
    fn from(stored: &Stored<T>) -> Self {
        stored.ecs_id()
    }
}

/// A handle to a committed version whose type is not known here.
#[derive(Clone)]
pub struct AnyStored {
    root: Arc<Version>,
    /// Which of the entities below the root; `ROOT` for the root itself.
    slot: u32,
}

impl AnyStored {
    /// A root, which is given its identity.
    #[inline]
    pub(crate) fn new(id: Id, header: Header, tree: Option<Box<Tree>>, mut entity: Box<dyn Node>) -> Self {
        debug_assert!(id.ecs_id().is_some(), "a version has an id");
        entity.stamp(id);
        Self { root: Arc::new(Version::new(header, tree, entity)), slot: ROOT }
    }

    #[inline]
    pub(crate) fn header(&self) -> &Header {
        self.record().map_or(&self.root.header, |record| &record.header)
    }

    /// The identity that this entity carries in the version.
    #[inline]
    pub(crate) fn identity(&self) -> Id {
        self.record().map_or_else(|| self.outermost_identity(), |record| record.id)
    }

    /// The identity of the outermost entity that is here.
    #[inline]
    fn outermost_identity(&self) -> Id {
        self.root.node().node_id()
    }

    fn root_identity(&self) -> Id {
        let lost_root = self.root.tree.as_ref().and_then(|tree| tree.lost_root);
        lost_root.unwrap_or_else(|| self.outermost_identity())
    }

    about_the_version!();

    #[inline]
    fn records(&self) -> &[NodeRecord] {
        self.root.tree.as_ref().map_or(&[], |tree| &tree.nodes)
    }

    /// What is known of the entities below this root that got their versions with it.
    pub(crate) fn tree_records(&self) -> &[NodeRecord] {
        if self.slot == ROOT { self.records() } else { &[] }
    }

    /// What is known of this entity, if it is below a root.
    #[inline]
    fn record(&self) -> Option<&NodeRecord> {
        if self.slot == ROOT { None } else { self.records().get(self.slot as usize) }
    }

    /// The type of the entity.
    #[must_use]
    pub fn entity_type(&self) -> &'static EntityType {
        self.record().map_or_else(|| self.root.node().node_type(), |record| record.node_type)
    }

    /// The lineage of the root that this version was committed with.
    pub(crate) fn root_lineage(&self) -> LineageId {
        self.root_identity().lineage_id()
    }

    /// The records that lead from the root to this entity, innermost first.
    fn holders(&self) -> impl Iterator<Item = &NodeRecord> {
        std::iter::successors(self.record(), |record| self.records().get(record.holder as usize))
    }

    /// The version of the entity that held this one when it was committed; none if it is a root, or if the root
    /// that it was committed with is no longer kept.
    #[must_use]
    pub fn holder(&self) -> Option<EcsId> {
        self.holder_identity().map(version_in)
    }

    /// The lineage of that entity.
    pub(crate) fn holder_lineage(&self) -> Option<LineageId> {
        self.holder_identity().map(Id::lineage_id)
    }

    fn holder_identity(&self) -> Option<Id> {
        let holder = self.record()?.holder;
        Some(self.records().get(holder as usize).map_or_else(|| self.outermost_identity(), |record| record.id))
    }

    /// The path from the root to this entity, as it was committed; empty if it is a root, or if the root is no
    /// longer kept.
    #[must_use]
    pub fn path(&self) -> Path {
        let records: Vec<&NodeRecord> = self.holders().collect();
        let steps = records
            .into_iter()
            .rev()
            .flat_map(|record| std::iter::once(Segment::Name(record.field.into())).chain(record.steps.iter().cloned()));
        Path::of(&steps.collect::<Vec<_>>())
    }

    /// The version of every entity that was committed together with this root, this one excluded.
    pub(crate) fn committed_below(&self) -> impl Iterator<Item = Self> {
        let records = if self.slot == ROOT { self.records() } else { &[] };
        let new = (0_u32..).zip(records).filter(|(_, record)| record.is_new);
        new.map(|(slot, _)| Self { root: Arc::clone(&self.root), slot })
    }

    /// The entity itself.
    #[inline]
    pub(crate) fn node(&self) -> &dyn Node {
        if self.slot == ROOT { self.root.node() } else { self.node_below() }
    }

    fn node_below(&self) -> &dyn Node {
        let Some(tree) = &self.root.tree else { unreachable!("what is below a root has a record") };
        let records: SmallVec<[&NodeRecord; 4]> = self.holders().collect();
        records.into_iter().rev().fold(self.root.node(), |node, record| tree.node(node, record))
    }

    /// Whether `other` has the same content as this, both as this program reads them.
    pub(crate) fn has_content_of(&self, other: &Self) -> Result<bool> {
        let are_read_anew = self.header().is_read_anew || other.header().is_read_anew;
        Ok(self.content_hash() == other.content_hash()
            || are_read_anew && hash_node(self.node())? == hash_node(other.node())?)
    }

    /// Whether a value has the same content as this, as this program reads it.
    pub(crate) fn has_content(&self, value: &dyn Node) -> Result<bool> {
        let hash = hash_node(value)?;
        Ok(self.content_hash() == hash || self.header().is_read_anew && hash_node(self.node())? == hash)
    }

    /// The entity, whose type was seen to.
    pub(crate) fn entity<T: 'static>(&self) -> &T {
        let node = self.node();
        let entity: &dyn Any = node;
        if let Some(entity) = entity.downcast_ref() {
            return entity;
        }
        let read_as = node.read_as();
        // No combinators here: each would be compiled for each type.
        match read_as {
            Some(entity) => match entity.downcast_ref() {
                Some(entity) => entity,
                None => unreachable!("a handle has the type of its entity"),
            },
            None => unreachable!("a handle has the type of its entity"),
        }
    }

    /// The digests of its large containers.
    pub(crate) fn digests(&self) -> &Digests {
        static NONE: Digests = Digests::new();
        match self.record() {
            Some(record) => &record.digests,
            None => self.root.tree.as_ref().map_or(&NONE, |tree| &tree.digests),
        }
    }

    /// The versions that the fields of this entity refer to, by [`Ref`].
    #[must_use]
    pub fn references(&self) -> &[EcsId] {
        match self.record() {
            Some(record) => &record.references,
            None => self.root.tree.as_ref().map_or(&[], |tree| &tree.references),
        }
    }

    /// What the tree takes on the stack of the user's code.
    pub(crate) fn room(&self) -> usize {
        self.root.tree.as_ref().map_or(0, |tree| tree.room)
    }

    /// The same handle, if the entity is a `T`.
    ///
    /// # Errors
    ///
    /// `wrong-entity-type`, naming both types.
    pub fn downcast<T: Entity>(self) -> Result<Stored<T>> {
        if T::in_node(self.node()).is_some() {
            return Ok(Stored::typed(self));
        }
        Err(self.is_not(T::TYPE))
    }

    /// That the entity is not one of this type.
    #[cold]
    pub(crate) fn is_not(&self, accepted: &EntityType) -> Error {
        let (ecs_id, given) = (self.ecs_id(), self.entity_type().name());
        ErrorKind::WrongEntityType { ecs_id, given, accepted: accepted.name() }.into()
    }

    /// The version of every entity that was committed together with this root, itself first. One that is no
    /// root has none.
    pub fn committed_with(&self) -> impl Iterator<Item = Self> {
        let root = if self.is_root() { Some(self.clone()) } else { None };
        root.into_iter().chain(self.committed_below())
    }

    /// The value at a path inside this version, as JSON.
    ///
    /// # Errors
    ///
    /// As [`World::resolve`](crate::World::resolve).
    pub fn read(&self, path: &Path) -> Result<Value> {
        self.read_json(&self.address().with_path(path.clone()))
    }

    /// The whole entity as JSON, with everything it holds.
    ///
    /// # Errors
    ///
    /// `not-json` if it holds a value that JSON cannot, such as NaN.
    pub fn to_json(&self) -> Result<Value> {
        self.read_json(&self.address())
    }

    /// The entity that the first steps of `path` lead to, and the steps that are left.
    pub(crate) fn walk<'p>(&self, path: &'p [Segment]) -> (&dyn Node, &'p [Segment]) {
        let (mut node, mut rest) = (self.node(), path);
        while let Some((below, steps)) = node.find_in(rest) {
            (node, rest) = (below, &rest[steps..]);
        }
        (node, rest)
    }

    /// The value at `path`, borrowed, if it is an entity or one of its fields and a `T`. Other values
    /// are read by [`read_json`](Self::read_json).
    pub(crate) fn field_at<T: 'static>(&self, path: &Path) -> Option<&T> {
        match self.walk(path.segments()) {
            (node, []) => (node as &dyn Any).downcast_ref(),
            (node, [Segment::Name(name)]) => node.named_field(name)?.downcast_ref(),
            _ => None,
        }
    }

    /// The value at the path of `address`, which is one of this version's.
    pub(crate) fn read_json(&self, address: &Address) -> Result<Value> {
        debug_assert!(
            address.target() == Target::Version(self.ecs_id()) || address.target() == Target::Head(self.lineage_id())
        );
        let (node, rest) = self.walk(address.path().segments());
        let read = match too_deep(node, rest, self.room()) {
            Some(levels) => Err(Miss::NotJson(format!(
                "it is {levels} levels deep, and JSON is written to a depth of {}; read what is further down by its own \
                 address",
                deep::TOLD_LEVELS
            ))),
            None => deep::with_room(self.room(), || node.read(rest)),
        };
        read.map_err(|miss| missed(address, miss))
    }

    /// What is at the path of `address`, without reading it.
    pub(crate) fn inside(&self, address: &Address) -> Result<Inside> {
        let (node, rest) = self.walk(address.path().segments());
        if rest.is_empty() {
            return Ok(Inside::Entity(node.node_type().name()));
        }
        // A step that is nowhere: the miss says what there is instead.
        let mut steps = rest.to_vec();
        steps.push(Segment::Index(usize::MAX));
        match deep::with_room(self.room(), || node.read(&steps)) {
            Err(Miss::Index { index: usize::MAX, length }) => Ok(Inside::Elements(length)),
            Err(Miss::Field { step: Segment::Index(usize::MAX), accepted }) => Ok(Inside::Entries(accepted)),
            Err(Miss::IntoValue { step: Segment::Index(usize::MAX), value: extract::NOTHING }) => Ok(Inside::Nothing),
            Err(Miss::IntoValue { step: Segment::Index(usize::MAX), .. }) | Ok(_) => Ok(Inside::Value),
            Err(miss) => Err(missed(address, miss)),
        }
    }
}

/// What is at an address.
pub(crate) enum Inside {
    /// An entity, of that type.
    Entity(&'static str),
    /// So many elements.
    Elements(usize),
    /// Something under each of these keys.
    Entries(Vec<String>),
    /// Nothing.
    Nothing,
    /// A value without parts.
    Value,
}

/// The error of a path that leads nowhere.
fn missed(address: &Address, miss: Miss) -> Error {
    let address = address.clone();
    let kind = match miss {
        Miss::Field { step, accepted } => ErrorKind::UnknownField { address, step, accepted },
        Miss::Index { index, length } => ErrorKind::IndexOutOfRange { address, index, length },
        Miss::IntoValue { step, value } => ErrorKind::StepIntoValue { address, step, value },
        Miss::NotJson(reason) => ErrorKind::NotJson { address, reason: reason.into() },
    };
    kind.into()
}

/// The entities of some versions. Those that were committed together are found from each other, so that a deep tree
/// takes no longer than a wide one.
pub(crate) fn nodes_of(versions: &[AnyStored]) -> Vec<&dyn Node> {
    let mut tree: Option<(&Arc<Version>, Vec<&dyn Node>)> = None;
    let mut nodes = Vec::with_capacity(versions.len());
    for version in versions {
        if version.slot == ROOT {
            nodes.push(version.root.node());
            continue;
        }
        if tree.as_ref().is_none_or(|(root, _)| !Arc::ptr_eq(root, &version.root)) {
            let root = &version.root;
            tree = Some((root, root.tree.as_ref().map_or_else(Vec::new, |tree| tree.nodes(root.node()))));
        }
        nodes.extend(tree.as_ref().map(|(_, nodes)| nodes[version.slot as usize]));
    }
    nodes
}

/// A root with everything that was committed together with it.
pub(crate) fn with_tree(root: AnyStored) -> impl Iterator<Item = AnyStored> {
    let below: Vec<AnyStored> = root.committed_below().collect();
    std::iter::once(root).chain(below)
}

/// Adds a root and everything that was committed together with it, mostly nothing.
pub(crate) fn push_with_tree<A: Array<Item = AnyStored>>(root: AnyStored, versions: &mut SmallVec<A>) {
    if root.records().is_empty() {
        versions.push(root);
    } else {
        versions.extend(with_tree(root));
    }
}

/// How many levels there are below `node`, if they are more than JSON is written for and `rest` leads
/// to them. `room` says whether it can be so at all.
fn too_deep(node: &dyn Node, rest: &[Segment], room: usize) -> Option<usize> {
    if room <= deep::TOLD_LEVELS * deep::room_of_level(0) {
        return None;
    }
    let is_asked = |path: &[Segment]| rest.first().is_none_or(|first| path.first() == Some(first));
    let mut levels = 0;
    let mut holders: Vec<usize> = Vec::new();
    let visited = visit_all(node, &mut |path, _| {
        // The holders of what is shown are those with a shorter path that were shown last.
        while holders.last().is_some_and(|length| *length >= path.len()) {
            holders.pop();
        }
        holders.push(path.len());
        if is_asked(path) {
            levels = levels.max(holders.len());
        }
        Ok(())
    });
    debug_assert!(visited.is_ok(), "looking fails for nobody");
    (levels > deep::TOLD_LEVELS).then_some(levels)
}

impl fmt::Display for AnyStored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(VersionText::of(self.ecs_id()).as_str())
    }
}

impl fmt::Debug for AnyStored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnyStored({} @{})", self.entity_type().name(), self.ecs_id())
    }
}

impl From<&AnyStored> for LineageId {
    fn from(stored: &AnyStored) -> Self {
        stored.lineage_id()
    }
}

impl From<&AnyStored> for EcsId {
    fn from(stored: &AnyStored) -> Self {
        stored.ecs_id()
    }
}

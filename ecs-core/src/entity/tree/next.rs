//! From a value and the version it continues to the next version: which entities of the tree changed,
//! were added or moved, and what the content hashes are.
//!
//! One walk over both trees finds it out and hashes what differs, from the leaves up; what both share
//! by pointer is not visited. A second walk writes the new ids into the value, along the paths to what
//! differs.

use std::ops::Range;

use super::branch::{blake3_of, hash_encoding};
use super::digest::{self, Digest, Entry, FEW, runs};
use super::node::{Compare, CompareFields, Container, Difference, Digests, Edit, Layout, Node};
use super::same::Sameness;
use super::trail::{Place, steps};
use super::{DroppedInRoom, paths_of, visit_all};
use crate::deep;
use crate::entity::content::Encoding;
use crate::entity::{
    AnyStored, ContentHash, EcsId, ExecutionId, Header, Id, IdMap, LineageId, Moment, NodeRecord, Origin, StoreTag,
    Tree,
};
use crate::error::{ErrorKind, Result};

/// What new versions are made with.
pub(crate) struct Making<'m> {
    /// Finds a version that the new ones continue or refer to.
    pub(crate) find: &'m dyn Fn(EcsId) -> Result<Option<AnyStored>>,
    /// The versions that the same call has settled on before.
    pub(crate) settled: Option<&'m IdMap<LineageId, AnyStored>>,
    pub(crate) moment: Moment,
    pub(crate) execution_id: Option<ExecutionId>,
    pub(crate) store: StoreTag,
}

/// The slot of the root, which stands for itself.
pub(crate) const ROOT: u32 = u32::MAX;

/// The next version of what `base` is a version of, or the first of a new thing; none if nothing
/// differs from `base`. `origin` is what the new version continues.
///
/// # Errors
///
/// `entity-held-twice` if a lineage is in the tree twice, `ambiguous-identity` if one was settled with
/// other content, `foreign-entity` if something in it was read in another world, and whatever says that
/// it cannot be recorded.
pub(crate) fn next_version(
    mut entity: Box<dyn Node>,
    base: Option<&AnyStored>,
    origin: Origin,
    making: &Making<'_>,
) -> Result<Option<AnyStored>> {
    if !entity.holds_entities() {
        let encoding = entity.encode(&Vec::new(), &mut |_| unreachable!("it holds none"))?;
        if let Some(base) = base
            && (base.content_hash() == encoding.hash || base.header().is_read_anew && base.has_content(&*entity)?)
        {
            return Ok(None);
        }
        return Ok(Some(flat_version(entity, encoding, origin, making)));
    }
    let mut walk = Walk::new(making, base.map_or(0, AnyStored::room));
    let walked = walk.root(&*entity, base, origin);
    let room = walk.deepest;
    let walked = walked.and_then(|is_same| {
        walk.refuse_moved_twice(&*entity)?;
        Ok(is_same)
    });
    match walked {
        Ok(false) => {}
        Ok(true) => {
            deep::with_room(room, || drop(entity));
            return Ok(None);
        }
        Err(error) => {
            // The walk may have stopped before it was where the tree is deep.
            let entity = DroppedInRoom::new(entity);
            return Err(error.with_paths_in(entity.get()));
        }
    }
    let Walk { mut planned, kids, order, .. } = walk;
    let Some(root) = planned.pop() else { unreachable!("a tree that differs has a root that does") };
    // What is shared is copied where it is written into.
    deep::with_room(room, || stamp_kids(&planned, &kids, &order, planned.len(), &mut *entity));
    let NodeRecord { id, header, digests, references, .. } = root;
    let tree = Tree { nodes: planned, digests, references, room, left_out: Vec::new(), lost_root: None };
    Ok(Some(AnyStored::new(id, header, Some(Box::new(tree)), entity)))
}

/// A version of an entity that holds no others, once it is encoded.
#[inline]
pub(crate) fn flat_version(
    entity: Box<dyn Node>,
    encoding: Encoding,
    origin: Origin,
    making: &Making<'_>,
) -> AnyStored {
    let id = making.id(entity.node_id().lineage_id());
    AnyStored::new(id, making.header(origin, encoding.hash), Tree::flat(encoding.references), entity)
}

/// Writes the new ids into the entities that `node` holds.
fn stamp_kids(planned: &[NodeRecord], kids: &[Range<usize>], order: &[u32], slot: usize, node: &mut dyn Node) {
    let own = &order[kids[slot].clone()];
    for group in own.chunk_by(|a, b| planned[*a as usize].field == planned[*b as usize].field) {
        let edits: Vec<Edit<'_>> =
            group.iter().map(|kid| Edit { number: *kid, steps: &planned[*kid as usize].steps }).collect();
        node.edit_field(planned[group[0] as usize].field, &edits, &mut |kid, child| {
            child.stamp(planned[kid as usize].id);
            if child.holds_entities() {
                deep::level(|| stamp_kids(planned, kids, order, kid as usize, child));
            }
        });
    }
}

impl Making<'_> {
    /// The identity of a new version.
    #[inline]
    fn id(&self, lineage_id: LineageId) -> Id {
        Id::of_version(lineage_id, EcsId::at(self.moment))
    }

    #[inline]
    fn header(&self, origin: Origin, content_hash: ContentHash) -> Header {
        Header { origin, content_hash, execution_id: self.execution_id, store: self.store, is_read_anew: false }
    }
}

/// The walk under way.
struct Walk<'w> {
    making: &'w Making<'w>,
    /// What gets a new id, each after what it holds; the root comes last.
    planned: Vec<NodeRecord>,
    /// Where in `order` the ones that each holds are.
    kids: Vec<Range<usize>>,
    order: Vec<u32>,
    /// Those whose holder is not there yet.
    pending: Vec<u32>,
    by_lineage: IdMap<LineageId, u32>,
    /// Those that came from elsewhere, and may still be there too.
    moved: Vec<LineageId>,
    /// The entities above the one being looked at.
    frames: Vec<Frame>,
    /// The room that those take on the stack of the user's code, and the most that any path takes.
    room: usize,
    deepest: usize,
}

/// An entity whose fields are being compared.
struct Frame {
    type_name: &'static str,
    /// The version it is compared with.
    base: Option<EcsId>,
    field: &'static str,
    /// What that version keeps of the field, if it is large there; once somebody asks.
    old_digest: Option<Option<Digest>>,
    /// What differs in the field.
    elements: Vec<usize>,
    all_from: usize,
    entries: Vec<Entry>,
    digests: Digests,
    /// What the version it is compared with holds, and in which field; once somebody asks.
    stood: Option<IdMap<EcsId, &'static str>>,
}

impl<'w> Walk<'w> {
    fn new(making: &'w Making<'w>, room: usize) -> Self {
        Self {
            making,
            planned: Vec::new(),
            kids: Vec::new(),
            order: Vec::new(),
            pending: Vec::new(),
            by_lineage: IdMap::default(),
            moved: Vec::new(),
            frames: Vec::new(),
            room: 0,
            deepest: room,
        }
    }

    /// Tells whether the whole tree is the same.
    fn root(&mut self, root: &dyn Node, base: Option<&AnyStored>, origin: Origin) -> Result<bool> {
        let is_next = matches!(origin, Origin::Next(_));
        self.node(None, root, base.filter(|_| is_next).map(|base| (base.node(), base.ecs_id())), origin, !is_next)
    }

    /// Finds what an entity continues, and looks at it.
    fn placed(&mut self, place: Place<'_>, new: &dyn Node) -> Result<()> {
        let id = new.node_id();
        let Some(ecs_id) = id.ecs_id() else {
            self.node(place, new, None, Origin::New, true)?;
            return Ok(());
        };
        let Some(version) = (self.making.find)(ecs_id)? else {
            return Err(ErrorKind::ForeignEntity { type_name: new.node_type().name(), ecs_id }.into());
        };
        self.deepest = self.deepest.max(self.room + version.room());
        if version.lineage_id() == id.lineage_id() {
            self.moved.push(id.lineage_id());
            let is_placed = !self.stood_in_field(ecs_id)?;
            self.node(place, new, Some((version.node(), ecs_id)), Origin::Next(ecs_id), is_placed)?;
        } else {
            self.node(place, new, None, Origin::Fork(ecs_id), true)?;
        }
        Ok(())
    }

    /// Whether a version was in the field being compared already: then it did not move, however the
    /// containers in the field are arranged now.
    fn stood_in_field(&mut self, ecs_id: EcsId) -> Result<bool> {
        let Some(Frame { base: Some(base), field, stood, .. }) = self.frames.last() else { return Ok(false) };
        let (base, field) = (*base, *field);
        if let Some(stood) = stood {
            return Ok(stood.get(&ecs_id) == Some(&field));
        }
        let mut stood: IdMap<EcsId, &'static str> = IdMap::default();
        self.version(base)?.node().visit_fields(&mut |field, _, held| {
            stood.extend(held.node_id().ecs_id().map(|ecs_id| (ecs_id, field)));
            Ok(())
        })?;
        Ok(self.frame().stood.insert(stood).get(&ecs_id) == Some(&field))
    }

    /// Looks at an entity and all below it; tells whether it is the same and where it was.
    fn node(
        &mut self,
        place: Place<'_>,
        new: &dyn Node,
        base: Option<(&dyn Node, EcsId)>,
        origin: Origin,
        is_placed: bool,
    ) -> Result<bool> {
        let lineage_id = new.node_id().lineage_id();
        if self.by_lineage.contains_key(&lineage_id) {
            return Err(ErrorKind::held_twice(new.node_type().name(), lineage_id).into());
        }
        let values = base.map_or(Sameness::Differs, |(base, _)| new.same_values(base));
        let (first_kid, room) = (self.pending.len(), new.room());
        self.room += room;
        self.deepest = self.deepest.max(self.room);
        let mut digests = Vec::new();
        let mut is_same = !is_placed;
        if new.holds_entities() {
            self.frames.push(Frame {
                type_name: new.node_type().name(),
                base: base.map(|(_, ecs_id)| ecs_id),
                field: "",
                old_digest: None,
                elements: Vec::new(),
                all_from: usize::MAX,
                entries: Vec::new(),
                digests: Vec::new(),
                stood: None,
            });
            is_same &= new.compare_fields(base.map(|(base, _)| base), self)?;
            digests = self.frames.pop().map_or_else(Vec::new, |frame| frame.digests);
        }
        self.room -= room;
        if is_same && values == Sameness::Same {
            return Ok(true);
        }
        let Encoding { hash, references } = new.encode(&digests, &mut |child| self.hash_of(child))?;
        if is_same
            && values == Sameness::Unknown
            && let Some((base, ecs_id)) = base
            && self.has_content(base, ecs_id, hash)?
        {
            return Ok(true);
        }
        let mut made = (self.making.id(lineage_id), self.making.header(origin, hash));
        let settled = self.making.settled.and_then(|settled| settled.get(&lineage_id));
        if let Some(version) = settled {
            if version.content_hash() != hash {
                return Err(ErrorKind::ambiguous(lineage_id).into());
            }
            made = (version.identity(), *version.header());
        }
        let (id, header) = made;
        let slot = u32::try_from(self.planned.len()).unwrap_or(ROOT);
        let first = self.order.len();
        for kid in self.pending.drain(first_kid..) {
            self.planned[kid as usize].holder = slot;
            self.order.push(kid);
        }
        self.kids.push(first..self.order.len());
        self.pending.push(slot);
        if self.by_lineage.insert(lineage_id, slot).is_some() {
            // It is below itself.
            return Err(ErrorKind::held_twice(new.node_type().name(), lineage_id).into());
        }
        self.planned.push(NodeRecord {
            id,
            header,
            holder: ROOT,
            field: self.frames.last().map_or("", |frame| frame.field),
            steps: steps(place),
            node_type: new.node_type(),
            digests,
            references,
            is_new: settled.is_none(),
        });
        Ok(false)
    }

    fn version(&self, ecs_id: EcsId) -> Result<AnyStored> {
        (self.making.find)(ecs_id)?.ok_or_else(|| ErrorKind::UnknownVersion { ecs_id }.into())
    }

    /// Whether the content of a version, as this program reads it, has this hash.
    fn has_content(&self, node: &dyn Node, ecs_id: EcsId, hash: ContentHash) -> Result<bool> {
        let version = self.version(ecs_id)?;
        Ok(version.content_hash() == hash
            || version.header().is_read_anew
                && node.encode(&Vec::new(), &mut |child| self.hash_of(child))?.hash == hash)
    }

    fn hash_of(&self, child: &dyn Node) -> Result<ContentHash> {
        let id = child.node_id();
        if let Some(slot) = self.by_lineage.get(&id.lineage_id()) {
            return Ok(self.planned[*slot as usize].header.content_hash);
        }
        match id.ecs_id() {
            Some(ecs_id) => Ok(self.version(ecs_id)?.content_hash()),
            None => unreachable!("what was never stored is planned to be"),
        }
    }

    /// What the version that is compared with keeps of the field being compared. Few fields are large, so
    /// it is looked for where it is needed.
    fn old_digest(&mut self) -> Option<&Digest> {
        if self.frame().old_digest.is_none() {
            let Frame { base, field, .. } = *self.frame();
            let version = base.and_then(|ecs_id| (self.making.find)(ecs_id).ok().flatten());
            let old_digest = version.and_then(|version| {
                version.digests().iter().find(|(name, _)| *name == field).map(|(_, digest)| digest.clone())
            });
            self.frame().old_digest = Some(old_digest);
        }
        self.frame().old_digest.as_ref()?.as_ref()
    }

    fn frame(&mut self) -> &mut Frame {
        match self.frames.last_mut() {
            Some(frame) => frame,
            None => unreachable!("fields are compared within their entity"),
        }
    }

    /// Refuses a tree that holds something that came from elsewhere, and also still where it was.
    fn refuse_moved_twice(&self, root: &dyn Node) -> Result<()> {
        if self.moved.is_empty() {
            return Ok(());
        }
        let mut seen: IdMap<LineageId, ()> = IdMap::default();
        seen.insert(root.node_id().lineage_id(), ());
        visit_all(root, &mut |_, node| {
            let lineage_id = node.node_id().lineage_id();
            match seen.insert(lineage_id, ()) {
                None => Ok(()),
                Some(()) => Err(ErrorKind::held_twice(node.node_type().name(), lineage_id).into()),
            }
        })
    }
}

impl Compare for Walk<'_> {
    fn child(&mut self, place: Place<'_>, old: &dyn Node, new: &dyn Node) -> Result<bool> {
        deep::level(|| match old.node_id().ecs_id() {
            Some(ecs_id) if new.node_id().ecs_id() == Some(ecs_id) => {
                self.node(place, new, Some((old, ecs_id)), Origin::Next(ecs_id), false)
            }
            // Another version of it was put in its place.
            _ => self.placed(place, new).map(|()| false),
        })
    }

    fn added(&mut self, place: Place<'_>, new: &dyn Node) -> Result<()> {
        deep::level(|| self.placed(place, new))
    }

    fn removed(&mut self, _place: Place<'_>, _old: &dyn Node) -> Result<()> {
        Ok(())
    }

    fn differs(&mut self, place: Place<'_>, difference: Difference<'_>) -> Result<()> {
        if place.is_some() {
            return Ok(());
        }
        match difference {
            Difference::Element(index) => self.frame().elements.push(index),
            Difference::From(index) => self.frame().all_from = index,
            Difference::Entry(key, value) if matches!(self.old_digest(), Some(Digest::Map(_))) => {
                let type_name = self.frame().type_name;
                let mut hash = |encode| {
                    blake3_of(encode, &mut |child| self.hash_of(child)).map_err(|failure| failure.into_error(type_name))
                };
                let entry = (hash(key)?, value.map(&mut hash).transpose()?);
                self.frame().entries.push(entry);
            }
            Difference::Entry(..) => {}
        }
        Ok(())
    }
}

impl CompareFields for Walk<'_> {
    fn begin(&mut self, field: &'static str) {
        let frame = self.frame();
        frame.field = field;
        frame.old_digest = None;
        frame.elements.clear();
        frame.all_from = usize::MAX;
        frame.entries.clear();
    }

    fn end(&mut self, is_same: bool, container: &dyn Container) -> Result<()> {
        let count = container.count();
        if container.layout() == Layout::Whole || count <= FEW {
            return Ok(());
        }
        let old = self.old_digest().cloned();
        let frame = self.frame();
        let (field, type_name) = (frame.field, frame.type_name);
        let mut elements = std::mem::take(&mut frame.elements);
        let entries = std::mem::take(&mut frame.entries);
        let all_from = frame.all_from;
        let hashes = &mut |child: &dyn Node| self.hash_of(child);
        let digest = match (container.layout(), old) {
            (_, Some(old)) if is_same => Ok(old),
            (Layout::Map, Some(Digest::Map(trie))) => Ok(Digest::Map(trie.with(entries))),
            (Layout::Map, _) => container.trie(hashes).map(Digest::Map),
            (_, old) => {
                let (old_runs, old_count) = match &old {
                    Some(Digest::Sequence { count, runs }) => (Some(runs), *count),
                    _ => (None, 0),
                };
                elements.sort_unstable();
                let is_dirty = |from: usize, to: usize| {
                    let next = elements.partition_point(|index| *index < from);
                    to >= all_from || elements.get(next).is_some_and(|index| *index <= to)
                };
                runs(count, old_runs, old_count, &is_dirty, &mut |from, to| {
                    hash_encoding(|encoder| container.encode_elements(from..to, encoder, hashes), digest::hash_run)
                })
                .map(|runs| Digest::Sequence { count, runs })
            }
        };
        let digest = digest.map_err(|failure| failure.into_error(type_name))?;
        self.frame().digests.push((field, digest));
        Ok(())
    }
}

impl crate::error::Error {
    /// The same error with the paths to the entities it is about, which are below `root`.
    fn with_paths_in(self, root: &dyn Node) -> Self {
        let kind = match self.kind() {
            ErrorKind::EntityHeldTwice { type_name, lineage_id, .. } => {
                let (type_name, lineage_id) = (*type_name, *lineage_id);
                let is_root = root.node_id().lineage_id() == lineage_id;
                let below = paths_of(root, lineage_id).into_iter().map(|path| format!("`{path}`"));
                let mut paths = is_root.then(|| "the root".to_owned()).into_iter().chain(below);
                ErrorKind::EntityHeldTwice {
                    type_name,
                    root: root.node_type().name(),
                    lineage_id,
                    first: paths.next().unwrap_or_default(),
                    second: paths.next().unwrap_or_default(),
                }
            }
            ErrorKind::AmbiguousIdentity { callable, lineage_id, first, .. } => ErrorKind::AmbiguousIdentity {
                callable,
                lineage_id: *lineage_id,
                first: first.clone(),
                second: paths_of(root, *lineage_id).first().map(ToString::to_string).unwrap_or_default(),
            },
            _ => return self,
        };
        kind.into()
    }
}

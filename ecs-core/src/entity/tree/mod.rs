//! Trees: entities that hold entities.
//!
//! `parts` is what the derives write, `branch` how a container holds entities, `node` an entity whose
//! type is not known, and `of_entity` that every entity is one. On these stand the walks: `next` makes the next version of a tree, `flat` and
//! the differences of two versions are read with them too.

pub mod branch;
pub(in crate::entity) mod containers;
pub(crate) mod digest;
pub(crate) mod keys;
#[allow(missing_docs, reason = "for generated code; the trait or module says what its parts are")]
pub mod marker;
pub(crate) mod next;
pub(crate) mod node;
pub(in crate::entity) mod of_entity;
pub mod parts;
pub mod same;
pub(crate) mod trail;

pub(crate) use self::digest::Digest;
pub use self::node::Node;
pub use self::parts::EntityParts;

use super::{ContentHash, Entity, LineageId};
use crate::address::{Path, Segment};
use crate::deep;
use crate::error::Result;

/// Hashes the content of an entity and of everything it holds, from nothing but the value.
///
/// It is the hash that a version of the value has. The rules are in the guide, with test vectors, so
/// that another program can compute it.
///
/// # Errors
///
/// `hidden-entity` or `not-recordable` if the value cannot be stored.
///
/// ```standalone_crate
/// use ecs::prelude::*;
///
/// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
/// struct Student { id: Id, name: String }
///
/// let world = World::in_memory()?;
/// let alice = world.insert(Student { id: Id::new(), name: "Alice".into() })?;
/// assert_eq!(ecs::content_hash(&*alice)?, alice.content_hash());
/// # Ok::<(), ecs::Error>(())
/// ```
pub fn content_hash<T: Entity>(entity: &T) -> Result<ContentHash> {
    hash_node(entity)
}

pub(crate) fn hash_node(node: &dyn Node) -> Result<ContentHash> {
    deep::level(|| Ok(node.encode(&Vec::new(), &mut |child| hash_node(child))?.hash))
}

/// How long the stored forms of an entity and of everything it holds are together.
pub(crate) fn stored_length(root: &dyn Node) -> usize {
    // What is committed has a stored form.
    let of = |node: &dyn Node| node.stored_form().map_or(0, |form| form.fields.len());
    let mut length = of(root);
    let visited = visit_all(root, &mut |_, node| {
        length += of(node);
        Ok(())
    });
    debug_assert!(visited.is_ok(), "looking fails for nobody");
    length
}

/// Is shown an entity below a root, with the path from there.
pub(crate) type VisitAll<'v> = dyn FnMut(&[Segment], &dyn Node) -> Result<()> + 'v;

/// Shows every entity below `root`, each before those it holds, with the path from `root` to it.
pub(crate) fn visit_all(root: &dyn Node, visit: &mut VisitAll<'_>) -> Result<()> {
    visit_levels(root, usize::MAX, visit).map(|_| ())
}

/// Shows the entities up to so many levels below `root`; tells whether there are none further down.
pub(crate) fn visit_levels(root: &dyn Node, levels: usize, visit: &mut VisitAll<'_>) -> Result<bool> {
    fn below(node: &dyn Node, levels: usize, path: &mut Vec<Segment>, visit: &mut VisitAll<'_>) -> Result<bool> {
        let (start, mut is_complete) = (path.len(), true);
        node.visit_fields(&mut |field, place, child| {
            if levels == 0 {
                is_complete = false;
                return Ok(());
            }
            path.push(Segment::Name(field.into()));
            path.extend(trail::steps(place));
            visit(path, child)?;
            if child.holds_entities() {
                is_complete &= deep::level(|| below(child, levels - 1, path, visit))?;
            }
            path.truncate(start);
            Ok(())
        })?;
        Ok(is_complete)
    }
    below(root, levels, &mut Vec::new(), visit)
}

/// An entity that is dropped where there is room for all of it.
pub(crate) struct DroppedInRoom(Option<Box<dyn Node>>);

impl DroppedInRoom {
    pub(crate) fn new(entity: Box<dyn Node>) -> Self {
        Self(Some(entity))
    }

    pub(crate) fn get(&self) -> &dyn Node {
        match &self.0 {
            Some(entity) => &**entity,
            None => unreachable!("it is there until it is taken"),
        }
    }

    pub(crate) fn take(mut self) -> Box<dyn Node> {
        match self.0.take() {
            Some(entity) => entity,
            None => unreachable!("it is there until it is taken"),
        }
    }
}

impl Drop for DroppedInRoom {
    fn drop(&mut self) {
        if let Some(entity) = self.0.take_if(|entity| entity.holds_entities()) {
            deep::with_room(room_below(&*entity), || drop(entity));
        }
    }
}

/// What `root` and everything below it take on the stack of the user's code.
pub(crate) fn room_below(root: &dyn Node) -> usize {
    let mut most = 0;
    let visited = root.visit_fields(&mut |_, _, child| {
        most = most.max(deep::level(|| room_below(child)));
        Ok(())
    });
    debug_assert!(visited.is_ok(), "looking fails for nobody");
    root.room() + most
}

/// Where the entities of a lineage are below `root`.
pub(crate) fn paths_of(root: &dyn Node, lineage_id: LineageId) -> Vec<Path> {
    let mut paths = Vec::new();
    let visited = visit_all(root, &mut |path, node| {
        if node.node_id().lineage_id() == lineage_id {
            paths.push(Path::of(path));
        }
        Ok(())
    });
    debug_assert!(visited.is_ok(), "looking fails for nobody");
    paths
}

/// Makes everything below `root` another thing: new lineages, which remember what they were forked
/// from.
pub(crate) fn fork_below(root: &mut dyn Node) {
    root.each_held_mut(&mut |child| {
        child.stamp(child.node_id().fork());
        deep::level(|| fork_below(child));
    });
}

//! Committed versions: an entity with its tree, and what is known of each entity in it.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

use super::content::ContentHash;
use super::tree::Node;
use super::tree::node::Digests;
use super::tree::trail::Steps;
use super::{EcsId, EntityType, ExecutionId, Id};
use crate::deep;

/// Tells the versions of one store from those of another in the same process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreTag(u32);

impl StoreTag {
    /// A tag that no other store of this process has.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "two defaults would differ")]
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// What a version continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A thing that was not there before.
    New,
    /// The next version of the same thing.
    Next(EcsId),
    /// A new thing made from a version of another.
    Fork(EcsId),
}

/// What is known of a version beside its value, which knows its identity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) origin: Origin,
    pub(crate) content_hash: ContentHash,
    pub(crate) execution_id: Option<ExecutionId>,
    pub(crate) store: StoreTag,
    /// Whether its value, or one in its tree, was stored by another form of its type than the program has, so that
    /// the content hash is not that of what was read.
    pub(crate) is_read_anew: bool,
}

/// What is known of the tree of a version, beside what the value itself says.
///
/// It holds a record of each entity below the root that got a version together with it. What did not
/// change is recorded with the earlier root that it got its version with.
#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<NodeRecord>,
    /// Those of the root.
    pub(crate) digests: Digests,
    /// What the root refers to.
    pub(crate) references: Box<[EcsId]>,
    /// What the tree may take on the stack of code that walks it without asking for room.
    pub(crate) room: usize,
    /// What was committed in the tree, and has no place in what the types of this program read it as.
    pub(crate) left_out: Vec<Box<dyn Node>>,
    /// The root that this entity was committed with, of which the store keeps no more than this entity.
    pub(crate) lost_root: Option<Id>,
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree").field("nodes", &self.nodes).field("references", &self.references).finish_non_exhaustive()
    }
}

impl Tree {
    /// That of an entity that holds no others.
    pub(crate) fn flat(references: Box<[EcsId]>) -> Option<Box<Self>> {
        (!references.is_empty()).then(|| Box::new(Self { references, ..Self::default() }))
    }

    /// The entity that a record is of, which `holder` holds.
    pub(super) fn node<'n>(&'n self, holder: &'n dyn Node, record: &NodeRecord) -> &'n dyn Node {
        let left_out = self.left_out.iter().find(|node| node.node_id() == record.id).map(|node| &**node);
        match left_out.or_else(|| holder.find_at(record.field, &record.steps)) {
            Some(node) => node,
            None => unreachable!("an entity stays where it was committed"),
        }
    }

    /// The entity of each record.
    pub(super) fn nodes<'n>(&'n self, root: &'n dyn Node) -> Vec<&'n dyn Node> {
        let mut nodes: Vec<&dyn Node> = Vec::with_capacity(self.nodes.len());
        // What holds others comes after them.
        for record in self.nodes.iter().rev() {
            let holder =
                (self.nodes.len() - 1).checked_sub(record.holder as usize).map_or(root, |holder| nodes[holder]);
            nodes.push(self.node(holder, record));
        }
        nodes.reverse();
        nodes
    }
}

/// What is known of an entity below a root, beside its value.
#[derive(Debug)]
pub(crate) struct NodeRecord {
    pub(crate) id: Id,
    pub(crate) header: Header,
    /// The record of the entity that holds it; `ROOT` for the root.
    pub(crate) holder: u32,
    /// The field of the holder that it is in, and the steps from there.
    pub(crate) field: &'static str,
    pub(crate) steps: Steps,
    pub(crate) node_type: &'static EntityType,
    pub(crate) digests: Digests,
    pub(crate) references: Box<[EcsId]>,
    /// Whether the version was made here; if not, it is one that another output of the same call made.
    pub(crate) is_new: bool,
}

/// A root with its tree.
pub(super) struct Version {
    pub(super) header: Header,
    pub(super) tree: Option<Box<Tree>>,
    /// There until it is dropped.
    entity: Option<Box<dyn Node>>,
}

impl Version {
    #[inline]
    pub(super) fn new(header: Header, tree: Option<Box<Tree>>, entity: Box<dyn Node>) -> Self {
        Self { header, tree, entity: Some(entity) }
    }

    #[inline]
    pub(super) fn node(&self) -> &dyn Node {
        match &self.entity {
            Some(entity) => &**entity,
            None => unreachable!("an entity is there until its version is dropped"),
        }
    }
}

impl Drop for Version {
    fn drop(&mut self) {
        if let Some(tree) = &mut self.tree {
            let entities = (self.entity.take(), std::mem::take(&mut tree.left_out));
            deep::with_room(tree.room, || drop(entities));
        }
    }
}

//! The pointer that elements are held by.

use std::sync::Arc;

/// An element held by its pointer. Two are equal if they are the same element in memory, so that
/// comparing collections finds where they part and never looks at an element.
pub(super) struct Shared<V>(pub(super) Arc<V>);

impl<V> Shared<V> {
    pub(super) fn new(value: V) -> Self {
        Self(Arc::new(value))
    }
}

impl<V> Clone for Shared<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<V> PartialEq for Shared<V> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

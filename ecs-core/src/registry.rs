//! The callables and entity types of the program, collected at link time.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;

use once_cell::sync::OnceCell;

use crate::entity::EntityType;
use crate::error::{ErrorKind, Result, nearest};
use crate::location::Location;
use crate::signature::Description;

/// Registers a callable by its definition; submitted by `#[callable]`.
#[doc(hidden)]
pub struct CallableRegistration(pub &'static dyn Registered);

/// What is registered of a callable: its description, beside which it is how the callable is run, for who runs it.
#[doc(hidden)]
pub trait Registered: Any + Send + Sync {
    fn description(&self) -> &Description;
}

impl CallableRegistration {
    pub(crate) fn description(&self) -> &'static Description {
        self.0.description()
    }
}

impl fmt::Debug for CallableRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.description().fmt(f)
    }
}

/// Registers an entity type; submitted by the derives.
#[doc(hidden)]
pub struct EntityRegistration(pub &'static EntityType);

inventory::collect!(CallableRegistration);
inventory::collect!(EntityRegistration);

/// Everything that was linked in, by name.
#[derive(Debug)]
pub(crate) struct Registry {
    callables: HashMap<&'static str, &'static CallableRegistration>,
    entity_types: HashMap<&'static str, &'static EntityType>,
}

impl Registry {
    /// The registry of this program, checked once.
    ///
    /// # Errors
    ///
    /// If two callables or two entity types have one name, with both source locations.
    pub(crate) fn get() -> Result<&'static Self> {
        static REGISTRY: OnceCell<Registry> = OnceCell::new();
        REGISTRY.get_or_try_init(|| {
            let callables = inventory::iter::<CallableRegistration>.into_iter();
            let types = inventory::iter::<EntityRegistration>.into_iter().map(|registration| registration.0);
            Self::collect(callables, types)
        })
    }

    fn collect(
        registered: impl Iterator<Item = &'static CallableRegistration>,
        types: impl Iterator<Item = &'static EntityType>,
    ) -> Result<Self> {
        let mut callables: HashMap<&'static str, &'static CallableRegistration> = HashMap::new();
        for callable in registered {
            let Description { name, location, .. } = *callable.description();
            if let Some(other) = callables.insert(name, callable) {
                let (first, second) = in_source_order(other.description().location, location);
                return Err(ErrorKind::DuplicateCallable { name, first, second }.into());
            }
        }
        let generated = callables.values().flat_map(|callable| callable.description().generated.types());
        let mut entity_types: HashMap<&'static str, &'static EntityType> = HashMap::new();
        for entity_type in types.chain(generated) {
            if let Some(other) = entity_types.insert(entity_type.name(), entity_type) {
                let (first, second) = in_source_order(other.location(), entity_type.location());
                return Err(ErrorKind::DuplicateEntityType { name: entity_type.name(), first, second }.into());
            }
        }
        Ok(Self { callables, entity_types })
    }

    pub(crate) fn callable(&self, name: &str) -> Result<&'static CallableRegistration> {
        self.callables.get(name).copied().ok_or_else(|| {
            let nearest = nearest(name, self.callables.keys().copied());
            ErrorKind::UnknownCallable { name: name.into(), nearest }.into()
        })
    }

    /// The entity type with this stable name.
    pub(crate) fn entity_type(&self, name: &str) -> Option<&'static EntityType> {
        self.entity_types.get(name).copied()
    }

    /// Every callable, by name.
    pub(crate) fn list(&self) -> Vec<&'static CallableRegistration> {
        let mut list: Vec<_> = self.callables.values().copied().collect();
        list.sort_by_key(|registered| registered.description().name);
        list
    }
}

/// Link order means nothing, so that the same two clashes read the same every time.
fn in_source_order(a: Location, b: Location) -> (Location, Location) {
    if (a.file, a.line, a.column) <= (b.file, b.line, b.column) { (a, b) } else { (b, a) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clashes_are_told_in_source_order() {
        let earlier = Location { file: "a.rs", line: 3, column: 1 };
        let later = Location { file: "a.rs", line: 10, column: 1 };
        assert_eq!(in_source_order(later, earlier), (earlier, later));
        assert_eq!(in_source_order(earlier, later), (earlier, later));
    }
}

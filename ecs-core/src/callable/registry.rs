//! The callables and entity types of the program, collected at link time.

use std::collections::HashMap;
use std::sync::Arc;

use once_cell::sync::OnceCell;

use super::describe::{Definition, Fingerprint, Mode};
use crate::entity::EntityType;
use crate::error::{ErrorKind, Result, nearest};
use crate::location::Location;
use crate::signature::{InputModel, OutputModel, input_signatures, output_signatures};

/// Registers a callable; submitted by `#[callable]`.
#[doc(hidden)]
pub struct CallableRegistration(pub &'static Definition);

/// Registers an entity type; submitted by the derives.
#[doc(hidden)]
pub struct EntityRegistration(pub &'static EntityType);

inventory::collect!(CallableRegistration);
inventory::collect!(EntityRegistration);

/// Everything that was linked in, by name.
#[derive(Debug)]
pub(crate) struct Registry {
    callables: HashMap<&'static str, &'static Definition>,
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
            let definitions = inventory::iter::<CallableRegistration>.into_iter().map(|registration| registration.0);
            let types = inventory::iter::<EntityRegistration>.into_iter().map(|registration| registration.0);
            Self::collect(definitions, types)
        })
    }

    fn collect(
        definitions: impl Iterator<Item = &'static Definition>,
        types: impl Iterator<Item = &'static EntityType>,
    ) -> Result<Self> {
        let mut callables: HashMap<&'static str, &'static Definition> = HashMap::new();
        for definition in definitions {
            if let Some(other) = callables.insert(definition.name, definition) {
                let (first, second) = in_source_order(other.location, definition.location);
                return Err(ErrorKind::DuplicateCallable { name: definition.name, first, second }.into());
            }
        }
        let generated = callables.values().flat_map(|definition| definition.generated.types());
        let mut entity_types: HashMap<&'static str, &'static EntityType> = HashMap::new();
        for entity_type in types.chain(generated) {
            if let Some(other) = entity_types.insert(entity_type.name(), entity_type) {
                let (first, second) = in_source_order(other.location(), entity_type.location());
                return Err(ErrorKind::DuplicateEntityType { name: entity_type.name(), first, second }.into());
            }
        }
        Ok(Self { callables, entity_types })
    }

    pub(crate) fn callable(&self, name: &str) -> Result<&'static Definition> {
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
    pub(crate) fn list(&self) -> Vec<CallableInfo> {
        let mut list: Vec<CallableInfo> =
            self.callables.values().map(|definition| CallableInfo { definition }).collect();
        list.sort_by_key(CallableInfo::name);
        list
    }
}

/// Link order means nothing, so that the same two clashes read the same every time.
fn in_source_order(a: Location, b: Location) -> (Location, Location) {
    if (a.file, a.line, a.column) <= (b.file, b.line, b.column) { (a, b) } else { (b, a) }
}

/// What is known of a registered callable.
#[derive(Clone, Copy, Debug)]
pub struct CallableInfo {
    definition: &'static Definition,
}

impl CallableInfo {
    pub(crate) fn of(definition: &'static Definition) -> Self {
        Self { definition }
    }

    /// The name it is called by.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.definition.name
    }

    /// The function's doc comment.
    #[must_use]
    pub fn docs(&self) -> &'static str {
        self.definition.docs
    }

    /// The module that the function is in.
    #[must_use]
    pub fn module(&self) -> &'static str {
        self.definition.module
    }

    /// Where the function is.
    #[must_use]
    pub fn location(&self) -> Location {
        self.definition.location
    }

    /// How the function runs.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.definition.mode
    }

    /// The hash of the function's tokens.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.definition.fingerprint
    }

    /// The hash of the code that its kept results depend on, as its `memo` says, and of its name; none if its
    /// results are not kept.
    #[must_use]
    pub fn memo(&self) -> Option<Fingerprint> {
        let memo = (self.definition.memo?)();
        Some(Fingerprint(*memo.base(self.definition.name, self.definition.code())))
    }

    /// What it takes; shared with every callable that takes the same.
    #[must_use]
    pub fn input(&self) -> Arc<InputModel> {
        input_signatures().model_of(self.definition)
    }

    /// What it returns; shared with every callable that returns the same.
    #[must_use]
    pub fn output(&self) -> Arc<OutputModel> {
        output_signatures().model_of(self.definition)
    }
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

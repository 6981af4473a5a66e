//! What the derives tell the runtime about a type.

use std::fmt;

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::Entity;
use super::form::{EntityForm, Mismatch, read_entity};
use super::tree::Node;
use super::upgrade::Upgrade;
use crate::deep;
use crate::location::Location;

/// The description of one entity type: its stable name, fields and origin.
pub struct EntityType {
    name: &'static str,
    rust_name: RustName,
    fields: &'static [Field],
    id_field: &'static str,
    is_config: bool,
    location: Location,
    /// Reads one that is stored; none for a type that this program does not have.
    read: Option<ReadEntity>,
    version: u32,
    /// Makes one of what an earlier version stored.
    upgrade: Option<Upgrade>,
}

/// The full path of a Rust type.
enum RustName {
    Asked(fn() -> &'static str),
    Written(&'static str),
}

/// Reads a stored entity of a type as what the program has for it.
pub(crate) type ReadEntity = fn(&'static EntityType, EntityForm<'_>) -> Result<Box<dyn Node>, Mismatch>;

impl EntityType {
    /// Describes a generated entity.
    pub(crate) const fn of_record(
        name: &'static str,
        rust_name: &'static str,
        id_field: &'static str,
        fields: &'static [Field],
        is_config: bool,
        location: Location,
        read: ReadEntity,
    ) -> Self {
        let rust_name = RustName::Written(rust_name);
        let read = Some(read);
        Self { name, rust_name, fields, id_field, is_config, location, read, version: 1, upgrade: None }
    }

    /// Describes `T`; called by the derives.
    #[doc(hidden)]
    #[must_use]
    pub const fn new<T: Entity>(
        name: &'static str,
        id_field: &'static str,
        fields: &'static [Field],
        is_config: bool,
        location: Location,
    ) -> Self {
        Self {
            name,
            rust_name: RustName::Asked(std::any::type_name::<T>),
            fields,
            id_field,
            is_config,
            location,
            read: Some(|_, form| read_entity::<T>(form)),
            version: 1,
            upgrade: None,
        }
    }

    /// The same type, at a later version, which `upgrade` makes of the earlier ones; called by the derives.
    #[doc(hidden)]
    #[must_use]
    pub const fn at_version(self, version: u32, upgrade: Upgrade) -> Self {
        Self { version, upgrade: Some(upgrade), ..self }
    }

    /// Describes a type that this program does not have.
    pub(crate) const fn opaque(
        name: &'static str,
        id_field: &'static str,
        fields: &'static [Field],
        is_config: bool,
        version: u32,
    ) -> Self {
        Self {
            name,
            rust_name: RustName::Written("(not a type of this program)"),
            fields,
            id_field,
            is_config,
            location: Location { file: "", line: 0, column: 0 },
            read: None,
            version,
            upgrade: None,
        }
    }

    /// An entity of this type, as its Rust type if this program has it.
    pub(crate) fn read(&'static self, form: EntityForm<'_>) -> Result<Box<dyn Node>, Mismatch> {
        match (self.read, form) {
            (Some(read), form) => deep::level(|| read(self, form)),
            (None, EntityForm::Stored(entity)) => Ok(Box::new(entity)),
            (None, EntityForm::Json(_)) => unreachable!("a caller writes of types that this program has"),
        }
    }

    /// Stands where there is no description: nothing will run then, or nobody asks for it.
    pub(crate) const NONE: &Self = &Self {
        name: "",
        rust_name: RustName::Written(""),
        fields: &[],
        id_field: "",
        is_config: false,
        location: crate::__here!(),
        read: None,
        version: 1,
        upgrade: None,
    };

    /// The stable name under which versions of this type are stored.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The full path of the Rust type.
    #[must_use]
    pub fn rust_name(&self) -> &'static str {
        match self.rust_name {
            RustName::Asked(rust_name) => rust_name(),
            RustName::Written(rust_name) => rust_name,
        }
    }

    /// The fields, without the `Id`, in the order of the struct.
    #[must_use]
    pub const fn fields(&self) -> &'static [Field] {
        self.fields
    }

    /// Whether the type is a config.
    #[must_use]
    pub const fn is_config(&self) -> bool {
        self.is_config
    }

    /// Where the type is defined.
    #[must_use]
    pub const fn location(&self) -> Location {
        self.location
    }

    /// Which version of the type this is: 1, or what `#[entity(version = …)]` says.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    pub(crate) fn upgrade(&self) -> Option<Upgrade> {
        self.upgrade
    }

    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(crate) fn id_field(&self) -> &'static str {
        self.id_field
    }

    /// The JSON Schema of the type's fields.
    pub(crate) fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        let mut properties = serde_json::Map::new();
        let mut required = Vec::new();
        for field in self.fields {
            if field.default.is_none() {
                required.push(Value::from(field.name));
            }
            properties.insert(field.name.to_owned(), field.schema(generator).into());
        }
        json_schema!({ "type": "object", "title": self.name, "properties": properties, "required": required })
    }
}

impl fmt::Debug for EntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntityType").field("name", &self.name).field("fields", &self.fields).finish_non_exhaustive()
    }
}

/// A type's JSON Schema, written on demand; none for a type that has none.
#[doc(hidden)]
pub type SchemaOf = Option<fn(&mut SchemaGenerator) -> Schema>;

/// The JSON Schema of the type of this name: anything, named after the type, if it has none of its own.
pub(crate) fn schema_of(schema: SchemaOf, type_name: fn() -> &'static str, generator: &mut SchemaGenerator) -> Schema {
    match schema {
        Some(schema) => schema(generator),
        None => json_schema!({ "title": type_name() }),
    }
}

/// The description of one field.
#[derive(Clone, Copy)]
pub struct Field {
    name: &'static str,
    type_name: fn() -> &'static str,
    schema: SchemaOf,
    default: Option<fn() -> Value>,
    holds_entities: bool,
}

impl Field {
    /// Describes a field of type `T`; called by the derives.
    #[doc(hidden)]
    #[must_use]
    pub const fn new<T>(name: &'static str, schema: SchemaOf) -> Self {
        Self { name, type_name: std::any::type_name::<T>, schema, default: None, holds_entities: false }
    }

    /// Describes a field of the type of this name.
    pub(crate) const fn named(name: &'static str, type_name: fn() -> &'static str, schema: SchemaOf) -> Self {
        Self { name, type_name, schema, default: None, holds_entities: false }
    }

    /// Adds the default of a config's field.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_default(self, default: fn() -> Value) -> Self {
        Self { default: Some(default), ..self }
    }

    /// Says whether the field's type can hold entities.
    #[doc(hidden)]
    #[must_use]
    pub const fn holding(self, holds_entities: bool) -> Self {
        Self { holds_entities, ..self }
    }

    /// Whether the field's type can hold entities.
    #[must_use]
    pub const fn holds_entities(&self) -> bool {
        self.holds_entities
    }

    /// The field's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The field's type, resolved through aliases.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        (self.type_name)()
    }

    /// The default that `#[config(default = …)]` gives the field.
    #[must_use]
    pub fn default_value(&self) -> Option<Value> {
        self.default.map(|default| default())
    }

    /// The JSON Schema of the field's type, with its default.
    pub(crate) fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        let mut schema = schema_of(self.schema, self.type_name, generator);
        if let Some(default) = self.default_value() {
            schema.insert("default".to_owned(), default);
        }
        schema
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.type_name())
    }
}

//! What a type is to the framework, as numbers that constant expressions of the compiler can pick by.

/// Neither an entity nor a serde value.
pub const UNSUPPORTED: u8 = 0;
/// A plain serde value.
pub const VALUE: u8 = 1;
/// An entity.
pub const ENTITY: u8 = 2;
/// A config.
pub const CONFIG: u8 = 3;
/// A container that holds entities.
pub const ENTITIES: u8 = 4;
/// The context of the execution.
pub const CONTEXT: u8 = 5;
/// An entity behind `&mut`.
pub const MUTABLE: u8 = 6;
/// A plain struct or enum that carries entities.
pub const PARTS: u8 = 7;

/// Not a container that is seen through.
pub const NO_CONTAINER: u8 = 0;
/// A container whose first type argument is its element: `Vec<T>`.
pub const OF_ELEMENTS: u8 = 1;
/// A container whose second type argument is its element: `HashMap<K, V>`.
pub const BY_KEY: u8 = 2;
/// A `Result`, whose first type argument is its success.
pub const FALLIBLE: u8 = 3;
/// A `Result` whose error has no message: refused.
pub const FALLIBLE_SILENTLY: u8 = 4;

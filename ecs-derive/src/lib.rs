//! `#[derive(Entity)]`, `#[derive(ConfigEntity)]` and `#[derive(EntityParts)]` of ecs.
//!
//! One stage per file: `model` reads and checks the item, `expand` writes the code. Mistakes are
//! collected and reported together, each at the user's own tokens.

mod alone;
mod attributes;
mod expand;
#[cfg(test)]
mod golden;
mod handles;
mod model;
mod own_name;
mod parts;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Gives a struct identity and versions.
///
/// The struct has named fields, exactly one of which is an `Id`, and derives `Clone`,
/// `serde::Serialize` and `serde::Deserialize` beside this. Each field goes through serde as well, or says
/// with `#[serde(with = "…")]` how it does.
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[entity(name = "…")]` | the stable name under which versions are stored; the struct's own name by default |
/// | `#[entity(version = 2, upgrade = path)]` | the version of the type, and the function that makes it of what an earlier one stored |
/// | `#[entity(crate = path)]` | where the facade crate is, if it was renamed |
///
/// # When the struct changes
///
/// A stored version is read by the names of the fields. What serde can say needs no more than serde: a new field
/// with `#[serde(default)]`, a renamed one with `#[serde(alias = "…")]`; a field that is gone is passed over. For
/// the rest the type counts its versions. A struct without `version` is the first; a later one names a function,
/// `fn(ecs::Old) -> Result<Self, E>`, that is given what an earlier version stored and gives what it is now. `E` is
/// an error, or a text. It runs when such a version is read; what is stored stays as it is. A version that
/// neither serde nor an upgrade reads is an error that names the fields of both.
#[proc_macro_derive(Entity, attributes(entity, config))]
pub fn derive_entity(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    expand::derive(&item, model::Derive::Entity).into()
}

/// Makes a struct of parameters a config: an entity that callables bind first.
///
/// It gives everything that `#[derive(Entity)]` gives, so derive only one of them.
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[config(default = expression)]` on a field | the value when a call gives none |
/// | `#[entity(…)]` | as for `Entity` |
///
/// Where every field has a default, `Default` is implemented from them.
#[proc_macro_derive(ConfigEntity, attributes(entity, config))]
pub fn derive_config_entity(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    expand::derive(&item, model::Derive::ConfigEntity).into()
}

/// Lets the entities in a plain struct or enum be found.
///
/// It stands beside `Clone`, `serde::Serialize` and `serde::Deserialize` on a struct or enum that is no
/// entity itself but holds some, and is held in a field of an entity. Without it, an entity hidden in
/// a plain value is refused with the error `hidden-entity`.
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[entity(crate = path)]` | where the facade crate is, if it was renamed |
#[proc_macro_derive(EntityParts, attributes(entity))]
pub fn derive_entity_parts(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    parts::derive(&item).into()
}

//! `#[derive(Entity)]`, `#[derive(ConfigEntity)]` and `#[derive(EntityParts)]` of ecs.
//!
//! One stage per file: `model` reads and checks the item, `expand` writes the code. Mistakes are
//! collected and reported together, each at the user's own tokens.

mod alone;
mod attributes;
mod expand;
#[cfg(test)]
mod golden;
mod model;
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
/// | `#[entity(crate = path)]` | where the facade crate is, if it was renamed |
#[proc_macro_derive(Entity, attributes(entity, config))]
pub fn derive_entity(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    expand::derive(&item, expand::Derive::Entity).into()
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
    expand::derive(&item, expand::Derive::ConfigEntity).into()
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

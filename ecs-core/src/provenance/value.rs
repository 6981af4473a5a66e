//! Values of fields, and which of them differ between two versions of one entity.

use std::any::Any;
use std::fmt;

use serde_json::Value as Json;

use crate::address::Segment;
use crate::entity::EntityType;
use crate::entity::extract::Miss;
use crate::entity::form::Opaque;
use crate::entity::tree::Node;
use crate::entity::tree::branch::ENTITY_KEY;
use crate::entity::tree::node::{Compare, CompareFields, Container};
use crate::entity::tree::trail::Place;
use crate::error::Result;

/// One field that a version changed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FieldChange {
    /// The field.
    pub field: &'static str,
    /// Its value in the version before; `None` in a first version, and if the type did not have the field then.
    pub before: Option<FieldValue>,
    /// Its value in this version. Of a field that holds entities, this is how they are arranged, with
    /// `{"$entity": lineage}` for each; what changed inside them is said of them.
    pub after: FieldValue,
}

/// The value of a field, as far as JSON can hold it.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue {
    /// The value.
    Json(Json),
    /// The value has no JSON form; why.
    NotJson(String),
    /// The type does not have the field any more. Only entities that are read without their types differ so.
    Gone,
}

/// The value of a field that holds no entities.
pub(super) fn field_value(node: &dyn Node, field: &'static str) -> FieldValue {
    match node.read(&[Segment::Name(field.into())]) {
        Ok(value) => FieldValue::Json(value),
        Err(Miss::NotJson(reason)) => FieldValue::NotJson(reason),
        Err(miss) => FieldValue::NotJson(miss.to_string()),
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(value) => match entities_in(value) {
                0 => value.fmt(f),
                1 => f.write_str("(1 entity)"),
                count => write!(f, "({count} entities)"),
            },
            Self::NotJson(reason) => write!(f, "({reason})"),
            Self::Gone => f.write_str("(gone)"),
        }
    }
}

/// How many entities an arrangement holds.
fn entities_in(value: &Json) -> usize {
    match value {
        Json::Object(entries) if entries.len() == 1 && entries.contains_key(ENTITY_KEY) => 1,
        Json::Object(entries) => entries.values().map(entities_in).sum(),
        Json::Array(items) => items.iter().map(entities_in).sum(),
        _ => 0,
    }
}

/// The fields of `new` whose own values differ from those of `old`: every field, if there is none. An
/// entity in a field is not part of its value, but which are there, and how they are arranged, is.
pub(crate) fn changed_fields(old: Option<&dyn Node>, new: &dyn Node) -> Result<Vec<FieldChange>> {
    let mut held = Held::default();
    if new.holds_entities() {
        new.compare_fields(old, &mut held)?;
    }
    let changes = new.node_type().fields().iter().filter_map(|field| {
        let field = field.name();
        if let Some(at) = held.fields.iter().position(|(name, _)| *name == field) {
            return held.fields.swap_remove(at).1;
        }
        let after = field_value(new, field);
        let old = old.filter(|old| old.node_type().field(field).is_some());
        let before = old.map(|old| field_value(old, field));
        (before.as_ref() != Some(&after)).then_some(FieldChange { field, before, after })
    });
    Ok(changes.chain(gone_fields(old, new)).collect())
}

/// The fields that `old` was stored with, and `new`, of another form of the type, was not.
fn gone_fields(old: Option<&dyn Node>, new: &dyn Node) -> impl Iterator<Item = FieldChange> {
    let old: Option<&dyn Any> = old.map(|old| old as _);
    let old = old.and_then(|old| old.downcast_ref::<Opaque>());
    let gone = move |old: &'static EntityType| {
        old.fields().iter().filter(move |field| new.node_type().field(field.name()).is_none())
    };
    old.into_iter().flat_map(move |old| {
        gone(old.node_type).map(|field| FieldChange {
            field: field.name(),
            before: old.sketch(field.name()).map(FieldValue::Json),
            after: FieldValue::Gone,
        })
    })
}

/// The fields that hold entities, each with its change, if it was rearranged.
#[derive(Default)]
struct Held {
    fields: Vec<(&'static str, Option<FieldChange>)>,
    is_rearranged: bool,
}

impl Compare for Held {
    fn child(&mut self, _place: Place<'_>, old: &dyn Node, new: &dyn Node) -> Result<bool> {
        Ok(old.node_id() == new.node_id())
    }

    fn added(&mut self, _place: Place<'_>, _new: &dyn Node) -> Result<()> {
        Ok(())
    }

    fn removed(&mut self, _place: Place<'_>, _old: &dyn Node) -> Result<()> {
        Ok(())
    }

    fn rearranged(&mut self) {
        self.is_rearranged = true;
    }
}

impl CompareFields for Held {
    fn begin(&mut self, field: &'static str) {
        self.fields.push((field, None));
        self.is_rearranged = false;
    }

    fn end(&mut self, _is_same: bool, container: &dyn Container) -> Result<()> {
        if let Some((field, change)) = self.fields.last_mut()
            && (self.is_rearranged || container.is_new())
        {
            let before = container.old_sketch().map(FieldValue::Json);
            *change = Some(FieldChange { field, before, after: FieldValue::Json(container.sketch()) });
        }
        Ok(())
    }
}

//! What is compiled for the types that most signatures and entities are made of: here once, and not anew in every
//! crate that has some of them.
//!
//! A build without optimization takes generic code from a crate below where it is there already. So nothing here is
//! ever called; it is only to be there.

use std::any::Any;

use serde::{Deserialize, Serialize};

use crate::callable::cell::{Cell, Slot, ValueCell};
use crate::entity::tree::Node;
use crate::entity::{Entity, EntityType, Field, Id, SchemaOf};
use crate::signature::kind::Probe;

/// An entity with a field of each of the types.
#[derive(Clone, Serialize, Deserialize)]
struct Common {
    id: Id,
    certain: bool,
    signed: i64,
    small: i32,
    unsigned: u64,
    small_unsigned: u32,
    size: usize,
    float: f64,
    text: String,
}

impl Entity for Common {
    const TYPE: &'static EntityType = {
        const FIELDS: &[Field] = &[];
        &EntityType::new::<Self>("", "id", FIELDS, false, crate::__here!())
    };

    fn id(&self) -> Id {
        self.id
    }

    fn id_mut(&mut self) -> &mut Id {
        &mut self.id
    }

    fn field(&self, _name: &str) -> Option<&dyn Any> {
        None
    }
}

/// The cell of each of the types.
#[must_use]
pub fn cells() -> [Box<dyn Slot>; 8] {
    [
        Box::new(ValueCell::<bool>::empty()),
        Box::new(ValueCell::<i64>::empty()),
        Box::new(ValueCell::<i32>::empty()),
        Box::new(ValueCell::<u64>::empty()),
        Box::new(ValueCell::<u32>::empty()),
        Box::new(ValueCell::<usize>::empty()),
        Box::new(ValueCell::<f64>::empty()),
        Box::new(ValueCell::<String>::empty()),
    ]
}

/// How an entity with them is described and read.
#[must_use]
pub fn entity_type() -> &'static EntityType {
    Common::TYPE
}

/// What an entity with them does.
#[must_use]
pub fn node(like: &dyn Node) -> Option<Box<dyn Node>> {
    let like: &dyn Any = like;
    like.downcast_ref::<Common>().map(|common| -> Box<dyn Node> { Box::new(common.clone()) })
}

/// How they are described.
#[must_use]
pub fn schemas() -> [SchemaOf; 8] {
    [
        Probe::<bool>::SCHEMA,
        Probe::<i64>::SCHEMA,
        Probe::<i32>::SCHEMA,
        Probe::<u64>::SCHEMA,
        Probe::<u32>::SCHEMA,
        Probe::<usize>::SCHEMA,
        Probe::<f64>::SCHEMA,
        Probe::<String>::SCHEMA,
    ]
}

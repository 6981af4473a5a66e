//! What an earlier version of a type stored, made what the type is now.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::de::DeserializeOwned;

use super::form::{EntityForm, Entry, FormValue, Malformed, Opaque, each_field};
use super::tree::Node;
use super::{EcsId, Entity, EntityType, Id, LineageId};
use crate::deep;
use crate::error::{ErrorKind, Result};
use crate::unwind::message_of;

/// Why an upgrade gave no entity.
type Refusal = Box<dyn StdError + Send + Sync>;

/// What an upgrade that fails gives: an error, or a text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say why an upgrade failed",
    label = "its error is neither an error nor a text",
    note = "give `ecs::Result<…>`, or a `Result` whose error is a `String` or implements `std::error::Error + Send + Sync`"
)]
pub trait Why {
    /// The same as any error.
    fn why(self) -> Refusal;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Refusal>> Why for E {
    fn why(self) -> Refusal {
        self.into()
    }
}

/// The function that a type names in `#[entity(upgrade = …)]`, whatever the type.
pub(crate) type Upgrade = fn(Old) -> Result<Box<dyn Node>, Refusal>;

/// Calls the function that a type names; what the derives write.
///
/// # Errors
///
/// Whatever the function says.
pub fn upgrade<T: Entity, E: Why>(old: Old, upgrade: fn(Old) -> Result<T, E>) -> Result<Box<dyn Node>, Refusal> {
    match upgrade(old) {
        Ok(entity) => Ok(Box::new(entity)),
        Err(refusal) => Err(refusal.why()),
    }
}

/// An entity as an earlier version of its type was stored.
///
/// A struct that changes in a way that serde's own attributes cannot say counts its versions, and names the
/// function that makes the struct of what an earlier one stored:
///
/// ```standalone_crate
/// use ecs::prelude::*;
///
/// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
/// #[entity(version = 3, upgrade = Account::upgrade)]
/// struct Account { id: Id, owner: String, cents: i64 }
///
/// #[derive(Deserialize)]
/// struct InEuros { name: String, euros: f64 }
///
/// #[derive(Deserialize)]
/// struct Unnamed { cents: i64 }
///
/// impl Account {
///     fn upgrade(old: ecs::Old) -> ecs::Result<Self> {
///         let id = old.id();
///         Ok(match old.version() {
///             1 => {
///                 let InEuros { name, euros } = old.read()?;
///                 Self { id, owner: name, cents: (euros * 100.0).round() as i64 }
///             }
///             _ => Self { id, owner: "unknown".into(), cents: old.read::<Unnamed>()?.cents },
///         })
///     }
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Debug)]
pub struct Old {
    version: u32,
    entity: Opaque,
}

impl Old {
    /// Which version of the type it was stored as; 1 if the type did not count them yet.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Its identity, which the entity keeps whatever identity the upgrade gives it.
    #[must_use]
    pub fn id(&self) -> Id {
        self.entity.id
    }

    /// The names of its fields, without that of the identity.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.entity.fields.iter().map(|(name, _)| &**name)
    }

    /// What was stored, as a type with the fields that it had. Those that the type does not name are passed over,
    /// and the identity is there under its name as well.
    ///
    /// # Errors
    ///
    /// `other-shape` if it is no `T`.
    pub fn read<T: DeserializeOwned>(self) -> Result<T> {
        let read = deep::level(|| T::deserialize(EntityForm::Stored(self.entity)));
        read.map_err(|mismatch| {
            let (accepted, reason) = (std::any::type_name::<T>(), mismatch.to_string().into());
            ErrorKind::OtherShape { accepted, reason }.into()
        })
    }
}

/// Makes an entity that was stored as an earlier version of its type what the type is now. What it holds is so
/// already.
///
/// # Errors
///
/// Why that cannot be done.
pub(crate) fn upgraded(
    entity: Opaque,
    version: u32,
    now: &'static EntityType,
    upgrade: Upgrade,
) -> Result<Opaque, String> {
    let (id, levels) = (entity.id, entity.levels);
    let mut held = Held::of(&entity)?;
    let old = Old { version, entity };
    let node = match catch_unwind(AssertUnwindSafe(|| upgrade(old))) {
        Ok(Ok(node)) => node,
        Ok(Err(refusal)) => return Err(refusal.to_string()),
        Err(panic) => return Err(format!("it panicked: {}", message_of(&*panic))),
    };
    let fields = held.fields_of(&*node)?;
    Ok(Opaque { id, id_field: now.id_field().into(), node_type: now, fields, levels })
}

/// The entities that one holds itself.
struct Held(HashMap<EcsId, Opaque>);

impl Held {
    fn of(entity: &Opaque) -> Result<Self, String> {
        let mut held = HashMap::new();
        let node: &dyn Node = entity;
        node.visit_fields(&mut |_, _, child| {
            let child: &dyn std::any::Any = child;
            if let Some(child) = child.downcast_ref::<Opaque>()
                && let Some(ecs_id) = child.id.ecs_id()
            {
                held.insert(ecs_id, child.clone());
            }
            Ok(())
        })
        .map_err(|error| error.to_string())?;
        Ok(Self(held))
    }

    /// The fields of what an upgrade made, in which each entity that it holds is what was there.
    fn fields_of(&mut self, node: &dyn Node) -> Result<Vec<Entry>, String> {
        let mut strange = None;
        node.visit_fields(&mut |field, _, child| {
            let id = child.node_id();
            if !id.ecs_id().is_some_and(|ecs_id| self.0.get(&ecs_id).is_some_and(|held| held.id == id)) {
                strange.get_or_insert(Strange { field, lineage_id: id.lineage_id(), ecs_id: id.ecs_id() });
            }
            Ok(())
        })
        .map_err(|error| error.to_string())?;
        if let Some(strange) = strange {
            return Err(strange.to_string());
        }
        let form = node.stored_form().map_err(|error| error.to_string())?;
        let mut fields = Vec::new();
        each_field(&form.fields, |name, bytes| {
            let value = FormValue::parse(bytes, &mut |id| {
                let held = id.ecs_id().and_then(|ecs_id| self.0.remove(&ecs_id));
                held.ok_or(Malformed("it holds an entity twice"))
            })?;
            fields.push((name.to_owned(), value));
            Ok(())
        })
        .map_err(|malformed: Malformed| malformed.to_string())?;
        Ok(fields)
    }
}

/// An entity that an upgrade put where it was not.
struct Strange {
    field: &'static str,
    lineage_id: LineageId,
    ecs_id: Option<EcsId>,
}

impl fmt::Display for Strange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, lineage_id, .. } = self;
        match self.ecs_id {
            Some(ecs_id) => {
                write!(f, "`{field}` holds @{ecs_id}, which the entity did not hold itself when it was stored")?
            }
            None => {
                write!(f, "`{field}` holds a new entity, of the lineage {lineage_id}, and a version never gets others")?
            }
        }
        f.write_str("; an upgrade may arrange what an entity holds otherwise, and leave it out")
    }
}

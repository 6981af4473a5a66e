//! The entities that `#[callable]` generates: inputs, configs and outputs.
//!
//! What is stored of one is the list of its values, [`Kept`]: a type that all callables with the same
//! types of values share. The struct with the names, [`Fields`], is made of it when somebody reads it.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use once_cell::race::OnceBox;
use once_cell::sync::OnceCell;
use serde::Deserialize;
use serde::de::Deserializer;
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::list::SlotList;
use super::values::{Members, Source, Values};
use super::{Callable, ConfigValues, InputValues, OutputValues, ResultRecord};
use crate::entity::encode::{Encoder, Failure};
use crate::entity::extract::{Extract, Found};
use crate::entity::form::{EntityForm, Mismatch, Opaque};
use crate::entity::tree::Node;
use crate::entity::tree::node::Holder;
use crate::entity::tree::same::Sameness;
use crate::entity::{Entity, EntityType, Field, Id};

fn read_id<S: Source>(entity_type: &EntityType, source: &mut S) -> Result<Id, S::Error> {
    source.take(Some(&Field::new::<Id>(entity_type.id_field(), None)))
}

fn write<V: Values, S: Serializer>(
    entity_type: &'static EntityType,
    id: Option<Id>,
    values: &V,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let fields = entity_type.fields();
    let mut target = serializer.serialize_struct(entity_type.name(), 1 + fields.len())?;
    if let Some(id) = id {
        target.serialize_field(entity_type.id_field(), &id)?;
    }
    values.write(fields, &mut target)?;
    target.end()
}

/// The fields of a generated entity, by their names; implemented by the macro.
pub trait Fields: Sized + Send + Sync + 'static {
    /// Of which callable, and which of its entities: [`Input`], [`Config`] or the output.
    type Of: Part;

    /// What they hold, as a list: that of the part.
    type List;

    /// The fields with their names.
    fn of(id: Id, fields: Self::List) -> Self;
}

/// A part of a call that is recorded as an entity.
pub trait Part: 'static {
    /// What is kept of it.
    type Values: Values;
    /// What its fields hold, as a list like that.
    type Fields;
    /// The description of the entity.
    const TYPE: &'static EntityType;

    fn fields(values: &Self::Values) -> Self::Fields;
}

/// What `F` was given.
pub struct Input<F>(PhantomData<fn() -> F>);
/// The plain values that `F` was given beside an entity or a config.
pub struct Config<F>(PhantomData<fn() -> F>);
/// The plain values that `F` returned.
pub struct Output<F>(PhantomData<fn() -> F>);

/// The fields of a generated output entity.
pub struct OutputFields<F: Callable> {
    /// The identity.
    pub id: Id,
    /// What was returned, with a reference in place of each entity.
    pub result: ResultRecord<F>,
}

impl<F: Callable> Fields for OutputFields<F> {
    type Of = Output<F>;
    type List = OutputValues<F>;

    fn of(id: Id, (result, ()): OutputValues<F>) -> Self {
        Self { id, result }
    }
}

const NOT_GENERATED: &str = "there are fields of what was generated";

impl<F: Callable> Part for Input<F> {
    type Values = InputValues<F>;
    type Fields = <F::Slots as SlotList>::Recorded;
    const TYPE: &'static EntityType = F::DEFINITION.description.generated.input.as_ref().expect(NOT_GENERATED);

    fn fields(values: &InputValues<F>) -> Self::Fields {
        F::Slots::recorded(values)
    }
}

impl<F: Callable> Part for Config<F> {
    type Values = ConfigValues<F>;
    type Fields = ConfigValues<F>;
    const TYPE: &'static EntityType = F::DEFINITION.description.generated.config.as_ref().expect(NOT_GENERATED);

    fn fields(values: &ConfigValues<F>) -> Self::Fields {
        values.clone()
    }
}

impl<F: Callable> Part for Output<F> {
    type Values = OutputValues<F>;
    type Fields = OutputValues<F>;
    const TYPE: &'static EntityType = F::DEFINITION.description.generated.output.as_ref().expect(NOT_GENERATED);

    fn fields(values: &OutputValues<F>) -> Self::Fields {
        values.clone()
    }
}

/// An entity that `#[callable]` generated; derefs to its fields.
///
/// It records what a call was given beside entities, or what it returned beside entities. Its name and its
/// fields follow from the function:
///
/// ```standalone_crate
/// use ecs::prelude::*;
///
/// #[callable]
/// fn area(width: f64, height: f64) -> f64 { width * height }
///
/// let world = World::in_memory()?;
/// let ran = world.execute("area", args! { width: 2.0, height: 3.0 }).wait()?;
/// let input: Stored<AreaInput> = world.get(ran.execution().input.expect("two values were given"))?;
/// assert_eq!((input.width, input.height), (2.0, 3.0));
/// # Ok::<(), ecs::Error>(())
/// ```
pub struct Record<F: Fields> {
    id: Id,
    values: ValuesOf<F>,
    /// Made when somebody reads them.
    fields: OnceCell<F>,
}

/// What is kept of the fields `F`.
type ValuesOf<F> = <<F as Fields>::Of as Part>::Values;

/// The description of the entity with the fields `F`.
const fn type_of<F: Fields>() -> &'static EntityType {
    <F::Of as Part>::TYPE
}

impl<F: Fields> Record<F> {
    fn new(id: Id, values: ValuesOf<F>) -> Self {
        Self { id, values, fields: OnceCell::new() }
    }
}

impl<F> Deref for Record<F>
where
    F: Fields<Of: Part<Fields = F::List>>,
{
    type Target = F;

    fn deref(&self) -> &F {
        self.fields.get_or_init(|| F::of(self.id, F::Of::fields(&self.values)))
    }
}

impl<F: Fields> Clone for Record<F> {
    fn clone(&self) -> Self {
        Self::new(self.id, self.values.clone())
    }
}

impl<F: Fields> fmt::Debug for Record<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:?})", type_of::<F>().name(), self.id)
    }
}

impl<F: Fields> Serialize for Record<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(type_of::<F>(), Some(self.id), &self.values, serializer)
    }
}

impl<'de, F: Fields> Deserialize<'de> for Record<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = serde_json::Map::deserialize(deserializer)?;
        let mut source = Members { members, error: PhantomData };
        Ok(Self::new(read_id(type_of::<F>(), &mut source)?, ValuesOf::<F>::read(type_of::<F>().fields(), &mut source)?))
    }
}

#[diagnostic::do_not_recommend]
impl<F: Fields> Entity for Record<F> {
    const TYPE: &'static EntityType = type_of::<F>();

    fn id(&self) -> Id {
        self.id
    }

    fn id_mut(&mut self) -> &mut Id {
        self.fields.take();
        &mut self.id
    }

    fn field(&self, name: &str) -> Option<&dyn Any> {
        self.values.get(type_of::<F>().fields(), name)
    }

    fn in_node(node: &dyn Node) -> Option<&Self> {
        let any: &dyn Any = node;
        match any.downcast_ref::<Kept<ValuesOf<F>>>() {
            Some(kept) if kept.entity_type.name() == type_of::<F>().name() => {
                kept.record.get_or_init(|| Box::new(Box::new(Self::new(kept.id, kept.values.clone())))).downcast_ref()
            }
            Some(_) => None,
            None => any.downcast_ref(),
        }
    }
}

/// A generated entity as it is stored.
pub struct Kept<V> {
    id: Id,
    entity_type: &'static EntityType,
    values: V,
    /// The [`Record`], made when somebody reads it; boxed twice, as most are never read.
    record: OnceBox<Box<dyn Any + Send + Sync>>,
}

impl<V: Values> Kept<V> {
    pub(crate) fn boxed(entity_type: Option<&'static EntityType>, values: V) -> Box<dyn Node> {
        match entity_type {
            Some(entity_type) => Box::new(Self { id: Id::UNSET, entity_type, values, record: OnceBox::new() }),
            None => unreachable!("what a signature asks for was generated"),
        }
    }

    /// Reads one back.
    pub(super) fn read_back(entity_type: &'static EntityType, form: EntityForm<'_>) -> Result<Box<dyn Node>, Mismatch> {
        let (id, values) = match form {
            EntityForm::Stored(Opaque { id, mut fields, .. }) => (id, V::read(entity_type.fields(), &mut fields)?),
            EntityForm::Json(members) => {
                let mut source = Members { members: members.clone(), error: PhantomData };
                (read_id(entity_type, &mut source)?, V::read(entity_type.fields(), &mut source)?)
            }
        };
        Ok(Box::new(Self { id, entity_type, values, record: OnceBox::new() }))
    }
}

impl<V: Values> Node for Kept<V> {
    fn node_id(&self) -> Id {
        self.id
    }

    fn stamp(&mut self, id: Id) {
        self.record = OnceBox::new();
        self.id = id;
    }

    fn node_type(&self) -> &'static EntityType {
        self.entity_type
    }

    fn named_field(&self, name: &str) -> Option<&dyn Any> {
        self.values.get(self.entity_type.fields(), name)
    }

    fn same_values(&self, _old: &dyn Node) -> Sameness {
        Sameness::Unknown
    }

    fn extract(&self, extract: Extract<'_>) -> Found {
        write(self.entity_type, Some(self.id), &self.values, extract)
    }

    fn write(&self, encoder: &mut Encoder) -> Result<(), Failure> {
        // The identity is no content.
        let id = encoder.is_storing().then_some(self.id);
        write(self.entity_type, id, &self.values, encoder)
    }

    fn holder(&self) -> Option<&dyn Holder> {
        None
    }

    fn holder_mut(&mut self) -> Option<&mut dyn Holder> {
        None
    }

    fn read_as(&self) -> Option<&dyn Any> {
        self.record.get().map(|record| -> &dyn Any { &**record })
    }
}

/// The description that is registered: any other where there is none, as nothing will run then.
#[must_use]
pub const fn registered(entity_type: Option<&'static EntityType>) -> &'static EntityType {
    match entity_type {
        Some(entity_type) => entity_type,
        None => EntityType::NONE,
    }
}

pub use inventory;
pub use serde;
pub use serde_json::Value as Json;

pub use crate::argument::{Arg, IntoArgValue};
pub use crate::call::{Bindable, Call, Itself};
pub use crate::callable::list::{Behind, First};
pub use crate::callable::record::{Config, Fields, Input, OutputFields, Record};
pub use crate::callable::returned::{ChooseShape, NamedShape, Returned, Shape, ShapeOf, Unit, Whole};
pub use crate::callable::slot::{NamedSlotOf, Pick, SlotOf, ValueSlot};
pub use crate::callable::values::Elsewhere;
pub use crate::callable::written::{ByMut, ByRef, BySlice, ByStr, ByValue};
pub use crate::callable::{
    Applied, Callable, Configured, Definition, Memoized, Pass, PassOf, Passed, Recorded, ResultRecord, Returns, Typed,
    facts, names,
};
pub use crate::check;
pub use crate::common;
pub use crate::conflict::OnConflict;
pub use crate::entity::tree::branch::{Branch, InSight, MarkerOf};
pub use crate::entity::tree::marker::{Choose, Class, Each, Fold, FoldTo, Holds, Leaf, LeafOf, Plain, Tuple};
pub use crate::entity::tree::parts::{EachPair, EachPart, EachPartMut, EntityParts, Shape as PartsShape};
pub use crate::entity::tree::same::Sameness;
pub use crate::entity::{ConfigEntity, ConfigSource, Entity, EntityType, Field, Id, Ref, Value};
pub use crate::error::Result;
pub use crate::location::Location;
pub use crate::memo::{Code, Fingerprinted, MemoCode};
pub use crate::registry::{CallableRegistration, EntityRegistration};
pub use crate::scope::Scope;
pub use crate::signature::{GeneratedSource, Mode, ParamSource, Params, Source, kind};
pub use crate::world::Context;

/// The plain spelling of a name that may be a raw identifier.
#[must_use]
pub const fn plain_name(name: &str) -> &str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// A value as JSON, for a default that is shown; `null` if JSON cannot hold it.
pub fn to_json<T: serde::Serialize>(value: &T) -> Json {
    serde_json::to_value(value).unwrap_or(Json::Null)
}

/// The place in the source where the macro that expands to this stands.
#[doc(hidden)]
#[macro_export]
macro_rules! __here {
    () => {
        $crate::__private::Location { file: ::core::file!(), line: ::core::line!(), column: ::core::column!() }
    };
}

pub use crate::__here as here;

/// Brings in what it takes to ask the probe of a type.
pub mod asking {
    pub use crate::entity::tree::same::UnknownSame as _;
    pub use crate::signature::kind::{Unknown as _, UnknownArgument as _};
}

/// What the derives ask of the struct that they stand on.
pub mod derived {
    pub use crate::callable::record::registered;
    pub use crate::entity::derived::{breaks_serde, lacks};
    pub use crate::entity::held_handle::{IsHandle, RefusedOf};
    pub use crate::entity::upgrade::upgrade;
}

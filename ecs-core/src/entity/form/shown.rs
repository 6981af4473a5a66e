//! A stored value as JSON for people to read; not to be read back.

use serde_json::{Number, Value as Json};

use super::opaque::too_deep;
use super::value::{FormValue, Malformed, Opaque, levels_in};
use crate::address::Address;
use crate::deep;

/// The value of these bytes; an entity in it is its address, and what has too many levels is a text that says so.
///
/// # Errors
///
/// If these are not the bytes of one.
pub(crate) fn shown(bytes: &[u8]) -> Result<Json, Malformed> {
    let levels = levels_in(bytes);
    if levels > deep::TOLD_LEVELS {
        return Ok(too_deep(levels).into());
    }
    FormValue::parse(bytes, &mut |id| Ok(Opaque::known_by(id))).map(|value| json(&value))
}

/// The fields of an entity without its type.
pub(crate) fn shown_fields(entity: &Opaque) -> Json {
    if entity.levels > deep::TOLD_LEVELS {
        return too_deep(entity.levels).into();
    }
    Json::Object(entity.fields.iter().map(|(name, value)| (name.clone(), json(value))).collect())
}

fn json(value: &FormValue) -> Json {
    deep::level(|| match value {
        FormValue::Unit => Json::Null,
        FormValue::Bool(value) => (*value).into(),
        FormValue::Integer(value) => (*value).into(),
        FormValue::Wide(value) => u64::try_from(*value).map_or_else(|_| value.to_string().into(), Json::from),
        FormValue::WideUnsigned(value) => value.to_string().into(),
        FormValue::Float(value) => Number::from_f64(*value).map_or_else(|| value.to_string().into(), Json::Number),
        FormValue::Text(value) if value.starts_with('@') => format!("@{value}").into(),
        FormValue::Text(value) => value.as_str().into(),
        FormValue::Bytes(value) => value.as_slice().into(),
        FormValue::Some(value) => json(value),
        FormValue::Sequence(values, _) | FormValue::Set(values) => values.iter().map(json).collect(),
        FormValue::Map(entries, _) => {
            let entry = |(key, value): &(FormValue, FormValue)| match json(key) {
                Json::String(key) => (key, json(value)),
                key => (key.to_string(), json(value)),
            };
            Json::Object(entries.iter().map(entry).collect())
        }
        FormValue::Struct(fields) => {
            Json::Object(fields.iter().map(|(name, value)| (name.clone(), json(value))).collect())
        }
        FormValue::Variant(name, value) if matches!(**value, FormValue::Unit) => name.as_str().into(),
        FormValue::Variant(name, value) => Json::from_iter([(name.clone(), json(value))]),
        FormValue::Entity(entity) => match entity.id.ecs_id() {
            Some(ecs_id) => Address::of_version(ecs_id).to_string().into(),
            None => Json::Null,
        },
    })
}

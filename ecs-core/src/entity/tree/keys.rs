//! Keys of maps as text, as JSON maps spell them.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::address::Segment;

/// The text of a map key, as JSON maps spell it.
pub(crate) fn key_text<K: Serialize>(key: &K) -> String {
    match serde_json::to_value(key) {
        Ok(Json::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => "…".to_owned(),
    }
}

/// Reads a map key from its text, as JSON maps spell it: `"7"` is the number 7 if `K` is one.
pub(crate) fn map_key<K: DeserializeOwned>(text: &str) -> Result<K, serde_json::Error> {
    struct OneKey<K>(PhantomData<K>);

    impl<'de, K: DeserializeOwned> serde::de::Visitor<'de> for OneKey<K> {
        type Value = K;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a map key")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<K, A::Error> {
            let entry = map.next_entry::<K, serde::de::IgnoredAny>()?;
            entry.map(|(key, _)| key).ok_or_else(|| serde::de::Error::custom("a map key is missing"))
        }
    }

    let map = Json::Object(serde_json::Map::from_iter([(text.to_owned(), Json::Null)]));
    serde::Deserializer::deserialize_map(map, OneKey(PhantomData))
}

/// The text of a step that names a key.
pub(crate) fn segment_text(segment: &Segment) -> std::borrow::Cow<'_, str> {
    match segment {
        Segment::Name(name) => name.as_ref().into(),
        Segment::Index(index) => index.to_string().into(),
    }
}

/// Whether a step names this key.
pub(crate) fn is_key<K: Serialize>(key: &K, segment: &Segment) -> bool {
    key_text(key) == segment_text(segment)
}

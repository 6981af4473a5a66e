//! The form of a type as it stands in its row: the names of its fields in order, as a JSON array, which begins with
//! the version of the type if that is not the first.

use serde_json::Value as Json;

use crate::failure::{Failure, Result};

pub(crate) fn text_of<'n>(version: u32, names: impl Iterator<Item = &'n str>) -> String {
    let version = (version > 1).then(|| Json::from(version));
    version.into_iter().chain(names.map(Json::from)).collect::<Json>().to_string()
}

pub(crate) fn read(text: &str) -> Result<(u32, Vec<Box<str>>)> {
    let damaged = |reason: &dyn std::fmt::Display| Failure::Damaged(format!("the fields of a type: {reason}"));
    let mut items: Vec<Json> = serde_json::from_str(text).map_err(|error| damaged(&error))?;
    let version = match items.first().and_then(Json::as_u64) {
        Some(version) => {
            items.remove(0);
            // The first is written in one way, so that no row can be changed and mean the same.
            u32::try_from(version).ok().filter(|version| *version > 1).ok_or_else(|| damaged(&"no version"))?
        }
        None => 1,
    };
    let names = items.into_iter().map(|item| match item {
        Json::String(name) => Ok(name.into()),
        other => Err(damaged(&format_args!("{other} is no name"))),
    });
    Ok((version, names.collect::<Result<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_back_and_the_first_version_takes_no_room() {
        for (version, text) in [(1, r#"["a","b"]"#), (7, r#"[7,"a","b"]"#)] {
            assert_eq!(text_of(version, ["a", "b"].into_iter()), text);
            assert_eq!(read(text).expect("a form"), (version, vec!["a".into(), "b".into()]));
        }
        assert_eq!(read("[]").expect("no fields"), (1, Vec::new()));
    }

    #[test]
    fn what_is_no_form_is_refused() {
        for text in ["", "{}", "[0]", "[1]", "[-2]", "[4294967296]", "[2,3]", r#"["a",2]"#, "[2.5]", "[null]"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}

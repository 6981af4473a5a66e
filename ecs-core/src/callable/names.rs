//! Names must not clash: an argument by name must mean one thing.

use crate::entity::EntityType;

/// Refuses, while the user's crate compiles, a parameter whose name is a field of a config, and a
/// config whose field is one of another config's.
///
/// `own` is the parameter's type if it is a config, `others` are those of the other parameters.
pub const fn check(name: &str, own: Option<&EntityType>, others: &[Option<&EntityType>]) {
    let mut i = 0;
    while i < others.len() {
        if let Some(config) = others[i] {
            assert!(
                !has_field(config, name),
                "this parameter has the name of a field of the callable's config: an argument by that name would mean \
                 both; rename one of them"
            );
            if let Some(own) = own {
                let mut field = 0;
                while field < own.fields().len() {
                    assert!(
                        !has_field(config, own.fields()[field].name()),
                        "two configs of this callable have a field of one name: an argument by that name would mean \
                         both; rename one of them"
                    );
                    field += 1;
                }
            }
        }
        i += 1;
    }
}

const fn has_field(config: &EntityType, name: &str) -> bool {
    let mut i = 0;
    while i < config.fields().len() {
        if is_same(config.fields()[i].name(), name) {
            return true;
        }
        i += 1;
    }
    false
}

const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

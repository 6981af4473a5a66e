//! Names must not clash: an argument by name must mean one thing.

use super::{Callable, SlotList};
use crate::entity::EntityType;
use crate::signature::Facts;

/// Refuses, while the user's crate compiles, a parameter whose name is a field of a config, and a
/// config whose field is one of another config's.
///
/// The parameter called `name` is the one at `position` among those of `F`. A field of two configs is
/// reported at the later one.
#[track_caller]
pub const fn check<F: Callable>(name: &str, position: usize) {
    let Some(facts) = <F::Slots as SlotList>::FACTS else { return };
    if !facts.has_configs {
        return;
    }
    let own = config_at(facts, position);
    let (mut others, mut other) = (Some(facts), 0);
    while let Some(facts) = others {
        if other != position
            && let Some(config) = facts.config_type
        {
            if has_field(config, name) {
                panic_with(&[
                    "`",
                    name,
                    "` is a parameter of this callable and a field of its config `",
                    config.name(),
                ]);
            }
            if other < position
                && let Some(own) = own
                && let Some(field) = shared_field(own, config)
            {
                panic_with(&["`", field, "` is a field of both configs, `", config.name(), "` and `", own.name()]);
            }
        }
        (others, other) = (facts.rest, other + 1);
    }
}

/// The type of the config that is the parameter at `position`.
const fn config_at(first: &Facts, position: usize) -> Option<&'static EntityType> {
    let (mut facts, mut i) = (first, 0);
    while i < position {
        match facts.rest {
            Some(rest) => (facts, i) = (rest, i + 1),
            None => return None,
        }
    }
    facts.config_type
}

/// Panics with the text of `parts` and the cure.
#[track_caller]
const fn panic_with(parts: &[&str]) -> ! {
    let mut message = Message { bytes: [0; 512], len: 0 };
    let mut i = 0;
    while i < parts.len() {
        message.push(parts[i]);
        i += 1;
    }
    message.push("`: an argument by that name would mean both; rename one of them");
    panic!("{}", message.text())
}

/// A text put together in a constant.
struct Message {
    bytes: [u8; 512],
    len: usize,
}

impl Message {
    const fn push(&mut self, text: &str) {
        let text = text.as_bytes();
        let mut i = 0;
        while i < text.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
    }

    const fn text(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "two things of this callable have one name",
        }
    }
}

const fn shared_field(a: &EntityType, b: &EntityType) -> Option<&'static str> {
    let mut i = 0;
    while i < a.fields().len() {
        let name = a.fields()[i].name();
        if has_field(b, name) {
            return Some(name);
        }
        i += 1;
    }
    None
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

//! mistake: a text as `&mut`; cure: take a `String` by value, and return it

use ecs::prelude::*;

#[callable]
fn shout(text: &mut str) -> usize {
    text.make_ascii_uppercase();
    text.len()
}

fn main() {}

//! mistake: a `&'static str` as a result; cure: return a `String`

use ecs::prelude::*;

#[callable]
fn name(nothing: u8) -> &'static str {
    let _ = nothing;
    "name"
}

fn main() {}

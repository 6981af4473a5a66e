//! mistake: a type of one's own called `Context` as the context; cure: take it under another name
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Context {
    level: u8,
}

#[ecs::callable]
fn level(context: &Context) -> u8 {
    context.level
}

fn main() {}

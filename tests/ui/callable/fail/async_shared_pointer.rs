//! mistake: an `Rc` as a parameter of an async function; cure: take the value itself

use ecs::prelude::*;

#[callable]
async fn length(text: std::rc::Rc<String>) -> usize {
    text.len()
}

fn main() {}

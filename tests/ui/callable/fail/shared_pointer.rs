//! mistake: an `Rc` as a parameter; cure: take the value itself

use ecs::prelude::*;

#[callable]
fn length(text: std::rc::Rc<str>) -> usize {
    text.len()
}

fn main() {}

use ecs::prelude::*;

#[callable]
fn length(text: std::rc::Rc<str>) -> usize {
    text.len()
}

fn main() {}

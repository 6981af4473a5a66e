use ecs::prelude::*;

#[callable]
async fn length(text: std::rc::Rc<String>) -> usize {
    text.len()
}

fn main() {}

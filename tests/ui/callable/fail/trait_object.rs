use ecs::prelude::*;

#[callable]
fn describe(thing: Box<dyn std::fmt::Display>) -> String {
    thing.to_string()
}

fn main() {}

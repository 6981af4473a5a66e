//! mistake: a trait object as a parameter; cure: name the type, or write an enum of the types

use ecs::prelude::*;

#[callable]
fn describe(thing: Box<dyn std::fmt::Display>) -> String {
    thing.to_string()
}

fn main() {}

//! mistake: two callables of one name in a module; cure: give one of the functions another name

use ecs::prelude::*;

#[callable]
fn double(value: f64) -> f64 {
    value * 2.0
}

#[callable]
fn double(value: f64, again: bool) -> f64 {
    if again { value * 4.0 } else { value * 2.0 }
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    assert_eq!(double::call(&world, 2.0).wait()?, 4.0);
    Ok(())
}

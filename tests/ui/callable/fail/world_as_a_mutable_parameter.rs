//! mistake: the world behind `&mut`; cure: take `&Context`: it calls, reads and stores like the world

use ecs::prelude::*;

#[callable]
fn versions(world: &mut World) -> ecs::Result<usize> {
    Ok(world.callables().len())
}

fn main() {}

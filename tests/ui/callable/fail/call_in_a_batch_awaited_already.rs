//! mistake: a batch of results instead of calls; cure: give it the calls, not awaited

use ecs::prelude::*;

#[callable]
fn square(x: u64) -> u64 {
    x * x
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let squares = world.batch((0..10).map(|x| square::call(&world, x).wait())).wait();
    assert_eq!(squares.len(), 10);
    Ok(())
}

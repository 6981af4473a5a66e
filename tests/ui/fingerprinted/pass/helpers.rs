//! What can be fingerprinted, and named in `uses`.
#![deny(warnings, missing_docs, clippy::pedantic)]

use ecs::prelude::*;

/// Generic, and of any visibility.
#[fingerprinted]
pub fn largest<T: PartialOrd + Copy>(values: &[T]) -> Option<T> {
    values.iter().copied().reduce(|a, b| if a > b { a } else { b })
}

mod helpers {
    use ecs::prelude::*;

    #[fingerprinted(uses(is_odd))]
    pub(crate) const fn is_even(value: u64) -> bool {
        if value == 0 { true } else { is_odd(value - 1) }
    }

    // In a circle.
    #[fingerprinted(uses(self::is_even))]
    pub(crate) const fn is_odd(value: u64) -> bool {
        if value == 0 { false } else { is_even(value - 1) }
    }

    #[fingerprinted]
    pub(crate) async fn later(value: u64) -> u64 {
        value
    }

    #[fingerprinted]
    pub(crate) fn r#loop(value: u64) -> u64 {
        value
    }
}

#[callable(memo(code = "function",))]
fn halved(value: u64) -> u64 {
    value / 2
}

#[callable(name = "parity", memo(uses(helpers::is_even, helpers::later, helpers::r#loop, halved, largest,)), blocking)]
fn parity(value: u64) -> bool {
    helpers::is_even(helpers::r#loop(value)) && largest(&[value]).is_some() && halved(value) <= value
}

#[callable(memo(version = "2"))]
async fn versioned(value: u64) -> u64 {
    helpers::later(value).await
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    assert_eq!(versioned::call(&world, 4).wait()?, 4);
    assert_eq!(halved::call(&world, 4).wait()?, 2);
    assert!(world.callable("parity")?.memo().is_some());
    Ok(())
}

//! `#[callable]` on synchronous, asynchronous and blocking functions, with a name, under a renamed
//! crate, in a module, in a function body, in a crate that denies warnings and missing docs.
#![deny(missing_docs, warnings)]

use ecs as framework;
use ecs::prelude::*;

/// Doubles.
#[callable]
pub fn double(value: f64) -> f64 {
    value * 2.0
}

/// Doubles, later.
#[callable]
pub async fn double_later(value: f64) -> f64 {
    value * 2.0
}

#[callable(blocking)]
fn double_aside(value: f64) -> f64 {
    value * 2.0
}

#[callable(name = "math.triple", crate = framework)]
fn triple(#[default(1.0)] value: f64) -> f64 {
    value * 3.0
}

mod inner {
    #[ecs::callable]
    pub(super) fn halve(value: f64) -> f64 {
        value / 2.0
    }
}

#[callable]
fn r#match(r#type: &str) -> bool {
    r#type == "match"
}

#[tokio::main]
async fn main() -> ecs::Result<()> {
    #[callable]
    fn local() -> u8 {
        7
    }

    let world = World::in_memory()?;
    assert_eq!(double(2.0), 4.0);
    assert_eq!(double::call(&world, 2.0).wait()?, 4.0);
    assert_eq!(double_later::call(&world, 2.0).await?, 4.0);
    assert_eq!(double_aside::call(&world, 2.0).await?, 4.0);
    assert_eq!(triple::call(&world, Arg::Default).await?, 3.0);
    assert_eq!(world.execute("math.triple", args! {}).await?.value()?, 3.0);
    assert_eq!(inner::halve::call(&world, 2.0).await?, 1.0);
    assert!(r#match::call(&world, "match").await?);
    assert_eq!(local::call(&world).await?, 7);
    Ok(())
}

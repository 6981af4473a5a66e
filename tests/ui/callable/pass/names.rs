//! Functions of one name in several modules and bodies, each a callable of its own name.
#![deny(warnings)]

use ecs::prelude::*;

#[callable(name = "outer.double")]
fn double(value: f64) -> f64 {
    value * 2.0
}

mod inner {
    use ecs::prelude::*;

    #[callable(name = "inner.double")]
    pub fn double(value: i64) -> i64 {
        value * 2
    }
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    assert_eq!(double::call(&world, 2.0).wait()?, 4.0);
    assert_eq!(inner::double::call(&world, 2).wait()?, 4);
    {
        #[callable(name = "double in a body")]
        fn double(value: u8) -> u8 {
            value * 2
        }

        assert_eq!(double::call(&world, 2).wait()?, 4);
    }
    Ok(())
}

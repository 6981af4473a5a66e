//! mistake: a callable that never returns; cure: return what is to be recorded

use ecs::prelude::*;

#[callable]
fn stop(code: i32) -> ! {
    std::process::exit(code)
}

fn main() {}

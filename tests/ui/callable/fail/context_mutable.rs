//! mistake: the context as `&mut`; cure: write `&Context`

use ecs::prelude::*;

#[callable]
fn double(context: &mut Context, value: f64) -> f64 {
    let _ = context;
    value * 2.0
}

fn main() {}

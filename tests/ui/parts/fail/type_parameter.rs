//! mistake: plain parts with a type parameter; cure: write one type for each that you need

use ecs::prelude::*;

#[derive(EntityParts, Clone, Serialize, Deserialize)]
struct Seat<T> {
    by: T,
}

fn main() {}

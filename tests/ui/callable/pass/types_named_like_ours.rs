//! Types of one's own with the names `World` and `Stored`, in a crate that denies warnings.
#![deny(warnings)]

use ecs::prelude::*;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct World {
    id: Id,
    stock: Stored<u32>,
    others: Vec<Stored<Apple>>,
    apples: Vec<Stored<Apple>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Stored<T> {
    count: T,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Apple;

#[callable]
fn fill(world: &mut World, stock: Stored<u32>, apples: &Vec<Stored<Apple>>) -> Stored<u32> {
    world.apples = apples.clone();
    std::mem::replace(&mut world.stock, stock)
}

#[callable]
fn stock(world: &World) -> Option<Stored<u32>> {
    Some(world.stock.clone())
}

#[callable]
fn moved(world: World) -> World {
    world
}

fn main() {}

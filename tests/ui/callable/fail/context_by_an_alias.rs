//! mistake: the context under another name; cure: take it as `&Context`
use ecs::Context as Surroundings;

#[ecs::callable]
async fn count(surroundings: &Surroundings, by: u8) -> u8 {
    by + u8::from(surroundings.world().callable("count").is_ok())
}

fn main() {}

//! mistake: a fingerprinted function in an `impl`; cure: move it out, next to the `impl`

use ecs::prelude::*;

struct Scale(f64);

impl Scale {
    #[fingerprinted]
    fn apply(&self, points: f64) -> f64 {
        points * self.0
    }
}

fn main() {
    Scale(0.1).apply(30.0);
}

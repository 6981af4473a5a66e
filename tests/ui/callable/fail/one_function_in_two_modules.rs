//! mistake: callables of one name in two modules; cure: give one of them another name, with `#[callable(name = "…")]`

mod cats {
    use ecs::prelude::*;

    #[callable]
    pub fn weigh(grams: f64) -> f64 {
        grams
    }
}

mod dogs {
    use ecs::prelude::*;

    #[callable]
    pub fn weigh(kilograms: f64) -> f64 {
        kilograms * 1000.0
    }
}

fn main() {}

//! mistake: several mistakes in one signature, all told at once; cure: mend each

use ecs::prelude::*;

#[callable(naem = "mix")]
unsafe fn mix<T>(
    (first, _): (T, f64),
    second: *const f64,
    #[default] third: f64,
    fourth: &mut dyn std::fmt::Debug,
) -> impl Iterator<Item = f64> {
    let _ = (first, second, fourth);
    [third].into_iter()
}

fn main() {}

//! A callable whose results are kept as long as its code and that of a helper stay the same.

#[callable(memo(uses(round, helpers::weigh)))]
fn score(points: f64) -> f64 {
    round(helpers::weigh(points))
}

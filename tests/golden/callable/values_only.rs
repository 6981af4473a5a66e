//! Plain values only, with a default.

#[callable(name = "grades.mean")]
fn mean(grades: &[f64], #[default(1.0)] weight: f64, #[default("points")] unit: &str) -> f64 {
    grades.iter().sum::<f64>() * weight
}

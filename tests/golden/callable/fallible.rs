//! A function that can fail, on the blocking pool, from a facade of another name.

#[callable(blocking, crate = facade)]
fn promote(student: &mut Student) -> Result<(), PromotionError> {
    student.promote()
}

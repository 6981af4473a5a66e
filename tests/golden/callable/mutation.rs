//! A mutation with a plain value: one entity beside one value.

/// Sets the grade point average.
#[callable]
pub fn update_gpa(student: &mut Student, new_gpa: f64) {
    student.gpa = new_gpa;
}

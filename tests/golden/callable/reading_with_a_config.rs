//! Reads one entity and creates another, by a config: by spelling alone the types are not told apart.

#[callable]
fn standing(student: &Student, honours: &Honours) -> Standing {
    Standing { id: Id::new(), qualified: student.gpa >= honours.threshold }
}

//! An entity that holds others.

#[derive(Entity)]
#[entity(name = "school.course")]
struct Course {
    id: Id,
    title: String,
    teacher: Teacher,
    students: Vec<Student>,
    successor: Option<Ref<Course>>,
}

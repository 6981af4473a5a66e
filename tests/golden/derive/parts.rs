//! An enum that carries entities, from a facade of another name.

#[derive(EntityParts)]
#[entity(crate = facade)]
enum Assignment {
    Nobody,
    One(Student),
    Pair(Student, Student),
    Group { leader: Student, others: Vec<Student>, size: u8 },
}

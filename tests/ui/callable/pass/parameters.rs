//! Every kind of parameter, as it may be written.
#![deny(warnings)]

use std::collections::{BTreeMap, HashMap};

use ecs::prelude::*;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[derive(Clone, Serialize, Deserialize)]
enum Rounding {
    Up,
    Down,
}

type Class = Vec<Student>;

#[callable]
fn read(student: &Student) -> f64 {
    student.gpa
}

#[callable]
fn change(student: &mut Student) {
    student.gpa += 1.0;
}

#[callable]
fn consume(student: Student) -> Student {
    student
}

#[callable]
fn read_many(students: &[Student]) -> usize {
    students.len()
}

#[callable]
fn consume_many(students: Vec<Student>) -> Vec<Student> {
    students
}

#[callable]
fn containers(
    pair: (Student, Student),
    two: [Student; 2],
    maybe: Option<Student>,
    by_name: HashMap<String, Student>,
    by_year: &BTreeMap<u16, Vec<Student>>,
    class: &Class,
) -> usize {
    let _ = (pair, two);
    usize::from(maybe.is_some()) + by_name.len() + by_year.len() + class.len()
}

#[callable]
fn values(
    text: &str,
    numbers: &[f64],
    owned: String,
    rounding: Rounding,
    by_reference: &Rounding,
    maybe: Option<u8>,
    #[default("spring")] term: String,
    #[default(vec![0.5])] weights: Vec<f64>,
    #[default(Rounding::Up)] other: Rounding,
) -> usize {
    let _ = (rounding, by_reference, maybe, weights, other);
    text.len() + numbers.len() + owned.len() + term.len()
}

#[callable]
fn through_the_context(student: &Student, context: &Context) -> ecs::Result<f64> {
    read::call(context, student.clone()).wait()
}

#[callable]
fn one_entity_and_many_values(student: &Student, a: f64, b: f64, c: f64, d: f64, e: f64) -> f64 {
    student.gpa + a + b + c + d + e
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let alice = world.insert(Student { id: Id::new(), gpa: 1.0 })?;
    let bob = world.insert(Student { id: Id::new(), gpa: 2.0 })?;
    assert_eq!(read::call(&world, &alice).wait()?, 1.0);
    assert_eq!(through_the_context::call(&world, alice.at::<Student>("")).wait()?, 1.0);
    assert_eq!(consume::call(&world, Student::clone(&alice)).wait()?.gpa, 1.0);
    assert_eq!(read_many::call(&world, vec![alice.clone(), bob.clone()]).wait()?, 2);
    assert_eq!(consume_many::call(&world, vec![alice.clone(), bob.clone()]).wait()?.len(), 2);
    let many = containers::call(
        &world,
        (alice.clone(), bob.clone()),
        [alice.clone(), bob.clone()],
        Some(bob.clone()),
        HashMap::from([("alice".to_owned(), alice.clone())]),
        BTreeMap::from([(2024, vec![Student::clone(&alice)])]),
        vec![bob.clone()],
    );
    assert_eq!(many.wait()?, 4);
    let values = values::call(
        &world,
        "ab",
        [1.0].as_slice(),
        "c",
        Rounding::Up,
        Rounding::Down,
        Some(1),
        Arg::Default,
        Arg::Default,
        Arg::Default,
    );
    assert_eq!(values.wait()?, 10);
    let bound = one_entity_and_many_values::with((1.0, 1.0, 1.0, 1.0, 1.0));
    assert_eq!(bound.call(&world, &bob).wait()?, 7.0);
    assert_eq!(one_entity_and_many_values::partial((1.0, 1.0, 1.0, 1.0, 1.0))(&bob), 7.0);
    assert_eq!(change::call(&world, &alice).wait()?.gpa, 2.0);
    Ok(())
}

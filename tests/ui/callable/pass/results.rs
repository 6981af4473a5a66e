//! Every shape of a result: entities, containers of them, values beside them, `&mut` and a return
//! value, `Option`, `Result` with errors of many kinds, aliases.
#![deny(warnings)]

use std::collections::BTreeMap;
use std::fmt;

use ecs::prelude::*;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Student {
    id: Id,
    gpa: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Grade {
    id: Id,
    points: f64,
}

#[derive(Debug)]
struct TooLow;

impl fmt::Display for TooLow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too low")
    }
}

type Outcome<T> = Result<T, TooLow>;
type Graded = Outcome<Grade>;

fn grade(points: f64) -> Grade {
    Grade { id: Id::new(), points }
}

#[callable]
fn one(student: &Student) -> Grade {
    grade(student.gpa)
}

#[callable]
fn pair(student: &Student) -> (Grade, Grade) {
    (grade(student.gpa), grade(1.0))
}

#[callable]
fn many(count: usize) -> Vec<Grade> {
    (0..count).map(|_| grade(1.0)).collect()
}

#[callable]
fn mapped(student: &Student) -> BTreeMap<String, Vec<Grade>> {
    BTreeMap::from([("all".to_owned(), vec![grade(student.gpa)])])
}

#[callable]
fn mixed(student: &Student) -> (Grade, f64, Option<String>) {
    (grade(student.gpa), student.gpa, None)
}

#[callable]
fn changed_and_returned(student: &mut Student) -> f64 {
    std::mem::replace(&mut student.gpa, 4.0)
}

#[callable]
fn perhaps(student: &Student) -> Option<Grade> {
    (student.gpa > 1.0).then(|| grade(student.gpa))
}

#[callable]
fn fallible(student: &Student) -> Result<Grade, TooLow> {
    if student.gpa < 1.0 { Err(TooLow) } else { Ok(grade(student.gpa)) }
}

#[callable]
fn fallible_change(student: &mut Student) -> Result<(), String> {
    student.gpa += 0.5;
    Ok(())
}

#[callable]
fn boxed_error(text: &str) -> Result<f64, Box<dyn std::error::Error + Send + Sync>> {
    Ok(text.parse()?)
}

#[callable]
fn alias_with_arguments(student: &Student) -> Outcome<Grade> {
    fallible(student)
}

#[callable]
fn alias(student: &Student) -> Graded {
    fallible(student)
}

#[callable]
async fn later(student: Student) -> ecs::Result<Student> {
    Ok(student.fork())
}

fn main() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let alice = world.insert(Student { id: Id::new(), gpa: 2.0 })?;
    let grade: Stored<Grade> = one::call(&world, &alice).wait()?;
    assert_eq!(grade.points, 2.0);
    let (first, second): (Stored<Grade>, Stored<Grade>) = pair::call(&world, &alice).wait()?;
    assert_ne!(first.points, second.points);
    assert_eq!(many::call(&world, 3).wait()?.len(), 3);
    assert_eq!(mapped::call(&world, &alice).wait()?["all"][0].points, 2.0);
    let (mixed, gpa, nothing) = mixed::call(&world, &alice).wait()?;
    assert_eq!((mixed.points, gpa, nothing), (2.0, 2.0, None));
    assert!(perhaps::call(&world, &alice).wait()?.is_some());
    assert_eq!(fallible::call(&world, &alice).wait()?.points, 2.0);
    assert_eq!(boxed_error::call(&world, "1.5").wait()?, 1.5);
    assert_eq!(alias_with_arguments::call(&world, &alice).wait()?.points, 2.0);
    assert_eq!(alias::call(&world, &alice).wait()?.points, 2.0);
    assert_eq!(later::call(&world, &alice).wait()?.gpa, 2.0);
    let (alice, before) = changed_and_returned::call(&world, &alice).wait()?;
    assert_eq!((alice.gpa, before), (4.0, 2.0));
    assert_eq!(fallible_change::call(&world, &alice).wait()?.gpa, 4.5);
    Ok(())
}

//! What gives the same, whatever it takes and returns, and however it runs.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use ecs::prelude::*;

use super::fresh::Fresh as _;
use super::{Course, Student, block_on, course, identical, raise, recorded, student};

/// Replays a call that is made here.
macro_rules! assert_identical {
    ($world:expr, $call:expr) => {{
        let world: &World = $world;
        let ended = block_on($call.recorded());
        identical(world, &recorded(world, ended))
    }};
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Honours {
    id: Id,
    #[config(default = 3.7)]
    threshold: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Standing {
    id: Id,
    qualified: bool,
    of: Ref<Student>,
}

#[callable]
fn standing(student: &Student, honours: &Honours) -> Standing {
    let of = Ref::to(student).expect("what is given is stored");
    Standing { id: Id::new(), qualified: student.gpa >= honours.threshold, of }
}

#[callable]
fn rename(mut student: Student, name: &str) -> Student {
    student.name = name.into();
    student
}

#[callable]
fn twin(student: &Student) -> Student {
    student.fork()
}

#[callable]
fn leave(course: &mut Course, name: &str) -> Option<Student> {
    let position = course.students.iter().position(|student| student.name == name)?;
    Some(course.students.remove(position))
}

#[callable]
fn enrol(course: &mut Course, names: Vec<String>) {
    course.students.extend(names.iter().map(|name| student(name, 0.0)));
}

#[callable]
fn origin() -> Student {
    student("Nobody", 0.0)
}

#[callable]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn a_mutation_is_identical_though_its_thing_has_moved_on() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let first = block_on(raise::call(&world, &alice, 0.25).recorded())?;
    raise::call(&world, &first.output, 0.25).wait()?;
    let replay = identical(&world, &first.execution);
    assert_eq!(replay.to_string(), format!("{} raise: identical", first.execution.id));
    Ok(())
}

#[test]
fn an_unchanged_result_is_identical() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let replay = assert_identical!(&world, raise::call(&world, &alice, 0.0));
    assert!(!replay.ran.expect("it ran").outputs[0].is_changed);
    Ok(())
}

#[test]
fn creations_forks_and_detachments_are_identical_though_they_get_new_ids() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let latin = world.insert(course("Latin", &["Carol", "Dan"]))?;
    let replay = assert_identical!(&world, origin::call(&world));
    assert_ne!(replay.ran.expect("it ran").outputs[0].lineage_id, replay.execution.outputs[0].lineage_id);
    assert_identical!(&world, twin::call(&world, &alice));
    let replay = assert_identical!(&world, leave::call(&world, &latin, "Carol"));
    assert_eq!(replay.execution.outputs[1].semantics, Semantics::Detachment);
    assert_identical!(&world, leave::call(&world, &world.head::<Course>(&latin)?, "nobody"));
    Ok(())
}

#[test]
fn entities_that_a_tree_gains_are_identical() -> ecs::Result<()> {
    let world = World::fresh()?;
    let latin = world.insert(course("Latin", &["Carol"]))?;
    assert_identical!(&world, enrol::call(&world, &latin, vec!["Dan".to_owned(), "Eve".to_owned()]));
    Ok(())
}

#[test]
fn an_entity_given_by_value_by_address_or_as_part_of_another_is_found_again() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = assert_identical!(&world, rename::call(&world, student("Alice", 3.5), "Alicia"));
    let alice: Stored<Student> = world.get(alice.execution.outputs[0].ecs_id)?;
    assert_identical!(&world, rename::call(&world, Student { gpa: 1.0, ..(*alice).clone() }, "Alice"));
    let alice = world.head::<Student>(&alice)?;
    assert_identical!(&world, rename::call(&world, At::from(alice.address()), "Alma"));
    let latin = world.insert(course("Latin", &["Carol", "Dan"]))?;
    assert_identical!(&world, rename::call(&world, latin.at("students.0"), "Carola"));
    assert_identical!(&world, rename::call(&world, latin.students[1].clone(), "Daniela"));
    Ok(())
}

#[test]
fn configs_are_found_again_however_they_were_given() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.8))?;
    assert_identical!(&world, standing::call(&world, &alice, Honours { threshold: 3.9, ..Honours::default() }));
    let strict = standing::with(Honours { threshold: 3.9, ..Honours::default() });
    assert_identical!(&world, strict.call(&world, &alice));
    assert_identical!(&world, standing::call(&world, &alice, world.insert(Honours::default())?));
    for arguments in [
        args! { student: &alice, threshold: 3.6 },
        args! { student: &alice },
        args! { student: alice.address(), honours: serde_json::json!({ "threshold": 3.5 }) },
    ] {
        let execution = world.execute("standing", arguments).wait()?.execution().clone();
        let replay = identical(&world, &execution);
        assert_eq!(replay.ran.expect("it ran").configs, execution.configs);
    }
    Ok(())
}

#[test]
fn values_are_found_in_the_generated_config_or_input() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let replay = assert_identical!(&world, rename::call(&world, &alice, "Alicia"));
    assert_eq!(replay.ran.expect("it ran").configs, replay.execution.configs, "equal configs are one");
    assert_identical!(&world, mean::call(&world, vec![1.0, 2.5]));
    assert_identical!(&world, rename::call(&world, At::from(alice.address()), alice.at("name")));
    Ok(())
}

#[test]
fn nan_and_infinity_are_given_again_as_they_were() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    assert_identical!(&world, raise::call(&world, &alice, f64::NAN));
    assert_identical!(&world, mean::call(&world, vec![f64::NAN]));
    assert_identical!(&world, mean::call(&world, vec![f64::INFINITY, 1.0]));
    let latin = world.insert(course("Latin", &["Carol"]))?;
    assert_identical!(&world, grade::call(&world, latin.students[0].clone(), vec![(student("Dan", 1.0), f64::NAN)]));
    Ok(())
}

#[callable]
fn grade(first: &Student, others: Vec<(Student, f64)>) -> (Vec<Student>, f64) {
    let sum = others.iter().map(|(_, grade)| grade).sum::<f64>() + first.gpa;
    (others.into_iter().map(|(student, gpa)| Student { gpa, ..student }).collect(), sum)
}

#[callable]
fn of_sequences(vec: Vec<Student>, deque: VecDeque<Student>, array: [Student; 2], option: Option<Student>) -> String {
    let all = vec.iter().chain(&deque).chain(&array).chain(&option);
    all.map(|student| student.name.as_str()).collect::<Vec<_>>().join(" ")
}

#[callable]
fn of_maps(
    hash: HashMap<String, Student>,
    tree: BTreeMap<u8, (Student, u8)>,
    others: Arc<Vec<Arc<Student>>>,
) -> HashMap<String, Student> {
    let tree = tree.into_iter().map(|(key, (student, number))| (format!("{key}{number}"), student));
    let others = others.iter().map(|student| (student.name.clone(), (**student).clone()));
    hash.into_iter().chain(tree).chain(others).collect()
}

#[callable]
fn of_slice_and_config(students: &[Student], honours: &Honours) -> (usize, Vec<Student>) {
    let qualified: Vec<_> = students.iter().filter(|student| student.gpa >= honours.threshold).cloned().collect();
    (qualified.len(), qualified)
}

#[test]
fn containers_are_put_together_again() -> ecs::Result<()> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 3.9))?, world.insert(student("Bob", 2.0))?);
    let (a, b) = ((*alice).clone(), (*bob).clone());
    let sequences = of_sequences::call(
        &world,
        vec![alice.clone(), bob.clone()],
        VecDeque::from([student("Carol", 1.0)]),
        [a.clone(), b.clone()],
        None::<Student>,
    );
    assert_identical!(&world, sequences);
    let hash = HashMap::from([("a".to_owned(), a.clone()), ("b".to_owned(), b.clone())]);
    let tree = BTreeMap::from([(1, (a.clone(), 2)), (3, (student("Dan", 1.5), 4))]);
    assert_identical!(&world, of_maps::call(&world, hash, tree, Arc::new(vec![Arc::new(b)])));
    assert_identical!(&world, of_slice_and_config::call(&world, vec![alice, bob], Honours::default()));
    let latin = world.insert(course("Latin", &["Eve", "Fay"]))?;
    let given = args! { students: format!("@{}.students", latin.ecs_id()), threshold: 1.0 };
    identical(&world, world.execute("of_slice_and_config", given).wait()?.execution());
    Ok(())
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Faculty {
    id: Id,
    courses: BTreeMap<String, Arc<Course>>,
    dean: Option<Arc<Student>>,
}

#[callable]
fn promote(faculty: &mut Faculty, title: &str) {
    if let Some(course) = faculty.courses.get_mut(title) {
        let course = Arc::make_mut(course);
        faculty.dean = course.students.pop().map(Arc::new);
        course.students.push(student("Substitute", 1.0));
    }
}

#[test]
fn trees_with_shared_children_are_identical() -> ecs::Result<()> {
    let world = World::fresh()?;
    let courses = ["Greek", "Latin"].map(|title| (title.to_owned(), Arc::new(course(title, &["Ann", "Ben"]))));
    let faculty = Faculty { id: Id::new(), courses: courses.into(), dean: None };
    let faculty = world.insert(faculty)?;
    let once = block_on(promote::call(&world, &faculty, "Latin").recorded())?;
    identical(&world, &once.execution);
    assert_identical!(&world, promote::call(&world, &once.output, "Greek"));
    Ok(())
}

#[callable]
fn withdraw(student: &mut Student, amount: f64) -> Result<f64, String> {
    if amount > student.gpa {
        return Err(format!("{amount} is more than {}", student.gpa));
    }
    student.gpa -= amount;
    Ok(student.gpa)
}

#[callable]
fn burst(student: &Student) -> f64 {
    assert!(student.gpa < 0.0, "{} bursts", student.name);
    student.gpa
}

#[callable]
fn twice(student: &Student) -> (Student, Student) {
    let fresh = super::student(&student.name, 0.0);
    (fresh.clone(), Student { gpa: 1.0, ..fresh })
}

#[test]
fn failures_and_panics_are_identical_if_they_say_the_same() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let failed = assert_identical!(&world, withdraw::call(&world, &alice, 4.0));
    assert_eq!(failed.execution.status().outcome(), Outcome::Failed);
    assert_identical!(&world, withdraw::call(&world, &alice, 3.0));
    assert_identical!(&world, burst::call(&world, &alice));
    // The message names the lineage, which is another every time.
    assert_identical!(&world, twice::call(&world, &alice));
    Ok(())
}

#[callable]
async fn raise_later(student: &mut Student, step: f64) -> f64 {
    tokio::time::sleep(Duration::from_millis(1)).await;
    student.gpa += step;
    student.gpa
}

#[callable(blocking)]
fn raise_apart(student: &mut Student, step: f64) {
    student.gpa += step;
}

#[tokio::test]
async fn asynchronous_and_blocking_functions_are_replayed_as_they_run() -> ecs::Result<()> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    let later = raise_later::call(&world, &alice, 0.5).recorded().await?;
    let apart = raise_apart::call(&world, &later.output.0, 0.5).recorded().await?;
    for execution in [later.execution, apart.execution] {
        let replay = world.replay(execution.id).timeout(Duration::from_secs(60)).await?;
        assert!(replay.is_identical(), "{replay}");
    }
    Ok(())
}

#[callable(on_conflict = Retry(100))]
fn raise_patiently(student: &mut Student, step: f64) {
    student.gpa += step;
}

#[test]
fn an_execution_that_ran_again_is_replayed_from_what_it_was_bound_to_last() -> ecs::Result<()> {
    let world = World::fresh()?;
    let old = world.insert(student("Alice", 1.0))?;
    raise::call(&world, &old, 1.0).wait()?;
    let late = block_on(raise_patiently::call(&world, &old, 1.0).recorded())?;
    assert_eq!((late.execution.retries(), late.output.gpa), (1, 3.0));
    let replay = identical(&world, &late.execution);
    assert_eq!(replay.ran.expect("it ran").retries(), 0);
    Ok(())
}

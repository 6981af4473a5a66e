//! Parameters that are containers of entities: handles, values, addresses or a mix in every position.

mod common;
#[path = "common/fresh.rs"]
mod fresh;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use common::{Student, fields, student};
use ecs::prelude::*;
use serde_json::json;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Course {
    id: Id,
    title: String,
    students: Vec<Student>,
}

struct School {
    world: World,
    alice: Stored<Student>,
    bob: Stored<Student>,
    latin: Stored<Course>,
}

/// Alice and Bob on their own, and a course with Carol and Dan in it.
fn school() -> ecs::Result<School> {
    let world = World::fresh()?;
    let (alice, bob) = (world.insert(student("Alice", 1.0))?, world.insert(student("Bob", 2.0))?);
    let students = vec![student("Carol", 3.0), student("Dan", 4.0)];
    let latin = world.insert(Course { id: Id::new(), title: "Latin".into(), students })?;
    Ok(School { world, alice, bob, latin })
}

/// The versions given for a parameter.
fn versions(execution: &Execution, parameter: &str) -> Vec<EcsId> {
    execution.argument(parameter).expect("a parameter").versions.to_vec()
}

/// The generated input entity, without its identity.
fn input(world: &World, execution: &Execution) -> ecs::Result<serde_json::Value> {
    fields(world, execution.input.expect("an input entity"))
}

fn listed<'s>(students: impl IntoIterator<Item = &'s Student>) -> String {
    students.into_iter().map(|student| student.name.as_str()).collect::<Vec<_>>().join(" ")
}

#[callable]
fn of_vec(students: Vec<Student>) -> String {
    listed(&students)
}

#[callable]
fn of_slice(students: &[Student]) -> String {
    listed(students)
}

#[callable]
fn of_deque(students: VecDeque<Student>) -> String {
    listed(&students)
}

#[callable]
fn of_array(students: [Student; 2]) -> String {
    listed(&students)
}

#[callable]
fn of_tree(students: BTreeMap<u8, Student>) -> String {
    listed(students.values())
}

#[callable]
fn of_hash(students: HashMap<String, Student>) -> String {
    let mut students: Vec<_> = students.into_iter().collect();
    students.sort_by(|a, b| a.0.cmp(&b.0));
    listed(students.iter().map(|(_, student)| student))
}

#[callable]
fn of_option(student: Option<Student>) -> String {
    listed(&student)
}

#[callable]
fn of_pair(pair: (Student, Course)) -> String {
    format!("{} in {}", pair.0.name, pair.1.title)
}

#[callable]
#[allow(clippy::boxed_local)]
fn of_boxed(student: Box<Student>) -> String {
    student.name.clone()
}

#[callable]
fn of_shared(student: Arc<Student>) -> String {
    student.name.clone()
}

type Row = (Arc<Student>, Option<Student>, f64);

#[callable]
fn of_nested(groups: BTreeMap<String, Vec<Row>>) -> String {
    let rows = groups.iter().flat_map(|(key, rows)| rows.iter().map(move |row| (key, row)));
    rows.map(|(key, (first, second, weight))| format!("{key}:{}{}*{weight}", first.name, listed(second)))
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test]
async fn a_sequence_takes_handles_references_values_addresses_and_any_mix() -> ecs::Result<()> {
    let School { world, alice, bob, latin } = school()?;
    let handles = vec![alice.clone(), bob.clone()];
    assert_eq!(of_vec::call(&world, handles.clone()).await?, "Alice Bob");
    assert_eq!(of_vec::call(&world, &handles).await?, "Alice Bob");
    assert_eq!(of_vec::call(&world, vec![&alice, &bob]).await?, "Alice Bob");
    assert_eq!(of_vec::call(&world, [&bob, &alice]).await?, "Bob Alice");
    assert_eq!(of_vec::call(&world, [alice.clone(), bob.clone()]).await?, "Alice Bob");
    assert_eq!(of_slice::call(&world, [&alice, &bob]).await?, "Alice Bob");
    assert_eq!(of_deque::call(&world, VecDeque::from([alice.clone()])).await?, "Alice");
    assert_eq!(of_array::call(&world, [&alice, &bob]).await?, "Alice Bob");
    assert_eq!(of_vec::call(&world, latin.students.clone()).await?, "Carol Dan");

    let carol = latin.students[0].id.ecs_id().expect("it is stored");
    let dan = latin.students[1].id.ecs_id().expect("it is stored");
    let mix = || -> [Arg<Student>; 4] {
        [(&alice).into(), student("Eve", 5.0).into(), latin.at("students.0").into(), latin.students[1].clone().into()]
    };
    for call in
        [of_vec::call(&world, mix()).recorded().await?, of_vec::call(&world, Vec::from(mix())).recorded().await?]
    {
        assert_eq!(call.output, "Alice Eve Carol Dan");
        let given = versions(&call.execution, "students");
        assert_eq!((given[0], given[2], given[3]), (alice.ecs_id(), carol, dan));
        assert_eq!(world.get::<Student>(given[1])?.name, "Eve", "what was never stored is inserted first");
        let addresses: Vec<Address> = given.iter().map(|version| Address::of_version(*version)).collect();
        assert_eq!(input(&world, &call.execution)?, json!({ "students": addresses }));
    }
    let [first, .., last] = mix();
    assert_eq!(of_array::call(&world, [first, last]).await?, "Alice Dan");

    let by_name: Vec<ArgValue> =
        vec![(&bob).into(), ArgValue::Address(latin.address().with_path("students.1".parse()?))];
    assert_eq!(world.execute("of_deque", args! { students: by_name }).await?.value()?, json!("Bob Dan"));
    for arguments in [
        args! { students: [&alice, &bob] },
        args! { students: vec![&alice, &bob] },
        args! { students: &handles },
        args! { students: handles.clone() },
        args! { students: [alice.address(), bob.address()] },
    ] {
        assert_eq!(world.execute("of_vec", arguments).await?.value()?, json!("Alice Bob"));
    }
    Ok(())
}

#[tokio::test]
async fn a_map_takes_handles_references_values_addresses_and_any_mix() -> ecs::Result<()> {
    let School { world, alice, bob, latin } = school()?;
    assert_eq!(of_tree::call(&world, BTreeMap::from([(2, &alice), (1, &bob)])).await?, "Bob Alice");
    assert_eq!(of_tree::call(&world, BTreeMap::from([(1, alice.clone())])).await?, "Alice");
    let mix = BTreeMap::from([
        (1, Arg::from(&alice)),
        (2, Arg::from(student("Eve", 5.0))),
        (3, Arg::from(latin.at("students.0"))),
    ]);
    let call = of_tree::call(&world, mix).recorded().await?;
    assert_eq!(call.output, "Alice Eve Carol");
    let given = versions(&call.execution, "students");
    let places = call.execution.argument("students").expect("a parameter").sources;
    assert_eq!(
        (places[0].to.to_string(), places[0].from.to_string()),
        (r#"["3"]"#.into(), format!("{latin}.students.0"))
    );
    let address = |at: usize| Address::of_version(given[at]);
    let expected = json!({ "students": { "1": address(0), "2": address(1), "3": address(2) } });
    assert_eq!(input(&world, &call.execution)?, expected);

    let mix = HashMap::from([("b".to_owned(), Arg::from(&alice)), ("a".to_owned(), latin.at("students.1").into())]);
    assert_eq!(of_hash::call(&world, mix).await?, "Dan Alice");
    assert_eq!(of_hash::call(&world, HashMap::from([("a".to_owned(), &bob)])).await?, "Bob");
    let by_name = args! { students: BTreeMap::from([("a", &bob)]) };
    assert_eq!(world.execute("of_hash", by_name).await?.value()?, json!("Bob"));
    Ok(())
}

#[tokio::test]
async fn options_pointers_and_tuples_take_handles_values_and_addresses() -> ecs::Result<()> {
    let School { world, alice, latin, .. } = school()?;
    assert_eq!(of_option::call(&world, Some(&alice)).await?, "Alice");
    assert_eq!(of_option::call(&world, Some(Arg::from(latin.at("students.0")))).await?, "Carol");
    assert_eq!(of_option::call(&world, latin.at("students.0")).await?, "Carol");
    assert_eq!(of_option::call(&world, Some(student("Eve", 5.0))).await?, "Eve");
    assert_eq!(of_option::call(&world, None::<Student>).await?, "");
    assert_eq!(world.execute("of_option", args! { student: Some(&alice) }).await?.value()?, json!("Alice"));

    assert_eq!(of_boxed::call(&world, &alice).await?, "Alice");
    assert_eq!(of_boxed::call(&world, Box::new(student("Eve", 5.0))).await?, "Eve");
    assert_eq!(of_boxed::call(&world, latin.at("students.0")).await?, "Carol");
    let shared = of_shared::call(&world, &alice).recorded().await?;
    assert_eq!((shared.output.as_str(), versions(&shared.execution, "student")), ("Alice", vec![alice.ecs_id()]));
    assert_eq!(of_shared::call(&world, Arc::new(latin.students[0].clone())).await?, "Carol");
    assert_eq!(world.execute("of_shared", args! { student: &alice }).await?.value()?, json!("Alice"));

    assert_eq!(of_pair::call(&world, (&alice, &latin)).await?, "Alice in Latin");
    assert_eq!(of_pair::call(&world, (alice.clone(), latin.clone())).await?, "Alice in Latin");
    let mix: (Arg<Student>, Arg<Course>) = (latin.at("students.1").into(), Course::clone(&latin).into());
    let call = of_pair::call(&world, mix).recorded().await?;
    assert_eq!(call.output, "Dan in Latin");
    assert_eq!(versions(&call.execution, "pair")[1], latin.ecs_id());
    Ok(())
}

#[tokio::test]
async fn nested_containers_take_a_mix_at_every_depth() -> ecs::Result<()> {
    let School { world, alice, bob, latin } = school()?;
    let row: Arg<Row> = (Arg::from(&alice), Arg::from(latin.at("students.0")), Arg::from(0.5)).into();
    let plain: Row = (Arc::new(Student::clone(&bob)), None, 1.5);
    let rows = Arg::<Vec<Row>>::of([row, plain.into()]);
    let groups = Arg::<BTreeMap<String, Vec<Row>>>::of([("a".to_owned(), rows)]);
    let typed = of_nested::call(&world, groups).recorded().await?;
    assert_eq!(typed.output, "a:AliceCarol*0.5 a:Bob*1.5");
    let by_name = json!({ "groups": {
        "a": [[alice.address(), latin.address().with_path("students.0".parse()?), 0.5], [bob.address(), null, 1.5]],
    } });
    let by_name = world.execute("of_nested", by_name).await?;
    let carol = latin.students[0].id.ecs_id().expect("it is stored");
    for execution in [&typed.execution, by_name.execution()] {
        assert_eq!(versions(execution, "groups"), [alice.ecs_id(), carol, bob.ecs_id()]);
        let sources = &execution.argument("groups").expect("a parameter").sources;
        assert!(sources.iter().any(|source| {
            (source.to.to_string(), source.from.to_string()) == (".a.0.1".into(), format!("{latin}.students.0"))
        }));
        let carol = Address::of_version(carol);
        let expected = json!({ "groups": { "a": [[alice.address(), carol, 0.5], [bob.address(), null, 1.5]] } });
        assert_eq!(input(&world, execution)?, expected);
    }
    Ok(())
}

// ---- Holders with trees -------------------------------------------------------------------------

#[callable]
fn merge(first: &Course, others: Vec<Course>, into: Option<Student>) -> Course {
    let students = others.iter().map(|course| Student { id: Id::new(), ..course.students[0].clone() });
    Course {
        id: Id::new(),
        title: first.title.clone(),
        students: students.chain(into.map(|into| into.fork())).collect(),
    }
}

// predecessor 1.2 "multi_entity_composite": no composite was built ✗
#[tokio::test]
async fn the_input_entity_of_several_refers_to_every_one_it_used() -> ecs::Result<()> {
    let School { world, alice, latin, .. } = school()?;
    let greek = Course { id: Id::new(), title: "Greek".into(), students: vec![student("Zoe", 4.0)] };
    let others: Vec<Arg<Course>> = vec![greek.into(), (&latin).into()];
    let call = merge::call(&world, &latin, others, Some(&alice)).recorded().await?;
    assert_eq!(call.execution.strategy, Strategy::MultiEntityComposite);
    assert_eq!(
        call.output.students.iter().map(|student| student.name.as_str()).collect::<Vec<_>>(),
        ["Zoe", "Carol", "Alice"]
    );
    let greek = versions(&call.execution, "others")[0];
    assert_eq!(versions(&call.execution, "others"), [greek, latin.ecs_id()]);
    let expected = json!({
        "first": latin.address(),
        "others": [Address::of_version(greek), latin.address()],
        "into": alice.address(),
    });
    assert_eq!(input(&world, &call.execution)?, expected);
    let references = world.version(call.execution.input.expect("an input entity"))?.references().to_vec();
    for used in [latin.ecs_id(), greek, alice.ecs_id()] {
        assert!(references.contains(&used), "{used} is among {references:?}");
    }
    assert_eq!(world.head::<Course>(&latin)?, latin, "being referred to changes nothing");
    Ok(())
}

#[callable]
fn raise_all(mut courses: Vec<Course>) -> Vec<Course> {
    courses.iter_mut().flat_map(|course| &mut course.students).for_each(|student| student.gpa += 1.0);
    courses
}

#[tokio::test]
async fn trees_in_a_container_are_versioned_like_any_other() -> ecs::Result<()> {
    let School { world, latin, .. } = school()?;
    let raised = raise_all::call(&world, [&latin]).recorded().await?;
    assert_eq!(raised.output[0].parent(), Some(latin.ecs_id()));
    let carol = world.stored(&raised.output[0].students[0])?;
    assert_eq!((carol.gpa, carol.parent()), (4.0, latin.students[0].id.ecs_id()));

    // A changed tree as a value is committed first.
    let mut changed = Course::clone(&raised.output[0]);
    changed.students.pop();
    let fewer = raise_all::call(&world, vec![changed]).recorded().await?;
    let given = world.get::<Course>(versions(&fewer.execution, "courses")[0])?;
    assert_eq!((given.parent(), given.students.len()), (Some(raised.output[0].ecs_id()), 1));
    assert_eq!(fewer.output[0].parent(), Some(given.ecs_id()));
    Ok(())
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_says_where() -> ecs::Result<()> {
    let School { world, alice, latin, .. } = school()?;
    let mixed: Vec<ArgValue> = vec![(&alice).into(), (&latin).into()];
    let error = world.execute("of_vec", args! { students: mixed }).await.expect_err("a course is no student");
    assert_eq!(error.code(), "wrong-argument-type", "{error}");
    for part in ["`of_vec`", "students.1", "Course", "Student"] {
        assert!(error.to_string().contains(part), "{part}: {error}");
    }
    let few = world.execute("of_array", args! { students: [&alice] }).await.expect_err("one of two");
    assert!(few.to_string().contains("it has 2 elements"), "{few}");
    let defaulted = of_vec::call(&world, vec![Arg::from(&alice), Arg::Default]).await.expect_err("no default");
    assert!(defaulted.to_string().contains("students.1") && defaulted.to_string().contains("default"), "{defaulted}");
    Ok(())
}

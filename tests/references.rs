//! A `Ref` points at an entity without owning it: recorded, found again, and no part of the tree.

mod common;
#[path = "common/fresh.rs"]
mod fresh;

use std::collections::{BTreeMap, HashMap};

use common::{Student, student};
use ecs::prelude::*;
use serde_json::json;

use self::fresh::Fresh as _;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Post {
    held_by: Ref<Student>,
    deputies: Vec<Option<Ref<Student>>>,
}

#[derive(EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Role {
    Vacant,
    Filled { by: Ref<Student>, notes: Note },
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    id: Id,
    about: Ref<Student>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Club {
    id: Id,
    name: String,
    president: Ref<Student>,
    treasurer: Option<Ref<Student>>,
    members: Vec<Ref<Student>>,
    by_year: BTreeMap<u16, (Ref<Student>, f64)>,
    posts: HashMap<String, Post>,
    role: Role,
    sister: Option<Ref<Club>>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Course {
    id: Id,
    students: Vec<Student>,
}

fn club(president: &Stored<Student>) -> Club {
    Club {
        id: Id::new(),
        name: "Chess".into(),
        president: president.to_ref(),
        treasurer: None,
        members: vec![],
        by_year: BTreeMap::new(),
        posts: HashMap::new(),
        role: Role::Vacant,
        sister: None,
    }
}

fn students<const N: usize>(world: &World) -> ecs::Result<[Stored<Student>; N]> {
    let made: Vec<_> =
        (0..N).map(|at| world.insert(student(&format!("S{at}"), 1.0))).collect::<ecs::Result<Vec<_>>>()?;
    Ok(made.try_into().expect("so many were made"))
}

#[callable]
fn raise(student: &mut Student) {
    student.gpa += 1.0;
}

#[test]
fn a_reference_is_stored_and_leads_to_its_version() -> ecs::Result<()> {
    let world = World::fresh()?;
    let [alice] = students(&world)?;
    let club = world.insert(club(&alice))?;
    let president: Stored<Student> = world.get(club.president)?;
    assert_eq!(president, alice);
    assert_eq!(world.get::<Student>(club.president)?, alice);
    assert_eq!(world.version(club.president.ecs_id())?.ecs_id(), alice.ecs_id());
    assert_eq!(world.resolve(&format!("{club}.president").parse()?)?, json!(alice.address()));
    assert_eq!(world.read(&club.at::<Ref<Student>>("president"))?, alice.to_ref());
    assert_eq!(Ref::to(&*alice), Some(alice.to_ref()));
    assert_eq!(Ref::to(&student("never stored", 0.0)), None);
    let error = world.child::<Student>(&club, "president").expect_err("it is not held");
    assert_eq!(error.code(), "not-an-entity", "{error}");
    Ok(())
}

#[test]
fn what_is_pointed_at_is_no_part_of_the_holder() -> ecs::Result<()> {
    let world = World::fresh()?;
    let [alice] = students(&world)?;
    let club = world.insert(club(&alice))?;
    let raised = raise::call(&world, &alice).wait()?;
    assert_eq!(world.head::<Club>(&club)?, club, "a change of what it points at is none of its own");
    assert_eq!(world.history(&club)?.entries().len(), 1);
    assert_eq!(world.get::<Student>(&club.president)?.gpa, 1.0, "it points at a version, for good");
    assert_eq!(world.head::<Student>(alice.lineage_id())?, raised);
    assert!(alice.is_root());

    let moved = world.commit(Club { president: raised.to_ref(), ..Club::clone(&club) })?;
    assert_eq!(moved.parent(), Some(club.ecs_id()), "pointing elsewhere is a change");
    assert_ne!(moved.content_hash(), club.content_hash());
    Ok(())
}

#[test]
fn references_are_listed_wherever_they_are_in_the_entity() -> ecs::Result<()> {
    let world = World::fresh()?;
    let [president, treasurer, member, other, year, holder, deputy, filled, about] = students(&world)?;
    let sister = world.insert(club(&president))?;
    assert_eq!(sister.references(), [president.ecs_id()]);
    let club = world.insert(Club {
        treasurer: Some(treasurer.to_ref()),
        members: vec![member.to_ref(), other.to_ref(), member.to_ref()],
        by_year: BTreeMap::from([(2007, (year.to_ref(), 0.5))]),
        posts: HashMap::from([(
            "scribe".to_owned(),
            Post { held_by: holder.to_ref(), deputies: vec![None, Some(deputy.to_ref())] },
        )]),
        role: Role::Filled { by: filled.to_ref(), notes: Note { id: Id::new(), about: about.to_ref() } },
        sister: Some(sister.to_ref()),
        ..self::club(&president)
    })?;
    let mut expected: Vec<EcsId> =
        [&president, &treasurer, &member, &other, &year, &holder, &deputy, &filled].map(Stored::ecs_id).to_vec();
    expected.push(sister.ecs_id());
    let mut found = club.references().to_vec();
    found.sort();
    found.dedup();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(club.clone().erase().references(), club.references());

    let note: Stored<Note> = world.child(&club, "role.Filled.notes")?;
    assert_eq!(note.references(), [about.ecs_id()], "what a child points at is the child's");
    Ok(())
}

#[test]
fn a_reference_may_point_at_a_child() -> ecs::Result<()> {
    let world = World::fresh()?;
    let course = world.insert(Course { id: Id::new(), students: vec![student("Alice", 1.0), student("Bob", 2.0)] })?;
    let bob: Stored<Student> = world.child(&course, "students.1")?;
    let club = world.insert(club(&bob))?;
    assert_eq!(world.get::<Student>(&club.president)?, bob);
    assert_eq!(Ref::to(&course.students[1]), Some(club.president));
    assert_eq!(club.references(), [bob.ecs_id()]);

    let mut changed = Course::clone(&course);
    changed.students.remove(1);
    world.commit(changed)?;
    assert_eq!(world.get::<Student>(&club.president)?.name, "Bob", "old versions stay reachable");
    Ok(())
}

#[callable]
fn elect(club: &mut Club, student: &Student) {
    club.president = Ref::to(student).expect("an argument is stored");
}

#[callable]
fn president_of(club: &Club, context: &Context) -> ecs::Result<Student> {
    Ok(Student::clone(&*context.get::<Student>(&club.president)?))
}

#[tokio::test]
async fn a_callable_sets_and_follows_references() -> ecs::Result<()> {
    let world = World::fresh()?;
    let [alice, bob] = students(&world)?;
    let club = world.insert(club(&alice))?;
    let elected = elect::call(&world, &club, &bob).recorded().await?;
    assert_eq!(elected.output.references(), [bob.ecs_id()]);
    assert_eq!(elected.execution.outputs.len(), 1, "what is pointed at is no output");
    let course = world.insert(Course { id: Id::new(), students: vec![student("Carol", 3.0)] })?;
    let elected = elect::call(&world, &elected.output, course.at("students.0")).await?;
    assert_eq!(world.get::<Student>(&elected.president)?.name, "Carol");
    let president = president_of::call(&world, &elected).await?;
    assert_eq!(Some(president.ecs_id()), course.students[0].id.ecs_id());
    Ok(())
}

//! What happened to an entity follows from its identity: mutation, creation, fork, or an error that says the cure.

#[path = "common/fresh.rs"]
mod fresh;

use ecs::prelude::*;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Student {
    id: Id,
    name: String,
    gpa: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    id: Id,
    text: String,
}

fn student(name: &str, gpa: f64) -> Student {
    Student { id: Id::new(), name: name.to_owned(), gpa }
}

fn school() -> ecs::Result<(World, Stored<Student>)> {
    let world = World::fresh()?;
    let alice = world.insert(student("Alice", 3.5))?;
    Ok((world, alice))
}

/// The message of a call that was refused with this code, and left no version of `alice`.
fn refused<T: std::fmt::Debug>(
    world: &World,
    alice: &Stored<Student>,
    called: ecs::Result<T>,
    code: &str,
) -> ecs::Result<String> {
    let error = called.expect_err("the call is refused");
    assert_eq!(error.code(), code, "{error}");
    assert_eq!(world.head::<Student>(alice)?, *alice, "nothing was written");
    let execution = world.execution(error.execution().expect("the failure is recorded"))?;
    assert_eq!(*execution.status(), Status::Failed { code: error.code(), message: error.to_string().into() });
    assert!(execution.outputs.is_empty());
    Ok(error.to_string())
}

// ---- Mutation -----------------------------------------------------------------------------------

#[callable]
fn set_gpa(student: &mut Student, gpa: f64) {
    student.gpa = gpa;
}

#[callable]
fn given_back(mut student: Student, gpa: f64) -> Student {
    student.gpa = gpa;
    student
}

#[callable]
fn rebuilt(student: &Student, gpa: f64) -> Student {
    Student { gpa, ..student.clone() }
}

#[tokio::test]
async fn a_changed_input_is_the_next_version_however_it_comes_back() -> ecs::Result<()> {
    let (world, alice) = school()?;
    for call in [
        set_gpa::call(&world, world.head(&alice)?, 1.0).recorded().await?,
        given_back::call(&world, world.head(&alice)?, 2.0).recorded().await?,
        rebuilt::call(&world, world.head(&alice)?, 3.0).recorded().await?,
    ] {
        let output = call.execution.outputs[0];
        assert_eq!((output.semantics, output.is_changed), (Semantics::Mutation, true));
        assert_eq!(call.output.lineage_id(), alice.lineage_id());
        assert_eq!(
            call.output.parent(),
            call.execution.arguments().next().and_then(|given| given.versions.first().copied())
        );
        assert_eq!(call.output.forked_from(), None);
    }
    assert_eq!(world.head::<Student>(&alice)?.gpa, 3.0);
    assert_eq!(world.history(&alice)?.entries().len(), 4);
    assert_eq!(alice.gpa, 3.5, "what the caller holds is as it was");
    Ok(())
}

#[tokio::test]
async fn an_unchanged_input_stays_the_same_version_and_says_so() -> ecs::Result<()> {
    let (world, alice) = school()?;
    for call in [
        set_gpa::call(&world, &alice, 3.5).recorded().await?,
        given_back::call(&world, &alice, 3.5).recorded().await?,
        rebuilt::call(&world, &alice, 3.5).recorded().await?,
    ] {
        let output = call.execution.outputs[0];
        assert_eq!((output.semantics, output.is_changed), (Semantics::Mutation, false));
        assert_eq!(call.output, alice);
    }
    assert_eq!(world.history(&alice)?.entries().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_mutation_through_an_address_is_not_lost() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let outcome = world.execute("set_gpa", args! { student: alice.address(), gpa: 1.0 }).await?;
    let typed = set_gpa::call(&world, At::from(Address::of_head(alice.lineage_id())), 2.0).recorded().await?;
    let by_value = world.execute("given_back", args! { student: typed.output.address(), gpa: 3.0 }).await?;

    let entries: Vec<f64> =
        [outcome.output::<Student>(0)?, typed.output, by_value.output::<Student>(0)?].iter().map(|s| s.gpa).collect();
    assert_eq!(entries, [1.0, 2.0, 3.0]);
    for execution in [outcome.execution(), &typed.execution, by_value.execution()] {
        assert_eq!((execution.outputs[0].semantics, execution.outputs[0].is_changed), (Semantics::Mutation, true));
        assert_ne!(Some(execution.outputs[0].ecs_id), execution.input, "the output is no longer the input");
    }
    assert_eq!(world.head::<Student>(&alice)?.gpa, 3.0);
    assert_eq!(world.get::<Student>(alice.ecs_id())?.gpa, 3.5);
    Ok(())
}

#[callable]
fn raise_all(students: Vec<Student>) -> Vec<Student> {
    students.into_iter().rev().map(|student| Student { gpa: student.gpa + 1.0, ..student }).collect()
}

#[tokio::test]
async fn members_of_a_list_are_mutated_like_any_input() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let bob = world.insert(student("Bob", 2.0))?;
    let raised = raise_all::call(&world, vec![alice.clone(), bob.clone()]).recorded().await?;
    assert_eq!(raised.output[0].parent(), Some(bob.ecs_id()));
    assert_eq!(raised.output[1].parent(), Some(alice.ecs_id()));
    assert!(raised.execution.outputs.iter().all(|output| output.semantics == Semantics::Mutation));

    let addresses = [raised.output[1].address(), raised.output[0].address()];
    let outcome = world.execute("raise_all", args! { students: addresses }).await?;
    assert_eq!(outcome.output::<Student>(1)?.gpa, 5.5);
    assert_eq!(world.head::<Student>(&alice)?.gpa, 5.5);
    Ok(())
}

#[callable]
fn note_only(mut student: Student) -> Note {
    student.gpa = 0.0;
    Note { id: Id::new(), text: student.name }
}

#[tokio::test]
async fn a_change_to_an_input_that_is_dropped_never_happened() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let call = note_only::call(&world, &alice).recorded().await?;
    assert_eq!(call.output.text, "Alice");
    assert_eq!(call.execution.outputs.len(), 1);
    assert_eq!(call.execution.outputs[0].semantics, Semantics::Creation);
    assert_eq!(world.head::<Student>(&alice)?, alice);
    assert_eq!(alice.gpa, 3.5);
    Ok(())
}

#[callable]
fn as_it_was(student: &Student, context: &Context) -> ecs::Result<Student> {
    let parent = context.head::<Student>(student.id.lineage_id())?.parent();
    let parent = parent.map_or(student.id.ecs_id(), Some).expect("the student was read from a version");
    Ok(Student::clone(&*context.get::<Student>(parent)?))
}

#[tokio::test]
async fn going_back_to_old_content_is_a_new_version() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let changed = set_gpa::call(&world, &alice, 1.0).await?;
    let back = as_it_was::call(&world, &changed).recorded().await?;
    assert_eq!(back.output.gpa, 3.5);
    assert_eq!(back.output.parent(), Some(changed.ecs_id()));
    assert_eq!(back.output.content_hash(), alice.content_hash());
    assert_eq!(world.history(&alice)?.entries().len(), 3);
    Ok(())
}

// ---- Creation -----------------------------------------------------------------------------------

#[callable]
fn admit(name: &str) -> Student {
    student(name, 0.0)
}

#[callable]
fn copy_as_new(student: &Student) -> Student {
    Student { id: Id::new(), ..student.clone() }
}

#[tokio::test]
async fn a_new_identity_is_a_new_lineage_even_with_the_content_of_another() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let call = admit::call(&world, "Bob").recorded().await?;
    assert_eq!(
        (call.execution.outputs[0].semantics, call.execution.outputs[0].is_changed),
        (Semantics::Creation, true)
    );
    assert_eq!((call.output.parent(), call.output.forked_from()), (None, None));

    let call = copy_as_new::call(&world, &alice).recorded().await?;
    assert_eq!(call.execution.outputs[0].semantics, Semantics::Creation);
    assert_ne!(call.output.lineage_id(), alice.lineage_id());
    assert_eq!(call.output.content_hash(), alice.content_hash());
    assert_eq!((call.output.parent(), call.output.forked_from()), (None, None));
    Ok(())
}

#[callable]
fn twin(student: &Student) -> Student {
    student.fork()
}

#[callable]
fn original_and_twin(student: &mut Student) -> Student {
    let twin = student.fork();
    student.gpa = 0.0;
    twin
}

#[tokio::test]
async fn a_fork_is_a_creation_that_remembers_where_it_came_from() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let call = twin::call(&world, &alice).recorded().await?;
    assert_eq!(
        (call.execution.outputs[0].semantics, call.execution.outputs[0].is_changed),
        (Semantics::Creation, true)
    );
    assert_ne!(call.output.lineage_id(), alice.lineage_id());
    assert_eq!(call.output.forked_from(), Some(alice.ecs_id()));
    assert_eq!(call.output.parent(), None);

    let (original, twin) = original_and_twin::call(&world, &alice).await?;
    assert_eq!((original.gpa, twin.gpa), (0.0, 3.5));
    assert_eq!(original.parent(), Some(alice.ecs_id()));
    assert_eq!(twin.forked_from(), Some(alice.ecs_id()));

    let inserted = world.insert(alice.fork())?;
    assert_eq!(inserted.forked_from(), Some(alice.ecs_id()), "forking outside a callable is no different");
    Ok(())
}

// ---- One lineage twice --------------------------------------------------------------------------

#[callable]
fn twice(student: &Student, difference: f64) -> (Student, Student) {
    (student.clone(), Student { gpa: student.gpa + difference, ..student.clone() })
}

#[callable]
fn changed_and_returned(student: &mut Student) -> Vec<Student> {
    let before = student.clone();
    student.gpa = 0.0;
    vec![before]
}

#[callable]
fn two_of_one(left: &mut Student, right: &mut Student, difference: f64) {
    left.gpa = 1.0;
    right.gpa = 1.0 + difference;
}

#[callable]
fn new_twice(difference: f64) -> (Student, Vec<Student>) {
    let first = student("Bob", 1.0);
    (first.clone(), vec![Student { gpa: 1.0 + difference, ..first }])
}

#[tokio::test]
async fn one_lineage_with_two_contents_is_an_error_that_names_both_positions_and_the_cure() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let code = "ambiguous-identity";
    let message = refused(&world, &alice, twice::call(&world, &alice, 1.0).await, code)?;
    for part in ["`result.0`", "`result.1`", ".fork()", &alice.lineage_id().to_string(), "`twice`"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let message = refused(&world, &alice, changed_and_returned::call(&world, &alice).await, code)?;
    assert!(message.contains("`&mut student`") && message.contains("`result.0`"), "{message}");
    let message = refused(&world, &alice, two_of_one::call(&world, &alice, &alice, 1.0).await, code)?;
    assert!(message.contains("`&mut left`") && message.contains("`&mut right`"), "{message}");
    let message = refused(&world, &alice, new_twice::call(&world, 1.0).await, code)?;
    assert!(message.contains("`result.0`") && message.contains("`result.1.0`"), "{message}");
    let by_name = world.execute("twice", args! { student: &alice, difference: 1.0 }).await;
    refused(&world, &alice, by_name, code)?;
    Ok(())
}

#[tokio::test]
async fn equal_content_twice_is_one_version_referred_to_twice() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let call = twice::call(&world, &alice, 0.0).recorded().await?;
    assert_eq!((&call.output.0, &call.output.1), (&alice, &alice));
    assert!(call.execution.outputs.iter().all(|output| !output.is_changed));

    let call = two_of_one::call(&world, &alice, &alice, 0.0).recorded().await?;
    assert_eq!(call.output.0, call.output.1);
    assert_eq!(call.output.0.parent(), Some(alice.ecs_id()));
    assert_eq!(world.history(&alice)?.entries().len(), 2);

    let call = new_twice::call(&world, 0.0).recorded().await?;
    let (first, second) = (&call.output.0, &call.output.1[0]);
    assert_eq!(first, second);
    assert_eq!(world.history(first)?.entries().len(), 1);
    let outputs = &call.execution.outputs;
    assert_eq!((outputs[0].output_index, outputs[1].output_index), (0, 1));
    assert!(outputs.iter().all(|output| output.semantics == Semantics::Creation));
    assert!(outputs.iter().all(|output| output.is_changed), "this execution made the version, in both positions");
    assert_eq!(call.execution.siblings(first.ecs_id()).count(), 0, "a version is no sibling of itself");
    Ok(())
}

#[callable]
fn crowd(student: &Student, difference: f64) -> Vec<Student> {
    let others = (0..20).map(|at| self::student("Other", f64::from(at)));
    let last = Student { gpa: student.gpa + difference, ..student.clone() };
    std::iter::once(student.clone()).chain(others).chain([last]).collect()
}

#[tokio::test]
async fn one_lineage_twice_is_found_among_many_outputs() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let message = refused(&world, &alice, crowd::call(&world, &alice, 1.0).await, "ambiguous-identity")?;
    assert!(message.contains("`result.0`") && message.contains("`result.21`"), "{message}");
    let students = crowd::call(&world, &alice, 0.0).await?;
    assert_eq!((&students[0], &students[21]), (&alice, &alice));
    Ok(())
}

// ---- The same entity as two arguments -----------------------------------------------------------

#[callable]
fn compare(left: &Student, right: &Student) -> bool {
    left == right
}

#[callable]
fn change_one(left: &mut Student, right: &Student) {
    left.gpa = right.gpa + 1.0;
}

#[tokio::test]
async fn the_same_entity_may_be_two_arguments_each_on_its_own() -> ecs::Result<()> {
    let (world, alice) = school()?;
    assert!(compare::call(&world, &alice, &alice).await?);
    let changed = change_one::call(&world, &alice, &alice).await?;
    assert_eq!((changed.gpa, alice.gpa), (4.5, 3.5));
    assert_eq!(changed.parent(), Some(alice.ecs_id()));
    assert!(!compare::call(&world, &alice, &changed).await?, "two versions of one thing are two arguments");
    Ok(())
}

// ---- Identity replaced --------------------------------------------------------------------------

#[callable]
fn replace(student: &mut Student) {
    *student = self::student("Mallory", 4.0);
}

#[callable]
fn replace_by_other(student: &mut Student, other: &Student) {
    *student = other.clone();
}

#[callable]
fn replace_by_fork(student: &mut Student) {
    *student = student.fork();
}

#[tokio::test]
async fn an_identity_replaced_behind_mut_is_an_error_that_names_the_parameter() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let bob = world.insert(student("Bob", 2.0))?;
    let code = "identity-replaced";
    let message = refused(&world, &alice, replace::call(&world, &alice).await, code)?;
    assert!(message.contains("`student`") && message.contains("`replace`"), "{message}");
    refused(&world, &alice, replace_by_other::call(&world, &alice, &bob).await, code)?;
    refused(&world, &alice, replace_by_fork::call(&world, &alice).await, code)?;
    refused(&world, &alice, world.execute("replace", args! { student: &alice }).await, code)?;
    assert_eq!(world.head::<Student>(&bob)?, bob);
    Ok(())
}

// ---- Stored entities that are no input ----------------------------------------------------------

#[callable]
fn fetch(ecs_id: EcsId, gpa: f64, context: &Context) -> ecs::Result<Student> {
    let stored = context.get::<Student>(ecs_id)?;
    Ok(Student { gpa, ..Student::clone(&stored) })
}

#[tokio::test]
async fn a_stored_entity_that_is_no_input_may_be_returned_unchanged() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let call = fetch::call(&world, alice.ecs_id(), 3.5).recorded().await?;
    assert_eq!(call.output, alice);
    assert!(!call.execution.outputs[0].is_changed);
    assert_eq!(world.history(&alice)?.entries().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_changed_stored_entity_that_is_no_input_is_its_next_version() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let call = fetch::call(&world, alice.ecs_id(), 1.0).recorded().await?;
    assert_eq!(call.output.parent(), Some(alice.ecs_id()));
    assert_eq!(call.output.lineage_id(), alice.lineage_id());
    assert_eq!(world.head::<Student>(&alice)?.gpa, 1.0);
    // From the old version again: somebody else's change would be lost.
    let error = fetch::call(&world, alice.ecs_id(), 2.0).await.expect_err("the head has moved");
    assert_eq!(error.code(), "conflict");
    Ok(())
}

#[tokio::test]
async fn an_entity_of_another_world_is_an_error_with_the_cure() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let (elsewhere, _) = school()?;
    let error = world.commit(Student::clone(&*elsewhere.insert(student("Eve", 1.0))?)).expect_err("not of this world");
    assert_eq!(error.code(), "foreign-entity");
    assert!(error.to_string().contains("Id::new()"), "{error}");

    let stranger = elsewhere.insert(student("Eve", 1.0))?;
    let error = set_gpa::call(&world, &stranger, 2.0).await.expect_err("not of this world");
    assert_eq!(error.code(), "unknown-version");
    let error = compare::call(&world, &alice, Student::clone(&stranger)).await.expect_err("not of this world");
    assert_eq!(error.code(), "foreign-entity");
    Ok(())
}

// ---- Configs as results -------------------------------------------------------------------------

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Curve {
    id: Id,
    #[config(default = 0.5)]
    lift: f64,
}

#[callable]
fn choose_curve(student: &Student) -> Curve {
    Curve { id: Id::new(), lift: 4.0 - student.gpa }
}

#[callable]
fn steeper(curve: Curve) -> Curve {
    Curve { lift: curve.lift * 2.0, ..curve }
}

#[callable]
fn curve_up(student: &mut Student, curve: &Curve) {
    student.gpa += curve.lift;
}

#[tokio::test]
async fn a_config_that_one_call_returns_may_be_used_by_the_next() -> ecs::Result<()> {
    let (world, alice) = school()?;
    let chosen = choose_curve::call(&world, &alice).recorded().await?;
    assert_eq!(chosen.execution.outputs[0].semantics, Semantics::Creation);
    let curved = curve_up::call(&world, &alice, &chosen.output).recorded().await?;
    assert_eq!(curved.output.gpa, 4.0);
    assert_eq!(curved.execution.configs.as_slice(), [chosen.output.ecs_id()]);
    Ok(())
}

#[tokio::test]
async fn a_config_that_is_changed_and_returned_is_its_next_version() -> ecs::Result<()> {
    let (world, _) = school()?;
    let stored = world.insert(Curve { id: Id::new(), lift: 1.0 })?;
    let by_handle = steeper::call(&world, &stored).recorded().await?;
    assert_eq!(by_handle.execution.outputs[0].semantics, Semantics::Mutation);
    assert_eq!((by_handle.output.lift, by_handle.output.parent()), (2.0, Some(stored.ecs_id())));

    // A config that this very call is the first to use is no different.
    let by_value = steeper::call(&world, Curve { id: Id::new(), lift: 5.0 }).recorded().await?;
    let used = by_value.execution.configs[0];
    assert_eq!((by_value.output.lift, by_value.output.parent()), (10.0, Some(used)));
    let outcome = world.execute("steeper", args! { lift: 7.0 }).await?;
    let used = outcome.execution().configs[0];
    assert_eq!(outcome.output::<Curve>(0)?.parent(), Some(used));
    assert_eq!(world.get::<Curve>(used)?.lift, 7.0);
    Ok(())
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Scale {
    id: Id,
    #[config(default = 4.0)]
    best: f64,
}

#[callable]
fn fork_scale(scale: &Scale) -> Scale {
    Scale { best: scale.best + 1.0, ..scale.fork() }
}

#[test]
fn a_config_can_be_forked_by_the_call_that_first_uses_it() -> ecs::Result<()> {
    let world = World::fresh()?;
    let forked = fork_scale::call(&world, Scale::default()).recorded();
    let forked = tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(forked)?;
    assert_eq!(forked.output.forked_from(), Some(forked.execution.configs[0]));
    assert_eq!(forked.output.best, 5.0);
    Ok(())
}

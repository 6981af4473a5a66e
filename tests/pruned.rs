//! What is asked of a world whose record was pruned: what is there is told, and what is not is named.

mod common;

use std::path::PathBuf;
use std::sync::Arc;

use ecs::prelude::*;
use ecs::sqlite::{Retention, Verdict, prune_file, verify_file};
use ecs::{AnyId, GraphOf, ReplayOutcome};
use tempfile::TempDir;

use self::common::{Student, student};

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Raise {
    id: Id,
    #[config(default = 0.25)]
    step: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Course {
    id: Id,
    title: String,
    students: Vec<Student>,
}

#[callable]
fn raise(student: &mut Student, raise: &Raise) {
    student.gpa += raise.step;
}

#[callable]
fn rename(student: &mut Student, name: String) {
    student.name = name;
}

#[callable]
fn mean(students: &[Student]) -> f64 {
    students.iter().map(|student| student.gpa).sum::<f64>() / students.len() as f64
}

#[callable]
fn retitle(course: &mut Course, title: String) {
    course.title = title;
}

#[callable]
fn expel(course: &mut Course) -> Student {
    course.students.remove(0)
}

#[callable]
fn praise(course: &mut Course) {
    course.students[0].gpa += 1.0;
}

struct File {
    _folder: TempDir,
    path: PathBuf,
}

impl File {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for a test");
        let path = folder.path().join("world.db");
        Self { _folder: folder, path }
    }

    fn open(&self) -> World {
        World::open(&self.path).expect("a world in a file")
    }

    fn prune(&self, retention: Retention) -> World {
        let pruned = prune_file(&self.path, &retention, |_| {}).expect("nobody has it open");
        assert!(!pruned.is_empty());
        assert!(matches!(verify_file(&self.path, None, |_| {}), Ok(Verdict::Whole(_))));
        self.open()
    }
}

/// Alice: inserted, renamed once, and raised after that until she has this many versions.
fn alice(world: &World, versions: usize) -> ecs::Result<Vec<Stored<Student>>> {
    let first = world.insert(student("Alice", 1.0))?;
    let mut all = vec![first.clone(), rename::call(world, &first, "Alice Liddell".to_owned()).wait()?];
    while all.len() < versions {
        all.push(raise::call(world, &all[all.len() - 1], Raise::default()).wait()?);
    }
    Ok(all)
}

fn execution_of(version: &Stored<Student>) -> ExecutionId {
    version.execution_id().expect("a call made it")
}

#[test]
fn a_history_ends_at_what_is_no_longer_kept_and_says_so() -> ecs::Result<()> {
    let file = File::new();
    let all = alice(&file.open(), 6)?;
    let world = file.prune(Retention::new().last(2));
    let history = world.history(&all[0])?;
    let ids: Vec<EcsId> = history.entries().iter().map(|entry| entry.version.ecs_id()).collect();
    assert_eq!(ids, [all[3].ecs_id(), all[4].ecs_id(), all[5].ecs_id()]);
    let [oldest, newer, newest] = history.entries() else { panic!("{history}") };
    // It is there for the call that it was given to; what made it is not.
    assert!(oldest.execution.is_none() && oldest.changes.is_empty(), "nobody knows what it changed");
    assert_eq!(oldest.version.parent(), Some(all[2].ecs_id()));
    assert!(oldest.gone(all[2].ecs_id()).is_some() && oldest.gone(execution_of(&all[3])).is_some());
    for entry in [newer, newest] {
        assert!(entry.no_longer_kept.is_empty(), "{entry}");
        assert_eq!(entry.changes[0].field, "gpa");
        assert_eq!(entry.configs.len(), 1);
    }
    assert_eq!((history.heads().count(), newest.is_head), (1, true));
    let text = history.to_string();
    assert!(text.contains(&format!("@{} is no longer kept: it was pruned at ", all[2].ecs_id())), "{text}");
    assert!(!text.contains("under way") && !text.contains("stored directly"), "{text}");
    assert!(history.last_change("name").is_none(), "who changed it is not known");
    Ok(())
}

#[test]
fn a_version_that_is_kept_between_others_is_no_head() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let all = alice(&world, 4)?;
    let bob = world.insert(student("Bob", 2.0))?;
    // The call is kept for what it made, and the version for the call.
    let course =
        world.insert(Course { id: Id::new(), title: "Latin".into(), students: vec![(*bob).clone().fork()] })?;
    drop((world, course));
    let world = file.open();
    mean::call(&world, vec![all[3].clone(), bob]).wait()?;
    let mut last = all[3].clone();
    for _ in 0..4 {
        last = raise::call(&world, &last, Raise::default()).wait()?;
    }
    let kept_for = world.executions(&ExecutionFilter::new().callable("mean"))?[0].clone();
    let moment = kept_for.started_at();
    drop(world);
    let world = file.prune(Retention::new().since(moment));
    assert!(world.execution(kept_for.id).is_ok());
    let history = world.history(&all[3])?;
    assert_eq!(history.entries()[0].version.ecs_id(), all[3].ecs_id());
    assert_eq!(history.heads().map(|entry| entry.version.ecs_id()).collect::<Vec<_>>(), [last.ecs_id()]);
    Ok(())
}

#[test]
fn blame_says_which_field_may_be_older_than_what_is_kept() -> ecs::Result<()> {
    let file = File::new();
    let all = alice(&file.open(), 6)?;
    let world = file.prune(Retention::new().last(2));
    let blame = world.blame(&all[5])?;
    let gpa = blame.line("gpa").expect("a student has one");
    assert_eq!((gpa.version.ecs_id(), &gpa.no_longer_kept), (all[5].ecs_id(), &None));
    assert_eq!(gpa.execution.as_ref().map(|execution| execution.callable()), Some("raise"));
    let name = blame.line("name").expect("and a name");
    assert_eq!(name.version.ecs_id(), all[3].ecs_id(), "the oldest that is kept");
    assert!(name.execution.is_none() && name.configs.is_empty() && name.source.is_none());
    let gone = name.no_longer_kept.as_ref().expect("it says why");
    assert_eq!((gone.id, &*gone.policy), (AnyId::Version(all[2].ecs_id()), "the last 2 versions of each thing"));
    assert!(blame.to_string().contains(&format!("or before: @{} is no longer kept", all[2].ecs_id())), "{blame}");

    // A config is kept longer than the call that was the first to use it.
    let config = world.execution(execution_of(&all[5]))?.configs[0];
    let step = world.blame(config)?;
    let step = step.line("step").expect("a config has one");
    assert!(matches!(step.no_longer_kept.as_ref().map(|gone| gone.id), Some(AnyId::Execution(_))), "{step}");
    assert!(step.to_string().contains("is no longer kept"), "{step}");
    Ok(())
}

#[test]
fn derivations_and_pictures_end_at_what_is_no_longer_kept() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let all = alice(&world, 6)?;
    mean::call(&world, vec![all[5].clone()]).wait()?;
    let moment = world.executions(&ExecutionFilter::new().callable("mean"))?[0].started_at();
    drop(world);
    let world = file.prune(Retention::new().last(2).since(moment));
    let dependencies = world.dependencies(&all[5], None)?;
    assert!(dependencies.contains(&all[3]) && !dependencies.contains(&all[2]));
    let gone: Vec<AnyId> = dependencies.no_longer_kept().iter().map(|gone| gone.id).collect();
    assert!(gone.contains(&all[2].ecs_id().into()) && gone.contains(&execution_of(&all[3]).into()), "{gone:?}");
    assert!(dependencies.to_string().contains("is no longer kept"), "{dependencies}");
    let dependents = world.dependents(&all[3], None)?;
    assert!(dependents.contains(&all[5]) && dependents.no_longer_kept().is_empty(), "{dependents}");

    for of in [GraphOf::derivation(&all[5]), GraphOf::history(&all[5])] {
        let graph = world.graph(&of)?;
        let keys: Vec<&str> = graph.nodes().iter().map(|node| &*node.key).collect();
        assert!(keys.contains(&&*all[2].ecs_id().to_string()), "{keys:?}");
        for edge in graph.edges() {
            assert!(keys.contains(&&*edge.from) && keys.contains(&&*edge.to), "{edge:?} leads nowhere");
        }
        assert!(graph.to_mermaid().contains("no longer kept"));
    }
    Ok(())
}

#[test]
fn whoever_asks_for_what_is_no_longer_kept_is_told_when_it_was_pruned_and_what_was_kept() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let bob = world.insert(student("Bob", 2.0))?;
    mean::call(&world, vec![bob]).wait()?;
    let all = alice(&world, 6)?;
    let forgotten = world.executions(&ExecutionFilter::new().callable("mean"))?[0].clone();
    let result = world.version(forgotten.output_entity.expect("a plain value"))?;
    drop(world);
    let world = file.prune(Retention::new());
    let (gone, made) = (all[1].ecs_id(), execution_of(&all[1]));
    let errors = [
        (AnyId::Version(gone), world.get::<Student>(gone).map(drop)),
        (AnyId::Version(gone), world.read(&all[1].at::<f64>("gpa")).map(drop)),
        (AnyId::Version(gone), world.diff(&all[1], &all[5]).map(drop)),
        (AnyId::Version(gone), world.blame(gone).map(drop)),
        (AnyId::Version(gone), world.dependents(gone, None).map(drop)),
        (AnyId::Version(gone), world.graph(&GraphOf::tree(gone)).map(drop)),
        (AnyId::Version(gone), world.execute("raise", args! { student: &all[1] }).wait().map(drop)),
        (AnyId::Execution(made), world.execution(made).map(drop)),
        (AnyId::Execution(made), world.execution_tree(made).map(drop)),
        (AnyId::Lineage(result.lineage_id()), world.history(&result).map(drop)),
        (AnyId::Lineage(result.lineage_id()), world.any_head(result.lineage_id()).map(drop)),
    ];
    for (id, error) in errors {
        let error = error.expect_err("it is gone");
        assert_eq!(error.code(), "no-longer-kept", "{error}");
        let text = error.to_string();
        assert!(text.contains(&id.to_string()) && text.contains("the newest version of each thing"), "{text}");
        let ErrorKind::NoLongerKept { gone } = error.kind() else { panic!("{error}") };
        assert_eq!(gone.id, id);
        assert!(gone.pruned_at.elapsed().expect("it is past").as_secs() < 600);
    }
    // What never was is unknown, as ever.
    let stranger = World::in_memory()?.insert(student("Eve", 1.0))?;
    assert_eq!(world.get::<Student>(&stranger).expect_err("it never was").code(), "unknown-version");
    assert_eq!(world.history(&stranger).expect_err("it never was").code(), "unknown-lineage");
    // The call that was given it is recorded, with the reason.
    let failed = world.executions(&ExecutionFilter::new().callable("raise").outcome(Outcome::Failed))?;
    assert_eq!(failed.len(), 1);
    Ok(())
}

#[test]
fn what_is_kept_is_replayed_and_what_is_not_says_so() -> ecs::Result<()> {
    let file = File::new();
    let all = alice(&file.open(), 6)?;
    let world = file.prune(Retention::new().last(3));
    for version in &all[3..] {
        let replay = world.replay(execution_of(version)).wait()?;
        assert!(matches!(replay.outcome, ReplayOutcome::Identical), "{replay:?}");
    }
    let error = world.replay(execution_of(&all[2])).wait().expect_err("it is gone");
    assert_eq!(error.code(), "no-longer-kept");
    Ok(())
}

#[test]
fn a_tree_goes_on_when_the_roots_that_its_parts_came_with_are_gone() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let students = ["Alice", "Bob", "Carol"].map(|name| student(name, 1.0)).into();
    let first = world.insert(Course { id: Id::new(), title: "Latin".into(), students })?;
    let mut course = first.clone();
    for title in ["Greek", "Latin", "History"] {
        course = praise::call(&world, &course).wait()?;
        course = retitle::call(&world, &course, title.to_owned()).wait()?;
    }
    drop(world);
    let world = file.prune(Retention::new());
    assert_eq!(world.get::<Course>(&first).expect_err("it is gone").code(), "no-longer-kept");
    let carol = world.stored(&course.students[2])?;
    assert_eq!((carol.root(), carol.is_root()), (first.ecs_id(), false));
    let blame = world.blame(&course)?;
    assert_eq!(blame.line("students.2.name").expect("she has one").version.ecs_id(), carol.ecs_id());
    assert!(world.dependencies(&course, None)?.steps().iter().all(|step| step.relation != ecs::Relation::Attached));

    // In place, and out of it; each is a version of what it was.
    let praised = praise::call(&world, &course).recorded();
    let praised = tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(praised)?;
    assert_eq!(praised.execution.outputs[0].semantics, Semantics::Mutation);
    let (left, alice) = expel::call(&world, &praised.output).wait()?;
    assert_eq!((left.students.len(), alice.gpa), (2, 5.0));
    let (left, bob) = expel::call(&world, &left).wait()?;
    assert_eq!(bob.gpa, 1.0);
    for made in world.executions(&ExecutionFilter::new().callable("expel"))? {
        assert_eq!(made.outputs[1].semantics, Semantics::Detachment);
    }
    assert_eq!(left.students[0].id.ecs_id(), Some(carol.ecs_id()));
    assert!(matches!(verify_file(&file.path, None, |_| {})?, Verdict::Whole(_)));
    Ok(())
}

#[test]
fn a_config_that_was_pruned_is_stored_again_when_it_is_used_again() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let first = world.insert(student("Alice", 1.0))?;
    let with = |step| raise::with(Raise { id: Id::new(), step });
    let second = with(0.5).call(&world, &first).wait()?;
    let third = with(0.75).call(&world, &second).wait()?;
    let config = |world: &World, version: &Stored<Student>| {
        Ok::<_, ecs::Error>(world.execution(execution_of(version))?.configs[0])
    };
    let (gone, kept) = (config(&world, &second)?, config(&world, &third)?);
    drop(world);
    let world = file.prune(Retention::new());
    let fourth = with(0.5).call(&world, &third).wait()?;
    let fifth = with(0.75).call(&world, &fourth).wait()?;
    assert_eq!(config(&world, &fifth)?, kept);
    let again = config(&world, &fourth)?;
    assert!(again != gone && again != kept);
    assert_eq!(world.get::<Raise>(again)?.step, 0.5);
    let shared: Arc<Execution> = world.execution(execution_of(&fifth))?;
    assert_eq!(shared.callable(), "raise");
    Ok(())
}

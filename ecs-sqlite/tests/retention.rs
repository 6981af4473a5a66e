//! What is kept is what the page says is kept, of worlds and policies that nobody chose.

mod common;

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ecs::prelude::*;
use ecs::sqlite::{Retention, prune_file};
use rusqlite::Connection;
use serde_json::Value as Json;

use self::common::{
    Course, Document, File, Raise, Student, append, enrol, expel, mean, raise, raise_all, raise_by, refuse, rename,
    student, text_from, whole,
};

/// Everything that is in a world.
struct Content {
    versions: HashMap<EcsId, AnyStored>,
    heads: HashSet<EcsId>,
    executions: HashMap<ExecutionId, Arc<Execution>>,
    /// The last rows, on which new ones are counted.
    last_version: EcsId,
    last_execution: ExecutionId,
}

impl Content {
    fn of(file: &File) -> ecs::Result<Self> {
        let world = file.open();
        let (mut ids, mut heads) = (Vec::new(), HashSet::new());
        world.visit_versions(|entry| {
            ids.push(entry.ecs_id);
            heads.extend(Some(entry.ecs_id).filter(|_| entry.is_head));
            ControlFlow::Continue(())
        })?;
        let versions = ids.into_iter().map(|id| Ok((id, world.version(id)?))).collect::<ecs::Result<_>>()?;
        let executions = world.executions(&ExecutionFilter::new())?;
        let connection = Connection::open(&file.path).expect("it can be opened");
        let last = |column: &str, table: &str| -> uuid::Uuid {
            let query = format!("SELECT {column} FROM {table} ORDER BY id DESC LIMIT 1");
            let bytes: [u8; 16] = connection.query_row(&query, [], |row| row.get(0)).expect("there are some");
            uuid::Uuid::from_bytes(bytes)
        };
        Ok(Self {
            versions,
            heads,
            executions: executions.into_iter().map(|execution| (execution.id, execution)).collect(),
            last_version: last("ecs_id", "versions").try_into().expect("an id"),
            last_execution: last("execution_id", "executions").try_into().expect("an id"),
        })
    }

    /// Whether a version is no thing, but belongs to the calls that used it.
    fn is_of_calls(&self, version: &AnyStored) -> bool {
        let siblings = self.versions.values().filter(|other| other.lineage_id() == version.lineage_id()).count();
        let is_put_out = |id: ExecutionId| {
            let outputs = self.executions.get(&id).map(|execution| &execution.outputs);
            outputs.is_some_and(|outputs| outputs.iter().any(|output| output.ecs_id == version.ecs_id()))
        };
        let made_by = version.execution_id();
        version.is_root() && siblings == 1 && version.parent().is_none() && made_by.is_some_and(|id| !is_put_out(id))
    }

    /// What the page says is kept, found in the simplest way.
    fn kept(&self, last: usize, since: Option<SystemTime>) -> (HashSet<EcsId>, HashSet<ExecutionId>) {
        let mut by_lineage: HashMap<LineageId, Vec<EcsId>> = HashMap::new();
        for version in self.versions.values() {
            by_lineage.entry(version.lineage_id()).or_default().push(version.ecs_id());
        }
        let mut chosen = self.heads.clone();
        for versions in by_lineage.values_mut() {
            versions.sort_unstable();
            chosen.extend(versions.iter().rev().take(last));
        }
        let is_since = |time: SystemTime| since.is_some_and(|moment| time >= moment);
        chosen.extend(self.versions.values().filter(|version| is_since(version.time())).map(AnyStored::ecs_id));
        chosen.retain(|id| !self.is_of_calls(&self.versions[id]));

        let made = chosen.iter().filter_map(|id| self.versions[id].execution_id());
        let began = self.executions.values().filter(|execution| is_since(execution.started_at()));
        let mut open: Vec<ExecutionId> = made.chain(began.map(|execution| execution.id)).collect();
        open.push(self.last_execution);
        let mut executions = HashSet::new();
        let mut needed: Vec<EcsId> = chosen.into_iter().chain([self.last_version]).collect();
        while let Some(id) = open.pop() {
            let Some(execution) = self.executions.get(&id).filter(|_| executions.insert(id)) else { continue };
            open.extend(execution.parent.into_iter().chain(execution.reused()));
            needed.extend(execution.versions());
            let sources = execution.arguments().flat_map(|argument| argument.sources);
            needed.extend(sources.filter_map(|source| match source.from.target() {
                ecs::Target::Version(id) => Some(id),
                ecs::Target::Head(_) => None,
            }));
        }
        let mut versions = HashSet::new();
        while let Some(id) = needed.pop() {
            let Some(version) = self.versions.get(&id).filter(|_| versions.insert(id)) else { continue };
            needed.extend(version.references());
            held(&version.fields_to_json().expect("it can be shown"), &mut needed);
        }
        versions.retain(|id| self.versions.contains_key(id));
        executions.retain(|id| self.executions.contains_key(id));
        (versions, executions)
    }
}

/// The entities that stand in a value as their addresses.
fn held(value: &Json, into: &mut Vec<EcsId>) {
    match value {
        Json::String(text) => into.extend(text.strip_prefix('@').and_then(|id| id.parse::<EcsId>().ok())),
        Json::Array(values) => values.iter().for_each(|value| held(value, into)),
        Json::Object(values) => values.values().for_each(|value| held(value, into)),
        _ => {}
    }
}

/// Does something that nobody chose.
fn something(world: &World, random: &mut fastrand::Rng, things: &mut Things) -> ecs::Result<()> {
    let step = f64::from(random.u8(0..4));
    let of_students = random.usize(..things.students.len());
    let alice = world.head::<Student>(things.students[of_students])?;
    let bob = world.head::<Student>(things.students[random.usize(..things.students.len())])?;
    let course = world.head::<Course>(things.courses[random.usize(..things.courses.len())])?;
    let thesis = world.head::<Document>(things.documents[random.usize(..things.documents.len())])?;
    match random.u8(..14) {
        0 => things.students.push(world.insert(student("one more", step))?.lineage_id()),
        1 => drop(raise::with(Raise { id: Id::new(), step }).call(world, &alice).wait()?),
        2 => drop(raise_by::call(world, &alice, bob.at("gpa")).wait()?),
        3 => {
            mean::call(world, vec![alice, bob]).wait()?;
        }
        4 => {
            refuse::call(world, &alice).wait()?;
        }
        5 => {
            let mut changed = (*course).clone();
            changed.best = vec![Ref::from(&bob)];
            changed.students.iter_mut().for_each(|student| student.gpa += step);
            world.commit(changed)?;
        }
        6 if alice.is_root() => {
            // One who is enrolled is no root any longer.
            enrol::call(world, &course, &alice).wait()?;
        }
        7 if !course.students.is_empty() => drop(expel::call(world, &course).wait()?),
        8 => {
            raise_all::call(world, vec![alice], step).wait()?;
        }
        9 => things.students.push(world.insert((*alice).clone().fork())?.lineage_id()),
        10 => drop(rename::call(world, &thesis, format!("Thesis {step}")).wait()?),
        11 => drop(append::call(world, &thesis, text_from(random.u32(..), 700)).wait()?),
        12 => {
            let students = (0..random.usize(1..4)).map(|_| student("of the course", step)).collect();
            let course = Course { id: Id::new(), title: "Latin".into(), students, best: vec![Ref::from(&alice)] };
            things.courses.push(world.insert(course)?.lineage_id());
        }
        _ => {
            raise_by::call(world, &alice, 1.0).on_conflict(OnConflict::Branch).wait()?;
        }
    }
    Ok(())
}

struct Things {
    students: Vec<LineageId>,
    courses: Vec<LineageId>,
    documents: Vec<LineageId>,
}

fn try_one(seed: u64) -> ecs::Result<()> {
    let mut random = fastrand::Rng::with_seed(seed);
    let file = File::new();
    let world = file.open();
    let course = Course { id: Id::new(), title: "Greek".into(), students: vec![student("Dan", 1.0)], best: Vec::new() };
    let thesis = Document { id: Id::new(), title: "Thesis".into(), text: text_from(7, 3_000) };
    let mut things = Things {
        students: ["Alice", "Bob"].map(|name| world.insert(student(name, 1.0)).expect("new").lineage_id()).into(),
        courses: vec![world.insert(course)?.lineage_id()],
        documents: vec![world.insert(thesis)?.lineage_id()],
    };
    mean::call(&world, vec![world.head::<Student>(things.students[0])?]).wait()?;
    drop(world);
    for _ in 0..3 {
        let world = file.open();
        let mut moments = vec![SystemTime::now()];
        for _ in 0..random.usize(5..40) {
            if let Err(error) = something(&world, &mut random, &mut things) {
                // Parts of trees are raised by themselves, too.
                let codes = ["callable-failed", "conflict", "entity-held-twice"];
                assert!(codes.contains(&error.code()), "seed {seed}: {error:?}");
            }
            if random.u8(..8) == 0 {
                std::thread::sleep(Duration::from_millis(2));
                moments.push(SystemTime::now());
            }
        }
        drop(world);
        let last = random.usize(1..4);
        let since = random.bool().then(|| moments[random.usize(..moments.len())]);
        let before = Content::of(&file)?;
        let (versions, executions) = before.kept(last, since);

        let mut retention = Retention::new().last(u32::try_from(last).expect("a few"));
        if let Some(moment) = since {
            retention = retention.since(moment);
        }
        let pruned = prune_file(&file.path, &retention, |_| {})?;
        let verified = whole(&file.path);
        let after = Content::of(&file)?;
        let found: HashSet<EcsId> = after.versions.keys().copied().collect();
        assert_eq!(found, versions, "seed {seed}, {retention}");
        let found: HashSet<ExecutionId> = after.executions.keys().copied().collect();
        assert_eq!(found, executions, "seed {seed}, {retention}");
        assert_eq!(pruned.versions as usize, before.versions.len() - versions.len());
        assert_eq!(verified.versions as usize, versions.len());
        // What is there says what it said.
        for (id, version) in &after.versions {
            let said = &before.versions[id];
            assert_eq!(version.to_json()?, said.to_json()?);
            assert_eq!((version.parent(), version.root()), (said.parent(), said.root()));
            assert_eq!(version.content_hash(), said.content_hash());
        }
        let heads: HashSet<EcsId> = before.heads.iter().copied().filter(|id| versions.contains(id)).collect();
        assert_eq!(after.heads, heads, "seed {seed}");
    }
    Ok(())
}

#[test]
fn what_is_kept_is_what_the_page_says() -> ecs::Result<()> {
    (0..10).try_for_each(try_one)
}

#[test]
#[ignore = "a few minutes"]
fn what_is_kept_is_what_the_page_says_a_thousand_times() -> ecs::Result<()> {
    (0..1_000).try_for_each(|seed| try_one(1_000 + seed))
}

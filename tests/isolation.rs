//! What the caller holds never changes, and no stored version does, whatever callables do with what they get.

#[path = "common/fresh.rs"]
mod fresh;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ecs::prelude::*;
use proptest::prelude::*;
use proptest::strategy::Strategy;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Record {
    id: Id,
    name: String,
    scores: Vec<i64>,
    tags: BTreeMap<String, i64>,
}

/// How a callable ends after it has changed what it got.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum End {
    Well,
    InError,
    InPanic,
}

/// One change of a record; the last of `changes` before the end is made half-way only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Change {
    Rename(String),
    Push(i64),
    Clear,
    Tag(String, i64),
    Empty,
}

fn apply(record: &mut Record, changes: &[Change]) {
    for change in changes {
        match change {
            Change::Rename(name) => record.name.clone_from(name),
            Change::Push(score) => record.scores.push(*score),
            Change::Clear => record.scores.clear(),
            Change::Tag(tag, value) => {
                record.tags.insert(tag.clone(), *value);
            }
            Change::Empty => {
                record.name.clear();
                record.scores.clear();
                record.tags.clear();
            }
        }
    }
}

fn come_to(end: End) -> Result<(), String> {
    match end {
        End::Well => Ok(()),
        End::InError => Err("midway".to_owned()),
        // Unlike `panic!`, this does not print hundreds of messages.
        End::InPanic => std::panic::resume_unwind(Box::new("midway")),
    }
}

#[callable]
fn change_behind_mut(record: &mut Record, changes: Vec<Change>, end: End) -> Result<(), String> {
    apply(record, &changes);
    come_to(end)
}

#[callable]
async fn change_later(record: &mut Record, changes: Vec<Change>, end: End) -> Result<(), String> {
    apply(record, &changes);
    tokio::task::yield_now().await;
    come_to(end)
}

#[callable(blocking)]
fn change_on_the_pool(record: &mut Record, changes: Vec<Change>, end: End) -> Result<(), String> {
    apply(record, &changes);
    come_to(end)
}

#[callable]
fn change_value(mut record: Record, changes: Vec<Change>, end: End) -> Result<Record, String> {
    apply(&mut record, &changes);
    come_to(end)?;
    Ok(record)
}

#[callable]
fn change_list(mut records: Vec<Record>, changes: Vec<Change>, end: End) -> Result<Vec<Record>, String> {
    records.iter_mut().for_each(|record| apply(record, &changes));
    come_to(end)?;
    Ok(records)
}

#[callable]
fn change_and_drop(mut record: Record, changes: Vec<Change>, end: End) -> Result<usize, String> {
    apply(&mut record, &changes);
    come_to(end)?;
    Ok(record.scores.len())
}

#[callable]
fn change_both(left: &mut Record, right: &mut Record, changes: Vec<Change>, end: End) -> Result<(), String> {
    apply(left, &changes);
    std::mem::swap(&mut left.name, &mut right.name);
    apply(right, &changes);
    come_to(end)
}

/// Through which door a call is made, and how its entity is given.
#[derive(Clone, Copy, Debug)]
enum Door {
    Mut,
    MutByAddress,
    MutByName,
    MutOfValue,
    Later,
    Pool,
    Value,
    ListByName,
    Dropped,
    Both,
    Commit,
}

#[derive(Clone, Debug)]
struct Step {
    door: Door,
    /// Which record is changed, and which other one with it.
    record: usize,
    /// Whether the call starts from a version that may be old.
    from_old: bool,
    changes: Vec<Change>,
    end: End,
}

fn a_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        "[a-c]{0,3}".prop_map(Change::Rename),
        (-2_i64..3).prop_map(Change::Push),
        Just(Change::Clear),
        ("[a-c]", -1_i64..2).prop_map(|(tag, value)| Change::Tag(tag, value)),
        Just(Change::Empty),
    ]
}

fn a_step() -> impl Strategy<Value = Step> {
    use Door::*;
    let door = prop::sample::select(vec![
        Mut,
        MutByAddress,
        MutByName,
        MutOfValue,
        Later,
        Pool,
        Value,
        ListByName,
        Dropped,
        Both,
        Commit,
    ]);
    let end = prop_oneof![3 => Just(End::Well), 1 => Just(End::InError), 1 => Just(End::InPanic)];
    (door, 0..3_usize, prop::bool::weighted(0.25), prop::collection::vec(a_change(), 0..4), end)
        .prop_map(|(door, record, from_old, changes, end)| Step { door, record, from_old, changes, end })
}

/// What must be true of the world: a model that knows nothing of how the framework works.
struct Expected {
    world: World,
    /// Every handle that anybody ever held, with its content at the time.
    held: Vec<(Stored<Record>, Record)>,
    /// The heads, by lineage.
    heads: HashMap<LineageId, EcsId>,
    /// How many versions there are, by lineage.
    versions: HashMap<LineageId, usize>,
}

impl Expected {
    fn holds(&mut self, stored: &Stored<Record>) {
        self.held.push((stored.clone(), Record::clone(stored)));
    }

    /// Notes a version that was to be written, unless it is one that was there.
    fn moves_to(&mut self, stored: &Stored<Record>) {
        let lineage_id = stored.lineage_id();
        if !self.held.iter().any(|(held, _)| held == stored) {
            self.heads.insert(lineage_id, stored.ecs_id());
            *self.versions.entry(lineage_id).or_default() += 1;
        }
        self.holds(stored);
    }

    fn check(&self) -> Result<(), TestCaseError> {
        for (stored, content) in &self.held {
            prop_assert_eq!(&**stored, content, "what the caller holds has changed");
            let read = self.world.get::<Record>(stored.ecs_id()).expect("a version is never lost");
            prop_assert_eq!(&*read, content, "a stored version has changed");
        }
        for (&lineage_id, &head) in &self.heads {
            let found = self.world.head::<Record>(lineage_id).expect("a lineage has a head");
            prop_assert_eq!(found.ecs_id(), head, "the head is not the last version that was written");
            let history = self.world.history(lineage_id).expect("a lineage has a history");
            prop_assert_eq!(
                history.entries().len(),
                self.versions[&lineage_id],
                "a version was left that nobody wrote"
            );
        }
        Ok(())
    }
}

/// Makes one call and tells which versions came of it.
async fn make(
    world: &World,
    step: &Step,
    stored: &Stored<Record>,
    other: &Stored<Record>,
) -> ecs::Result<Vec<Stored<Record>>> {
    let (changes, end) = (step.changes.clone(), step.end);
    let one = |stored| vec![stored];
    let by_name = |outcome: ecs::NamedOutcome| (0..outcome.outputs().len()).map(|at| outcome.output(at)).collect();
    match step.door {
        Door::Mut => change_behind_mut::call(world, stored, changes, end).await.map(one),
        Door::MutByAddress => {
            let at = At::from(stored.address());
            change_behind_mut::call(world, at, changes, end).await.map(one)
        }
        Door::MutByName => {
            let arguments = args! { record: stored.address(), changes: changes, end: end };
            by_name(world.execute("change_behind_mut", arguments).await?)
        }
        Door::MutOfValue => {
            let value = Record::clone(stored);
            let called = change_behind_mut::call(world, value.clone(), changes, end).await.map(one);
            assert_eq!(value, **stored);
            called
        }
        Door::Later => change_later::call(world, stored, changes, end).await.map(one),
        Door::Pool => change_on_the_pool::call(world, stored, changes, end).await.map(one),
        Door::Value => change_value::call(world, stored, changes, end).await.map(one),
        Door::ListByName => {
            let arguments = args! { records: vec![stored.clone(), other.clone()], changes: changes, end: end };
            by_name(world.execute("change_list", arguments).await?)
        }
        Door::Dropped => change_and_drop::call(world, stored, changes, end).await.map(|_| Vec::new()),
        Door::Both => {
            change_both::call(world, stored, other, changes, end).await.map(|(left, right)| vec![left, right])
        }
        Door::Commit => {
            let mut value = Record::clone(stored);
            apply(&mut value, &changes);
            world.commit(value).map(one)
        }
    }
}

async fn walk(steps: &[Step]) -> Result<(), TestCaseError> {
    let world = World::fresh().expect("the names in this file are unique");
    let (held, heads, versions) = Default::default();
    let mut expected = Expected { world: world.clone(), held, heads, versions };
    let mut lineages: Vec<Vec<Stored<Record>>> = Vec::new();
    for name in ["first", "second", "third"] {
        let value = Record { id: Id::new(), name: name.into(), scores: vec![1], tags: BTreeMap::new() };
        let stored = world.insert(value).expect("it is new");
        expected.moves_to(&stored);
        lineages.push(vec![stored]);
    }
    for step in steps {
        let (at, beside) = (step.record, (step.record + 1) % 3);
        let pick = |versions: &Vec<Stored<Record>>| {
            let picked = if step.from_old { versions.first() } else { versions.last() };
            picked.expect("a lineage has versions").clone()
        };
        let (stored, other) = (pick(&lineages[at]), pick(&lineages[beside]));
        let before = world.executions(&ExecutionFilter::new()).expect("executions can be listed").len();
        match make(&world, step, &stored, &other).await {
            Ok(made) => {
                let is_committed = matches!(step.door, Door::Commit);
                prop_assert!(is_committed || step.end == End::Well, "a call that failed says so");
                for stored in made {
                    expected.moves_to(&stored);
                    let versions = lineages.iter_mut().find(|versions| versions[0].lineage_id() == stored.lineage_id());
                    let versions = versions.expect("only the three are changed");
                    if !versions.contains(&stored) {
                        versions.push(stored);
                    }
                }
            }
            Err(error) => match error.code() {
                "callable-failed" => prop_assert_eq!(step.end, End::InError),
                "panicked" => prop_assert_eq!(step.end, End::InPanic),
                "conflict" => prop_assert!(step.from_old, "only an old version meets a conflict: {}", error),
                _ => return Err(TestCaseError::fail(error.to_string())),
            },
        }
        let recorded = world.executions(&ExecutionFilter::new()).expect("executions can be listed").len();
        let calls = usize::from(!matches!(step.door, Door::Commit));
        prop_assert_eq!(recorded, before + calls, "every call is recorded once");
        expected.check()?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_caller_holds_never_changes(steps in prop::collection::vec(a_step(), 1..12)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
        runtime.block_on(walk(&steps))?;
    }
}

#[callable]
fn look(record: &Record) -> usize {
    record.scores.len()
}

#[tokio::test]
async fn a_value_passed_in_is_copied_once_and_the_callers_copy_is_his_own() -> ecs::Result<()> {
    let world = World::fresh()?;
    let mut mine = Record { id: Id::new(), name: "mine".into(), scores: vec![1, 2], tags: BTreeMap::new() };
    let stored = world.insert(mine.clone())?;
    mine.scores.clear();
    assert_eq!(stored.scores, [1, 2]);
    assert_eq!(look::call(&world, &stored).await?, 2);
    let mut copy = Record::clone(&*world.get::<Record>(stored.ecs_id())?);
    copy.name.push('!');
    assert_eq!(world.get::<Record>(stored.ecs_id())?.name, "mine");
    Ok(())
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Shift {
    id: Id,
    #[config(default = 1)]
    by: i64,
}

#[callable]
fn shift(record: &mut Record, mut settings: Shift, end: End) -> Result<(), String> {
    settings.by *= 777;
    record.scores.iter_mut().for_each(|score| *score += settings.by);
    come_to(end)
}

#[tokio::test]
async fn a_config_taken_by_value_is_a_copy_of_its_own_too() -> ecs::Result<()> {
    let world = World::fresh()?;
    let value = Record { id: Id::new(), name: "mine".into(), scores: vec![1], tags: BTreeMap::new() };
    let stored = world.insert(value)?;
    let settings = world.insert(Shift { id: Id::new(), by: 2 })?;
    for end in [End::InError, End::InPanic, End::Well] {
        let called = shift::call(&world, &stored, &settings, end).await;
        assert_eq!(called.is_ok(), end == End::Well);
        assert_eq!((settings.by, world.get::<Shift>(settings.ecs_id())?.by), (2, 2));
        assert_eq!(stored.scores, [1]);
    }
    assert_eq!(world.head::<Record>(&stored)?.scores, [1555]);
    assert_eq!(world.history(&settings)?.entries().len(), 1);
    Ok(())
}

#[callable]
fn add(record: &mut Record, score: i64) {
    record.scores.push(score);
}

#[test]
fn a_handle_read_by_other_threads_stays_as_it_was_while_calls_go_on() -> ecs::Result<()> {
    let world = World::fresh()?;
    let value = Record { id: Id::new(), name: "mine".into(), scores: vec![1], tags: BTreeMap::new() };
    let stored = world.insert(value)?;
    let expected = Arc::new(Record::clone(&stored));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut current = stored.clone();
            for score in 0..200 {
                current = add::call(&world, &current, score).wait().expect("nobody else writes");
            }
        });
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..200 {
                    assert_eq!(*stored, *expected);
                    let read = world.get::<Record>(stored.ecs_id()).expect("it is stored");
                    assert_eq!(*read, *expected);
                }
            });
        }
    });
    assert_eq!(world.head::<Record>(&stored)?.scores.len(), 201);
    Ok(())
}

//! What an earlier version of a type stored is read as the type is now, and stays as it was stored.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use ecs::prelude::*;
use ecs::sqlite::{ChainHead, Options, SqliteStore, Verdict};
use tempfile::TempDir;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(version = 2, upgrade = Account::upgrade)]
struct Account {
    id: Id,
    owner: String,
    cents: i64,
    currency: Currency,
}

/// Of a type that compares by its encoding only.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Currency(String);

impl PartialEq for Currency {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Account {
    fn clear(&mut self) {
        self.cents = 0;
    }
}

#[derive(Deserialize)]
struct InEuros {
    name: String,
    euros: f64,
}

impl Account {
    fn upgrade(old: ecs::Old) -> ecs::Result<Self> {
        assert_eq!((old.version(), old.fields().collect::<Vec<_>>()), (1, vec!["name", "euros"]));
        let InEuros { name, euros } = old.read()?;
        // Which thing it is does not follow from this.
        Ok(Self { id: Id::new(), owner: name, cents: (euros * 100.0) as i64, currency: Currency("EUR".into()) })
    }
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(version = 4, upgrade = upgrade_student)]
struct Student {
    this: Id,
    name: String,
    percent: f64,
    accounts: Vec<Account>,
}

fn upgrade_student(old: ecs::Old) -> Result<Student, String> {
    #[derive(Deserialize)]
    struct First {
        id: Id,
        name: String,
        gpa: f64,
        account: Option<Account>,
    }
    let First { id, name, gpa, account } = old.read().map_err(|error| error.to_string())?;
    Ok(Student { this: id, name, percent: gpa * 25.0, accounts: account.into_iter().collect() })
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(version = 2, upgrade = Course::upgrade)]
struct Course {
    id: Id,
    name: String,
    people: BTreeMap<String, Vec<Student>>,
    reading: Vec<Ref<Note>>,
}

impl Course {
    /// The assistants are left out.
    fn upgrade(old: ecs::Old) -> ecs::Result<Self> {
        #[derive(Deserialize)]
        struct First {
            title: String,
            teacher: Student,
            students: Vec<Student>,
            reading: Vec<Ref<Note>>,
        }
        let id = old.id();
        let First { title, teacher, students, reading } = old.read()?;
        let people = [("teachers".into(), vec![teacher]), ("students".into(), students)].into();
        Ok(Self { id, name: title, people, reading })
    }
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(version = 2, upgrade = Chain::upgrade)]
struct Chain {
    id: Id,
    label: String,
    next: Option<Box<Chain>>,
}

impl Chain {
    fn upgrade(old: ecs::Old) -> ecs::Result<Self> {
        #[derive(Deserialize)]
        struct First {
            id: Id,
            number: u32,
            next: Option<Box<Chain>>,
        }
        let First { id, number, next } = old.read()?;
        Ok(Self { id, label: format!("no. {number}"), next })
    }
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(version = 2, upgrade = Limit::in_cents)]
struct Limit {
    id: Id,
    #[config(default = 100)]
    most: i64,
}

impl Limit {
    /// The same field, which means something else now.
    fn in_cents(old: ecs::Old) -> ecs::Result<Self> {
        #[derive(Deserialize)]
        struct InEuros {
            most: i64,
        }
        Ok(Self { id: old.id(), most: old.read::<InEuros>()?.most * 100 })
    }
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    id: Id,
    #[serde(alias = "text")]
    body: String,
    #[serde(default)]
    stars: u8,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Book {
    id: Id,
    title: String,
    pages: Vec<String>,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(version = 2, upgrade = Hopeless::upgrade)]
struct Hopeless {
    id: Id,
    text: String,
    students: Vec<Student>,
}

impl Hopeless {
    fn upgrade(old: ecs::Old) -> ecs::Result<Self> {
        #[derive(Deserialize)]
        struct First {
            text: String,
            student: Option<Student>,
        }
        #[derive(Debug, Deserialize)]
        struct Other {
            text: u8,
        }
        let id = old.id();
        let First { text, student } = old.clone().read()?;
        let mut students = Vec::from_iter(student);
        match &*text {
            "refuse" => return Err("nowhere".parse::<Address>().expect_err("it is no address")),
            "panic" => panic!("the upgrade gave up"),
            "another shape" => unreachable!("{:?}", old.read::<Other>()?.text),
            "a new entity" => {
                students.push(Student { this: Id::new(), name: "Ada".into(), percent: 1.0, accounts: vec![] })
            }
            _ => students.extend(students.clone()),
        }
        Ok(Self { id, text, students })
    }
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(version = 2, upgrade = Ahead::upgrade)]
struct Ahead {
    id: Id,
    speed: f64,
}

impl Ahead {
    fn upgrade(old: ecs::Old) -> ecs::Result<Self> {
        Ok(Self { id: old.id(), speed: 0.0 })
    }
}

#[callable]
fn deposit(account: &mut Account, euros: f64, limit: &Limit) {
    account.cents = (account.cents + (euros * 100.0) as i64).min(limit.most);
}

#[callable]
fn close(account: &mut Account) {
    account.clear();
}

#[callable]
fn enrol(course: &mut Course, student: Student) {
    course.people.entry("students".into()).or_default().push(student);
}

#[callable]
fn in_cents(cents: i64) -> i64 {
    cents
}

/// A file that the earlier program wrote.
struct Earlier {
    _folder: TempDir,
    path: PathBuf,
    ids: BTreeMap<String, EcsId>,
}

fn earlier() -> Earlier {
    let folder = tempfile::tempdir().expect("a folder for a test");
    let path = folder.path().join("world.db");
    let ran = Command::new(env!("CARGO_BIN_EXE_earlier")).arg(&path).output().expect("the earlier program");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let told = String::from_utf8(ran.stdout).expect("a text");
    let ids = told.lines().filter_map(|line| {
        let (name, id) = line.split_once(' ')?;
        Some((name.to_owned(), id.parse().expect("an id")))
    });
    Earlier { ids: ids.collect(), path, _folder: folder }
}

impl Earlier {
    fn open(&self) -> ecs::Result<World> {
        World::open(&self.path)
    }

    fn id(&self, name: &str) -> EcsId {
        self.ids[name]
    }

    fn head(&self) -> ChainHead {
        SqliteStore::open(&self.path, Options::new()).and_then(|store| store.chain_head()).expect("the file is there")
    }

    /// Holds that everything that was there at `before` is there as it was.
    fn assert_kept(&self, before: &ChainHead) {
        let store = SqliteStore::open(&self.path, Options::new()).expect("the file is there");
        let verdict = store.verify(Some(before), |_| {}).expect("it can be read");
        assert!(matches!(verdict, Verdict::Whole(_)), "{verdict:?}");
    }
}

/// The execution that made a version.
fn made<T: Entity>(world: &World, version: &Stored<T>) -> ecs::Result<Arc<Execution>> {
    world.execution(version.execution_id().expect("a call made it"))
}

#[test]
fn what_an_earlier_version_stored_is_read_as_the_type_is_now() -> ecs::Result<()> {
    let earlier = earlier();
    let before = earlier.head();
    let world = earlier.open()?;
    let account: Stored<Account> = world.get(earlier.id("account"))?;
    assert_eq!((&*account.owner, account.cents, &*account.currency.0), ("Alice", 1275, "EUR"));
    assert_eq!((account.id().ecs_id(), account.parent()), (Some(earlier.id("account")), Some(earlier.id("first"))));
    assert_ne!(account.content_hash(), ecs::content_hash(&*account)?, "the recorded hash is of what was stored");
    let any = account.clone().erase();
    assert_eq!(any.read(&"cents".parse()?)?, 1275);
    assert_eq!(any.to_json()?["owner"], "Alice");
    assert_eq!(any.entity_type().version(), 2);
    assert_eq!(in_cents::call(&world, account.at("cents")).wait()?, 1275);
    assert_eq!(world.commit((*account).clone())?, account, "nothing differs");
    drop(world);
    earlier.assert_kept(&before);
    Ok(())
}

#[test]
fn what_is_made_of_it_is_a_version_of_the_new_form_and_tells_what_changed() -> ecs::Result<()> {
    let earlier = earlier();
    let before = earlier.head();
    let world = earlier.open()?;
    let account: Stored<Account> = world.get(earlier.id("account"))?;
    let limit = deposit::with(Limit { id: Id::new(), most: 10_000 });
    let richer = limit.call(&world, &account, 1.0).wait()?;
    assert_eq!((richer.cents, richer.parent()), (1375, Some(account.ecs_id())));
    assert_eq!(richer.content_hash(), ecs::content_hash(&*richer)?);
    let diff = world.diff(&account, &richer)?;
    let told: Vec<String> = diff.entities()[0].fields.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["cents 1275 → 1375"]);
    let history = world.history(&richer)?;
    assert_eq!(history.entries().len(), 3);
    let blame = world.blame(&richer)?;
    let wrote = |field| blame.line(field).expect("it has a line").version.ecs_id();
    assert_eq!((wrote("cents"), wrote("owner")), (richer.ecs_id(), earlier.id("first")));
    assert_eq!(wrote("currency"), earlier.id("first"), "it follows from what was stored there");
    drop(world);

    let world = earlier.open()?;
    assert_eq!(*world.head::<Account>(&richer)?, *richer);
    assert_eq!(world.get::<Account>(account.ecs_id())?.cents, 1275);
    drop(world);
    earlier.assert_kept(&before);
    Ok(())
}

#[test]
fn entities_in_a_tree_are_upgraded_each_and_keep_their_ids_wherever_they_are_now() -> ecs::Result<()> {
    let earlier = earlier();
    let before = earlier.head();
    let world = earlier.open()?;
    let course: Stored<Course> = world.get(earlier.id("course"))?;
    assert_eq!((&*course.name, course.people["students"].len()), ("Latin", 40));
    for (name, path) in [("teacher", "people.teachers.0"), ("student", "people.students.7")] {
        let student: Stored<Student> = world.get(earlier.id(name))?;
        assert_eq!((student.path().to_string(), student.holder()), (format!(".{path}"), Some(course.ecs_id())));
        assert_eq!(world.child::<Student>(&course, path)?, student);
        assert_eq!(world.resolve(&format!("@{}.{path}.percent", course.ecs_id()).parse()?)?, student.percent);
    }
    let purse: Stored<Account> = world.get(earlier.id("purse"))?;
    assert_eq!((purse.cents, purse.path().to_string()), (100, ".people.teachers.0.accounts.0".to_owned()));
    assert_eq!(course.references(), [earlier.id("note")]);

    let left_out: Stored<Student> = world.get(earlier.id("assistant"))?;
    assert_eq!((&*left_out.name, left_out.percent, left_out.holder()), ("Tom", 87.5, Some(course.ecs_id())));
    assert_eq!(world.history(&left_out)?.entries().len(), 1);

    let larger = enrol::call(&world, &course, Student { this: Id::new(), ..(*left_out).clone() }).wait()?;
    assert_eq!(larger.people["students"][7].id().ecs_id(), Some(earlier.id("student")), "it did not change");
    let diff = world.diff(&course, &larger)?;
    assert_eq!(diff.entities().iter().filter(|entity| !entity.is_only_holder()).count(), 2, "{diff}");
    let mut changed = (*larger).clone();
    changed.people.get_mut("students").expect("it is there")[7].percent = 1.0;
    let changed = world.commit(changed)?;
    let student: Stored<Student> = world.child(&changed, "people.students.7")?;
    assert_eq!(student.parent(), Some(earlier.id("student")));
    drop(world);

    let world = earlier.open()?;
    assert_eq!(*world.get::<Course>(changed.ecs_id())?, *changed);
    assert_eq!(*world.get::<Course>(course.ecs_id())?, *course);
    drop(world);
    earlier.assert_kept(&before);
    Ok(())
}

#[test]
fn a_chain_of_old_entities_is_upgraded_link_by_link() -> ecs::Result<()> {
    let earlier = earlier();
    let chain: Stored<Chain> = earlier.open()?.get(earlier.id("chain"))?;
    let links: Vec<&Chain> = std::iter::successors(Some(&*chain), |link| link.next.as_deref()).collect();
    assert_eq!((links.len(), &*links[0].label, &*links[199].label), (200, "no. 199", "no. 0"));
    Ok(())
}

#[test]
fn a_config_of_an_earlier_version_is_not_taken_for_one_of_this() -> ecs::Result<()> {
    let earlier = earlier();
    let world = earlier.open()?;
    let account: Stored<Account> = world.get(earlier.id("account"))?;
    let execution = made(&world, &account)?;
    let old: Stored<Limit> = world.get(execution.configs[0])?;
    assert_eq!(old.most, 10_000, "a hundred euros");
    let poor = deposit::with(Limit { id: Id::new(), most: 100 }).call(&world, &account, 1.0).wait()?;
    assert_eq!(poor.cents, 100, "a hundred cents");
    assert_ne!(made(&world, &poor)?.configs[0], old.ecs_id());
    let rich = deposit::with(&old).call(&world, &poor, 1.0).wait()?;
    assert_eq!((rich.cents, made(&world, &rich)?.configs[0]), (200, old.ecs_id()));
    Ok(())
}

#[test]
fn a_call_on_what_was_old_is_replayed() -> ecs::Result<()> {
    let earlier = earlier();
    let world = earlier.open()?;
    let closed: Stored<Account> = world.get(earlier.id("closed"))?;
    assert_eq!((&*closed.owner, closed.cents), ("Bob", 0));
    let replay = world.replay(made(&world, &closed)?.id).wait()?;
    assert!(replay.is_identical(), "{replay:?}");
    let course: Stored<Course> = world.get(earlier.id("course"))?;
    let student: Stored<Student> = world.get(earlier.id("assistant"))?;
    let larger = enrol::call(&world, &course, &student).wait()?;
    let replay = world.replay(made(&world, &larger)?.id).wait()?;
    assert!(replay.is_identical(), "{:?}", replay);
    Ok(())
}

#[test]
fn what_serde_can_say_needs_no_version() -> ecs::Result<()> {
    let earlier = earlier();
    let world = earlier.open()?;
    let note: Stored<Note> = world.get(earlier.id("note"))?;
    assert_eq!((&*note.body, note.stars), ("read this", 0));
    assert_eq!(world.commit((*note).clone())?, note, "nothing differs");
    let author: Stored<Student> = world.get(earlier.id("author"))?;
    assert_eq!((author.percent, author.holder()), (50.0, Some(note.ecs_id())), "the field that held it is gone");
    Ok(())
}

#[test]
fn what_is_of_no_type_of_this_program_is_told_of_and_what_it_holds_is_read() -> ecs::Result<()> {
    let earlier = earlier();
    let world = earlier.open()?;
    let (ship, renamed) = (world.version(earlier.id("ship"))?, world.version(earlier.id("renamed"))?);
    assert_eq!(ship.entity_type().name(), "Ship");
    assert_eq!(ship.read(&"name".parse()?)?, "Beagle");
    // Darwin is a student, and those are known here.
    assert_eq!(ship.to_json()?["crew"][0]["percent"], 100.0);
    assert_eq!(world.diff(&ship, &renamed)?.entities()[0].fields[0].to_string(), "name \"Beagle\" → \"Argo\"");
    assert_eq!(world.history(&renamed)?.entries().len(), 2);
    Ok(())
}

#[test]
fn what_cannot_be_read_is_an_error_with_the_shapes_of_both() -> ecs::Result<()> {
    let earlier = earlier();
    let world = earlier.open()?;
    let error = world.get::<Book>(earlier.id("book")).expect_err("pages were a number");
    assert_eq!(error.code(), "changed-type");
    for part in [
        "is a `Book` that was stored with the fields `title: a text`, `pages: a number`, and the type has `title: ",
        "`pages: alloc::vec::Vec<alloc::string::String>` now: at `.pages`: invalid type",
        "`#[entity(version = 2, upgrade = path)]`",
    ] {
        assert!(error.to_string().contains(part), "{error}");
    }

    let error = world.get::<Ahead>(earlier.id("ahead")).expect_err("it is ahead");
    assert_eq!(error.code(), "later-type");
    for part in ["was stored as version 3 of `Ahead`", "`warp: a number`", "has version 2", "`speed: f64`"] {
        assert!(error.to_string().contains(part), "{error}");
    }

    for (name, said) in [
        ("refuse", "`nowhere`"),
        ("panic", "it panicked: the upgrade gave up"),
        (
            "another-shape",
            "what is stored is no `Other`: at `.text`: invalid type: string \"another shape\", expected u8",
        ),
        ("a-new-entity", "`students` holds a new entity"),
        ("one-twice", "it holds an entity twice"),
    ] {
        let error = world.get::<Hopeless>(earlier.id(name)).expect_err(name);
        assert_eq!(error.code(), "failed-upgrade", "{error}");
        for part in [
            "was stored as version 1 of `Hopeless`, with the fields `text: a text`, ",
            "the upgrade to version 2",
            said,
        ] {
            assert!(error.to_string().contains(part), "{error}");
        }
    }
    assert_eq!(world.get::<Account>(earlier.id("account"))?.cents, 1275, "the rest can be read as before");
    Ok(())
}

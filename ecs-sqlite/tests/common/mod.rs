//! A world with everything in it that a file can hold.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use ecs::prelude::*;
use ecs::sqlite::{
    ChainHead, Finding, Options, Pruning, Retention, SqliteStore, Verdict, Verified, plan_prune, prune_file,
    verify_file,
};
use tempfile::TempDir;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Student {
    pub id: Id,
    pub name: String,
    pub gpa: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Course {
    pub id: Id,
    pub title: String,
    pub students: Vec<Student>,
    pub best: Vec<Ref<Student>>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub id: Id,
    pub title: String,
    pub text: String,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Raise {
    pub id: Id,
    #[config(default = 0.25)]
    pub step: f64,
}

#[callable]
pub fn raise(student: &mut Student, raise: &Raise) {
    student.gpa += raise.step;
}

#[callable]
pub fn raise_by(student: &mut Student, step: f64) {
    student.gpa += step;
}

#[callable]
pub fn mean(students: &[Student]) -> f64 {
    students.iter().map(|student| student.gpa).sum::<f64>() / students.len() as f64
}

#[callable]
pub fn refuse(student: &Student) -> Result<u8, String> {
    Err(format!("not {}", student.name))
}

#[callable]
pub fn enrol(course: &mut Course, student: Student) {
    course.students.push(student);
}

#[callable]
pub fn expel(course: &mut Course) -> Student {
    course.students.remove(0)
}

#[callable]
pub fn rename(document: &mut Document, title: String) {
    document.title = title;
}

#[callable]
pub fn append(document: &mut Document, text: &str) {
    document.text.push_str(text);
}

#[callable]
pub fn raise_all(context: &Context, students: Vec<Student>, step: f64) -> ecs::Result<u64> {
    let count = students.len() as u64;
    for student in students {
        raise_by::call(context, student, step).wait()?;
    }
    Ok(count)
}

pub fn student(name: &str, gpa: f64) -> Student {
    Student { id: Id::new(), name: name.into(), gpa }
}

/// A text of many bytes that are not alike.
pub fn text(bytes: usize) -> String {
    text_from(0, bytes)
}

/// The same, with nothing in it that is in one from another number.
pub fn text_from(first: u32, bytes: usize) -> String {
    (first..).flat_map(|number| number.to_string().into_bytes()).map(char::from).take(bytes).collect()
}

pub struct File {
    folder: TempDir,
    pub path: PathBuf,
}

impl File {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for a test");
        let path = folder.path().join("world.db");
        Self { folder, path }
    }

    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn open(&self) -> World {
        World::open(&self.path).expect("a world in a file")
    }
}

/// Everything that a file can hold.
pub fn everything(world: &World) -> ecs::Result<()> {
    let alice = world.insert(student("Alice", 3.5))?;
    let bob = world.insert(student("Bob", 3.0))?;
    let carol = world.insert(student("Carol", 2.0))?;
    let alice = raise::with(Raise { id: Id::new(), step: 0.5 }).call(world, &alice).wait()?;
    let bob = raise::with(Raise { id: Id::new(), step: 0.75 }).call(world, &bob).wait()?;
    mean::call(world, vec![alice.clone(), bob.clone()]).wait()?;
    refuse::call(world, &alice).wait().expect_err("it refuses");
    refuse::call(world, &bob).wait().expect_err("it refuses");
    // Borrowed values, whose sources are remembered.
    let alice = raise_by::call(world, &alice, bob.at("gpa")).wait()?;
    let bob = raise_by::call(world, &bob, alice.at("gpa")).wait()?;
    world.execute("raise_by", args! { student: &alice, step: "@00000000-0000-7000-8000-000000000001.gpa" }).wait().ok();
    // Trees, and parts that move from one into another.
    let students = (0..4).map(|number| student(&format!("student {number}"), 3.0)).collect();
    let best = vec![Ref::from(&alice), Ref::from(&bob)];
    let latin = world.insert(Course { id: Id::new(), title: "Latin".into(), students, best })?;
    let best = vec![Ref::from(&bob)];
    let greek = world.insert(Course { id: Id::new(), title: "Greek".into(), students: Vec::new(), best })?;
    let latin = enrol::call(world, &latin, &carol).wait()?;
    let greek = enrol::call(world, &greek, &bob).wait()?;
    let (latin, expelled) = expel::call(world, &latin).wait()?;
    let mut changed = (*latin).clone();
    changed.students[1].gpa = 4.0;
    world.commit(changed)?;
    enrol::call(world, &greek, &expelled).wait()?;
    // Calls from inside a call, and branches.
    let many = [student("Dora", 1.0), student("Emil", 1.5)].map(|student| world.insert(student));
    let [dora, emil] = many.map(|student| student.expect("it is new"));
    raise_all::call(world, vec![dora.clone(), emil], 0.5).wait()?;
    raise_by::call(world, &dora, 1.0).on_conflict(OnConflict::Branch).wait()?;
    world.insert((*dora).clone().fork())?;
    // Large fields.
    let thesis = world.insert(Document { id: Id::new(), title: "Thesis".into(), text: text(20_000) })?;
    let thesis = rename::call(world, &thesis, "A thesis".to_owned()).wait()?;
    append::call(world, &thesis, "The end.").wait()?;
    Ok(())
}

/// What a check of a file that may be read comes to.
pub fn verdict(path: &Path) -> Verdict {
    verify_file(path, None, |_| {}).expect("it can be read")
}

#[track_caller]
pub fn whole(path: &Path) -> Verified {
    match verdict(path) {
        Verdict::Whole(verified) => verified,
        Verdict::Changed(finding) => panic!("it is whole, and this was found: {finding}"),
    }
}

#[track_caller]
pub fn changed(path: &Path) -> Finding {
    match verdict(path) {
        Verdict::Changed(finding) => finding,
        Verdict::Whole(_) => panic!("it was changed, and nothing was found"),
    }
}

/// Removes what is not kept, which is what was said before.
#[track_caller]
pub fn prune(file: &File, retention: Retention) -> Pruning {
    let planned = plan_prune(&file.path, &retention, |_| {}).expect("it can be read");
    let pruned = prune_file(&file.path, &retention, |_| {}).expect("nobody has it open");
    assert_eq!(pruned, planned, "what is done is what was said");
    let verified = whole(&file.path);
    assert_eq!(plan_prune(&file.path, &retention, |_| {}).expect("it can be read").versions, 0, "{verified:?}");
    pruned
}

pub fn chain_head(path: &Path) -> ChainHead {
    SqliteStore::open_read_only(path, Options::new()).and_then(|store| store.chain_head()).expect("it can be read")
}

/// Alice, raised so often that she has this many versions.
pub fn raised(world: &World, versions: usize) -> ecs::Result<Vec<Stored<Student>>> {
    let mut all = vec![world.insert(student("Alice", 0.0))?];
    while all.len() < versions {
        all.push(raise_by::call(world, &all[all.len() - 1], 1.0).wait()?);
    }
    Ok(all)
}

//! Full disks, damaged files, files of others, and processes that get in each other's way.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ecs::prelude::*;
use ecs::sqlite::{
    Durability, Options, Retention, SqliteStore, Verdict, plan_prune, prune_file, shrink_file, verify_file,
};
use rusqlite::Connection;

use self::common::{Document, File, Student, everything, raise_by, student, text_from, whole};

/// Set for a process that a test starts: the path of its file.
const FILE: &str = "ECS_FILE_OF_ANOTHER_PROCESS";

#[track_caller]
fn assert_store(error: &ecs::Error, path: &Path, said: &str) {
    assert_eq!(error.code(), "store", "{error}");
    let text = error.to_string();
    assert!(text.contains(&path.display().to_string()), "it names the file: {text}");
    assert!(text.contains(said), "it says `{said}`: {text}");
}

fn document(first: u32, bytes: usize) -> Document {
    Document { id: Id::new(), title: "Thesis".into(), text: text_from(first, bytes) }
}

fn of_another(file: &File) -> Connection {
    let connection = Connection::open(&file.path).expect("it can be opened");
    connection.busy_timeout(Duration::from_secs(5)).expect("a pragma");
    connection
}

/// Starts this program again for one test that is none, with the path of a file.
fn another_process(name: &str, path: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", name, "--nocapture"]).env(FILE, path);
    command
}

#[test]
fn a_full_disk_fails_whole_commits_and_the_world_goes_on() -> ecs::Result<()> {
    let file = File::new();
    let options = Options::new().size_limit(400_000);
    let world = World::open_with(&file.path, options)?;
    let alice = world.insert(student("Alice", 1.0))?;
    let mut written = 1;
    let error = loop {
        match world.insert(document(written as u32 * 1_000_000, 30_000)) {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
    };
    assert!(written > 3, "{written}");
    assert_store(&error, &file.path, "is full; nothing of this commit was written");
    let verified = whole(&file.path);
    assert_eq!((verified.commits, verified.versions), (written, written));

    // What was there can be read, and what still fits is written.
    assert_eq!(*world.head::<Student>(&alice)?, *alice);
    let alice = raise_by::call(&world, &alice, 1.0).wait()?;
    assert_store(&world.insert(document(7, 300_000)).expect_err("it does not fit"), &file.path, "is full");
    let alice = raise_by::call(&world, &alice, 1.0).wait()?;

    // There is room again.
    let world = World::open_with(&file.path, Options::new().size_limit(4_000_000))?;
    let thesis = world.insert(document(7, 300_000))?;
    assert_eq!(world.head::<Document>(&thesis)?.text.len(), 300_000);
    assert_eq!(world.head::<Student>(&alice)?.gpa, 3.0);
    whole(&file.path);
    Ok(())
}

#[test]
fn what_calls_or_continues_itself_is_an_error_and_not_followed_for_ever() -> ecs::Result<()> {
    let file = File::new();
    let alice = {
        let world = file.open();
        let alice = world.insert(student("Alice", 1.0))?;
        raise_by::call(&world, &alice, 1.0).wait()?
    };
    let change =
        "UPDATE executions SET parent = execution_id; UPDATE versions SET parent = id WHERE parent IS NOT NULL";
    of_another(&file).execute_batch(change).expect("sql");
    let world = file.open();
    let error = world.execution_tree(alice.execution_id().expect("a call made it")).expect_err("it has no end");
    assert_eq!(error.code(), "unreadable-execution");
    assert!(error.to_string().contains("it was called from inside itself"), "{error}");
    let error = world.blame(&alice).expect_err("it has no beginning");
    assert_eq!(error.code(), "unreadable-version");
    assert!(error.to_string().contains("it continues itself"), "{error}");
    // What asks no further can be answered.
    world.history(&alice)?;
    world.dependencies(&alice, None)?;
    Ok(())
}

#[test]
fn what_is_no_world_of_ours_is_refused_and_left_as_it_was() {
    let file = File::new();
    let sql = |sql: &str| {
        fs::remove_file(&file.path).ok();
        of_another(&file).execute_batch(sql).expect("it is SQL");
    };
    let refused = |said: &str| {
        let before = fs::read(&file.path).expect("it is there");
        let error = World::open(&file.path).expect_err("it is no world of ours");
        assert_store(&error, &file.path, said);
        let error = verify_file(&file.path, None, |_| {}).expect_err("it is no world of ours");
        assert_store(&error, &file.path, said);
        assert_eq!(fs::read(&file.path).expect("it is there"), before);
    };
    sql("CREATE TABLE songs (title TEXT)");
    refused("this is a database, but not one of ecs; give the path of another file");
    sql("PRAGMA application_id = 7; CREATE TABLE songs (title TEXT)");
    refused("not one of ecs");
    refused_later(&file);
    for content in
        ["a text, and a long one, but no database in any way that a program could see ".repeat(100), "x".into()]
    {
        fs::remove_file(&file.path).expect("it is there");
        fs::write(&file.path, content).expect("a file");
        refused("it is no database");
    }
    let nowhere = file.beside("no folder").join("world.db");
    assert_store(&World::open(&nowhere).expect_err("there is no folder"), &nowhere, "is the folder there");
    assert_store(&verify_file(&nowhere, None, |_| {}).expect_err("there is none"), &nowhere, "there is no such file");
    assert!(!nowhere.exists());
    fs::write(&file.path, "").expect("a file");
    assert_store(&verify_file(&file.path, None, |_| {}).expect_err("it is empty"), &file.path, "it is empty");

    fn refused_later(file: &File) {
        fs::remove_file(&file.path).ok();
        let alice = file.open().insert(student("Alice", 1.0)).expect("it is new");
        of_another(file).pragma_update(None, "user_version", 2).expect("a pragma");
        let error = World::open(&file.path).expect_err("it is of a later version");
        assert_store(
            &error,
            &file.path,
            "written by a later version of ecs (schema 2, this one knows 1); use that version",
        );
        of_another(file).pragma_update(None, "user_version", 1).expect("a pragma");
        assert!(file.open().head::<Student>(&alice).is_ok());
    }
}

/// The file as one, without a log.
fn without_log(file: &File) -> Vec<u8> {
    drop(file.open());
    fs::read(&file.path).expect("it is there")
}

/// Reads all that there is; each question has an answer or an error, and the program goes on.
fn ask_everything(path: &Path) -> ecs::Result<()> {
    let world = World::open(path)?;
    let executions = world.executions(&ExecutionFilter::new())?;
    let outputs = executions.iter().flat_map(|execution| execution.outputs.iter().map(|output| output.ecs_id));
    let mut result = Ok(());
    for ecs_id in outputs {
        let asked = world.version(ecs_id).and_then(|version| {
            world.blame(ecs_id)?;
            world.history(&version)?;
            world.dependents(ecs_id, None)
        });
        result = result.and(asked.map(|_| ()));
    }
    result.and(world.insert(student("Zoe", 1.0)).map(|_| ()))
}

#[test]
fn a_damaged_page_is_an_error_and_is_found() -> ecs::Result<()> {
    let file = File::new();
    everything(&file.open())?;
    let bytes = without_log(&file);
    let pages = bytes.len() / 4_096;
    let (mut random, mut refused) = (fastrand::Rng::with_seed(7), 0);
    for page in 0..pages {
        let mut damaged = bytes.clone();
        let at = page * 4_096;
        random.fill(&mut damaged[at..at + 4_096]);
        fs::write(&file.path, &damaged).expect("it can be written");
        if let Err(error) = ask_everything(&file.path) {
            refused += 1;
            if error.code() == "store" {
                assert_store(&error, &file.path, "damaged");
            }
        }
        fs::write(&file.path, &damaged).expect("it can be written");
        fs::remove_file(file.beside("world.db-wal")).ok();
        match verify_file(&file.path, None, |_| {}) {
            Ok(Verdict::Whole(_)) => panic!("page {page} was damaged, and nothing was found"),
            Ok(Verdict::Changed(_)) => {}
            Err(error) => assert_store(&error, &file.path, "damaged"),
        }
    }
    assert!(refused > pages / 4, "{refused} of {pages}");
    Ok(())
}

#[test]
fn a_file_that_was_cut_off_is_an_error_and_is_found() -> ecs::Result<()> {
    let file = File::new();
    everything(&file.open())?;
    let bytes = without_log(&file);
    for length in (1..bytes.len()).step_by(bytes.len() / 40) {
        fs::write(&file.path, &bytes[..length]).expect("it can be written");
        ask_everything(&file.path).ok();
        fs::write(&file.path, &bytes[..length]).expect("it can be written");
        fs::remove_file(file.beside("world.db-wal")).ok();
        match verify_file(&file.path, None, |_| {}) {
            Ok(Verdict::Whole(_)) => panic!("it was cut off at {length}, and nothing was found"),
            Ok(Verdict::Changed(_)) => {}
            Err(error) => assert_store(&error, &file.path, "restore a backup"),
        }
    }
    fs::write(&file.path, &bytes).expect("it can be written");
    whole(&file.path);
    Ok(())
}

#[test]
fn a_writer_that_gets_no_turn_says_so_and_readers_do_not_wait() -> ecs::Result<()> {
    let file = File::new();
    let world = World::open_with(&file.path, Options::new().busy_timeout(Duration::from_millis(300)))?;
    let alice = world.insert(student("Alice", 1.0))?;
    let other = of_another(&file);
    other.execute_batch("BEGIN EXCLUSIVE; UPDATE heads SET version = version").expect("it is SQL");

    let began = Instant::now();
    let error = raise_by::call(&world, &alice, 1.0).wait().expect_err("another process writes");
    assert!(began.elapsed() >= Duration::from_millis(300));
    assert_store(&error, &file.path, "another process is writing to it, and did not end within the time limit");

    // Nothing of this is in the memory of the world.
    let reading = Instant::now();
    let again = World::open(&file.path)?;
    assert_eq!(again.head::<Student>(&alice)?.gpa, 1.0);
    assert_eq!(again.history(&alice)?.entries().len(), 1);
    assert!(reading.elapsed() < Duration::from_secs(4), "a reader waited for a writer");
    whole(&file.path);

    other.execute_batch("ROLLBACK").expect("it is SQL");
    assert_eq!(raise_by::call(&world, &alice, 1.0).wait()?.gpa, 2.0);
    Ok(())
}

#[test]
fn two_processes_take_turns() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    thread::scope(|scope| {
        let other = scope.spawn(|| another_process("the_other_process", &file.path).output().expect("it starts"));
        for number in 0..100 {
            world.insert(student("here", f64::from(number))).expect("it gets its turn");
        }
        assert!(other.join().expect("it ends").status.success());
    });
    assert_eq!(whole(&file.path).versions, 200);
    Ok(())
}

/// No test, but the other process of the one above.
#[test]
fn the_other_process() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let world = World::open(path).expect("a world");
    for number in 0..100 {
        world.insert(student("there", f64::from(number))).expect("it gets its turn");
    }
}

#[test]
fn two_that_make_one_file_at_once_both_have_it() {
    for _ in 0..20 {
        let file = File::new();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| file.open().insert(student("Alice", 1.0)).expect("it is new"));
            }
        });
        assert_eq!(whole(&file.path).versions, 4);
    }
}

#[test]
fn callers_at_the_same_time_share_transactions_and_one_alone_does_not_wait() -> ecs::Result<()> {
    let file = File::new();
    let store = Arc::new(SqliteStore::open(&file.path, Options::new().durability(Durability::PowerLoss))?);
    let world = World::builder().with_store(Arc::<SqliteStore>::clone(&store))?;
    let alice = world.insert(student("Alice", 1.0))?;
    raise_by::call(&world, &alice, 1.0).wait()?;
    let alone = store.statistics();
    assert_eq!((alone.commits, alone.transactions), (2, 2));

    // They come while somebody else writes: one of them is under way, and the others wait for it together.
    let other = of_another(&file);
    other.execute_batch("BEGIN IMMEDIATE").expect("it is SQL");
    thread::scope(|scope| {
        for number in 0..32 {
            let world = &world;
            scope.spawn(move || world.insert(student("one of many", f64::from(number))).expect("it is new"));
        }
        thread::sleep(Duration::from_millis(500));
        other.execute_batch("ROLLBACK").expect("it is SQL");
    });
    let all = store.statistics();
    assert_eq!(all.commits, 34);
    assert!(all.transactions - alone.transactions <= 8, "{all:?}");
    assert_eq!(whole(&file.path).commits, 34);
    Ok(())
}

/// What may be read and not written: as a user who has no more rights than others, whoever runs the tests.
#[cfg(unix)]
mod read_only {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    use super::*;

    fn permit(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    }

    #[test]
    fn what_may_only_be_read_is_read_and_refuses_to_be_written() -> ecs::Result<()> {
        let file = File::new();
        everything(&file.open())?;
        let folder = file.path.parent().expect("a folder").to_path_buf();
        let program = std::env::current_exe().expect("this program");
        // The root of the machine may write everything, and runs a copy of this program as nobody.
        let copy = folder.join("program");
        fs::copy(&program, &copy).expect("there is room for it");
        for (name, of_file, of_folder) in [("file", 0o444, 0o777), ("folder", 0o666, 0o555), ("both", 0o444, 0o555)] {
            permit(&folder, of_folder);
            permit(&file.path, of_file);
            let mut reader = Command::new(&copy);
            reader.args(["--exact", "read_only::one_who_may_only_read", "--nocapture"]).env(FILE, &file.path);
            if is_above_rights() {
                reader.uid(65_534).gid(65_534);
            }
            let read = reader.output().expect("it starts");
            permit(&folder, 0o777);
            assert!(read.status.success(), "{name}: {}", String::from_utf8_lossy(&read.stderr));
        }
        Ok(())
    }

    /// Whether this process may write what it has no right to.
    fn is_above_rights() -> bool {
        let folder = tempfile::tempdir().expect("a folder for a test");
        permit(folder.path(), 0o555);
        fs::write(folder.path().join("file"), "").is_ok()
    }

    /// No test, but the process of the one above.
    #[test]
    fn one_who_may_only_read() {
        let Some(path) = std::env::var_os(FILE) else { return };
        let path = Path::new(&path);
        whole(path);
        assert!(plan_prune(path, &Retention::new(), |_| {}).expect("it may be read").versions > 0);
        if fs::OpenOptions::new().write(true).open(path).is_err() {
            for result in [prune_file(path, &Retention::new(), |_| {}).map(drop), shrink_file(path)] {
                assert_store(
                    &result.expect_err("it may not be written"),
                    path,
                    "it may only be read; nothing was removed",
                );
            }
        }
        let error = match World::open(path) {
            Ok(world) => {
                let executions = world.executions(&ExecutionFilter::new()).expect("it may be read");
                assert!(executions.len() > 10);
                world.insert(student("Zoe", 1.0)).expect_err("it may not be written")
            }
            Err(error) => error,
        };
        assert_eq!(error.code(), "store");
        let text = error.to_string();
        assert!(
            text.contains("world.db") && (text.contains("may only be read") || text.contains("may you write")),
            "{text}"
        );
    }
}

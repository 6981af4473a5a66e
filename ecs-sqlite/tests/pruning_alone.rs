//! A file is pruned by one alone, and is whole whenever that one is killed.

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use ecs::prelude::*;
use ecs::sqlite::{Options, Retention, SqliteStore, prune_file, shrink_file};
use rusqlite::Connection;

use self::common::{
    Document, File, Student, append, chain_head, everything, prune, raise_by, raised, text_from, whole,
};

/// Set for a process that a test starts: the path of its file.
const FILE: &str = "ECS_FILE_OF_THE_PRUNED";

#[test]
fn a_file_that_is_open_is_not_pruned_and_is_left_as_it_was() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let all = raised(&world, 5)?;
    let head = chain_head(&file.path);
    let refused = || {
        for result in [prune_file(&file.path, &Retention::new(), |_| {}).map(|_| ()), shrink_file(&file.path)] {
            let error = result.expect_err("it is open");
            assert_eq!(error.code(), "store");
            let text = error.to_string();
            assert!(text.contains(&file.path.display().to_string()) && text.contains("it is open elsewhere"), "{text}");
        }
        assert_eq!(chain_head(&file.path), head);
    };
    // Here, idle; only to be read; in another process.
    refused();
    drop(world);
    let reader = World::with_store(Arc::new(SqliteStore::open_read_only(&file.path, Options::new())?))?;
    assert_eq!(reader.head::<Student>(&all[0])?, all[4]);
    refused();
    drop(reader);
    let mut other = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "one_who_has_it_open", "--nocapture"])
        .env(FILE, &file.path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program starts");
    let mut output = std::io::BufReader::new(other.stdout.take().expect("a pipe"));
    let mut line = String::new();
    while !line.ends_with("open\n") {
        assert!(std::io::BufRead::read_line(&mut output, &mut line).expect("it tells") > 0, "it opens the file");
    }
    refused();
    drop(other.stdin.take());
    assert!(other.wait().expect("it ends").success());
    prune(&file, Retention::new());
    Ok(())
}

/// No test, but the other process of the one above.
#[test]
fn one_who_has_it_open() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let world = World::open(path).expect("a world");
    std::io::Write::write_all(&mut std::io::stdout(), b"open\n").expect("someone listens");
    std::io::stdin().read_line(&mut String::new()).expect("a pipe");
    drop(world);
}

#[test]
fn nobody_opens_a_file_while_it_is_pruned() -> ecs::Result<()> {
    let file = File::new();
    raised(&file.open(), 20)?;
    let mut refused = 0;
    prune_file(&file.path, &Retention::new(), |_| {
        if refused == 0 {
            let options = Options::new().busy_timeout(Duration::from_millis(1));
            for result in
                [SqliteStore::open(&file.path, options.clone()), SqliteStore::open_read_only(&file.path, options)]
            {
                let error = result.expect_err("it is being pruned");
                assert!(error.to_string().contains("another process"), "{error}");
                refused += 1;
            }
        }
    })?;
    assert_eq!(refused, 2);
    whole(&file.path);
    Ok(())
}

#[test]
fn a_file_is_whole_whenever_the_process_that_prunes_it_is_killed() -> ecs::Result<()> {
    kill_and_look(12)
}

#[test]
#[ignore = "a few minutes"]
fn a_file_is_whole_after_two_hundred_kills() -> ecs::Result<()> {
    kill_and_look(200)
}

fn kill_and_look(rounds: usize) -> ecs::Result<()> {
    let sample = File::new();
    let world = sample.open();
    everything(&world)?;
    let all = raised(&world, 500)?;
    for number in 0..10 {
        let text = text_from(number * 1_000_000, 50_000);
        let thesis = world.insert(Document { id: Id::new(), title: "Thesis".into(), text })?;
        append::call(&world, &thesis, "The end.").wait()?;
    }
    drop(world);
    let before = whole(&sample.path);
    let took = std::time::Instant::now();
    let trial = sample.beside("trial.db");
    fs::copy(&sample.path, &trial).expect("there is room");
    run_until(&trial, Duration::from_secs(600));
    let longest = took.elapsed();
    let (mut untouched, mut pruned) = (0, 0);
    let mut random = fastrand::Rng::new();
    for round in 0..rounds {
        let file = File::new();
        fs::copy(&sample.path, &file.path).expect("there is room");
        if round % 2 == 0 {
            // As a backup is.
            let connection = Connection::open(&file.path).expect("it can be opened");
            connection.pragma_update(None, "journal_mode", "DELETE").expect("nobody else has it open");
        }
        run_until(&file.path, longest.mul_f64(random.f64()));
        let after = whole(&file.path);
        if after.removed_versions == 0 {
            assert_eq!(after, before, "nothing was removed");
            untouched += 1;
        } else {
            assert_eq!(after.commits, before.commits + 1, "all was removed");
            assert!(after.removed_versions > 450);
            pruned += 1;
        }
        let world = file.open();
        assert_eq!(world.head::<Student>(&all[0])?.ecs_id(), all[499].ecs_id());
        raise_by::call(&world, &all[499], 1.0).wait()?;
        drop(world);
        shrink_file(&file.path)?;
        prune(&file, Retention::new());
    }
    assert!(untouched > 0 && (pruned > 0 || rounds < 20), "{untouched} untouched and {pruned} pruned");
    Ok(())
}

/// Starts a process that prunes and shrinks the file, and kills it after a time, unless it is done.
fn run_until(path: &Path, after: Duration) {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "one_who_prunes", "--nocapture"])
        .env(FILE, path)
        .stdout(Stdio::null())
        .spawn()
        .expect("this program starts");
    let begun = std::time::Instant::now();
    while begun.elapsed() < after && child.try_wait().expect("it can be asked").is_none() {
        thread::sleep(Duration::from_millis(1));
    }
    // `SIGKILL`.
    child.kill().expect("it can be killed");
    child.wait().expect("it has ended");
}

/// No test, but the process that the tests above kill.
#[test]
fn one_who_prunes() {
    let Some(path) = std::env::var_os(FILE) else { return };
    prune_file(&path, &Retention::new(), |_| {}).expect("nobody has it open");
    shrink_file(&path).expect("nobody has it open");
}

//! The command is a good neighbour: to pipes, to scripts, to the file, and to who writes to it.

mod common;

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::{env, fs};

use ecs::prelude::*;

use self::common::{Answer, File, School, bare_command, school, student};

#[test]
fn colour_is_for_terminals_and_those_who_ask() {
    let School { file, .. } = school();
    assert!(!file.answer(&["log"]).contains('\x1b'), "a pipe is no terminal");
    assert!(file.answer(&["log", "--color", "always"]).contains('\x1b'));
    assert!(!file.answer(&["log", "--color", "never"]).contains('\x1b'));
    let plain = Answer::of(file.command().arg("log").env("NO_COLOR", "1"));
    assert_eq!(plain.text, file.answer(&["log"]));
}

#[test]
fn what_is_stored_does_nothing_to_the_terminal() {
    let file = File::new();
    let world = file.world();
    let evil = world.insert(student("a\x1b[31m\nb", 1.0)).expect("it is stored");
    common::refuse::call(&world, &evil).wait().expect_err("it refuses, by name");
    let evil = evil.to_string();
    for arguments in [
        &["show", &evil][..],
        &["history", &evil],
        &["blame", &evil],
        &["show", &format!("{evil}.name")],
        &["log", "--oneline"],
    ] {
        let answer = file.answer(arguments);
        assert!(!answer.contains('\x1b') && !answer.contains("\nb"), "{answer:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let file = File::new();
    let world = file.world();
    for number in 0..400 {
        world.insert(student(&format!("student {number}"), f64::from(number))).expect("it is stored");
    }
    let mut child =
        file.command().arg("export").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command runs");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a first line");
    let mut errors = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut errors).expect("the errors");
    assert_eq!((child.wait().expect("it ends").code(), &*errors), (Some(0), ""));
    assert!(line.starts_with("{\"kind\":\"version\""), "{line}");
}

#[test]
fn the_file_is_found_in_the_environment_or_it_is_said_that_none_is_given() {
    let School { file, .. } = school();
    let answer = Answer::of(bare_command().arg("stats").env("ECS_DB", file.path()));
    assert_eq!(answer.code, 0, "{answer:?}");
    let answer = Answer::of(bare_command().arg("stats"));
    assert_eq!(answer.code, 2);
    assert!(answer.errors.contains("--db FILE") && answer.errors.contains("ECS_DB"), "{answer:?}");
}

#[test]
fn a_file_that_cannot_be_read_is_said_and_left_as_it_was() {
    let file = File::new();
    for arguments in [&["log"][..], &["verify"], &["stats", "--json"]] {
        let answer = file.ask(arguments);
        assert_eq!((answer.code, &*answer.text), (3, ""));
        assert!(answer.errors.contains("audit.db: there is no such file"), "{answer:?}");
        assert!(!file.path().exists(), "it is not made");
    }
    for (content, said) in [
        (&b"a text that is long enough to be a database, were it one, but it is not"[..], "no database"),
        (b"", "empty"),
    ] {
        fs::write(file.path(), content).expect("a file");
        let answer = file.ask(&["log"]);
        assert_eq!((answer.code, answer.errors.contains(said)), (3, true), "{answer:?}");
        assert_eq!(fs::read(file.path()).expect("it is there"), content);
    }
}

#[test]
fn no_question_writes_to_the_file() {
    let School { file, alice, .. } = school();
    let before = fs::read(file.path()).expect("the file");
    let [first, _, third] = alice.map(|version| version.to_string());
    for arguments in [
        &["log"][..],
        &["show", &third],
        &["history", &third],
        &["diff", &first, &third],
        &["blame", &third],
        &["graph", &third],
        &["deps", &third],
        &["dependents", &first],
        &["stats"],
        &["export"],
        &["verify"],
    ] {
        file.answer(arguments);
        assert!(fs::read(file.path()).expect("the file") == before, "{arguments:?}");
    }
}

/// Runs only as another process, which writes for as long as its stdin is open.
#[test]
#[ignore = "run by `a_file_is_read_while_another_process_writes_to_it`"]
fn the_writer() {
    let Some(file) = env::var_os("ECS_WRITER_DB") else { return };
    let world = World::open(file).expect("the world");
    let mut alice = world.insert(student("Alice", 0.0)).expect("it is stored");
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    eprintln!("writing");
    loop {
        alice = common::raise::call(&world, &alice, common::Raise::default()).wait().expect("nobody else writes");
    }
}

#[test]
fn a_file_is_read_while_another_process_writes_to_it() {
    let file = File::new();
    let mut writer = Command::new(env::current_exe().expect("this test"))
        .args(["the_writer", "--exact", "--ignored", "--nocapture"])
        .env("ECS_WRITER_DB", file.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the writer runs");
    let mut said = BufReader::new(writer.stderr.take().expect("a pipe"));
    let mut line = String::new();
    while !line.contains("writing") {
        line.clear();
        assert!(said.read_line(&mut line).expect("the writer speaks") > 0, "the writer ended");
    }
    let mut seen = Vec::new();
    while seen.len() < 3 || seen.first() == seen.last() {
        seen.push(file.json(&["stats"])["executions"].as_u64().expect("a number"));
        let answer = file.answer(&["verify"]);
        assert!(answer.contains("everything is as it was written"), "{answer}");
    }
    assert!(seen.is_sorted(), "what is committed is seen: {seen:?}");
    let newest = file.json(&["log", "-n", "1"]);
    assert_eq!(newest[0]["callable"], "raise");
    drop(writer.stdin.take());
    assert!(writer.wait().expect("it ends").success(), "nobody was in its way");
}

//! A program offers the command over its own world, and its callables with it.

#![allow(clippy::print_stdout, reason = "a test that is a program writes where programs do")]

mod common;

use std::env;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use ecs::prelude::*;
use serde_json::{Value as Json, json};

use self::common::{Answer, School, school, short};

/// Runs only as another process: a program with a world, whose arguments are in a variable.
#[test]
#[ignore = "run by the other tests"]
fn the_program() {
    let Some(arguments) = env::var("ECS_PROGRAM_ARGUMENTS").ok() else { return };
    let arguments: Vec<String> = serde_json::from_str(&arguments).expect("a list");
    let world = World::open(env::var("ECS_PROGRAM_DB").expect("a file")).expect("the world");
    println!("\n--");
    let code = if env::var_os("ECS_PROGRAM_IS_IN_ONE_THREAD").is_some() {
        // Whoever waits for ever is told so.
        thread::spawn(|| {
            thread::sleep(Duration::from_secs(60));
            std::process::exit(9);
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async { ecs_cli::run(&world, arguments) })
    } else {
        ecs_cli::run(&world, arguments)
    };
    drop(world);
    let code = (0..=3).find(|number| code == ExitCode::from(*number)).expect("one of the codes");
    std::process::exit(code.into());
}

fn ask(school: &School, arguments: &[&str]) -> Answer {
    answer_of(&mut program(school, arguments))
}

fn program(school: &School, arguments: &[&str]) -> Command {
    let arguments: Vec<&str> = [&["program"], arguments].concat();
    let mut program = Command::new(env::current_exe().expect("this test"));
    program
        .args(["the_program", "--exact", "--ignored", "--nocapture"])
        .env("ECS_PROGRAM_DB", school.file.path())
        .env("ECS_PROGRAM_ARGUMENTS", json!(arguments).to_string())
        .stdin(Stdio::null());
    program
}

fn answer_of(program: &mut Command) -> Answer {
    let mut answer = Answer::of(program);
    answer.text = answer.text.split_once("\n--\n").expect("it has begun").1.to_owned();
    answer
}

#[test]
fn a_program_answers_what_the_command_answers() {
    let school = school();
    let alice = school.alice[2].to_string();
    for arguments in [&["log", "--oneline"][..], &["show", &alice], &["blame", &alice], &["history", &alice, "--json"]]
    {
        let answer = ask(&school, arguments);
        assert_eq!((answer.code, answer.text), (0, school.file.answer(arguments)), "{arguments:?}");
    }
    let answer = ask(&school, &["--help"]);
    assert!(
        answer.text.contains("replay") && answer.text.contains("call") && !answer.text.contains("--db"),
        "{answer:?}"
    );
}

#[test]
fn a_program_calls_by_name_with_addresses_in_part() {
    let school = school();
    let arguments = json!({ "student": format!("@{}", short(&school.bob)), "step": 1.5 }).to_string();
    let answer = ask(&school, &["call", "raise", "--args", &arguments]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert!(answer.text.starts_with("raise ") && answer.text.contains("mutation"), "{answer:?}");
    assert_eq!(school.file.answer(&["show", &format!("@head:{}.gpa", school.bob.lineage_id())]), "3.5\n");

    let arguments = json!({ "students": [school.alice[0].to_string(), school.bob.to_string()] }).to_string();
    let answer = ask(&school, &["call", "mean", "--args", &arguments, "--json"]);
    let called: Json = serde_json::from_str(&answer.text).expect("JSON");
    assert_eq!((&called["value"], &called["callable"]), (&json!(2.5), &json!("mean")));
}

#[test]
fn a_call_that_fails_or_makes_no_sense_is_told_apart() {
    let school = school();
    let bob = json!({ "student": school.bob.to_string() }).to_string();
    let refused = ask(&school, &["call", "refuse", "--args", &bob]);
    assert_eq!((refused.code, refused.errors.contains("Bob is refused")), (1, true), "{refused:?}");
    for (arguments, said) in [
        (&["call", "rise"][..], "did you mean `raise`?"),
        (&["call", "raise"], "student"),
        (&["call", "raise", "--args", "{"], "--args"),
        (&["call", "raise", "--args", "[1]"], "JSON object"),
    ] {
        let answer = ask(&school, arguments);
        assert_eq!((answer.code, answer.errors.contains(said)), (2, true), "{answer:?}");
    }
}

#[test]
fn a_program_replays_one_execution_or_all() {
    let school = school();
    let execution = school.alice[1].execution_id().expect("a call made it");
    let one = ask(&school, &["replay", &short(execution)]);
    assert_eq!(one.code, 0);
    assert!(one.text.contains(&format!("raise {execution} identical")), "{one:?}");
    let all = ask(&school, &["replay"]);
    assert_eq!((all.code, all.text.contains("5 executions: 5 identical")), (0, true), "{all:?}");
    let some = ask(&school, &["replay", "--callable", "raise", "--json"]);
    let some: Json = serde_json::from_str(&some.text).expect("JSON");
    assert_eq!((&some["executions"], &some["identical"], &some["others"]), (&json!(2), &json!(2), &json!([])));
    let version = ask(&school, &["replay", &school.bob.to_string()]);
    assert_eq!((version.code, version.errors.contains("executions are replayed")), (2, true), "{version:?}");
}

/// Needs a runtime that goes on while somebody waits for it.
#[callable]
async fn nap(milliseconds: u64) -> u64 {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    tokio::task::yield_now().await;
    milliseconds
}

#[callable(blocking)]
fn doze(milliseconds: u64) -> u64 {
    thread::sleep(Duration::from_millis(milliseconds));
    milliseconds
}

/// Waits for another on the thread that it is on.
#[callable]
fn nap_twice(context: &Context, milliseconds: u64) -> ecs::Result<u64> {
    Ok(nap::call(context, milliseconds).wait()? + nap::call(context, milliseconds).wait()?)
}

#[test]
fn a_program_in_a_runtime_of_one_thread_calls_and_replays_what_needs_one() {
    let school = school();
    let asked = |arguments: &[&str]| {
        let answer = answer_of(program(&school, arguments).env("ECS_PROGRAM_IS_IN_ONE_THREAD", "1"));
        assert_eq!(answer.code, 0, "{arguments:?}: {answer:?}");
        answer.text
    };
    for (callable, result) in [("nap", 5), ("doze", 5), ("nap_twice", 10)] {
        let called: Json =
            serde_json::from_str(&asked(&["call", callable, "--args", r#"{"milliseconds": 5}"#, "--json"]))
                .expect("JSON");
        assert_eq!(called["value"], json!(result), "{callable}");
    }
    let one: Json = serde_json::from_str(&asked(&["log", "--callable", "nap", "-n", "1", "--json"])).expect("JSON");
    let one = one[0]["execution"].as_str().unwrap_or_else(|| panic!("{one}"));
    assert!(asked(&["replay", one]).contains("identical"));
    let replayed = asked(&["replay", "--callable", "nap"]);
    assert!(replayed.contains("3 executions: 3 identical"), "{replayed}");
}

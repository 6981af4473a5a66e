//! Pruning a file, and what is said of what was pruned.

mod common;

use std::fs;
use std::path::Path;

use ecs::prelude::*;
use serde_json::json;

use self::common::{File, Raise, School, bare_command, raise, raise_twice, school, short, student};

/// Alice, raised so often that she has this many versions.
fn raised(file: &File, versions: usize) -> Vec<Stored<common::Student>> {
    let world = file.world();
    let mut all = vec![world.insert(student("Alice", 1.0)).expect("she is new")];
    while all.len() < versions {
        all.push(raise::call(&world, &all[all.len() - 1], Raise::default()).wait().expect("she is raised"));
    }
    all
}

#[test]
fn what_would_be_removed_is_said_first_and_nothing_is_changed() {
    let file = File::new();
    let all = raised(&file, 8);
    let before = file.json(&["verify"]);
    let said = file.answer(&["prune", "--keep-last", "3"]);
    for part in [
        "kept: the last 3 versions of each thing",
        "would be removed:",
        "versions    4",
        "executions  4",
        "nothing was changed; say `--yes` to remove this for good",
    ] {
        assert!(said.contains(part), "`{part}`: {said}");
    }
    assert_eq!(file.json(&["verify"]), before);
    let planned = file.json(&["prune", "--keep-last", "3"]);
    assert_eq!(planned["types"][1], json!({ "type": "Student", "removed": 4, "kept": 4 }));
    assert_eq!(planned["callables"], json!([{ "callable": "raise", "removed": 4, "kept": 3 }]));
    assert_eq!((&planned["is_done"], &planned["bytes_after"]), (&json!(false), &json!(null)));

    let done = file.json(&["prune", "--keep-last", "3", "--yes"]);
    for field in ["policy", "versions", "executions", "bytes", "types", "callables"] {
        assert_eq!(done[field], planned[field]);
    }
    assert_eq!(done["is_done"], true);
    let head = before["head"].as_str().expect("a head");
    let after = file.json(&["verify", "--kept", head]);
    assert_eq!((after["removed_versions"].as_u64(), after["removed_executions"].as_u64()), (Some(4), Some(4)));
    assert!(file.answer(&["verify"]).contains("pruned      8"));
    assert!(file.answer(&["show", &all[7].to_string()]).contains("(head)"));
    assert!(file.answer(&["prune", "--keep-last", "3"]).contains("there is nothing to remove"));
}

#[test]
fn the_file_gets_smaller_unless_it_is_told_not_to() {
    let file = File::new();
    raised(&file, 400);
    let copy = file.beside("copy.db");
    file.answer(&["backup", &copy.display().to_string()]);
    let size = |path: &Path| fs::metadata(path).expect("it is there").len();
    let before = size(&copy);
    let kept = common::Answer::of(bare_command().arg("--db").arg(&copy).args([
        "prune",
        "--keep-last",
        "1",
        "--yes",
        "--no-shrink",
    ]));
    assert_eq!((kept.code, kept.errors.as_str()), (0, ""), "{kept:?}");
    assert!(size(&copy) >= before);
    let said = file.answer(&["prune", "--keep-last", "1", "--yes"]);
    assert!(said.contains("done: the file took"), "{said}");
    assert!(size(&file.path()) < before * 3 / 4, "{before} bytes, and {} now", size(&file.path()));
}

#[test]
fn everything_since_a_time_is_kept() {
    let School { file, .. } = school();
    assert_eq!(file.json(&["prune", "--keep-since", "2h ago"])["versions"], 0);
    assert_eq!(file.json(&["prune", "--keep-since", "2000-01-01"])["executions"], 0);
    let all = file.json(&["prune", "--keep-since", "2999-01-01"]);
    assert!(all["executions"].as_u64() > Some(0), "{all}");
    assert_eq!(all["policy"], "the newest version of each thing, and everything since 2999-01-01T00:00:00Z");
}

#[test]
fn a_wrong_use_says_what_to_give_and_an_open_file_is_left_alone() {
    let file = File::new();
    let all = raised(&file, 3);
    let refused = |arguments: &[&str], code: i32, said: &str| {
        let answer = file.ask(arguments);
        assert_eq!(answer.code, code, "{answer:?}");
        assert!(answer.errors.contains(said), "{answer:?}");
    };
    refused(&["prune", "--yes"], 2, "--keep-last <COUNT>|--keep-since <TIME>");
    refused(&["prune", "--keep-last", "0"], 2, "0 is not in 1..");
    refused(&["prune", "--keep-since", "yesterday"], 2, "is no time");
    let world = file.world();
    refused(&["prune", "--keep-last", "1", "--yes"], 3, "it is open elsewhere");
    assert_eq!(world.head::<common::Student>(&all[0]).expect("she is there"), all[2]);
    file.answer(&["prune", "--keep-last", "1"]);
    let nowhere = common::Answer::of(bare_command().args(["--db", "nowhere.db", "prune", "--keep-last", "1"]));
    assert_eq!((nowhere.code, nowhere.errors.contains("there is no such file")), (3, true), "{nowhere:?}");
}

#[test]
fn what_is_no_longer_kept_is_named_wherever_it_is_met() {
    let file = File::new();
    let all = raised(&file, 5);
    file.answer(&["prune", "--keep-last", "2", "--yes"]);
    let [gone, oldest, head] = [&all[1], &all[2], &all[4]].map(ToString::to_string);
    let (made, made_oldest) = (all[1].execution_id().expect("a call"), all[2].execution_id().expect("a call"));

    for arguments in [["show", &gone], ["blame", &gone], ["deps", &gone], ["history", &gone], ["graph", &gone]] {
        let answer = file.ask(&arguments);
        assert_eq!(answer.code, 1, "{arguments:?}: {answer:?}");
        assert!(answer.errors.contains(&format!("{gone} is no longer kept: it was pruned at ")), "{answer:?}");
    }
    let answer = file.ask(&["show", &short(made)]);
    assert_eq!((answer.code, answer.errors.contains(&format!("execution {made} is no longer kept"))), (1, true));
    let answer = file.ask(&["diff", &gone, &head]);
    assert_eq!((answer.code, answer.errors.contains("is no longer kept")), (1, true), "{answer:?}");

    let said = file.answer(&["history", &head]);
    assert!(said.contains(&format!("{gone} is no longer kept")), "{said}");
    assert!(said.contains(&format!("{made_oldest} (no longer kept)")) && !said.contains("under way"), "{said}");
    let listed = file.json(&["history", &head]);
    let entries = listed.as_array().expect("a list");
    assert_eq!((entries.len(), &entries[0]["no_longer_kept"]), (3, &json!([])));
    let named = |field: &str| {
        entries[2]["no_longer_kept"].as_array().expect("a list").iter().any(|gone| !gone[field].is_null())
    };
    assert!(named("version") && named("execution"), "{listed}");
    assert_eq!(entries[2]["changes"], json!([]), "it is not known");

    let said = file.answer(&["blame", &head]);
    assert!(said.contains("(then or before; no longer kept)") && said.contains(&format!("{gone} is no")), "{said}");
    let lines = file.json(&["blame", &head]);
    let name = lines.as_array().expect("a list").iter().find(|line| line["path"] == ".name").expect("a name").clone();
    assert_eq!((&name["version"], &name["callable"]), (&json!(all[2].ecs_id()), &json!(null)));
    assert_eq!(name["no_longer_kept"]["version"], json!(all[1].ecs_id()));

    let said = file.answer(&["deps", &head]);
    assert!(said.contains(&format!("{gone} is no longer kept")), "{said}");
    let deps = file.json(&["deps", &head]);
    assert_eq!(deps["no_longer_kept"].as_array().map(Vec::len), Some(3), "{deps}");
    let said = file.answer(&["show", &oldest]);
    assert!(said.contains("(no longer kept)") && said.contains(&format!("{gone} is no longer kept")), "{said}");
    for of in ["derivation", "history"] {
        let picture = file.answer(&["graph", &head, "--of", of]);
        assert!(picture.contains("no longer kept"), "{picture}");
    }
    assert_eq!(file.json(&["log"]).as_array().map(Vec::len), Some(2));
    assert_eq!(file.json(&["stats"])["versions"], 4);
    assert_eq!(file.answer(&["export"]).lines().count(), 6);
}

#[test]
fn a_tree_of_calls_tells_of_those_that_are_no_longer_kept() {
    let file = File::new();
    let world = file.world();
    let alice = world.insert(student("Alice", 1.0)).expect("she is new");
    raise_twice::call(&world, &alice).wait().expect("she is raised");
    let outer = world.executions(&ExecutionFilter::new().callable("raise_twice")).expect("it is there")[0].id;
    let once = world.executions(&ExecutionFilter::new().callable("raise")).expect("they are there")[0].id;
    drop(world);
    file.answer(&["prune", "--keep-last", "1", "--yes"]);
    let tree = file.json(&["log", "--tree"]);
    assert_eq!(tree[0]["execution"], json!(outer));
    assert_eq!(tree[0]["nested"].as_array().map(Vec::len), Some(1));
    assert_eq!(tree[0]["no_longer_kept"][0]["execution"], json!(once));
    assert!(file.answer(&["log", "--tree"]).contains(&format!("execution {once} is no longer kept")));
}

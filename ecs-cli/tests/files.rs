//! Exports, checks and backups of a file.

mod common;

use std::fs;

use ecs::prelude::*;
use serde_json::{Value as Json, json};

use self::common::{Answer, File, School, bare_command, school, student};

#[test]
fn everything_is_exported_as_json_lines() {
    let School { file, alice, course, .. } = school();
    let lines: Vec<Json> = file
        .answer(&["export"])
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    let stats = file.json(&["stats"]);
    let count = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    assert_eq!(json!([count("version"), count("execution")]), json!([stats["versions"], stats["executions"]]));
    let find = |id: EcsId| lines.iter().find(|line| line["version"] == json!(id)).expect("each version is there");
    assert_eq!(find(alice[0].ecs_id())["fields"], json!({ "name": "Alice", "gpa": 3.0 }));
    let held: Vec<String> =
        course[0].students.iter().map(|held| format!("@{}", held.id.ecs_id().expect("stored"))).collect();
    assert_eq!(find(course[0].ecs_id())["fields"]["students"], json!(held));
    assert_eq!(file.answer(&["export", "--json"]), file.answer(&["export"]));
}

#[test]
fn one_type_is_exported_as_csv_by_head_or_with_all_versions() {
    let School { file, alice, .. } = school();
    let heads = file.answer(&["export", "--csv", "Student"]);
    let mut lines = heads.lines();
    assert_eq!(lines.next(), Some("$version,$lineage,$parent,$time,$execution,name,gpa"));
    assert_eq!(lines.count(), 4);
    let row = |version: &Stored<common::Student>| format!("{},{}", version.ecs_id(), version.lineage_id());
    assert!(heads.contains(&row(&alice[2])) && !heads.contains(&row(&alice[0])), "{heads}");
    let all = file.answer(&["export", "--csv", "Student", "--all"]);
    assert!(all.contains(&row(&alice[0])) && all.contains(",Alice,3.25\n"), "{all}");
    let courses = file.answer(&["export", "--csv", "Course"]);
    assert!(courses.contains("Greek") && courses.contains("\"[7,12]\""), "what has parts is JSON: {courses}");
}

#[test]
fn what_json_cannot_hold_is_exported_as_text() {
    let file = File::new();
    let odd = file.world().insert(student("@odd", f64::NAN)).expect("it is stored");
    assert_eq!(file.json(&["show", &odd.to_string()])["fields"], json!({ "name": "@@odd", "gpa": "NaN" }));
    assert!(file.answer(&["export", "--csv", "Student"]).ends_with(",@@odd,NaN\n"));
    assert!(file.answer(&["history", &odd.to_string()]).contains("gpa"));
    assert!(file.answer(&["blame", &odd.to_string()]).contains("gpa"));
    let value = file.ask(&["show", &format!("{odd}.gpa")]);
    assert_eq!((value.code, value.errors.contains("JSON")), (1, true), "{value:?}");
}

#[test]
fn verify_says_that_all_is_well_or_what_is_not() {
    let School { file, .. } = school();
    let whole = file.json(&["verify"]);
    assert_eq!((whole["is_whole"].as_bool(), whole["executions"].as_u64()), (Some(true), Some(5)));
    let head = whole["head"].as_str().expect("a head").to_owned();
    assert!(file.answer(&["verify"]).contains(&head));
    assert_eq!(file.json(&["verify", "--kept", &head])["is_whole"], true);

    let copy = file.beside("changed.db");
    file.answer(&["backup", &copy.display().to_string()]);
    let bytes = fs::read(&copy).expect("the copy");
    let at = bytes.windows(5).position(|window| window == b"Latin").expect("it is in the file");
    let mut changed = bytes;
    changed[at] = b'S';
    fs::write(&copy, changed).expect("it is changed");
    let found = Answer::of(bare_command().arg("--db").arg(&copy).arg("verify"));
    assert_eq!(found.code, 1);
    assert!(found.text.contains("not as it was written") && found.text.contains("commit"), "{found:?}");
    let found = Answer::of(bare_command().arg("--db").arg(&copy).args(["verify", "--json"]));
    let found: Json = serde_json::from_str(&found.text).expect("JSON");
    assert_eq!(found["is_whole"], false);
    assert!(found["finding"]["commit"].is_u64(), "{found}");
}

#[test]
fn a_backup_is_a_whole_copy_and_replaces_nothing() {
    let School { file, alice, .. } = school();
    let to = file.beside("monday.db");
    let said = file.answer(&["backup", &to.display().to_string()]);
    assert!(said.contains("everything is as it was written"), "{said}");
    let copied = Answer::of(bare_command().arg("--db").arg(&to).args(["show", &alice[2].to_string()]));
    assert_eq!(copied.text, file.answer(&["show", &alice[2].to_string()]));
    let again = file.ask(&["backup", &to.display().to_string()]);
    assert_eq!((again.code, again.errors.contains("is there already")), (3, true), "{again:?}");
}

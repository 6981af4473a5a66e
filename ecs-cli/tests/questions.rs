//! Each question is answered, in words and in JSON, over a file of types that the command does not know.

mod common;

use serde_json::{Value as Json, json};

use self::common::{School, raise_twice, school, short};

#[test]
fn log_lists_executions_the_last_to_start_first() {
    let School { file, alice, .. } = school();
    let log = file.answer(&["log", "--oneline"]);
    let callables: Vec<&str> = log.lines().map(|line| line.split_whitespace().nth(4).expect("a callable")).collect();
    assert_eq!(callables, ["rename", "refuse", "mean", "raise", "raise"]);
    assert!(log.contains("failed") && log.contains("Bob is refused"), "{log}");
    assert!(log.contains(&format!("@{}", short(&alice[2]))), "outputs are shown: {log}");

    let full = file.answer(&["log", "--callable", "raise", "-n", "1"]);
    for told in ["raise ", "succeeded", "entity    student", "config    raise", "step 0.5", "mutation", "Student"] {
        assert!(full.contains(told), "{told}: {full}");
    }
    assert!(full.contains(&alice[2].to_string()), "{full}");
}

#[test]
fn log_is_filtered_by_name_outcome_thing_and_time() {
    let School { file, alice, bob, .. } = school();
    let count = |arguments: &[&str]| file.json(&[&["log"], arguments].concat()).as_array().expect("a list").len();
    assert_eq!(count(&["--callable", "raise"]), 2);
    assert_eq!(count(&["--outcome", "failed"]), 1);
    assert_eq!(count(&["--outcome", "succeeded", "-n", "3"]), 3);
    assert_eq!(count(&["--lineage", &alice[0].lineage_id().to_string()]), 3);
    assert_eq!(count(&["--lineage", &short(&bob)]), 2);
    assert_eq!(count(&["--since", "2h ago"]), 5);
    assert_eq!(count(&["--since", "2020-01-01", "--until", "2999-01-01T00:00:00Z"]), 5);
    let answer = file.ask(&["log", "--until", "1h ago"]);
    assert_eq!((answer.code, &*answer.text), (1, ""), "nothing is that old");
}

#[test]
fn log_shows_what_was_called_from_inside() {
    let School { file, bob, .. } = school();
    raise_twice::call(&file.world(), &bob).wait().expect("bob is raised");
    let log = file.answer(&["log", "--tree", "--callable", "raise_twice"]);
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 3, "{log}");
    assert!(lines[0].contains("succeeded raise_twice") && lines[2].contains("succeeded   raise "), "{log}");
    let log = file.json(&["log", "--tree", "-n", "1"]);
    let nested: Vec<&Json> = log[0]["nested"].as_array().expect("a list").iter().map(|run| &run["callable"]).collect();
    assert_eq!(nested, ["raise", "raise"]);
    assert_eq!(log[0]["nested"][0]["nested"], json!([]));
}

#[test]
fn show_tells_of_versions_values_and_executions() {
    let School { file, alice, course, .. } = school();
    let [_, second, third] = &alice;
    let shown = file.answer(&["show", &third.to_string()]);
    for told in [
        "Student",
        "(head)",
        "by raise in",
        &format!("parent   {second}"),
        &third.lineage_id().to_string(),
        "name  \"Alice\"",
        "gpa   3.75",
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    assert!(!file.answer(&["show", &second.to_string()]).contains("(head)"));
    let version = file.json(&["show", &third.to_string()]);
    assert_eq!(version["fields"], json!({ "name": "Alice", "gpa": 3.75 }));
    assert_eq!((&version["type"], &version["version"]), (&json!("Student"), &json!(third.ecs_id())));

    assert_eq!(file.answer(&["show", &format!("{third}.gpa")]), "3.75\n");
    assert_eq!(file.answer(&["show", &format!("{third}.name")]), "Alice\n");
    assert_eq!(file.json(&["show", &format!("{third}.name")]), "Alice");
    assert_eq!(file.answer(&["show", &format!("{}.rooms.1", course[1])]), "12\n");
    let dan = file.answer(&["show", &format!("{}.students.1", course[1])]);
    assert!(dan.contains("\"Dan\"") && dan.contains("path     .students.1"), "{dan}");
    let head = file.json(&["show", &format!("@head:{}.title", course[0].lineage_id())]);
    assert_eq!(head, "Greek");

    let execution = third.execution_id().expect("a call made it").to_string();
    assert!(file.answer(&["show", &execution]).starts_with(&format!("raise {execution} succeeded")));
    let record = file.json(&["show", &execution]);
    assert_eq!(record["outputs"][0]["version"], json!(third.ecs_id()));
    assert_eq!(
        record["arguments"][0],
        json!({
            "name": "student", "kind": "entity", "versions": [second.ecs_id()], "sources": [],
        })
    );
    assert_eq!(
        (&record["outcome"], &record["error"], &record["retries"]),
        (&json!("succeeded"), &Json::Null, &json!(0))
    );
}

#[test]
fn history_shows_what_each_version_changed() {
    let School { file, alice, course, .. } = school();
    let history = file.answer(&["history", &alice[0].lineage_id().to_string()]);
    let at = |text: &str| history.find(text).unwrap_or_else(|| panic!("{text}: {history}"));
    assert!(at("gpa 3.25 → 3.75") < at("gpa 3.0 → 3.25") && at("gpa 3.0 → 3.25") < at("stored directly"), "{history}");
    assert!(history.contains("with Raise @") && history.contains("step 0.5"), "{history}");
    assert_eq!(file.answer(&["history", &alice[0].to_string()]), history, "one of its versions will do");
    let newest = file.json(&["history", &alice[0].to_string(), "-n", "1"]);
    assert_eq!(newest[0]["changes"], json!([{ "field": "gpa", "before": 3.25, "after": 3.75 }]));
    assert_eq!((newest[0]["is_head"].as_bool(), newest.as_array().map(Vec::len)), (Some(true), Some(1)));
    let carol = file.answer(&["history", &format!("{}.students.0", course[1])]);
    assert!(carol.contains("Student") && carol.contains("\"Carol\""), "{carol}");
}

#[test]
fn diff_shows_what_differs_and_whether_anything_does() {
    let School { file, alice, course, .. } = school();
    let [first, _, third] = &alice;
    let diff = file.answer(&["diff", &first.to_string(), &third.to_string()]);
    assert!(diff.contains(&format!("{first} → {third}")) && diff.contains("gpa 3.0 → 3.75"), "{diff}");
    assert_eq!(file.answer(&["diff", &first.to_string()]), diff, "against the head");
    let diff = file.json(&["diff", &course[0].to_string(), &course[1].to_string()]);
    assert_eq!(diff["entities"][0]["changes"], json!([{ "field": "title", "before": "Latin", "after": "Greek" }]));
    let same = file.ask(&["diff", &third.to_string()]);
    assert_eq!((same.code, same.text.contains("nothing differs")), (1, true));
    let other = file.ask(&["diff", &third.to_string(), &course[0].to_string()]);
    assert_eq!((other.code, other.errors.starts_with("error: ")), (2, true), "{other:?}");
}

#[test]
fn blame_shows_who_wrote_each_field() {
    let School { file, alice, course, .. } = school();
    let [first, _, third] = &alice;
    let blame = file.answer(&["blame", &third.to_string()]);
    let line = |field: &str| blame.lines().find(|line| line.starts_with(field)).unwrap_or_else(|| panic!("{blame}"));
    assert!(line("name").contains("(stored directly)") && line("name").contains(&short(first)), "{blame}");
    assert!(line("gpa").contains("raise") && line("gpa").contains(&short(third)), "{blame}");
    assert!(line("gpa").contains("Raise @"), "{blame}");
    let lines = file.json(&["blame", &format!("{third}.gpa")]);
    assert_eq!(lines.as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&lines[0]["path"], &lines[0]["value"], &lines[0]["callable"]),
        (&json!(".gpa"), &json!(3.75), &json!("raise"))
    );
    let tree = file.answer(&["blame", &course[1].to_string()]);
    assert!(tree.contains("students.1.name") && tree.contains("rename"), "{tree}");
    let room = file.answer(&["blame", &format!("{}.rooms.1", course[1])]);
    assert!(room.contains("rooms") && !room.contains("title"), "the field that holds a value is told of: {room}");
}

#[test]
fn derivations_are_followed_both_ways_and_to_a_depth() {
    let School { file, alice, bob, .. } = school();
    let deps = file.answer(&["deps", &alice[2].to_string()]);
    assert!(deps.contains(&short(&alice[0])) && deps.contains("argument student") && deps.contains("config"), "{deps}");
    let near = file.answer(&["deps", &alice[2].to_string(), "--depth", "1"]);
    assert!(!near.contains(&short(&alice[0])) && near.contains("beyond the depth"), "{near}");
    let later = file.json(&["dependents", &bob.to_string()]);
    let steps = later["steps"].as_array().expect("a list");
    let mean = steps.iter().find(|step| step["type"] == "MeanOutput").expect("the mean came of bob");
    assert_eq!(
        (&mean["relation"], &mean["argument"], &mean["callable"]),
        (&json!("argument"), &json!("students"), &json!("mean"))
    );
    assert_eq!(later["is_complete"], json!(true));
    let answer = file.ask(&["deps", &bob.to_string()]);
    assert_eq!(answer.code, 1, "bob comes of nothing: {answer:?}");
}

#[test]
fn graphs_are_drawn_in_each_language() {
    let School { file, alice, course, .. } = school();
    let mermaid = file.answer(&["graph", &alice[2].to_string()]);
    assert!(mermaid.starts_with("flowchart") && mermaid.contains("raise"), "{mermaid}");
    let dot = file.answer(&["graph", &alice[2].to_string(), "--of", "history", "--format", "dot"]);
    assert!(dot.starts_with("digraph") && dot.contains(&alice[0].to_string()), "{dot}");
    let tree = file.answer(&["graph", &course[1].to_string(), "--of", "tree", "--against", &course[0].to_string()]);
    assert!(tree.contains("(changed)"), "{tree}");
    let graph = file.json(&["graph", &alice[2].to_string(), "--depth", "1"]);
    assert_eq!(graph["nodes"][0]["shape"], "entity");
    for (arguments, said) in
        [(["--against", &alice[0].to_string()], "--of tree"), (["--depth", "1"], "--of derivation")]
    {
        let answer = file.ask(&[&["graph", &alice[2].to_string(), "--of", "history"], &arguments[..]].concat());
        assert_eq!((answer.code, answer.errors.contains(said)), (2, true), "{answer:?}");
    }
}

#[test]
fn svg_is_drawn_by_graphviz_or_refused_with_what_to_do() {
    let School { file, alice, .. } = school();
    let drawn = file.ask(&["graph", &alice[2].to_string(), "--format", "svg"]);
    if drawn.code == 0 {
        assert!(drawn.text.contains("<svg"), "{drawn:?}");
    }
    let empty = file.beside("nothing");
    let mut command = file.command();
    let refused =
        common::Answer::of(command.args(["graph", &alice[2].to_string(), "--format", "svg"]).env("PATH", empty));
    assert_eq!(refused.code, 2);
    assert!(refused.errors.contains("not installed") && refused.errors.contains("--format dot"), "{refused:?}");
}

#[test]
fn stats_count_what_there_is() {
    let School { file, .. } = school();
    let stats = file.json(&["stats"]);
    assert_eq!(stats["executions"], 5);
    let student = stats["types"].as_array().expect("a list").iter().find(|counted| counted["type"] == "Student");
    assert_eq!(
        student,
        Some(&json!({
            "type": "Student", "is_config": false, "lineages": 4, "versions": 6, "heads": 4, "roots": 4,
        }))
    );
    let refuse = &stats["callables"].as_array().expect("a list").iter().find(|counted| counted["callable"] == "refuse");
    assert_eq!(refuse.map(|counted| &counted["failed"]), Some(&json!(1)));
    assert!(stats["bytes"].as_u64().is_some_and(|bytes| bytes > 10_000));
    assert!(stats["first"].as_str() < stats["last"].as_str());
    let words = file.answer(&["stats"]);
    assert!(words.contains("executions  5") && words.contains("Raise") && words.contains("config"), "{words}");
}

#[test]
fn completions_are_written_for_shells_without_a_file() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let answer = common::Answer::of(common::bare_command().args(["completions", shell]));
        assert_eq!(answer.code, 0);
        assert!(answer.text.contains("dependents"), "{shell}");
    }
}

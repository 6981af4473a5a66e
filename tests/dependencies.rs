//! Every crate that is compiled with a program is on the page `docs/dependencies.md`, with a reason, and has a licence that
//! `deny.toml` allows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const PAGE: &str = "docs/dependencies.md";

/// The same everywhere, so that the page is not that of one machine.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// The sections of the page, and the crates that are there and in none before.
const SECTIONS: &[(&[&str], &[&str])] = &[
    (&["Named by the crates of ecs", "Brought by those"], &["-p", "ecs", "-e", "normal"]),
    (&["Only while it is built"], &["-p", "ecs", "-e", "normal,build"]),
    (&["With features that are not default"], &["-p", "ecs", "--features", "im,indexmap", "-e", "normal,build"]),
    (&["With the command"], &["-p", "ecs-cli", "-e", "normal,build"]),
    (&["For tests and benchmarks"], &["--workspace", "--no-dedupe", "--depth", "1", "-e", "dev"]),
];

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(file)).expect("the file is in the repository").replace("\r\n", "\n")
}

/// What `cargo tree` prints, a crate a line. Only what is not on this machine yet is asked of the registry.
fn tree(arguments: &[&str]) -> String {
    let ran = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--target", TARGET])
        .args(arguments)
        .current_dir(ROOT)
        .output()
        .expect("cargo runs, for it runs this test");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).expect("cargo writes UTF-8")
}

fn is_ours(name: &str) -> bool {
    name == "ecs" || name.starts_with("ecs-")
}

/// The crates of a tree that are not ours, each with its versions.
fn crates(arguments: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut crates: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in tree(&[arguments, &["--prefix", "none", "--format", "{p}"]].concat()).lines() {
        if let Some((name, version)) = line.split_once(" v")
            && !is_ours(name)
        {
            let version = version.split(' ').next().unwrap_or(version);
            crates.entry(name.to_owned()).or_default().insert(version.to_owned());
        }
    }
    crates
}

/// The names in the first column of the tables of a section.
fn named<'p>(page: &'p str, heading: &str) -> BTreeSet<&'p str> {
    let (_, after) = page.split_once(&format!("\n## {heading}\n")).expect("the page has the section");
    let section = after.split("\n## ").next().unwrap_or(after);
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    cells.flat_map(|cell| cell.split(", ").map(|name| name.trim_matches('`'))).collect()
}

#[test]
fn every_crate_is_on_the_page_and_every_crate_of_the_page_is_there() {
    let page = read(PAGE);
    let mut elsewhere: BTreeSet<String> = BTreeSet::new();
    for (headings, arguments) in SECTIONS {
        let there: BTreeSet<String> = crates(arguments).into_keys().collect();
        let new: BTreeSet<&str> = there.difference(&elsewhere).map(String::as_str).collect();
        let named: BTreeSet<&str> = headings.iter().flat_map(|heading| named(&page, heading)).collect();
        let unnamed: Vec<_> = new.difference(&named).collect();
        let gone: Vec<_> = named.difference(&new).collect();
        let command = arguments.join(" ");
        assert!(
            unnamed.is_empty(),
            "`cargo tree {command}` has {unnamed:?}: do without, or say in a table below `## {}` of {PAGE} what for and \
             why it",
            headings[0]
        );
        assert!(
            gone.is_empty(),
            "`cargo tree {command}` has no {gone:?}, or an earlier section has it: take it from the tables below `## {}` of \
             {PAGE}",
            headings[0]
        );
        elsewhere.extend(there);
    }
}

#[test]
fn every_crate_that_is_named_by_ours_is_in_the_table_of_those() {
    let page = read(PAGE);
    let named = named(&page, "Named by the crates of ecs");
    let ours = tree(&["-p", "ecs", "-e", "normal", "--no-dedupe", "--prefix", "depth", "--format", " {p}"]);
    let mut direct = BTreeSet::new();
    // Whether each crate on the way to the one of the line is ours.
    let mut way = Vec::new();
    for line in ours.lines() {
        let (depth, name) = line.split_once(' ').expect("a depth and a crate");
        let name = name.split(' ').next().unwrap_or(name);
        way.truncate(depth.parse().expect("a number"));
        if way.last() == Some(&true) && !is_ours(name) {
            direct.insert(name);
        }
        way.push(is_ours(name));
    }
    assert_eq!(
        named, direct,
        "the first table of {PAGE} has what a `Cargo.toml` of the default build names, and only that"
    );
}

#[test]
fn the_tree_on_the_page_is_that_of_the_default_build() {
    let tree = tree(&["-p", "ecs", "-e", "normal", "--charset", "utf8", "--format", "{p}"]);
    let shown: String = tree
        .lines()
        .map(|line| {
            let (crate_, rest) = line.split_once(" v").unwrap_or((line, ""));
            crate_.to_owned() + if rest.ends_with("(*)") { " (*)\n" } else { "\n" }
        })
        .collect();
    let page = read(PAGE);
    let (before, rest) = page.split_once("```text\n").expect("the page shows a tree");
    let (on_page, after) = rest.split_once("```\n").expect("the tree ends");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(Path::new(ROOT).join(PAGE), format!("{before}```text\n{shown}```\n{after}"))
            .expect("the page is writable");
    } else {
        assert!(
            on_page == shown,
            "{PAGE} shows another tree: run `UPDATE=1 cargo test -p ecs --test dependencies tree`\n{shown}"
        );
    }
}

#[test]
fn no_crate_of_the_default_build_is_there_in_two_versions() {
    let twice: Vec<_> =
        crates(&["-p", "ecs", "-e", "normal,build"]).into_iter().filter(|(_, versions)| versions.len() > 1).collect();
    assert!(twice.is_empty(), "see who brings them with `cargo tree -d -p ecs`: {twice:?}");
}

/// The quoted texts of a list in `deny.toml`.
fn quoted(list: &str) -> Vec<&str> {
    list.split('"').skip(1).step_by(2).collect()
}

/// Whether `allowed` is enough to take what has this licence, an expression such as `(MIT OR Apache-2.0) AND Unicode-3.0`.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    // Old manifests write `MIT/Apache-2.0`.
    let expression = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = expression.split_whitespace().collect();
    let mut rest = &words[..];
    let is_allowed = any(&mut rest, allowed);
    is_allowed && rest.is_empty()
}

fn next<'w>(rest: &mut &[&'w str]) -> Option<&'w str> {
    let (word, after) = rest.split_first()?;
    *rest = after;
    Some(word)
}

fn follows(rest: &mut &[&str], word: &str) -> bool {
    let follows = rest.first() == Some(&word);
    if follows {
        next(rest);
    }
    follows
}

fn any(rest: &mut &[&str], allowed: &[&str]) -> bool {
    let mut is_allowed = all(rest, allowed);
    while follows(rest, "OR") {
        is_allowed |= all(rest, allowed);
    }
    is_allowed
}

fn all(rest: &mut &[&str], allowed: &[&str]) -> bool {
    let mut is_allowed = one(rest, allowed);
    while follows(rest, "AND") {
        is_allowed &= one(rest, allowed);
    }
    is_allowed
}

fn one(rest: &mut &[&str], allowed: &[&str]) -> bool {
    if follows(rest, "(") {
        let is_allowed = any(rest, allowed);
        return follows(rest, ")") && is_allowed;
    }
    let Some(licence) = next(rest) else { return false };
    if follows(rest, "WITH") {
        let licence = format!("{licence} WITH {}", next(rest).unwrap_or_default());
        return allowed.contains(&&*licence);
    }
    allowed.contains(&licence) || licence.strip_suffix('+').is_some_and(|licence| allowed.contains(&licence))
}

#[test]
fn every_crate_has_a_licence_that_is_allowed() {
    let rules = read("deny.toml");
    let (_, licences) = rules.split_once("[licenses]").expect("there are rules for licences");
    let (allowed, after) =
        licences.split_once("allow = [").and_then(|(_, list)| list.split_once(']')).expect("some are allowed");
    let allowed = quoted(allowed);
    let exceptions: BTreeMap<&str, Vec<&str>> = after
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.trim().strip_prefix("{ crate = ")?.split_once(", allow = "))
        .map(|(name, list)| (name.trim_matches('"'), quoted(list)))
        .collect();
    let every = ["--workspace", "--all-features", "-e", "normal,build,dev", "--prefix", "none", "--format", "{p}|{l}"];
    let mut seen = BTreeSet::new();
    for line in tree(&every).lines().filter(|line| !line.is_empty()) {
        let (name, licence) = line.trim_end_matches(" (*)").split_once('|').expect("a crate and its licence");
        let name = name.split(' ').next().unwrap_or(name);
        let excepted = exceptions.get(name).map(Vec::as_slice).unwrap_or_default();
        assert!(
            is_allowed(licence, &[&allowed, excepted].concat()),
            "the licence of `{name}` is `{licence}`: do without the crate, or allow it in deny.toml, with the reason"
        );
        seen.insert(name.to_owned());
    }
    assert!(seen.len() > 100, "{} crates", seen.len());
    for name in exceptions.keys() {
        assert!(seen.contains(*name), "deny.toml has an exception for `{name}`, which is not there");
    }
}

#[test]
fn a_licence_is_allowed_when_the_choice_has_one_that_is() {
    let allowed = ["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception", "MPL-2.0"];
    for expression in [
        "MIT",
        "GPL-3.0 OR MIT",
        "Unlicense/MIT",
        "(MIT OR X) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception",
        "MPL-2.0+",
    ] {
        assert!(is_allowed(expression, &allowed), "{expression}");
    }
    for expression in
        ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR X) AND Y", "Apache-2.0", "MIT WITH X", "MIT Unicode-3.0"]
    {
        assert!(!is_allowed(expression, &allowed), "{expression}");
    }
}

//! The page of mistakes is what the failing programs say.
//!
//! Each program in `ui/<macro>/fail` begins with `//! mistake: …; cure: …`; the message is the first
//! error of its expected output. `UPDATE=1 cargo test -p ecs --test mistakes_page` rewrites the page.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/mistakes.md");

const HEAD: &str = "\
# Mistakes, and what the compiler says of them

Look for your message, or for what you were about to do. A mistake is one error, at your own token, unless the last column
gives another number; several mistakes in one item are told at once. Names such as `Student` stand for yours.

This page is written by `UPDATE=1 cargo test -p ecs --test mistakes_page` from the programs in `tests/ui`, each of which
makes one mistake; in the repository, the link shows the program, and beside it stands the whole message.
";

/// The groups in their order: the folder, how the names of its programs begin, and the heading.
const GROUPS: &[(&str, &[&str], &str)] = &[
    ("entity", &[], "`#[derive(Entity)]`"),
    ("config", &[], "`#[derive(ConfigEntity)]`"),
    ("parts", &[], "`#[derive(EntityParts)]`"),
    ("callable", &[], "`#[callable]`"),
    ("fingerprinted", &[], "`#[fingerprinted]`"),
    ("callable", &["call_", "bound_call_", "with_", "partial_"], "Calls"),
];

struct Mistake {
    mistake: String,
    message: String,
    cure: String,
    errors: usize,
    program: String,
}

fn read(program: &Path) -> Mistake {
    let source = fs::read_to_string(program).expect("a program is readable");
    let name = program.file_stem().and_then(|name| name.to_str()).expect("a program has a name");
    let said = source.lines().next().and_then(|line| line.strip_prefix("//! mistake: "));
    let (mistake, cure) = said.and_then(|said| said.split_once("; cure: ")).unwrap_or_default();
    let mistake = if mistake.is_empty() { name.replace('_', " ") } else { mistake.to_owned() };
    let output = fs::read_to_string(program.with_extension("stderr")).expect("a program has its expected output");
    let mut errors = output.lines().filter(|line| line.starts_with("error"));
    let first = errors.next().expect("a program that fails has an error");
    let message = first.split_once(": ").map_or(first, |(_, message)| message);
    let message = message.strip_prefix("evaluation panicked: ").unwrap_or(message).to_owned();
    let folder = program.components().rev().nth(2).expect("programs are in folders").as_os_str().display();
    Mistake {
        mistake,
        message,
        cure: cure.to_owned(),
        errors: 1 + errors.count(),
        program: format!("../tests/ui/{folder}/fail/{name}.rs"),
    }
}

fn programs() -> BTreeMap<String, Vec<PathBuf>> {
    let list = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("a folder is readable").path()).collect();
        paths.sort();
        paths
    };
    let folders = list(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ui")));
    let named = |folder: PathBuf| {
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a folder has a name").to_owned();
        let programs = list(&folder.join("fail"));
        (name, programs.into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs")).collect())
    };
    folders.into_iter().map(named).collect()
}

/// Text that stands in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

/// A message in a cell: what stands in backticks is code already.
fn message_cell(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let cells = parts.map(|(index, part)| if index % 2 == 0 { cell(part) } else { part.replace('|', "\\|") });
    cells.collect::<Vec<_>>().join("`")
}

fn page() -> (String, usize) {
    let mut page = HEAD.to_owned();
    let mut rows = 0;
    let programs = programs();
    let group_of = |folder: &str, name: &str| {
        let mut groups = GROUPS.iter().filter(|(of, ..)| *of == folder);
        let special = groups.clone().find(|(_, starts, _)| starts.iter().any(|start| name.starts_with(start)));
        special.or_else(|| groups.next())
    };
    for group in GROUPS {
        let (folder, _, heading) = group;
        let of_group = programs.get(*folder).into_iter().flatten().filter(|program| {
            let name = program.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            group_of(folder, name).is_some_and(|found| found.2 == *heading)
        });
        let mistakes: Vec<Mistake> = of_group.map(|program| read(program)).collect();
        if mistakes.is_empty() {
            continue;
        }
        let _ = write!(page, "\n## {heading}\n\n| mistake | message | cure | |\n| --- | --- | --- | --- |\n");
        for Mistake { mistake, message, cure, errors, program } in &mistakes {
            let (mistake, message, cure) = (message_cell(mistake), message_cell(message), message_cell(cure));
            let errors = if *errors == 1 { String::new() } else { format!("{errors} errors") };
            let _ = writeln!(page, "| [{mistake}]({program}) | {message} | {cure} | {errors} |");
        }
        rows += mistakes.len();
    }
    (page, rows)
}

#[test]
fn the_page_of_mistakes_says_what_the_programs_say() {
    let (page, rows) = page();
    assert!(rows >= 60, "{rows} mistakes");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(PAGE, page).expect("the page can be written");
        return;
    }
    let written = fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        written == page,
        "docs/mistakes.md is not what the programs say: run `UPDATE=1 cargo test -p ecs --test mistakes_page`"
    );
}

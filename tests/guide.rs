//! The guide in `docs` is whole: every page is in the book, every link leads somewhere, every error code has a
//! page, every example is run, and what the first page promises is so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ecs::prelude::*;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The examples that are compiled and run as tests of the documentation.
const PAGES_THAT_ARE_RUN: &str = include_str!("../src/pages.rs");

/// The program of the page `getting-started.md`, word for word, which is why it is laid out as it is there.
mod getting_started {
    #![allow(clippy::print_stdout, reason = "the program of the page shows its results on the terminal")]
    include!("guide/getting_started.rs");

    pub fn run() -> ecs::Result<()> {
        main()
    }
}

/// The written pages with their paths from the root of the repository, `docs/concepts/trees.md`.
fn pages() -> BTreeMap<String, String> {
    fn gather(folder: &Path, pages: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).expect("a folder is readable") {
            let path = entry.expect("a folder is readable").path();
            if path.is_dir() {
                gather(&path, pages);
            } else if path.extension().is_some_and(|end| end == "md") {
                let name = path.strip_prefix(ROOT).expect("it is below the root").to_string_lossy().replace('\\', "/");
                pages.insert(name, fs::read_to_string(&path).expect("a page is readable"));
            }
        }
    }
    let mut pages = BTreeMap::new();
    gather(&Path::new(ROOT).join("docs"), &mut pages);
    for name in ["README.md", "CHANGELOG.md"] {
        pages.insert(name.to_owned(), fs::read_to_string(Path::new(ROOT).join(name)).expect("a page is readable"));
    }
    pages
}

/// The lines of a page, each with the flags of the block of code that it is in, if it is in one.
fn lines(page: &str) -> Vec<(Option<&str>, &str)> {
    let mut block = None;
    let mut lines = Vec::new();
    for line in page.lines() {
        match (line.strip_prefix("```"), block) {
            (Some(flags), None) => block = Some(flags),
            (Some(_), Some(_)) => block = None,
            (None, _) => lines.push((block, line)),
        }
    }
    lines
}

fn prose(page: &str) -> impl Iterator<Item = &str> {
    lines(page).into_iter().filter_map(|(block, line)| block.is_none().then_some(line))
}

/// The headings of a page as the ends of links: `## What it costs` is `what-it-costs`.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = prose(page).filter(|line| line.starts_with('#'));
    let letters = |heading: &str| -> String {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        kept.chars()
            .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'))
            .map(|letter| if letter == ' ' { '-' } else { letter })
            .collect()
    };
    headings.map(letters).collect()
}

/// Where the links of a page lead that stay in the repository.
fn links(page: &str) -> Vec<&str> {
    prose(page)
        .flat_map(|line| line.split("](").skip(1))
        .filter_map(|after| after.split_once(')').map(|(target, _)| target))
        .filter(|target| !target.contains("://"))
        .collect()
}

fn joined(page: &str, target: &str) -> PathBuf {
    let mut path = PathBuf::from(page);
    path.pop();
    for part in target.split('/') {
        match part {
            ".." => assert!(path.pop(), "{page} links to {target}"),
            "." => {}
            part => path.push(part),
        }
    }
    path
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let pages = pages();
    let mut checked = 0;
    for (name, page) in &pages {
        for link in links(page) {
            let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
            let path = if target.is_empty() { PathBuf::from(name) } else { joined(name, target) };
            assert!(Path::new(ROOT).join(&path).exists(), "{name} links to {link}, which is not there");
            if !anchor.is_empty() {
                let headings = anchors(&pages[&*path.to_string_lossy().replace('\\', "/")]);
                assert!(headings.contains(anchor), "{name} links to {link}; the headings there are {headings:?}");
            }
            checked += 1;
        }
    }
    assert!(checked > 200, "{checked} links");
}

#[test]
fn every_page_is_in_the_book_once() {
    let pages = pages();
    let listed = links(&pages["docs/SUMMARY.md"]);
    let in_docs = pages.keys().filter_map(|name| name.strip_prefix("docs/")).filter(|name| *name != "SUMMARY.md");
    for name in in_docs {
        let times = listed.iter().filter(|listed| **listed == name).count();
        assert_eq!(times, 1, "docs/SUMMARY.md lists {name} {times} times");
    }
}

#[test]
fn every_error_code_has_a_page_and_every_page_a_code() {
    let pages = pages();
    let written: BTreeSet<&str> =
        pages.keys().filter_map(|name| name.strip_prefix("docs/errors/")?.strip_suffix(".md")).collect();
    let codes: BTreeSet<&str> = ErrorKind::CODES.iter().copied().collect();
    assert_eq!(written, codes);
    let index = links(&pages["docs/errors.md"]);
    for code in codes {
        let page = &pages[&format!("docs/errors/{code}.md")];
        assert!(page.starts_with(&format!("# `{code}`\n")), "the page of `{code}` is headed by it");
        assert!(page.contains("\n## Cure\n"), "the page of `{code}` says the cure");
        let examples =
            lines(page).into_iter().filter(|(block, _)| block.is_some_and(|flags| flags.starts_with("rust")));
        let asserted = format!("\"{code}\"");
        assert!(examples.into_iter().any(|(_, line)| line.contains(&asserted)), "the example of `{code}` asserts it");
        assert!(index.contains(&&*format!("errors/{code}.md")), "docs/errors.md lists `{code}`");
    }
}

#[test]
fn every_example_is_compiled_and_run() {
    for (name, page) in &pages() {
        let flags: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("```rust")).collect();
        for flags in &flags {
            assert!(["", ",standalone_crate"].contains(flags), "{name} has an example that is `rust{flags}`");
        }
        let is_run = PAGES_THAT_ARE_RUN.contains(&format!("\"{name}\"")) || name == "docs/getting-started.md";
        assert!(is_run || flags.is_empty(), "{name} has an example, and is not in src/pages.rs");
    }
}

/// Two of one name would be compiled each on its own, with everything else: correct, and minutes slower.
#[test]
fn examples_that_are_compiled_together_share_no_names() {
    let mut places: BTreeMap<String, &str> = BTreeMap::new();
    let pages = pages();
    for (name, page) in pages.iter().filter(|(name, _)| *name != "docs/getting-started.md") {
        let mut is_recorded = false;
        for (block, line) in lines(page) {
            if block != Some("rust") {
                continue;
            }
            is_recorded |=
                line.contains("#[callable") || line.contains("#[derive(Entity") || line.contains("ConfigEntity");
            let item = line.trim_start().trim_start_matches("pub ").trim_start_matches("async ");
            let Some(rest) = item.strip_prefix("fn ").or(item.strip_prefix("struct ")) else { continue };
            let item: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            if std::mem::take(&mut is_recorded)
                && let Some(other) = places.insert(item.clone(), name)
            {
                panic!("`{item}` is in {name} and in {other}: rename one, or make its example `standalone_crate`");
            }
        }
    }
    assert!(places.len() > 80, "{} names", places.len());
}

#[test]
fn every_concept_and_recipe_ends_with_its_limits() {
    for (name, page) in &pages() {
        if name.starts_with("docs/concepts/") || name.starts_with("docs/recipes/") {
            let last = prose(page).filter(|line| line.starts_with("## ")).last();
            assert_eq!(last, Some("## Limits"), "{name}");
        }
    }
}

#[test]
fn the_first_program_leaves_what_its_page_shows() -> ecs::Result<()> {
    let page = &pages()["docs/getting-started.md"];
    assert!(page.contains(include_str!("guide/getting_started.rs").trim_end()), "the page shows this program");

    // The only test here that cares where it is.
    let folder = tempfile::tempdir().expect("a folder");
    std::env::set_current_dir(&folder).expect("it is there");
    getting_started::run()?;

    let world = World::open(folder.path().join("audit.db"))?;
    let calls = world.executions(&ExecutionFilter::new())?;
    assert_eq!(calls.iter().map(|call| call.callable()).collect::<Vec<_>>(), ["decide", "correct_income", "decide"]);
    let decision = world.version(calls[2].outputs[0].ecs_id)?;
    assert_eq!(decision.read(&"granted".parse()?)?, true);
    let blame = world.blame(decision.ecs_id())?;
    assert_eq!(blame.line("share").expect("a field").configs[0].read(&"highest_share".parse()?)?, 0.4);
    let steps = world.dependencies(decision.ecs_id(), None)?;
    let types: Vec<_> = steps.steps().iter().map(|step| step.version.entity_type().name()).collect();
    assert_eq!(types, ["Applicant", "Policy", "Applicant", "CorrectIncomeConfig"]);
    Ok(())
}

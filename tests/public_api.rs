//! The public items of the crates are those in `tests/api`, so that nothing is added, changed or removed unseen.
//!
//! The lists are what rustdoc shows with all features, as text: types by their names, without their modules.
//! `UPDATE=1 cargo test -p ecs --test public_api` rewrites them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

const CURE: &str = "if that is meant, run `UPDATE=1 cargo test -p ecs --test public_api`, see `git diff tests/api`, and \
                    tell of it in CHANGELOG.md";

/// Traits that the compiler implements and that nobody can name on a stable compiler.
const UNSTABLE_TRAITS: &[&str] = &["Freeze", "StructuralPartialEq", "UnsafeUnpin"];

/// Makes the pages of all crates, and tells where they are. The command is that of `.ci/run`, so there nothing is made twice.
fn documentation() -> Option<PathBuf> {
    if Command::new("rustdoc").arg("--version").output().is_err() {
        eprintln!("skipped: there is no rustdoc, which lists the public items");
        return None;
    }
    let made = Command::new(env!("CARGO"))
        .args(["doc", "--workspace", "--no-deps", "--all-features", "--locked"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .current_dir(ROOT)
        .output()
        .expect("cargo runs, for it runs this test");
    assert!(made.status.success(), "`cargo doc` has errors or warnings:\n{}", String::from_utf8_lossy(&made.stderr));
    Some(Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the target folder").join("doc"))
}

/// What a page shows of one item.
struct Item {
    /// `struct store::Commit`
    name: String,
    text: String,
}

/// What stands between two marks, as often as they are met.
fn between<'p>(page: &'p str, open: &'static str, close: &'static str) -> impl Iterator<Item = &'p str> {
    page.split(open).skip(1).filter_map(move |after| after.split_once(close).map(|(inside, _)| inside))
}

/// HTML as the text that it shows.
fn shown(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        // What a summary says of folded lines is not part of the item.
        let end = if tag.starts_with("summary") { "</summary>" } else { ">" };
        if tag.starts_with("div") || tag.starts_with("/div") {
            text.push('\n');
        }
        rest = tag.split_once(end).map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    entities
        .into_iter()
        .fold(text, |text, (entity, letter)| text.replace(entity, letter))
        .replace('\u{a0}', " ")
        .replace(" ⓘ", "")
        .replace('ⓘ', "")
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(").replace(", )", ")")
}

/// The headings of a page that say what an item has, beside what its declaration says: implementations, with their
/// methods if they are its own.
fn parts(page: &str) -> String {
    let mut parts = String::new();
    for section in page.split("<h2 ").skip(1) {
        let heading = section.strip_prefix("id=\"").and_then(|id| id.split_once('"')).map_or("", |(id, _)| id);
        let is_automatic = heading == "synthetic-implementations";
        let has_parts = ["implementations", "trait-implementations", "foreign-impls", "implementors"];
        if !is_automatic && !has_parts.contains(&heading) {
            continue;
        }
        for part in between(section, "<section id=\"", "</section>") {
            let Some(kind) = between(part, "class=\"", "\"").next() else { continue };
            let headings = between(part, "<h3 class=\"code-header\">", "</h3>").chain(between(
                part,
                "<h4 class=\"code-header\">",
                "</h4>",
            ));
            let line = headings.map(|heading| on_one_line(&shown(heading))).collect::<String>();
            // The trait says which methods it has; and that a type can be sent and shared is told where it cannot.
            let is_said = kind == "method trait-impl"
                || UNSTABLE_TRAITS.iter().any(|name| line.contains(&format!("{name} for ")))
                || is_automatic && !line.contains(" where ") && !line.contains('!');
            if !is_said && !line.is_empty() {
                let margin = if kind == "impl" { "" } else { "    " };
                writeln!(parts, "{margin}{line}").expect("a string has room");
            }
        }
    }
    parts
}

/// The items of a crate in the order of the page that lists them all.
fn items(folder: &Path) -> Vec<Item> {
    let read = |page: &str| fs::read_to_string(folder.join(page)).expect("rustdoc wrote the page");
    let all = read("all.html");
    let listed = all.split_once("<h1>").map_or("", |(_, list)| list);
    let pages: Vec<&str> = between(listed, "<li><a href=\"", "\"").collect();
    let mut modules: BTreeSet<&str> =
        pages.iter().filter_map(|page| page.rsplit_once('/')).map(|(module, _)| module).collect();
    modules.insert("");
    let imports = modules.into_iter().map(|module| {
        let page = read(&Path::new(module).join("index.html").to_string_lossy());
        let imports = between(&page, "id=\"reexport.", "</dt>").map(|line| {
            let line = line.split_once('>').map_or("", |(_, line)| line);
            on_one_line(&shown(line)) + "\n"
        });
        Item {
            name: format!("use in {}", if module.is_empty() { "the root" } else { module }),
            text: imports.collect(),
        }
    });
    let imports = imports.filter(|module| !module.text.is_empty());
    let described = pages.iter().map(|page| {
        let (module, file) = page.rsplit_once('/').unwrap_or(("", page));
        let (kind, name) = file.trim_end_matches(".html").split_once('.').expect("pages are named so");
        let path: Vec<&str> = module.split('/').filter(|part| !part.is_empty()).chain([name]).collect();
        let page = read(page);
        let declaration = between(&page, "<pre class=\"rust item-decl\">", "</pre>").next();
        let declaration = shown(declaration.expect("a page has the declaration of its item"));
        let lines: Vec<&str> = declaration.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        Item { name: format!("{kind} {}", path.join("::")), text: lines.join("\n") + "\n" + &parts(&page) }
    });
    imports.chain(described).collect()
}

/// Where what is re-exported in a module is described.
struct Origin<'i> {
    module: &'static str,
    name: &'static str,
    items: &'i [Item],
}

/// The items of a crate as text; of what is re-exported, where it is described.
fn list(name: &str, items: &[Item], origins: &[Origin<'_>]) -> String {
    let mut list = format!("The public items of {name}. Written by `UPDATE=1 cargo test -p ecs --test public_api`.\n");
    for item in items {
        let origin = origins.iter().find(|origin| {
            let there = item.name.replacen(origin.module, " ", 1);
            !item.name.starts_with("use ")
                && item.name.contains(origin.module)
                && origin.items.iter().any(|their| their.name == there)
        });
        match origin {
            Some(origin) => writeln!(list, "{}: as in {}", item.name, origin.name),
            None => writeln!(list, "\n{}\n{}\n", item.name, item.text.trim_end()),
        }
        .expect("a string has room");
    }
    list.replace("\n\n\n", "\n\n").trim_end().to_owned() + "\n"
}

fn check(name: &str, list: &str) -> Result<(), String> {
    let path = format!("{ROOT}/tests/api/{name}.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, list).expect("the list is writable");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    if expected == list {
        return Ok(());
    }
    let lines = |text: &'_ str| text.lines().map(str::to_owned).collect::<BTreeSet<String>>();
    let (before, now) = (lines(&expected), lines(list));
    let gone = before.difference(&now).map(|line| format!("- {line}\n"));
    let new = now.difference(&before).map(|line| format!("+ {line}\n"));
    Err(format!(
        "the public items of {name} are not those of tests/api/{name}.txt:\n{}",
        gone.chain(new).collect::<String>()
    ))
}

#[test]
fn public_items_are_those_that_are_listed() {
    let Some(folder) = documentation() else { return };
    let core = items(&folder.join("ecs_core"));
    let sqlite = items(&folder.join("ecs_sqlite"));
    let facade = items(&folder.join("ecs"));
    let origins = [
        Origin { module: " prelude::", name: "the root", items: &facade },
        Origin { module: " sqlite::", name: "ecs-sqlite", items: &sqlite },
        Origin { module: " ", name: "ecs-core", items: &core },
    ];
    let lists = [
        ("ecs", &facade, &origins[..]),
        ("ecs-core", &core, &[]),
        ("ecs-sqlite", &sqlite, &[]),
        ("ecs-cli", &items(&folder.join("ecs_cli")), &[]),
    ];
    let mut differences = String::new();
    for (name, items, origins) in lists {
        // Otherwise pages of another form would be read as no items.
        assert!(items.len() > 9, "only {} items of {name} were found on the pages that rustdoc wrote", items.len());
        differences += &check(name, &list(name, items, origins)).err().unwrap_or_default();
    }
    assert!(differences.is_empty(), "{differences}{CURE}");
}

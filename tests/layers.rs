//! The modules of `ecs-core` use each other as the table of layers in `docs/architecture.md` says: no two need each other.
//!
//! It reads the sources as text: every `crate::…`, and every `super::…` that leaves a module. Comments and tests are
//! passed over, and so is `$crate::…`, which expands in another crate.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The row of each module in the table, counted from the top.
fn layers() -> BTreeMap<String, usize> {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/architecture.md")).expect("the page is there");
    let (_, table) = page.split_once("| layer | modules |\n| --- | --- |\n").expect("the page has a table of layers");
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    let mut layers = BTreeMap::new();
    for (row, line) in rows.enumerate() {
        // What stands between every other pair of marks is a module.
        for module in line.split('`').skip(1).step_by(2) {
            assert_eq!(layers.insert(module.to_owned(), row), None, "`{module}` is in the table twice");
        }
    }
    layers
}

/// The source files in a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("its entries can be read").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// A source without its comments and its tests.
fn code(source: &str) -> String {
    let mut code = String::new();
    let mut before = "";
    for line in source.lines() {
        if before == "#[cfg(test)]" && line.contains("mod tests") {
            break;
        }
        code.push_str(line.split("//").next().unwrap_or_default());
        code.push('\n');
        before = line;
    }
    code
}

/// The names behind each `prefix` in `code` that is a word of its own.
fn names<'c>(code: &'c str, prefix: &'c str) -> impl Iterator<Item = &'c str> {
    let is_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$' | ':');
    code.match_indices(prefix).filter(move |(at, _)| !code[..*at].ends_with(is_word)).map(move |(at, _)| {
        let name = &code[at + prefix.len()..];
        &name[..name.find(|character: char| !is_word(character) || character == ':').unwrap_or(name.len())]
    })
}

#[test]
fn a_module_uses_only_what_is_in_the_layers_above_its_own() {
    let (layers, folder) = (layers(), Path::new(ROOT).join("ecs-core/src"));
    let mut files = Vec::new();
    sources(&folder, &mut files);
    let mut wrong = Vec::new();
    let mut unused = layers.clone();
    for file in files {
        let place = file.strip_prefix(&folder).expect("it is in the folder").with_extension("");
        let parts: Vec<&str> = place.iter().filter_map(|part| part.to_str()).filter(|part| *part != "mod").collect();
        let [module, inner @ ..] = &parts[..] else { panic!("{} has no name", file.display()) };
        if *module == "lib" {
            continue;
        }
        unused.remove(*module);
        let Some(own) = layers.get(*module) else {
            wrong.push(format!("`{module}` is not in the table of layers"));
            continue;
        };
        let code = code(&fs::read_to_string(&file).expect("it can be read"));
        let out_of_it = "super::".repeat(inner.len() + 1);
        let used = names(&code, "crate::").chain(names(&code, &out_of_it));
        for used in used.filter(|used| used != module) {
            match layers.get(used) {
                // What the macros of the crate are named by, which every module may use.
                None if used.starts_with("__") => {}
                None => wrong.push(format!("{}: `crate::{used}` does not name a module", place.display())),
                Some(layer) if layer < own => {}
                Some(_) => {
                    wrong.push(format!("{}: `{module}` uses `{used}`, which is no layer above", place.display()))
                }
            }
        }
    }
    wrong.extend(unused.into_keys().map(|module| format!("the table has `{module}`, which is no module")));
    assert!(wrong.is_empty(), "{}\nthe layers are in docs/architecture.md", wrong.join("\n"));
}

//! Expansions, compared with golden files: what the macros write, to be read.
//!
//! Shared by the unit tests of the macro crates, as only they can expand outside the compiler. An item is in
//! `<macro>/<name>.rs`, what is written of it in `<name>.expanded.rs`, which
//! `UPDATE=1 cargo test -p ecs-derive -p ecs-macros golden` rewrites. There `__private` stands for
//! `::ecs::__private`.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};

/// Compares what `expand` makes of each item in `folder` with the golden file beside it.
pub(crate) fn compare(folder: &str, expand: impl Fn(syn::Item) -> TokenStream) {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden")).join(folder);
    let mut compared = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).expect("golden files are there") {
        let path = entry.expect("the folder is readable").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if name.ends_with(".expanded.rs") || !name.ends_with(".rs") {
            continue;
        }
        let source = fs::read_to_string(&path).expect("the item is readable");
        let file = syn::parse_file(&source).expect("the item parses");
        let mut expanded = TokenStream::new();
        for item in &file.items {
            let (made, given) = (expand(item.clone()), item.to_token_stream());
            let foreign = foreign_names(&made, &given);
            assert!(foreign.is_empty(), "{name}: what is written names {foreign:?}");
            expanded.extend(by_a_short_path(without_going_through(made)));
        }
        let about = source.lines().take_while(|line| line.starts_with("//!")).map(|line| format!("{line}\n"));
        let expanded = syn::parse2(expanded).expect("what is written parses");
        let expanded = format!("{}\n{}", about.collect::<String>(), prettyplease::unparse(&expanded));
        let golden = path.with_extension("expanded.rs");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&golden, expanded).expect("the golden file can be written");
        } else if fs::read_to_string(&golden).unwrap_or_default() != expanded {
            wrong.push(name);
        }
        compared += 1;
    }
    assert!(compared > 0, "no items in {}", folder.display());
    assert!(
        wrong.is_empty(),
        "what is written of {wrong:?} has changed: look at it after `UPDATE=1 cargo test -p ecs-derive -p ecs-macros golden`"
    );
}

/// `__private::…` for `::ecs::__private::…`, which is most of what is written.
fn by_a_short_path(tokens: TokenStream) -> TokenStream {
    let mut short: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let token = match token {
            TokenTree::Group(group) => {
                let mut shortened = Group::new(group.delimiter(), by_a_short_path(group.stream()));
                shortened.set_span(group.span());
                TokenTree::Group(shortened)
            }
            token => token,
        };
        let path = short.len().saturating_sub(5);
        if token.to_string() == "__private"
            && short[path..].iter().map(ToString::to_string).eq([":", ":", "ecs", ":", ":"])
        {
            short.truncate(path);
        }
        short.push(token);
    }
    short.into_iter().collect()
}

/// `#[…::beside(rest)] item` as `item rest`, which is what it becomes, and
/// `only_one_…::__written! { place rest }` as `rest`.
fn without_going_through(tokens: TokenStream) -> TokenStream {
    let (mut item, mut beside) = (TokenStream::new(), TokenStream::new());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if let (TokenTree::Punct(hash), Some(TokenTree::Group(group))) = (&token, tokens.peek())
            && hash.as_char() == '#'
            && let Some(TokenTree::Group(rest)) = group.stream().into_iter().last()
            && group.stream().into_iter().any(|token| token.to_string() == "beside")
        {
            beside.extend(without_going_through(rest.stream()));
            tokens.next();
            continue;
        }
        let is_path = matches!(tokens.peek(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':');
        if is_path && is_once_only(&token.to_string()) {
            let argument = tokens.by_ref().find_map(|token| match token {
                TokenTree::Group(group) => Some(group.stream()),
                _ => None,
            });
            item.extend(argument.unwrap_or_default().into_iter().skip(1));
            continue;
        }
        item.extend([token]);
    }
    quote!(#item #beside)
}

/// Whether this is a name that is there once only, and says so where it is there again.
fn is_once_only(name: &str) -> bool {
    name.starts_with("only_one_callable_of_a_") || name.starts_with("keep_ConfigEntity_which_includes_Entity_on_")
}

/// Words that mean the same everywhere, and fields of what is generated.
const WORDS: &[&str] = &[
    "_",
    "macro_rules",
    "tt",
    "id",
    "result",
    "Self",
    "as",
    "async",
    "const",
    "crate",
    "dyn",
    "else",
    "enum",
    "false",
    "fn",
    "for",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "true",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
];

/// Where paths may begin.
const ROOTS: &[&str] = &["core", "std", "ecs", "facade"];

/// Names in what is written that the user's own names could stand in for: neither the user's own tokens, nor
/// paths from the root or from a renamed facade, nor behind a dot or `::`, nor in an attribute, nor members of
/// an `impl` or fields, nor declared here under a name that no user gives, which begins with `__`.
fn foreign_names(made: &TokenStream, given: &TokenStream) -> BTreeSet<String> {
    let mut own: BTreeSet<String> = names(given).collect();
    own.extend(WORDS.iter().map(|word| (*word).to_owned()));
    own.extend(structs(made));
    let mut foreign = BTreeSet::new();
    look(made.clone(), Within::Anything, &own, &mut foreign);
    foreign
}

fn names(tokens: &TokenStream) -> Box<dyn Iterator<Item = String>> {
    Box::new(tokens.clone().into_iter().flat_map(|token| -> Box<dyn Iterator<Item = String>> {
        match token {
            TokenTree::Ident(ident) => Box::new(std::iter::once(ident.to_string())),
            TokenTree::Group(group) => names(&group.stream()),
            _ => Box::new(std::iter::empty()),
        }
    }))
}

/// The entities that are generated; they are named after the user's function.
fn structs(tokens: &TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match (token, tokens.get(at + 1)) {
            (TokenTree::Ident(word), Some(TokenTree::Ident(name))) if word == "struct" || word == "type" => {
                found.push(name.to_string());
            }
            // Not what is inside an item, such as the types of an `impl`; what a macro is given is no item.
            (TokenTree::Group(group), _) => {
                let before = at.checked_sub(1).and_then(|before| tokens.get(before));
                let is_given = matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
                if is_given || group.delimiter() != Delimiter::Brace {
                    found.extend(structs(&group.stream()));
                }
            }
            _ => {}
        }
    }
    found
}

/// What surrounds tokens.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    Anything,
    /// The braces of an `impl`, whose members are in nobody's way.
    Impl,
    /// The braces after a name: perhaps fields.
    Fields,
}

fn look(tokens: TokenStream, within: Within, own: &BTreeSet<String>, foreign: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |at: Option<usize>, sign: char| {
        at.and_then(|at| tokens.get(at))
            .is_some_and(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign))
    };
    let ident = |at: Option<usize>| match at.and_then(|at| tokens.get(at)) {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    };
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1);
        match token {
            TokenTree::Group(group) => {
                let is_attribute = group.delimiter() == Delimiter::Bracket && is(before, '#');
                let is_beside = is_attribute && group.stream().to_string().contains("__private");
                let braces = group.delimiter() == Delimiter::Brace;
                let item = tokens[..at].rsplit(|token| match token {
                    TokenTree::Group(group) => {
                        group.delimiter() == Delimiter::Brace && group.stream().to_string().len() > 40
                    }
                    TokenTree::Punct(punct) => punct.as_char() == ';',
                    _ => false,
                });
                let is_impl = |tokens: &[TokenTree]| {
                    tokens.iter().any(|token| matches!(token, TokenTree::Ident(ident) if ident == "impl"))
                };
                let inside = if braces && within != Within::Impl && item.clone().next().is_some_and(is_impl) {
                    Within::Impl
                } else if braces && ident(before).is_some() {
                    Within::Fields
                } else {
                    Within::Anything
                };
                if is_beside || !is_attribute {
                    look(group.stream(), inside, own, foreign);
                }
            }
            TokenTree::Ident(name) => {
                let name = name.to_string();
                let is_last_colon = is(before, ':') && is(at.checked_sub(2), ':');
                let is_joint = |at: Option<usize>| matches!(at.and_then(|at| tokens.get(at)), Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint);
                let follows_path = is_last_colon && is_joint(at.checked_sub(2));
                if follows_path {
                    let root = at.checked_sub(3);
                    let continues = ident(root).is_some() || is(root, '>');
                    if !continues && !ROOTS.contains(&name.as_str()) {
                        foreign.insert(format!("::{name}"));
                    }
                    // Only the door is public to what is written.
                    if matches!(ident(root).as_deref(), Some("ecs" | "facade")) && name != "__private" {
                        foreign.insert(format!("{}::{name}", ident(root).unwrap_or_default()));
                    }
                    if matches!(ident(root).as_deref(), Some("core")) && name == "prelude" {
                        foreign.insert("::core::prelude".to_owned());
                    }
                    continue;
                }
                let is_lifetime = is(before, '\'');
                let is_behind_a_dot = is(before, '.') && !is(at.checked_sub(2), '.');
                let keyword = ident(before);
                let is_followed_by = |sign| is(Some(at + 1), sign) && !is_joint(Some(at + 1));
                let is_in_its_place = match within {
                    Within::Anything => false,
                    Within::Impl => matches!(keyword.as_deref(), Some("fn" | "const" | "type")),
                    Within::Fields => {
                        is_followed_by(':')
                            && (before.is_none() || is(before, ',') || keyword.as_deref() == Some("pub"))
                    }
                };
                let is_once_only = is_once_only(&name);
                if is_in_its_place || is_once_only {
                    continue;
                }
                if is_lifetime || is_behind_a_dot || own.contains(&name) || name.starts_with("__") {
                    continue;
                }
                foreign.insert(name);
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

#[test]
fn foreign_names_are_found() {
    let given: TokenStream = quote!(
        fn mine(own: Type) {}
    );
    for (made, expected) in [
        (quote!(impl ::ecs::__private::Callable for mine {}), &[] as &[&str]),
        (quote!(let __x = ::core::option::Option::Some(own.method::<Type>());), &[]),
        (quote!(let x = Some(own);), &["Some", "x"]),
        (
            quote!(
                fn __f() -> u8 {
                    ::ecs::Id::new()
                }
            ),
            &["ecs::Id", "u8"],
        ),
        (
            quote!(
                #[::ecs::__private::beside(Vec)]
                ::serde::Serialize
            ),
            &["::serde", "Vec"],
        ),
        (quote!(<Type as Clone>::clone), &["Clone"]),
    ] {
        assert_eq!(foreign_names(&made, &given).into_iter().collect::<Vec<_>>(), expected, "{made}");
    }
}

//! What `#[callable]` writes, compared with golden files.

#[path = "../../tests/golden/mod.rs"]
mod files;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, Meta};

use crate::expand;

#[test]
fn what_the_attribute_writes_is_in_the_golden_files_and_names_nothing_foreign() {
    files::compare("callable", |item| {
        let Item::Fn(mut function) = item else { panic!("a callable is a function") };
        let position = function.attrs.iter().position(|attribute| attribute.path().is_ident("callable"));
        let attribute = function.attrs.remove(position.expect("the function is a callable"));
        let options = match attribute.meta {
            Meta::List(list) => list.tokens,
            _ => TokenStream::new(),
        };
        expand::callable(options, function.to_token_stream())
    });
}

/// What an editor goes to, or shows when a name is hovered.
#[test]
fn generated_names_are_at_the_users_tokens() {
    let source = "fn grade(student: &mut Student, by: f64) -> Report { report(student, by) }";
    let made = expand::callable(TokenStream::new(), source.parse().expect("tokens"));
    let mut found = Vec::new();
    places(made, &mut found);
    let body = source.find('{').expect("the function has a body");
    found.retain(|(_, column)| *column < body);
    let column = |name: &str| source.find(name).expect("it is in the source");
    let is_at = |written: &str, name: &str| {
        let places: Vec<_> = found.iter().filter(|(token, _)| token == written).map(|(_, column)| *column).collect();
        assert!(!places.is_empty(), "no `{written}` is written");
        assert!(places.iter().all(|place| *place == column(name)), "`{written}` is at {places:?}, not at `{name}`");
    };
    for generated in ["grade", "GradeInput", "GradeConfig", "GradeOutput", "call", "with", "partial"] {
        is_at(generated, "grade");
    }
    is_at("by", "by: f64");
    is_at("Student", "Student");
    let of_the_type = column("student")..column("by: f64");
    assert!(found.iter().filter(|(token, _)| token == "student").all(|(_, column)| of_the_type.contains(column)));
}

/// Each identifier that has a place in the source, with its column.
fn places(tokens: TokenStream, found: &mut Vec<(String, usize)>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if ident.span().source_text().is_some() => {
                found.push((ident.to_string(), ident.span().start().column));
            }
            TokenTree::Group(group) => places(group.stream(), found),
            _ => {}
        }
    }
}

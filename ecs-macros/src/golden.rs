//! What `#[callable]` writes, compared with golden files.

#[path = "../../tests/golden/mod.rs"]
mod files;

use proc_macro2::TokenStream;
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

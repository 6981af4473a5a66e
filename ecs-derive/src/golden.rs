//! What the derives write, compared with golden files.

#[path = "../../tests/golden/mod.rs"]
mod files;

use quote::ToTokens;
use syn::DeriveInput;

use crate::expand;
use crate::model::Derive;
use crate::parts;

#[test]
fn what_the_derives_write_is_in_the_golden_files_and_names_nothing_foreign() {
    files::compare("derive", |item| {
        let derives = item.to_token_stream().to_string();
        let item: DeriveInput = syn::parse2(item.to_token_stream()).expect("an item that can be derived for");
        if derives.contains("EntityParts") {
            parts::derive(&item)
        } else if derives.contains("ConfigEntity") {
            expand::derive(&item, Derive::ConfigEntity)
        } else {
            expand::derive(&item, Derive::Entity)
        }
    });
}

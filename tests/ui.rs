//! What the macros accept, and what they say of each mistake.
//!
//! Programs are in `ui/<macro>/pass` and `ui/<macro>/fail`, files named after the feature or the
//! mistake. A changed message is looked at as a newcomer would, then written with
//! `TRYBUILD=overwrite cargo test --test ui`. `mistakes_page.rs` makes `docs/mistakes.md` of the mistakes.

#[test]
fn every_feature_compiles_and_every_mistake_says_its_cure() {
    let programs = trybuild::TestCases::new();
    for name in ["entity", "parts", "config", "callable", "fingerprinted"] {
        programs.pass(format!("tests/ui/{name}/pass/*.rs"));
        programs.compile_fail(format!("tests/ui/{name}/fail/*.rs"));
    }
}

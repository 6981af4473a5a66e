//! Two callables of one name in different crates are found when a world is made, with both source
//! locations. In one crate they do not compile.

use ecs::prelude::*;
use ecs_renamed_facade::accept;

#[callable(name = "accept")]
fn accept_return(days_late: u8) -> bool {
    days_late < 30
}

/// The line, from 1, on which a source has a text.
fn line_of(text: &str, source: &str) -> u32 {
    let mut lines = (1..).zip(source.lines());
    lines.find(|(_, line)| line.contains(text)).map(|(number, _)| number).expect("the text is in the source")
}

#[test]
fn two_callables_of_one_name_are_an_error_that_says_where_both_are() {
    for _ in 0..2 {
        let error = World::in_memory().expect_err("two callables have one name");
        assert_eq!(error.code(), "duplicate-callable");
        let ErrorKind::DuplicateCallable { name, first, second } = error.kind() else { panic!("{error:?}") };
        assert_eq!(*name, "accept");
        let by_file = |end: &str| [first, second].into_iter().find(|place| place.file.ends_with(end));
        let here = by_file("duplicates.rs").expect("one is here");
        let there = by_file("lib.rs").expect("the other is in the library");
        let line_here = line_of("fn accept_return(", include_str!("duplicates.rs"));
        let line_there = line_of("fn accept(", include_str!("renamed-facade/src/lib.rs"));
        // A location may be that of the attribute or of the function below it.
        assert!((line_here - 1..=line_here).contains(&here.line), "{here}");
        assert!((line_there - 1..=line_there).contains(&there.line), "{there}");
        let message = error.to_string();
        assert!(message.contains(&first.to_string()) && message.contains(&second.to_string()), "{message}");
        assert!(message.contains("#[callable(name = "), "the message says the cure: {message}");
    }
}

#[test]
fn the_plain_functions_work_all_the_same() {
    assert!(accept(4));
    assert!(accept_return(4));
}

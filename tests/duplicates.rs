//! Two callables of one name are found when a world is made, with both source locations.

use ecs::prelude::*;

mod admissions {
    use ecs::prelude::*;

    #[callable]
    pub(super) fn accept(points: u8) -> bool {
        points > 3
    }
}

mod library {
    use ecs::prelude::*;

    #[callable(name = "accept")]
    pub(super) fn accept_return(days_late: u8) -> bool {
        days_late < 30
    }
}

/// The line, from 1, on which this file has a text.
fn line_of(text: &str) -> u32 {
    let mut lines = (1..).zip(include_str!("duplicates.rs").lines());
    lines.find(|(_, line)| line.contains(text)).map(|(number, _)| number).expect("the text is in this file")
}

#[test]
fn two_callables_of_one_name_are_an_error_that_says_where_both_are() {
    for _ in 0..2 {
        let error = World::in_memory().expect_err("two callables have one name");
        assert_eq!(error.code(), "duplicate-callable");
        let ErrorKind::DuplicateCallable { name, first, second } = error.kind() else { panic!("{error:?}") };
        assert_eq!(*name, "accept");
        assert!(first.file.ends_with("duplicates.rs") && second.file == first.file);
        let (in_admissions, in_library) = (line_of("fn accept("), line_of("fn accept_return("));
        // A location may be that of the attribute or of the function below it.
        assert!((in_admissions - 1..=in_admissions).contains(&first.line), "{first}");
        assert!((in_library - 1..=in_library).contains(&second.line), "{second}");
        let message = error.to_string();
        assert!(message.contains(&first.to_string()) && message.contains(&second.to_string()), "{message}");
        assert!(message.contains("#[callable(name = "), "the message says the cure: {message}");
    }
}

#[test]
fn the_plain_functions_work_all_the_same() {
    assert!(admissions::accept(4));
    assert!(library::accept_return(4));
}

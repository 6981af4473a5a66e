//! Two entity types of one name are found when a world is made, with both source locations.

use ecs::prelude::*;

mod school {
    use ecs::prelude::*;

    #[derive(Entity, Clone, Serialize, Deserialize)]
    pub(super) struct Record {
        pub(super) id: Id,
        pub(super) gpa: f64,
    }
}

mod hospital {
    use ecs::prelude::*;

    #[derive(Entity, Clone, Serialize, Deserialize)]
    #[entity(name = "Record")]
    pub(super) struct Chart {
        pub(super) id: Id,
        pub(super) pulse: u8,
    }
}

/// The line, from 1, on which this file has a text.
fn line_of(text: &str) -> u32 {
    let mut lines = (1..).zip(include_str!("duplicate_types.rs").lines());
    lines.find(|(_, line)| line.contains(text)).map(|(number, _)| number).expect("the text is in this file")
}

#[test]
fn two_entity_types_of_one_name_are_an_error_that_says_where_both_are() {
    let error = World::in_memory().expect_err("two entity types have one name");
    assert_eq!(error.code(), "duplicate-entity-type");
    let ErrorKind::DuplicateEntityType { name, first, second } = error.kind() else { panic!("{error:?}") };
    assert_eq!(*name, "Record");
    assert!(first.file.ends_with("duplicate_types.rs") && second.file == first.file);
    let (in_school, in_hospital) = (line_of("struct Record"), line_of("struct Chart"));
    // A location may be that of the derive or of the struct below it.
    assert!((in_school - 1..=in_school).contains(&first.line), "{first}");
    assert!((in_hospital - 2..=in_hospital).contains(&second.line), "{second}");
    let message = error.to_string();
    assert!(message.contains(&first.to_string()) && message.contains(&second.to_string()), "{message}");
    assert!(message.contains("#[entity(name = "), "the message says the cure: {message}");
}

#[test]
fn the_structs_are_plain_structs_all_the_same() {
    let (record, chart) = (school::Record { id: Id::new(), gpa: 3.5 }, hospital::Chart { id: Id::new(), pulse: 60 });
    assert_ne!(record.id, chart.id);
    assert_eq!((record.gpa, chart.pulse), (3.5, 60));
}

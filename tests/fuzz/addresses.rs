//! Addresses, paths, ids, and everything else that is read from a short text.

use std::str::FromStr;

use ecs::sqlite::ChainHead;
use ecs::{Address, EcsId, ExecutionId, LineageId, Path, World};
use ecs::{IdPart, Segment};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};

use crate::edits::texts_near;
use crate::harness::{refuse_panic, target};
use crate::school::School;

/// What is read is written as it is read.
fn comes_back<T: FromStr + ToString + PartialEq + std::fmt::Debug>(text: &str) -> Option<T> {
    let read: T = text.parse().ok()?;
    let written = read.to_string();
    assert_eq!(written.parse().ok().as_ref(), Some(&read), "{text:?} was read, and is written {written:?}");
    Some(read)
}

#[test]
fn what_is_no_address_is_refused_and_what_is_one_comes_back() {
    target("addresses::what_is_no_address_is_refused_and_what_is_one_comes_back", |trying| {
        let world = World::in_memory().expect("a world");
        let school = School::fill(&world).expect("it is filled");
        let ids = school.ids();
        let step = prop_oneof![
            any::<String>().prop_map(|name| format!("[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\""))),
            any::<usize>().prop_map(|index| format!(".{index}")),
            "[a-z_]{1,6}".prop_map(|name| format!(".{name}")),
            proptest::sample::select(School::PATHS).prop_map(|path| format!(".{path}")),
        ];
        let built = (proptest::sample::select(ids.clone()), any::<bool>(), vec(step, 0..5))
            .prop_map(|(id, is_head, steps)| format!("@{}{id}{}", if is_head { "head:" } else { "" }, steps.concat()));
        let seeds = ids
            .iter()
            .flat_map(|id| School::PATHS.iter().map(move |path| format!("@{id}.{path}")))
            .chain(ids.iter().map(|id| format!("@head:{id}")))
            .chain(School::PATHS.iter().map(ToString::to_string))
            .chain([ChainHead::default().to_string()]);
        let texts = prop_oneof![built, texts_near(seeds.collect())];
        trying.each(&texts, |text| {
            comes_back::<EcsId>(&text);
            comes_back::<LineageId>(&text);
            comes_back::<ExecutionId>(&text);
            comes_back::<ChainHead>(&text);
            if let Some(part) = IdPart::new(&text) {
                refuse_panic(world.ids(&part, 10));
            }
            if let Some(path) = comes_back::<Path>(&text) {
                assert!(path.segments().iter().all(|step| *step != Segment::Name("".into())) || text.contains("\"\""));
            }
            if let Some(address) = comes_back::<Address>(&text) {
                refuse_panic(world.resolve(&address));
                refuse_panic(world.entity_at(&address));
                refuse_panic(world.read::<String>(&address.clone().into()));
                refuse_panic(world.read::<Vec<f64>>(&address.into()));
            }
        });
    });
}

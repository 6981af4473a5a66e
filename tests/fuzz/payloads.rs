//! What is stored of versions, changed.

use std::collections::HashMap;
use std::fmt;

use ecs::store::{Place, StoreTag, VersionRecord, hash_record, places, restore};
use ecs::{AnyStored, EcsId, World};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};

use crate::edits::{Edit, bytes, edited, edits, texts_near};
use crate::harness::{refuse_panic, target};
use crate::school::School;

/// What is stored of a root.
#[derive(Clone)]
struct Root {
    root: EcsId,
    places: Vec<Place>,
    records: HashMap<EcsId, VersionRecord>,
}

impl Root {
    fn of(root: &AnyStored, below: &HashMap<EcsId, VersionRecord>) -> ecs::Result<Self> {
        let mut records = below.clone();
        for version in root.committed_with() {
            records.insert(version.ecs_id(), VersionRecord::of(&version)?);
        }
        Ok(Self { root: root.ecs_id(), places: places(root), records })
    }

    /// The ids in an order that does not depend on chance.
    fn ids(&self) -> Vec<EcsId> {
        let mut ids: Vec<EcsId> = self.records.keys().copied().collect();
        ids.sort_unstable();
        ids.sort_by_key(|id| *id != self.root);
        ids
    }
}

/// A change of one record, which mostly is that of the root.
#[derive(Clone, Debug)]
enum Change {
    Bytes(Index, Vec<Edit<u8>>),
    /// A value in a value in a value, so many levels deep; each begins with these bytes.
    Nested(Index, Vec<u8>, usize),
    /// The bytes of another field.
    Field(Index, Index),
    Name(Index, String),
    Without(Index),
    Twice(Index),
    TypeName(&'static str),
    TypeVersion(u32),
    IdField(String),
    Reference(Index),
    /// Another version in its place.
    Record(Index),
    Gone,
    Path(Index, String),
    Holder(Index, Option<u32>),
    WithoutPlace(Index),
}

#[derive(Clone)]
struct Changed {
    root: usize,
    changes: Vec<(Option<Index>, Change)>,
}

impl fmt::Debug for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "root {}: {:?}", self.root, self.changes)
    }
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    let names = ["id", "title", "students", "teacher", "name", "plain", "owner", "holders", ""].map(str::to_owned);
    let paths = School::PATHS.iter().map(|path| format!(".{path}")).collect();
    prop_oneof![
        12 => (index(), edits(bytes(), 4)).prop_map(|(field, edits)| Change::Bytes(field, edits)),
        2 => (index(), index()).prop_map(|(from, to)| Change::Field(from, to)),
        1 => (index(), select(nests()), prop_oneof![0..200_usize, 0..200_000_usize])
            .prop_map(|(field, nest, levels)| Change::Nested(field, nest, levels)),
        1 => (index(), texts_near(names.to_vec())).prop_map(|(field, name)| Change::Name(field, name)),
        1 => index().prop_map(Change::Without),
        1 => index().prop_map(Change::Twice),
        2 => select(vec!["Student", "Course", "Everything", "Account", "Raise", "Unknown", "MeanInput", ""])
            .prop_map(Change::TypeName),
        2 => prop_oneof![0..5_u32, any::<u32>()].prop_map(Change::TypeVersion),
        1 => texts_near(names.to_vec()).prop_map(Change::IdField),
        1 => index().prop_map(Change::Reference),
        1 => index().prop_map(Change::Record),
        1 => Just(Change::Gone),
        2 => (index(), texts_near(paths)).prop_map(|(place, path)| Change::Path(place, path)),
        1 => (index(), prop_oneof![Just(None), (0..60_u32).prop_map(Some), any::<u32>().prop_map(Some)])
            .prop_map(|(place, holder)| Change::Holder(place, holder)),
        1 => index().prop_map(Change::WithoutPlace),
    ]
}

/// What begins a value that holds one other.
fn nests() -> Vec<Vec<u8>> {
    let one = 1_u64.to_le_bytes();
    let text = [&[0x07][..], &one, b"a"].concat();
    vec![
        vec![0x09],
        [&[0x0a][..], &one].concat(),
        [&[0x0b][..], &one].concat(),
        [&[0x0c][..], &one, &[0x00]].concat(),
        [&[0x0d][..], &one, &text].concat(),
        [&[0x0e][..], &text].concat(),
        [&[0x12][..], &one].concat(),
        [&[0x13][..], &one, &[0x00]].concat(),
    ]
}

impl Change {
    fn apply(&self, stored: &mut Root, which: Option<Index>) {
        let ids = stored.ids();
        let Some(own) = ids.get(which.map_or(0, |which| which.index(ids.len().max(1)))) else { return };
        match self {
            Self::Record(other) => {
                let other = stored.records.get(other.get(&ids)).cloned();
                stored.records.extend(other.map(|record| (*own, record)));
                return;
            }
            Self::Gone => {
                stored.records.remove(own);
                return;
            }
            Self::Path(place, path) => {
                if let (false, Ok(path)) = (stored.places.is_empty(), path.parse()) {
                    place.get_mut(&mut stored.places).path = path;
                }
                return;
            }
            Self::Holder(place, holder) => {
                if !stored.places.is_empty() {
                    place.get_mut(&mut stored.places).holder = *holder;
                }
                return;
            }
            Self::WithoutPlace(place) => {
                if !stored.places.is_empty() {
                    stored.places.remove(place.index(stored.places.len()));
                }
                return;
            }
            _ => {}
        }
        let Some(record) = stored.records.get_mut(own) else { return };
        let fields = &mut record.fields;
        match self {
            Self::TypeName(name) => record.type_name = (*name).into(),
            Self::TypeVersion(version) => record.type_version = *version,
            Self::IdField(name) => record.id_field = name.as_str().into(),
            Self::Reference(to) => record.references.push(*to.get(&ids)),
            _ if fields.is_empty() => {}
            Self::Bytes(field, edits) => {
                let bytes = &mut field.get_mut(fields).1;
                *bytes = edited(std::mem::take(bytes), edits);
            }
            Self::Nested(field, nest, levels) => {
                field.get_mut(fields).1 = [nest.repeat(*levels), vec![0x00]].concat();
            }
            Self::Field(from, to) => to.get_mut(fields).1 = from.get(fields).1.clone(),
            Self::Name(field, name) => field.get_mut(fields).0 = name.as_str().into(),
            Self::Without(field) => drop(fields.remove(field.index(fields.len()))),
            Self::Twice(field) => fields.push(field.get(fields).clone()),
            _ => {}
        }
    }
}

#[test]
fn what_is_stored_and_was_changed_is_refused_or_read() {
    target("payloads::what_is_stored_and_was_changed_is_refused_or_read", |trying| {
        let world = World::in_memory().expect("a world");
        let school = School::fill(&world).expect("it is filled");
        let none = HashMap::new();
        let of = |root: AnyStored, below| Root::of(&root, below).expect("it is stored");
        let latin = of(school.course[0].clone().erase(), &none);
        let roots = [
            of(school.everything.clone().erase(), &none),
            of(school.alice[1].clone().erase(), &none),
            of(school.account.clone().erase(), &none),
            of(school.raise.clone().erase(), &none),
            of(school.course[1].clone().erase(), &latin.records),
            latin,
        ];
        let tag = StoreTag::new();
        for Root { root, places, records } in &roots {
            let read = restore(*root, places, records, tag).expect("what was not changed is read");
            assert_eq!(read.committed_with().count(), places.len() + 1);
        }
        let changes = vec((proptest::option::weighted(0.3, any::<Index>()), change()), 1..5);
        let changed = (0..roots.len(), changes).prop_map(|(root, changes)| Changed { root, changes });
        trying.each(&changed, |Changed { root, changes }| {
            let mut stored = roots[root].clone();
            for (which, change) in &changes {
                change.apply(&mut stored, *which);
            }
            for record in stored.records.values() {
                refuse_panic(record.held());
                refuse_panic(record.to_json(512));
                refuse_panic(hash_record(record, &mut |_| Ok(record.content_hash)));
            }
            let Some(read) = refuse_panic(restore(stored.root, &stored.places, &stored.records, tag)) else { return };
            for version in read.committed_with() {
                refuse_panic(version.to_json());
                refuse_panic(version.fields_to_json());
                assert!(version.path().to_string().len() < 1 << 20);
                for path in School::PATHS {
                    refuse_panic(version.read(&path.parse().expect("a path")));
                }
                let _ = (version.holder(), version.references(), format!("{version} {version:?}"));
            }
            refuse_panic(read.clone().downcast::<crate::school::Course>().map(|course| course.students.len()));
        });
    });
}

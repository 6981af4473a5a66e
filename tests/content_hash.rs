//! The content hash, computed a second time from the rules on the page `docs/content-hash.md`.

#[path = "common/fresh.rs"]
mod fresh;

use std::collections::BTreeMap;

use ecs::prelude::*;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(name = "leaf")]
struct Leaf {
    id: Id,
    value: i64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(name = "tree")]
struct Tree {
    id: Id,
    title: String,
    list: Vec<Leaf>,
    named: BTreeMap<String, Leaf>,
    maybe: Option<Box<Leaf>>,
    pair: (Leaf, bool),
}

fn leaf(value: i64) -> Leaf {
    Leaf { id: Id::new(), value }
}

fn tree(count: i64) -> Tree {
    Tree {
        id: Id::new(),
        title: "oak".into(),
        list: (0..count).map(leaf).collect(),
        named: (0..count).map(|number| (format!("k{number}"), leaf(number))).collect(),
        maybe: (count > 0).then(|| Box::new(leaf(-1))),
        pair: (leaf(7), true),
    }
}

/// The rules, followed by hand.
mod rules {
    pub fn hash(bytes: &[u8]) -> [u8; 32] {
        *blake3::hash(bytes).as_bytes()
    }

    pub fn count(count: usize) -> Vec<u8> {
        number(count as u128)
    }

    fn number(mut value: u128) -> Vec<u8> {
        let mut bytes = Vec::new();
        while value >= 128 {
            bytes.push((value % 128) as u8 + 128);
            value /= 128;
        }
        bytes.push(value as u8);
        bytes
    }

    fn name(name: &str) -> Vec<u8> {
        [&count(name.len())[..], name.as_bytes()].concat()
    }

    pub fn text(text: &str) -> Vec<u8> {
        [&[0x07], &name(text)[..]].concat()
    }

    pub fn integer(value: i64) -> Vec<u8> {
        let value = i128::from(value);
        let folded = if value >= 0 { 2 * value } else { -2 * value - 1 };
        [&[0x03], &number(folded as u128)[..]].concat()
    }

    pub fn entity(hash: [u8; 32]) -> Vec<u8> {
        [&[0x0f], &hash[..]].concat()
    }

    pub fn sequence(elements: &[Vec<u8>]) -> Vec<u8> {
        if elements.len() <= 32 {
            return [&[0x0a], &count(elements.len())[..], &elements.concat()].concat();
        }
        let run = |content: Vec<u8>| hash(&[b"ecs run 1", &content[..]].concat());
        let mut hashes: Vec<[u8; 32]> = elements.chunks(32).map(|chunk| run(chunk.concat())).collect();
        while hashes.len() > 32 {
            hashes = hashes.chunks(32).map(|chunk| run(chunk.concat())).collect();
        }
        [&[0x10], &count(elements.len())[..], &hashes.concat()].concat()
    }

    pub fn map(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
        if entries.len() <= 32 {
            return sorted(0x0c, entries.iter().map(|(key, value)| [&key[..], value].concat()).collect());
        }
        let mut hashes: Vec<_> = entries.iter().map(|(key, value)| (hash(key), hash(value))).collect();
        hashes.sort();
        [&[0x11], &count(entries.len())[..], &trie(&hashes, 0)].concat()
    }

    fn trie(entries: &[([u8; 32], [u8; 32])], depth: usize) -> [u8; 32] {
        if entries.len() <= 32 {
            let content: Vec<u8> = entries.iter().flat_map(|(key, value)| [*key, *value].concat()).collect();
            return hash(&[b"ecs leaf 1", &content[..]].concat());
        }
        let digit = |key: &[u8; 32]| if depth.is_multiple_of(2) { key[depth / 2] >> 4 } else { key[depth / 2] & 15 };
        let parts: Vec<u8> = (0..16)
            .flat_map(|wanted| {
                let own: Vec<_> = entries.iter().copied().filter(|(key, _)| digit(key) == wanted).collect();
                if own.is_empty() { [0; 32] } else { trie(&own, depth + 1) }
            })
            .collect();
        hash(&[b"ecs branch 1", &parts[..]].concat())
    }

    pub fn structure(fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
        sorted(0x0d, fields.iter().map(|(name, value)| [&self::name(name)[..], value].concat()).collect())
    }

    fn sorted(tag: u8, mut entries: Vec<Vec<u8>>) -> Vec<u8> {
        entries.sort();
        [&[tag], &count(entries.len())[..], &entries.concat()].concat()
    }

    pub fn content(type_name: &str, fields: &[(&str, Vec<u8>)]) -> [u8; 32] {
        let mut key = [0; 32];
        key[..13].copy_from_slice(b"ecs content 1");
        *blake3::keyed_hash(&key, &[name(type_name), structure(fields)].concat()).as_bytes()
    }
}

fn leaf_by_the_rules(value: i64) -> Vec<u8> {
    rules::entity(rules::content("leaf", &[("value", rules::integer(value))]))
}

fn tree_by_the_rules(count: i64) -> String {
    let list: Vec<_> = (0..count).map(leaf_by_the_rules).collect();
    let named: Vec<_> =
        (0..count).map(|number| (rules::text(&format!("k{number}")), leaf_by_the_rules(number))).collect();
    let maybe = if count > 0 { [&[0x09], &leaf_by_the_rules(-1)[..]].concat() } else { vec![0x00] };
    let hash = rules::content(
        "tree",
        &[
            ("title", rules::text("oak")),
            ("list", rules::sequence(&list)),
            ("named", rules::map(&named)),
            ("maybe", maybe),
            ("pair", rules::sequence(&[leaf_by_the_rules(7), vec![0x02]])),
        ],
    );
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn another_program_computes_the_same_hash_from_the_rules() -> ecs::Result<()> {
    let world = World::fresh()?;
    for count in [0, 1, 2, 32, 33, 64, 65, 300, 1_024, 1_025, 2_100] {
        let value = tree(count);
        assert_eq!(ecs::content_hash(&value)?.to_string(), tree_by_the_rules(count), "{count} leaves");
        let stored = world.insert(value)?;
        assert_eq!(stored.content_hash().to_string(), tree_by_the_rules(count), "{count} leaves");
    }
    Ok(())
}

#[test]
fn the_page_has_the_hashes_of_its_examples() {
    let page = include_str!("../docs/content-hash.md");
    let leaf = rules::content("leaf", &[("value", rules::integer(7))]);
    let leaf: String = leaf.iter().map(|byte| format!("{byte:02x}")).collect();
    let hashes = [
        ("leaf".to_owned(), leaf),
        ("no leaves".to_owned(), tree_by_the_rules(0)),
        ("2 leaves".to_owned(), tree_by_the_rules(2)),
        ("33 leaves".to_owned(), tree_by_the_rules(33)),
        ("2,100 leaves".to_owned(), tree_by_the_rules(2_100)),
    ];
    let missing: Vec<_> = hashes.iter().filter(|(_, hash)| !page.contains(hash)).collect();
    assert!(missing.is_empty(), "not on the page: {missing:#?}");
}

//! Files that are no world any more, or another one.

use std::fs;
use std::ops::ControlFlow;

use ecs::sqlite::{Durability, Options, SqliteStore, verify_file};
use ecs::{ExecutionFilter, GraphOf, OpenWorld as _, World};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::edits::{Edit, bytes, edited, edits};
use crate::harness::{refuse_panic, target};
use crate::school::School;

/// What is done to the file.
#[derive(Clone, Debug)]
enum Damage {
    /// Bytes, mostly few and anywhere.
    Bytes(Index, Vec<u8>),
    /// In the header, or in the first page.
    Header(u16, u8),
    Cut(Index),
    /// A page is another one.
    Pages(Index, Index),
    Edits(Vec<Edit<u8>>),
    /// A cell of a row holds something else.
    Cell {
        table: Index,
        column: Index,
        row: Index,
        value: Cell,
    },
    /// The row is gone.
    Row {
        table: Index,
        row: Index,
    },
    Sql(&'static str),
}

/// What a cell holds.
#[derive(Clone, Debug)]
enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
    /// What it held, edited.
    Edited(Vec<Edit<u8>>),
    /// What another row holds.
    Other(Index),
}

fn cell() -> impl Strategy<Value = Cell> {
    let words = [
        "",
        "[]",
        "[2]",
        "[0,\"a\"]",
        "[1,\"name\"]",
        "[9,\"name\",\"gpa\"]",
        "{}",
        "[[\"a\",\"b\"]]",
        "Student",
        "Course",
        ".a.b",
        "..",
        "succeeded",
        "cancelled",
        "SingleEntityDirect",
        "@",
    ];
    prop_oneof![
        1 => Just(Cell::Null),
        4 => prop_oneof![-2..60_i64, any::<i64>(), select(vec![i64::MIN, i64::MAX])].prop_map(Cell::Integer),
        1 => any::<f64>().prop_map(Cell::Real),
        2 => prop_oneof![select(words.map(str::to_owned).to_vec()), any::<String>()].prop_map(Cell::Text),
        2 => prop_oneof![vec(any::<u8>(), 0..40), vec(any::<u8>(), 16), vec(any::<u8>(), 32)].prop_map(Cell::Blob),
        8 => edits(bytes(), 3).prop_map(Cell::Edited),
        3 => any::<Index>().prop_map(Cell::Other),
    ]
}

fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<Index>;
    let raw = prop_oneof![
        4 => (index(), vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Damage::Bytes(at, bytes)),
        2 => (0..200_u16, any::<u8>()).prop_map(|(at, byte)| Damage::Header(at, byte)),
        1 => index().prop_map(Damage::Cut),
        1 => (index(), index()).prop_map(|(from, to)| Damage::Pages(from, to)),
        1 => edits(bytes(), 3).prop_map(Damage::Edits),
    ];
    prop_oneof![
        2 => raw,
        5 => (index(), index(), index(), cell())
            .prop_map(|(table, column, row, value)| Damage::Cell { table, column, row, value }),
        1 => (index(), index()).prop_map(|(table, row)| Damage::Row { table, row }),
        1 => select(vec![
            "PRAGMA user_version = 2", "PRAGMA user_version = -1", "PRAGMA application_id = 0", "DROP VIEW log", "DROP TABLE heads",
            "UPDATE versions SET parent = id", "UPDATE versions SET root = id", "UPDATE versions SET parent = id + 1",
            "UPDATE executions SET parent = execution_id", "UPDATE executions SET reused = execution_id",
            "UPDATE places SET holder = position", "UPDATE places SET holder = 1 - position", "DELETE FROM chunks",
            "UPDATE blobs SET length = 9223372036854775807", "UPDATE types SET fields = '[2,' || substr(fields, 2)",
            "UPDATE types SET name = 'Gone'", "UPDATE executions SET started_at = -1", "UPDATE executions SET bound = 3000000000",
            "UPDATE versions SET forked_from = id", "UPDATE versions SET ecs_id = zeroblob(16) WHERE id = 2",
        ])
        .prop_map(Damage::Sql),
    ]
}

const FILE: &str = "damaged.db";

impl Damage {
    fn apply(&self) -> Option<()> {
        let raw = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = fs::read(FILE).ok()?;
            change(&mut bytes);
            fs::write(FILE, bytes).ok()
        };
        match self {
            Self::Bytes(at, new) => raw(&|bytes| {
                let at = at.index(bytes.len() + 1);
                bytes.iter_mut().skip(at).zip(new).for_each(|(old, new)| *old = *new);
            }),
            Self::Header(at, byte) => {
                raw(&|bytes| bytes.iter_mut().skip(usize::from(*at)).take(1).for_each(|old| *old = *byte))
            }
            Self::Cut(at) => raw(&|bytes| bytes.truncate(at.index(bytes.len() + 1))),
            Self::Pages(from, to) => raw(&|bytes| {
                let pages = bytes.len() / 4_096;
                if pages > 0 {
                    let (from, to) = (from.index(pages) * 4_096, to.index(pages) * 4_096);
                    bytes.copy_within(from..from + 4_096, to);
                }
            }),
            Self::Edits(edits) => raw(&|bytes| *bytes = edited(std::mem::take(bytes), edits)),
            Self::Cell { table, column, row, value } => {
                let file = Connection::open(FILE).ok()?;
                let (table, rows) = table_in(&file, table)?;
                let mut columns = file.prepare(&format!("SELECT name FROM pragma_table_info('{table}')")).ok()?;
                let columns: Vec<String> =
                    columns.query_map([], |row| row.get(0)).ok()?.collect::<Result<_, _>>().ok()?;
                let column = columns.get(column.index(columns.len().max(1)))?;
                let read = |row: &Index| -> Option<Value> {
                    let query = format!("SELECT {column} FROM {table} LIMIT 1 OFFSET {}", row.index(rows));
                    file.query_row(&query, [], |row| row.get(0)).ok()
                };
                let value = match value {
                    Cell::Null => Value::Null,
                    Cell::Integer(value) => Value::Integer(*value),
                    Cell::Real(value) => Value::Real(*value),
                    Cell::Text(value) => Value::Text(value.clone()),
                    Cell::Blob(value) => Value::Blob(value.clone()),
                    Cell::Other(other) => read(other)?,
                    Cell::Edited(edits) => match read(row)? {
                        Value::Text(text) => {
                            Value::Text(String::from_utf8_lossy(&edited(text.into_bytes(), edits)).into_owned())
                        }
                        Value::Blob(blob) => Value::Blob(edited(blob, edits)),
                        Value::Integer(number) => Value::Integer(number ^ (1 << (edits.len() * 7))),
                        other => other,
                    },
                };
                let key = file.query_row(
                    &format!("SELECT {column} FROM {table} LIMIT 1 OFFSET {}", row.index(rows)),
                    [],
                    |row| row.get::<_, Value>(0),
                );
                file.execute(&format!("UPDATE {table} SET {column} = ?1 WHERE {column} IS ?2"), (value, key.ok()?))
                    .ok()
                    .map(drop)
            }
            Self::Row { table, row } => {
                let file = Connection::open(FILE).ok()?;
                let (table, rows) = table_in(&file, table)?;
                let first: String = file
                    .query_row(&format!("SELECT name FROM pragma_table_info('{table}')"), [], |row| row.get(0))
                    .ok()?;
                let key: Value = file
                    .query_row(&format!("SELECT {first} FROM {table} LIMIT 1 OFFSET {}", row.index(rows)), [], |row| {
                        row.get(0)
                    })
                    .ok()?;
                file.execute(&format!("DELETE FROM {table} WHERE {first} IS ?"), [key]).ok().map(drop)
            }
            Self::Sql(sql) => Connection::open(FILE).ok()?.execute_batch(sql).ok(),
        }
    }
}

/// A table, and how many rows it has, which are some.
fn table_in(file: &Connection, table: &Index) -> Option<(String, usize)> {
    let mut tables = file.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").ok()?;
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).ok()?.collect::<Result<_, _>>().ok()?;
    let table = tables.get(table.index(tables.len().max(1)))?;
    let rows = file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).ok()?;
    (rows > 0).then(|| (table.clone(), rows))
}

/// Of so many versions one is asked about, as it takes its time.
const PARTS: usize = 6;

/// Asks everything that there is to be asked, of some versions.
fn ask(world: &World, part: usize) {
    let executions = refuse_panic(world.executions(&ExecutionFilter::new())).unwrap_or_default();
    for execution in executions {
        refuse_panic(world.execution_tree(execution.id));
        let _ = format!("{execution:?}");
    }
    let mut versions = Vec::new();
    refuse_panic(world.visit_versions(|entry| {
        versions.push((entry.ecs_id, entry.lineage_id, entry.is_root));
        ControlFlow::Continue(())
    }));
    for (ecs_id, lineage_id, is_root) in versions.into_iter().skip(part).step_by(PARTS) {
        let Some(version) = refuse_panic(world.version(ecs_id)) else { continue };
        refuse_panic(version.fields_to_json());
        if !is_root {
            continue;
        }
        refuse_panic(version.to_json());
        refuse_panic(world.any_head(lineage_id));
        refuse_panic(world.history(lineage_id));
        refuse_panic(world.blame(ecs_id));
        refuse_panic(world.dependencies(ecs_id, None));
        refuse_panic(world.dependents(ecs_id, None));
        for graph in [GraphOf::tree(ecs_id), GraphOf::history(lineage_id), GraphOf::derivation(ecs_id)] {
            refuse_panic(world.graph(&graph).map(|graph| graph.to_mermaid() + &graph.to_dot()));
        }
        if let Some(parent) = version.parent() {
            refuse_panic(world.diff(parent, ecs_id));
        }
    }
}

#[test]
fn a_damaged_file_is_refused_or_read_and_can_be_checked() {
    target("files::a_damaged_file_is_refused_or_read_and_can_be_checked", |trying| {
        let whole = {
            let world = World::open("whole.db").expect("a world");
            let school = School::with_students(&world, 2).expect("it is filled");
            drop(world);
            Connection::open("whole.db")
                .expect("it is there")
                .execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
                .expect("it is whole");
            (fs::read("whole.db").expect("it is there"), school)
        };
        let (whole, school) = whole;
        let alice = school.alice[1].ecs_id();
        trying.each(&(vec(damage(), 1..4), 0..PARTS), |(damages, part)| {
            for suffix in ["", "-wal", "-shm"] {
                let _ = fs::remove_file(format!("{FILE}{suffix}"));
            }
            fs::write(FILE, &whole).expect("a file for a test");
            // What damages come to nothing because of those before are none.
            let _ = damages.iter().filter_map(Damage::apply).count();
            let options = || Options::new().durability(Durability::Batched);
            if part % 2 == 0 {
                refuse_panic(verify_file(FILE, None, |_| {}));
            }
            if let Some(store) = refuse_panic(SqliteStore::open_read_only(FILE, options())) {
                refuse_panic(store.chain_head());
                if let Some(world) = refuse_panic(World::with_store(std::sync::Arc::new(store))) {
                    ask(&world, part);
                }
            }
            let Some(world) = refuse_panic(World::open_with(FILE, options())) else { return };
            refuse_panic(world.insert(crate::school::student("new", 1.0)));
            if let Some(alice) = refuse_panic(world.get::<crate::school::Student>(alice)) {
                refuse_panic(crate::school::raise::call(&world, &alice, crate::school::Raise::default()).wait());
            }
        });
    });
}

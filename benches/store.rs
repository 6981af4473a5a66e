//! Worlds in files, against loops that write the same rows by hand: the rows that the world wrote are read from
//! its file, and inserted into another with the same tables and indexes, with nothing left to compute.
//!
//! With `--test`, there is little of everything. A name measures that part alone: `bytes`, `one`, `many`, `opening`.
#![expect(clippy::print_stdout, reason = "it measures and says what it found")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ecs::prelude::*;
use ecs::sqlite::{Options, SqliteStore, Verdict, verify_file};
use ecs_benches::{KINDS, account, touch};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

fn open(path: &Path) -> World {
    World::open(path).expect("a world in a file")
}

fn connect(path: &Path) -> Connection {
    Connection::open(path).expect("a database")
}

/// Bytes of the file, once its log is in it.
fn bytes(path: &Path) -> f64 {
    connect(path).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("nobody writes");
    path.metadata().expect("it is there").len() as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn seconds(work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    begun.elapsed().as_secs_f64()
}

/// What a loop by hand does for one commit.
type Statements = Vec<(&'static str, Vec<Value>)>;

const TABLES: [(&str, &str, &str); 5] = [
    ("commits", "id", "INSERT INTO commits VALUES (?, ?)"),
    (
        "lineages",
        "(SELECT min(commit_id) FROM versions v WHERE v.lineage = lineages.id)",
        "INSERT INTO lineages VALUES (?, ?)",
    ),
    ("versions", "commit_id", "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
    ("executions", "commit_id", "INSERT INTO executions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
    (
        "links",
        "(SELECT commit_id FROM executions e WHERE e.id = execution)",
        "INSERT INTO links VALUES (?, ?, ?, ?, ?, ?)",
    ),
];

/// The rows of each commit after the first `skipped`.
fn rows_by_commit(path: &Path, skipped: usize) -> Vec<Statements> {
    let connection = connect(path);
    let count: usize = connection.query_row("SELECT count(*) FROM commits", [], |row| row.get(0)).expect("a number");
    let mut commits = vec![Statements::new(); count - skipped];
    for (table, commit, insert) in TABLES {
        let sql = format!("SELECT {commit} AS commit_number, * FROM {table} WHERE commit_number > {skipped}");
        let mut select = connection.prepare(&sql).expect("sql");
        let columns = select.column_count();
        let mut rows = select.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            let number: usize = row.get(0).expect("a number");
            let values: Vec<Value> = (1..columns).map(|column| row.get(column).expect("a value")).collect();
            let statements = &mut commits[number - 1 - skipped];
            // A version takes the place of its parent among the heads.
            let head = (table == "versions").then(|| [values[2].clone(), values[0].clone(), values[3].clone()]);
            statements.push((insert, values));
            if let Some([lineage, version, parent]) = head {
                if parent != Value::Null {
                    statements
                        .push(("DELETE FROM heads WHERE lineage = ? AND version = ?", vec![lineage.clone(), parent]));
                }
                statements.push(("INSERT INTO heads VALUES (?, ?)", vec![lineage, version]));
            }
        }
    }
    commits
}

/// An empty file with the tables and indexes of a world, written as a world writes.
fn floor(path: &Path, like: &Path) -> Connection {
    let connection = connect(path);
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL").expect("pragmas");
    let source = connect(like);
    let mut select = source
        .prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index') ORDER BY rowid")
        .expect("sql");
    let all = select.query_map([], |row| row.get::<_, String>(0)).expect("rows");
    all.for_each(|sql| connection.execute_batch(&sql.expect("sql")).expect("a table"));
    connection.set_prepared_statement_cache_capacity(64);
    connection
}

fn write(connection: &Connection, commits: &[Statements]) {
    let transaction = connection.unchecked_transaction().expect("nobody else writes");
    for (sql, values) in commits.iter().flatten() {
        let mut statement = transaction.prepare_cached(sql).expect("sql");
        statement.execute(params_from_iter(values)).expect("it fits");
    }
    transaction.commit().expect("it is written");
}

fn bytes_on_disk(calls: usize) {
    for (kind, call) in KINDS {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("world.db");
        let world = open(&path);
        let mut account = call(&world, &world.insert(account()).expect("it is new"), 0).expect("succeeds");
        let before = bytes(&path);
        let mut times = Vec::with_capacity(calls);
        for step in 0..calls {
            times.push(seconds(|| account = call(&world, &account, step).expect("succeeds")));
        }
        let each = (bytes(&path) - before) / calls as f64;
        let copy = folder.path().join("copy.db");
        let without = |change: &str| {
            std::fs::copy(&path, &copy).expect("there is room");
            connect(&copy).execute_batch(&format!("{change}; VACUUM")).expect("sql");
            bytes(&copy) / calls as f64
        };
        let [both, payload, json] =
            ["SELECT 1", "UPDATE versions SET json = ''", "UPDATE versions SET payload = x''"].map(without);
        let window = calls.min(1_000) / 10;
        let last = median(times[calls - window..].to_vec());
        let first = median(times[..window].to_vec());
        println!(
            "{kind}: {each:.0} bytes on disk a call; vacuumed {both:.0}, {payload:.0} without the JSON, {json:.0} with \
             nothing else; the last {window} of {calls} calls take {:.2} times the first {window}",
            last / first,
        );
    }
}

fn one_caller(rounds: usize, calls: usize) {
    for (kind, call) in KINDS {
        let mut ratios = Vec::new();
        let mut each = Vec::new();
        for _ in 0..rounds {
            let folder = tempfile::tempdir().expect("a folder");
            let [path, other] = ["world.db", "floor.db"].map(|name| folder.path().join(name));
            let world = open(&path);
            let mut account = call(&world, &world.insert(account()).expect("it is new"), 0).expect("succeeds");
            let taken = seconds(|| {
                for step in 1..=calls {
                    account = call(&world, &account, step).expect("succeeds");
                }
            });
            let connection = floor(&other, &path);
            let commits = rows_by_commit(&path, 0);
            write(&connection, &commits[..2]);
            let floor = seconds(|| commits[2..].chunks(1).for_each(|commit| write(&connection, commit)));
            ratios.push(taken / floor);
            each.push(taken / calls as f64);
        }
        println!(
            "{kind}: {:.0} µs a call, {:.2} times a transaction by hand with the same rows",
            median(each) * 1e6,
            median(ratios)
        );
    }
}

fn many_callers(rounds: usize, calls: usize) {
    const CALLERS: usize = 64;
    const BATCH: usize = 100;
    for (kind, call) in KINDS {
        let mut ratios = Vec::new();
        let mut rates = Vec::new();
        let mut shared = Vec::new();
        for _ in 0..rounds {
            let folder = tempfile::tempdir().expect("a folder");
            let [path, other] = ["world.db", "floor.db"].map(|name| folder.path().join(name));
            let store = Arc::new(SqliteStore::open(&path, Options::new()).expect("a new file"));
            let world = World::builder().with_store(Arc::<SqliteStore>::clone(&store)).expect("names are unique");
            let accounts: Vec<_> = (0..CALLERS).map(|_| world.insert(account()).expect("it is new")).collect();
            let before = store.statistics();
            let taken = seconds(|| {
                std::thread::scope(|scope| {
                    for first in accounts {
                        let world = &world;
                        scope.spawn(move || {
                            let mut account = first;
                            for step in 0..calls {
                                account = call(world, &account, step).expect("succeeds");
                            }
                        });
                    }
                });
            });
            let after = store.statistics();
            shared.push((after.commits - before.commits) as f64 / (after.transactions - before.transactions) as f64);
            let connection = floor(&other, &path);
            write(&connection, &rows_by_commit(&path, 0)[..CALLERS]);
            let statements: Statements = rows_by_commit(&path, CALLERS).into_iter().flatten().collect();
            let rows = statements.iter().filter(|(sql, _)| sql.starts_with("INSERT")).count();
            let batches: Vec<Statements> = statements.chunks(BATCH).map(<[_]>::to_vec).collect();
            let floor = seconds(|| batches.chunks(1).for_each(|batch| write(&connection, batch)));
            ratios.push(floor / taken);
            rates.push(rows as f64 / taken);
        }
        println!(
            "{kind}: {CALLERS} callers write {:.0} rows a second, {:.2} of a loop by hand in batches of {BATCH} rows; {:.0} of \
             them share a transaction",
            median(rates),
            median(ratios),
            median(shared)
        );
    }
}

fn opening(versions: usize) {
    const CHAIN: usize = 100;
    let folder = tempfile::tempdir().expect("a folder");
    let [path, empty] = ["world.db", "empty.db"].map(|name| folder.path().join(name));
    let world = open(&path);
    let mut some = None;
    std::thread::scope(|scope| {
        let run = |_| {
            let world = &world;
            scope.spawn(move || {
                let mut last = None;
                for _ in 0..versions / 8 / CHAIN {
                    let mut account = world.insert(account()).expect("it is new");
                    for _ in 1..CHAIN {
                        account = touch::call(world, &account).wait().expect("succeeds");
                    }
                    last = Some(account.lineage_id());
                }
                last
            })
        };
        let running: Vec<_> = (0..8).map(run).collect();
        some = running.into_iter().filter_map(|thread| thread.join().expect("succeeds")).next();
    });
    drop(world);
    drop(open(&empty));
    let lineage = some.expect("there are some");
    let (mut opened, mut opened_empty, mut read) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..21 {
        opened_empty.push(seconds(|| drop(open(&empty))));
        let begun = Instant::now();
        let world = open(&path);
        opened.push(begun.elapsed().as_secs_f64());
        read.push(seconds(|| {
            world.head::<ecs_benches::Account>(lineage).expect("it is there");
        }));
    }
    let (full, empty) = (median(opened), median(opened_empty));
    println!(
        "a file with {versions} versions, {:.0} MB, opens in {:.2} ms, {:.1} times an empty one; the first read takes {:.2} ms",
        bytes(&path) / 1e6,
        full * 1e3,
        full / empty,
        median(read) * 1e3
    );
    let checked = Duration::from_secs_f64(seconds(|| {
        let verdict = verify_file(&path, None, |_| {}).expect("it can be read");
        assert!(matches!(verdict, Verdict::Whole(_)), "{verdict:?}");
    }));
    println!("to verify it takes {:.0} µs a version", checked.as_secs_f64() * 1e6 / versions as f64);
}

fn main() {
    let is_test = std::env::args().any(|argument| argument == "--test");
    // `cargo bench -p ecs-benches --bench store -- one` measures one part.
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |part: &str| named.is_empty() || named.iter().any(|name| name == part);
    if is_wanted("bytes") {
        bytes_on_disk(if is_test { 200 } else { 10_000 });
    }
    if is_wanted("one") {
        one_caller(if is_test { 1 } else { 11 }, if is_test { 20 } else { 500 });
    }
    if is_wanted("many") {
        many_callers(if is_test { 1 } else { 7 }, if is_test { 3 } else { 50 });
    }
    if is_wanted("opening") {
        opening(if is_test { 1_600 } else { 1_000_000 });
    }
}

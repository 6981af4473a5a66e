//! Whatever is changed in a file by other means is found.

mod common;

use std::collections::BTreeSet;
use std::fs;

use ecs::sqlite::{Retention, SqliteStore, Verdict, prune_file, verify_file};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use self::common::{File, changed, everything, raise_by, student, whole};

fn connect(file: &File) -> Connection {
    Connection::open(&file.path).expect("it can be opened")
}

/// A file with everything in it, of which something was pruned twice, as one file without a log, and its bytes.
fn sample() -> (File, Vec<u8>) {
    let file = File::new();
    for versions in [2, 1] {
        everything(&file.open()).expect("everything can be stored");
        let pruned = prune_file(&file.path, &Retention::new().last(versions), |_| {}).expect("nobody has it open");
        assert!(pruned.versions > 3 && pruned.executions > 3, "{pruned:?}");
    }
    everything(&file.open()).expect("everything can be stored");
    let verified = whole(&file.path);
    assert!(verified.commits > 20 && verified.versions > 30 && verified.executions > 10, "{verified:?}");
    let connection = connect(&file);
    connection.pragma_update(None, "journal_mode", "DELETE").expect("nobody else has it open");
    drop(connection);
    let bytes = fs::read(&file.path).expect("it is there");
    (file, bytes)
}

struct Table {
    name: String,
    columns: Vec<String>,
    key: Vec<String>,
    rows: Vec<Vec<Value>>,
}

fn tables(connection: &Connection) -> Vec<Table> {
    let mut names =
        connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").expect("sql");
    let names = names.query_map([], |row| row.get::<_, String>(0)).expect("rows").map(|name| name.expect("a name"));
    let table = |name: String| {
        let mut columns = connection.prepare(&format!("PRAGMA table_info({name})")).expect("sql");
        let columns: Vec<(String, usize)> = columns
            .query_map([], |row| Ok((row.get(1)?, row.get(5)?)))
            .expect("rows")
            .map(|column| column.expect("a column"))
            .collect();
        let key = columns.iter().filter(|(_, key)| *key > 0).map(|(name, _)| name.clone()).collect();
        let columns: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
        let mut rows = connection.prepare(&format!("SELECT * FROM {name}")).expect("sql");
        let rows = rows.query_map([], |row| (0..columns.len()).map(|column| row.get(column)).collect()).expect("rows");
        let rows = rows.map(|row| row.expect("a row")).collect();
        Table { name, columns, key, rows }
    };
    names.map(table).collect()
}

impl Table {
    /// The condition that picks a row.
    fn picks(&self, row: &[Value]) -> (String, Vec<Value>) {
        let named = self.columns.iter().zip(row).filter(|(column, _)| self.key.contains(column));
        let (columns, values): (Vec<_>, Vec<_>) = named.unzip();
        let conditions = columns.into_iter().map(|column| format!("{column} IS ?")).collect::<Vec<_>>();
        (conditions.join(" AND "), values.into_iter().cloned().collect())
    }

    /// The first row, the last, and one between.
    fn some_rows(&self) -> Vec<&Vec<Value>> {
        let last = self.rows.len() - 1;
        let picked: BTreeSet<usize> = [0, last / 2, last].into_iter().collect();
        picked.into_iter().map(|row| &self.rows[row]).collect()
    }

    fn insert(&self) -> String {
        format!("INSERT INTO {} VALUES ({})", self.name, vec!["?"; self.columns.len()].join(", "))
    }
}

/// What someone may put in the place of a value.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![Value::Integer(1), Value::Text("1".into()), Value::Blob(vec![1; 16])],
        Value::Integer(number) => vec![
            Value::Integer(number + 1),
            Value::Integer(number - 1),
            Value::Integer(number ^ 8),
            // Half is lost in a large number, and a real that is a whole number is stored as that.
            Value::Real((*number as f64).next_up() + 0.5),
            Value::Null,
        ],
        Value::Real(number) => vec![Value::Real(number + 1.0)],
        Value::Text(text) => {
            let mut changed = vec![Value::Text(format!("{text} ")), Value::Null];
            if let Some(first) = text.chars().next() {
                let other = if first == 'x' { 'y' } else { 'x' };
                changed.push(Value::Text(format!("{other}{}", &text[first.len_utf8()..])));
                changed.push(Value::Text(text[first.len_utf8()..].to_owned()));
            }
            changed
        }
        Value::Blob(bytes) => {
            let mut changed = vec![Value::Null];
            for position in BTreeSet::from([0, bytes.len() / 2, bytes.len() - 1]) {
                let mut bytes = bytes.clone();
                bytes[position] ^= 1;
                changed.push(Value::Blob(bytes));
            }
            changed.push(Value::Blob(bytes[..bytes.len() - 1].to_vec()));
            changed
        }
    }
}

/// Does something to a copy of the file; whether SQLite let it happen.
fn tamper(file: &File, bytes: &[u8], sql: &[(String, Vec<Value>)]) -> bool {
    fs::write(&file.path, bytes).expect("it can be written");
    let connection = connect(file);
    connection.pragma_update(None, "synchronous", "OFF").expect("a pragma");
    let transaction = connection.unchecked_transaction().expect("nobody else writes");
    for (sql, values) in sql {
        match transaction.execute(sql, params_from_iter(values)) {
            Ok(changed) => assert!(changed > 0, "`{sql}` picks a row"),
            // Such as `NOT NULL`.
            Err(_) => return false,
        }
    }
    transaction.commit().expect("it can be written");
    true
}

#[test]
fn a_changed_value_is_found_in_every_column_of_every_table() {
    let (file, bytes) = sample();
    let (mut tried, mut missed) = (0, Vec::new());
    for table in tables(&connect(&file)) {
        assert!(table.rows.len() > 1, "there are rows to change in `{}`", table.name);
        for (position, column) in table.columns.iter().enumerate() {
            let mut done = 0;
            for row in table.some_rows() {
                let (picked, key) = table.picks(row);
                for other in others(&row[position]) {
                    let sql = format!("UPDATE {} SET {column} = ? WHERE {picked}", table.name);
                    let values = std::iter::once(other.clone()).chain(key.iter().cloned()).collect();
                    if !tamper(&file, &bytes, &[(sql, values)]) {
                        continue;
                    }
                    done += 1;
                    if let Verdict::Whole(_) = common::verdict(&file.path) {
                        missed.push(format!("{}.{column}: {:?} instead of {:?}", table.name, other, row[position]));
                    }
                }
            }
            assert!(done > 0, "something was changed in {}.{column}", table.name);
            tried += done;
        }
    }
    assert!(missed.is_empty(), "not found, of {tried}: {missed:#?}");
    assert!(tried > 500, "{tried}");
}

#[test]
fn a_removed_row_is_found_in_every_table() {
    let (file, bytes) = sample();
    for table in tables(&connect(&file)) {
        for row in table.some_rows() {
            let (picked, key) = table.picks(row);
            assert!(tamper(&file, &bytes, &[(format!("DELETE FROM {} WHERE {picked}", table.name), key)]));
            // The last commit may be cut off only as a whole, and is found then by a head that was kept.
            assert!(matches!(common::verdict(&file.path), Verdict::Changed(_)), "{}: {row:?}", table.name);
        }
        assert!(tamper(&file, &bytes, &[(format!("DELETE FROM {}", table.name), Vec::new())]));
        assert!(matches!(common::verdict(&file.path), Verdict::Changed(_)), "all of {}", table.name);
    }
}

#[test]
fn an_inserted_row_is_found_in_every_table() {
    let (file, bytes) = sample();
    for table in tables(&connect(&file)) {
        let mut done = 0;
        for row in table.some_rows() {
            // A copy under another key: each column of the key is changed by itself, and what must be unique with it.
            for changed in &table.key {
                let copy = table.columns.iter().zip(row).map(|(column, value)| match value {
                    Value::Integer(number) if column == changed => Value::Integer(number + 10_000),
                    Value::Blob(bytes) if !bytes.is_empty() => {
                        let mut bytes = bytes.clone();
                        bytes[0] ^= 1;
                        Value::Blob(bytes)
                    }
                    Value::Text(text) if column == "name" => Value::Text(format!("{text} too")),
                    value => value.clone(),
                });
                if tamper(&file, &bytes, &[(table.insert(), copy.collect())]) {
                    done += 1;
                    assert!(matches!(common::verdict(&file.path), Verdict::Changed(_)), "{}: {row:?}", table.name);
                }
            }
        }
        assert!(done > 0, "something was inserted into {}", table.name);
    }
}

#[test]
fn swapped_rows_are_found_in_every_table() {
    let (file, bytes) = sample();
    for table in tables(&connect(&file)) {
        let is_key = |column: &String| table.key.contains(column);
        let rest = |row: &Vec<Value>| -> Vec<Value> {
            // Where everything is the key, its last column is what is swapped.
            let all_key = table.columns.iter().all(is_key);
            let values = table.columns.iter().zip(row).enumerate();
            let rest = values.filter(
                |(position, (column, _))| {
                    if all_key { position + 1 == row.len() } else { !is_key(column) }
                },
            );
            rest.map(|(_, (_, value))| value.clone()).collect()
        };
        let mut done = 0;
        for distance in [1, 2, table.rows.len() - 1] {
            for pair in table.rows.windows(distance + 1).step_by(3) {
                let (one, other) = (&pair[0], &pair[distance]);
                // Rows that differ in what stays alone, or in what is swapped alone, are the same ones swapped.
                let is_key_alike = table.key.len() > 1 && one[..one.len() - 1] == other[..one.len() - 1];
                if rest(one) == rest(other) || is_key_alike {
                    continue;
                }
                let swap = |key: &Vec<Value>, with: &Vec<Value>| -> Vec<Value> {
                    let mut rest = rest(with).into_iter();
                    let all_key = table.columns.iter().all(is_key);
                    let values = table.columns.iter().zip(key).enumerate();
                    let swapped = values.map(|(position, (column, value))| {
                        let stays = if all_key { position + 1 < key.len() } else { is_key(column) };
                        if stays { value.clone() } else { rest.next().expect("as many") }
                    });
                    swapped.collect()
                };
                let delete = |row: &Vec<Value>| {
                    let (picked, key) = table.picks(row);
                    (format!("DELETE FROM {} WHERE {picked}", table.name), key)
                };
                let swapped = [
                    delete(one),
                    delete(other),
                    (table.insert(), swap(one, other)),
                    (table.insert(), swap(other, one)),
                ];
                if tamper(&file, &bytes, &swapped) {
                    done += 1;
                    let verdict = common::verdict(&file.path);
                    assert!(matches!(verdict, Verdict::Changed(_)), "{}: {one:?} and {other:?}", table.name);
                }
            }
        }
        assert!(done > 0, "something was swapped in {}", table.name);
    }
}

#[test]
fn a_changed_schema_is_found() {
    let (file, bytes) = sample();
    for sql in [
        "CREATE TABLE notes (text TEXT)",
        "CREATE TRIGGER hide AFTER INSERT ON executions BEGIN DELETE FROM executions WHERE id = new.id; END",
        "DROP VIEW log",
        "DROP INDEX versions_by_parent",
        "ALTER TABLE versions ADD COLUMN note TEXT",
    ] {
        fs::write(&file.path, &bytes).expect("it can be written");
        connect(&file).execute_batch(sql).expect("it is SQL");
        assert!(changed(&file.path).to_string().contains("schema"), "{sql}");
    }
}

/// Counts its versions.
#[derive(ecs::Entity, Clone, Debug, serde::Serialize, serde::Deserialize)]
#[entity(version = 2, upgrade = Letter::upgrade)]
struct Letter {
    id: ecs::Id,
    text: String,
}

impl Letter {
    fn upgrade(old: ecs::Old) -> ecs::Result<Self> {
        Ok(Self { id: old.id(), text: String::new() })
    }
}

#[test]
fn a_changed_version_of_a_type_is_found() -> ecs::Result<()> {
    for (from, to) in [("[2,", "[3,"), ("[2,", "["), ("[2,", "[2,2,")] {
        let file = File::new();
        file.open().insert(Letter { id: ecs::Id::new(), text: "Dear".into() })?;
        whole(&file.path);
        let changed =
            connect(&file).execute("UPDATE types SET fields = replace(fields, ?, ?)", [from, to]).expect("sql");
        assert_eq!(changed, 1);
        let verdict = verify_file(&file.path, None, |_| {}).expect("it can be read");
        assert!(matches!(verdict, Verdict::Changed(_)), "{from} {to}: {verdict:?}");
    }
    Ok(())
}

#[test]
fn a_finding_says_what_differs_and_where() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let alice = world.insert(student("Alice", 3.5))?;
    let raised = raise_by::call(&world, &alice, 0.5).wait()?;
    let ran = raised.execution_id().expect("a call made it");
    raise_by::call(&world, &raised, 0.5).wait()?;
    drop(world);
    let id = ran;
    let version = raised.ecs_id().as_uuid();
    let verdict = |sql: &str| {
        let bytes = fs::read(&file.path).expect("it is there");
        connect(&file).execute(sql, [version.as_bytes()]).expect("it is SQL");
        let found = changed(&file.path);
        fs::write(&file.path, bytes).expect("it can be written");
        found
    };

    let found = verdict("UPDATE versions SET json = replace(json, '4.0', '5.0') WHERE ecs_id = ?");
    assert_eq!((found.commit, found.execution), (Some(2), Some(ran)));
    assert_eq!(
        found.to_string(),
        format!(
            "commit 2 (`raise_by`, execution {id}), @{version}: the JSON for people was changed: it says 5.0 for `gpa`, \
             which is 4.0"
        )
    );

    let found = verdict("UPDATE versions SET payload = CAST(payload || x'00' AS BLOB) WHERE ecs_id = ?");
    assert!(found.to_string().contains("a version has other fields than its type"), "{found}");

    let found = verdict("UPDATE versions SET parent = NULL WHERE ecs_id = ?");
    assert!(found.versions.contains(&raised.ecs_id()), "{found}");
    assert!(found.to_string().contains("not as it was sealed"), "{found}");

    let found =
        verdict("UPDATE commits SET seal = zeroblob(32) WHERE id = (SELECT commit_id FROM versions WHERE ecs_id = ?)");
    assert!(found.to_string().ends_with("its seal was changed; what it wrote is as it was"), "{found}");

    let found = verdict("DELETE FROM heads WHERE version > (SELECT id FROM versions WHERE ecs_id = ?)");
    assert!(found.to_string().contains("it is not among the `heads`"), "{found}");

    let found = verdict("DELETE FROM commits WHERE id = (SELECT commit_id FROM versions WHERE ecs_id = ?)");
    assert_eq!(found.to_string(), "commit 2: it was removed");
    Ok(())
}

#[test]
fn a_tail_that_was_cut_off_is_found_with_a_head_that_was_kept() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    let mut alice = world.insert(student("Alice", 1.0))?;
    let mut heads = Vec::new();
    for _ in 0..5 {
        alice = raise_by::call(&world, &alice, 0.5).wait()?;
        heads.push(SqliteStore::open(&file.path, ecs::sqlite::Options::new())?.chain_head()?);
    }
    drop(world);
    let kept = *heads.last().expect("there are some");
    assert_eq!(kept.commit(), 6);
    for head in &heads {
        let written = head.to_string();
        let read = written.parse().expect("it is one");
        assert!(
            matches!(verify_file(&file.path, Some(&read), |_| {})?, Verdict::Whole(verified) if verified.head == kept)
        );
    }

    // Cut off with care: everything that follows is as if it had never been.
    connect(&file)
        .execute_batch(
            "DELETE FROM links WHERE execution > 4; DELETE FROM executions WHERE id > 4; DELETE FROM commits WHERE id > 5;
             DELETE FROM heads; DELETE FROM versions WHERE commit_id > 5;
             INSERT INTO heads SELECT lineage, id FROM versions v WHERE id NOT IN (SELECT parent FROM versions WHERE parent IS NOT NULL);",
        )
        .expect("it is SQL");
    assert_eq!(whole(&file.path).commits, 5);
    let Verdict::Changed(found) = verify_file(&file.path, Some(&kept), |_| {})? else { panic!("it was cut off") };
    assert!(found.to_string().contains("everything after it was removed"), "{found}");
    assert!(matches!(verify_file(&file.path, Some(&heads[2]), |_| {})?, Verdict::Whole(_)));

    // And written on from there: another history up to the commit whose head was kept.
    let world = file.open();
    let alice = world.head::<common::Student>(&alice)?;
    raise_by::call(&world, &alice, 2.5).wait()?;
    assert_eq!(whole(&file.path).commits, 6);
    let Verdict::Changed(found) = verify_file(&file.path, Some(&kept), |_| {})? else { panic!("it was written anew") };
    assert!(found.to_string().contains("commit 6: its seal is not the one that was kept"), "{found}");
    Ok(())
}

#[test]
fn a_file_is_checked_while_others_write() -> ecs::Result<()> {
    let file = File::new();
    let world = file.open();
    everything(&world)?;
    let store = SqliteStore::open(&file.path, ecs::sqlite::Options::new())?;
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            for number in 0..50 {
                world.insert(student("Zoe", f64::from(number))).expect("it is new");
            }
        });
        let mut told = 0;
        while !writing.is_finished() {
            let verdict = store.verify(None, |progress| {
                assert!(progress.done <= progress.total);
                told += 1;
            });
            assert!(matches!(verdict, Ok(Verdict::Whole(_))), "{verdict:?}");
        }
        assert!(told > 0);
    });
    Ok(())
}

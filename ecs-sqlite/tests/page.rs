//! The page on the file says what is in it, and its queries run.

mod common;

use ecs::sqlite::Options;
use rusqlite::Connection;

use self::common::{File, everything};

const PAGE: &str = include_str!("../../docs/store.md");

fn sample() -> (File, Connection) {
    let file = File::new();
    everything(&file.open()).expect("everything can be stored");
    let connection = Connection::open(&file.path).expect("it can be opened");
    (file, connection)
}

#[test]
fn every_query_on_the_page_has_an_answer() {
    let (_file, connection) = sample();
    let blocks: Vec<&str> = PAGE.split("```sql\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let queries: Vec<&str> =
        blocks.iter().flat_map(|block| block.split(";\n")).filter(|query| query.len() > 1).collect();
    assert_eq!(queries.len(), 6);
    for query in queries {
        let mut select = connection.prepare(query).unwrap_or_else(|error| panic!("{query}: {error}"));
        let rows = select.query_map([], |_| Ok(())).expect("rows").count();
        assert!(rows > 0, "{query}");
    }
}

#[test]
fn every_table_view_and_column_is_on_the_page() {
    let (_file, connection) = sample();
    let mut names = connection
        .prepare("SELECT m.name, m.type, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type IN ('table', 'view')")
        .expect("sql");
    let names = names.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("rows");
    for name in names {
        let (table, kind, column): (String, String, String) = name.expect("a row");
        let row = PAGE.lines().find(|line| line.starts_with(&format!("| `{table}` |")));
        match row {
            Some(row) => assert!(column == "id" || row.contains(&format!("`{column}`")), "{table}.{column}"),
            None => assert!(kind == "view" && PAGE.contains(&table), "{table}"),
        }
    }
}

#[test]
fn the_page_gives_the_defaults() {
    assert!(format!("{:?}", Options::new()).contains("busy_timeout: 5s"));
    assert!(PAGE.contains("`busy_timeout` (5 seconds)"));
}

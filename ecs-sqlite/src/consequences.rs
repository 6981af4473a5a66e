//! What no seal covers because it follows from what is sealed: the tables that only make reading fast, rows that
//! nothing uses, the schema, and the file itself.

use std::collections::HashSet;

use ecs_core::{EcsId, ExecutionId};
use rusqlite::{Connection, OptionalExtension};

use crate::finding::Finding;
use crate::schema::{TABLES, check_header};
use crate::stop::Stop;
use crate::write::id_of;

/// What rows a rule is about.
#[derive(Clone, Copy)]
enum Of {
    Versions,
    Executions,
    /// Neither; the table is named in the words.
    Rows,
}

/// Something that may not be; the query gives the rows in which it is.
struct Rule {
    of: Of,
    what: &'static str,
    rows: &'static str,
}

const fn rule(of: Of, what: &'static str, rows: &'static str) -> Rule {
    Rule { of, what, rows }
}

const RULES: &[Rule] = &[
    rule(
        Of::Versions,
        "the version that it continues, was forked from, or was committed with is not there",
        "SELECT id FROM versions v WHERE
             (parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM versions o WHERE o.id = v.parent)
                 AND NOT EXISTS (SELECT 1 FROM removed_versions o WHERE o.id = v.parent))
             OR (forked_from IS NOT NULL AND NOT EXISTS (SELECT 1 FROM versions o WHERE o.id = v.forked_from)
                 AND NOT EXISTS (SELECT 1 FROM removed_versions o WHERE o.id = v.forked_from))
             OR (root IS NOT NULL AND (root = id OR NOT EXISTS (SELECT 1 FROM versions o WHERE o.id = v.root)
                 AND NOT EXISTS (SELECT 1 FROM removed_versions o WHERE o.id = v.root)))",
    ),
    rule(
        Of::Versions,
        "nothing continues it, and it is not among the `heads`",
        "SELECT id FROM versions v WHERE NOT EXISTS (SELECT 1 FROM versions n WHERE n.parent = v.id)
             AND id NOT IN (SELECT parent FROM removed_versions WHERE parent IS NOT NULL)
             AND NOT EXISTS (SELECT 1 FROM heads h WHERE h.lineage = v.lineage AND h.version = v.id)",
    ),
    rule(
        Of::Versions,
        "it is among the `heads`, and is none of that lineage",
        "SELECT version FROM heads h WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE v.id = h.version
             AND v.lineage = h.lineage AND NOT EXISTS (SELECT 1 FROM versions n WHERE n.parent = v.id)
             AND v.id NOT IN (SELECT parent FROM removed_versions WHERE parent IS NOT NULL))",
    ),
    rule(
        Of::Versions,
        "a row of `places` says that something is in its tree, and it is not",
        "SELECT root FROM places p WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE v.id = p.root AND v.root IS NULL)
             OR NOT EXISTS (SELECT 1 FROM versions v WHERE v.id = p.version)",
    ),
    rule(
        Of::Versions,
        "the `places` of its tree are not as they were written",
        "SELECT root FROM places GROUP BY root
             HAVING min(position) <> 0 OR max(position) <> count(*) - 1 OR total(typeof(position) <> 'integer') > 0
             OR total(is_new NOT IN (0, 1)) > 0",
    ),
    rule(
        Of::Versions,
        "the `refs` of it are not as they were written",
        "SELECT version FROM refs r GROUP BY version
             HAVING min(position) <> 0 OR max(position) <> count(*) - 1 OR total(typeof(position) <> 'integer') > 0
             OR NOT EXISTS (SELECT 1 FROM versions v WHERE v.id = r.version)",
    ),
    rule(
        Of::Versions,
        "a part that was in its tree continues in that of another thing, and `attachments` does not say so",
        "SELECT source FROM (SELECT before.id AS source, now.root AS root
             FROM versions now JOIN versions before ON before.id = now.parent
             LEFT JOIN versions was ON was.id = coalesce(before.root, before.id)
             LEFT JOIN removed_versions gone ON gone.id = before.root JOIN versions root ON root.id = now.root
             WHERE coalesce(was.lineage, gone.lineage) <> root.lineage
             EXCEPT SELECT source, root FROM attachments)",
    ),
    rule(
        Of::Versions,
        "`attachments` says that it continues in the tree of another thing, and it does not",
        "SELECT source FROM (SELECT source, root FROM attachments
             EXCEPT SELECT before.id, now.root
             FROM versions now JOIN versions before ON before.id = now.parent
             LEFT JOIN versions was ON was.id = coalesce(before.root, before.id)
             LEFT JOIN removed_versions gone ON gone.id = before.root JOIN versions root ON root.id = now.root
             WHERE coalesce(was.lineage, gone.lineage) <> root.lineage)",
    ),
    rule(
        Of::Executions,
        "its callable has another number of parameters than it bound",
        "SELECT e.id FROM executions e JOIN callables c ON c.id = e.callable
             WHERE e.bound <> json_array_length(c.parameters) OR c.parameters <> json(c.parameters)",
    ),
    rule(
        Of::Rows,
        "a row of `links` is of an execution that is not there",
        "SELECT execution FROM links k WHERE NOT EXISTS (SELECT 1 FROM executions e WHERE e.id = k.execution)",
    ),
    rule(
        Of::Rows,
        "a row of `sources` is of an execution that is not there",
        "SELECT execution FROM sources s WHERE NOT EXISTS (SELECT 1 FROM executions e WHERE e.id = s.execution)",
    ),
    rule(
        Of::Rows,
        "a row of `types` is not as it was written, or of no version",
        "SELECT id FROM types t WHERE is_config NOT IN (0, 1) OR fields <> json(fields)
             OR id NOT IN (SELECT type FROM versions)",
    ),
    rule(
        Of::Rows,
        "a row of `callables` is of no execution",
        "SELECT id FROM callables WHERE id NOT IN (SELECT callable FROM executions)",
    ),
    rule(
        Of::Rows,
        "a row of `lineages` is of no version",
        "SELECT id FROM lineages l WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE v.lineage = l.id)
             AND id NOT IN (SELECT lineage FROM removed_versions)",
    ),
    rule(
        Of::Versions,
        "it is there, and among the `removed_versions`",
        "SELECT v.id FROM removed_versions r JOIN versions v ON v.id = r.id OR v.ecs_id = r.ecs_id",
    ),
    rule(
        Of::Executions,
        "it is there, and among the `removed_executions`",
        "SELECT e.id FROM removed_executions r JOIN executions e ON e.id = r.id OR e.execution_id = r.execution_id",
    ),
];

/// Checks the file as SQLite sees it, and its schema.
pub(crate) fn check_file(connection: &Connection) -> Result<(), Stop> {
    check_header(connection)?;
    let problem: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if problem != "ok" {
        return Err(Finding::new(format!("the file is damaged: {}", problem.replace('\n', ": "))).into());
    }
    let objects = |connection: &Connection| -> Result<Vec<[Option<String>; 4]>, rusqlite::Error> {
        let mut select =
            connection.prepare("SELECT name, type, tbl_name, sql FROM sqlite_master ORDER BY name, type")?;
        let objects = select.query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?;
        objects.collect()
    };
    let found = objects(connection)?;
    let fresh = Connection::open_in_memory()?;
    fresh.execute_batch(TABLES)?;
    let expected = objects(&fresh)?;
    let name_of = |object: &[Option<String>; 4]| object[0].clone().unwrap_or_default();
    if let Some(other) = found.iter().find(|object| !expected.contains(object)) {
        let name = name_of(other);
        let what = if expected.iter().any(|object| name_of(object) == name) { "changed in" } else { "added to" };
        return Err(Finding::new(format!("`{name}` was {what} the schema")).into());
    }
    if let Some(gone) = expected.iter().find(|object| !found.contains(object)) {
        return Err(Finding::new(format!("`{}` was removed from the schema", name_of(gone))).into());
    }
    Ok(())
}

/// Checks what follows from what is sealed, after that was found whole. `blobs` and `chunks` are what versions use.
pub(crate) fn check(connection: &Connection, blobs: &HashSet<i64>, chunks: &HashSet<i64>) -> Result<(), Stop> {
    for rule in RULES {
        let row: Option<i64> = connection.query_row(rule.rows, [], |row| row.get(0)).optional()?;
        if let Some(row) = row {
            return Err(named(connection, rule, row)?.into());
        }
    }
    for (table, used) in [("blobs", blobs), ("chunks", chunks)] {
        let mut select = connection.prepare(&format!("SELECT id FROM {table}"))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            if !used.contains(&id) {
                return Err(Finding::new(format!("row {id} of `{table}` is of no version: it was inserted")).into());
            }
        }
    }
    Ok(())
}

fn named(connection: &Connection, rule: &Rule, row: i64) -> Result<Finding, Stop> {
    let unnamed = || Finding::new(format!("{} (row {row})", rule.what));
    let query = match rule.of {
        Of::Versions => "SELECT commit_id, ecs_id, NULL FROM versions WHERE id = ?",
        Of::Executions => {
            "SELECT e.commit_id, e.execution_id, c.name FROM executions e JOIN callables c ON c.id = e.callable
             WHERE e.id = ?"
        }
        Of::Rows => return Ok(unnamed()),
    };
    let found = connection
        .query_row(query, [row], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 16]>(1)?, row.get::<_, Option<String>>(2)?))
        })
        .optional()?;
    Ok(match found {
        None => unnamed(),
        Some((commit, id, Some(callable))) => {
            Finding::new(rule.what).in_commit(commit).ran(id_of::<ExecutionId>(id)?, &callable)
        }
        Some((commit, id, None)) => Finding::new(rule.what).in_commit(commit).about(id_of::<EcsId>(id)?),
    })
}

-- Types of entities, as they were when their versions were stored: their fields in order, as a JSON array, which
-- begins with the version of the type if that is not 1.
CREATE TABLE types (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    is_config INTEGER NOT NULL,
    id_field TEXT NOT NULL,
    fields TEXT NOT NULL,
    UNIQUE (name, is_config, id_field, fields)
);

-- Callables, as they were when they ran: their parameters in order, as a JSON array of [name, kind].
CREATE TABLE callables (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    parameters TEXT NOT NULL,
    UNIQUE (name, fingerprint, parameters)
);

-- Things; the versions of each.
CREATE TABLE lineages (
    id INTEGER PRIMARY KEY,
    lineage_id BLOB NOT NULL UNIQUE
);

-- One row for each commit; each seals itself and everything before it.
CREATE TABLE commits (
    id INTEGER PRIMARY KEY,
    seal BLOB NOT NULL
);

CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    ecs_id BLOB NOT NULL UNIQUE,
    lineage INTEGER NOT NULL,
    -- Columns that name versions hold their `id`.
    parent INTEGER,
    forked_from INTEGER,
    -- The root that it was committed with; none if it is one.
    root INTEGER,
    commit_id INTEGER NOT NULL,
    execution_id BLOB,
    type INTEGER NOT NULL,
    content_hash BLOB NOT NULL,
    -- The fields in the stored form; large ones are in `blobs`.
    payload BLOB NOT NULL,
    -- The fields for people to read.
    json TEXT NOT NULL
);
CREATE INDEX versions_by_lineage ON versions (lineage, id);
CREATE INDEX versions_by_parent ON versions (parent) WHERE parent IS NOT NULL;
CREATE INDEX versions_by_fork ON versions (forked_from) WHERE forked_from IS NOT NULL;
CREATE INDEX versions_by_root ON versions (root) WHERE root IS NOT NULL;
CREATE INDEX versions_by_content ON versions (content_hash) WHERE root IS NULL;

-- The versions that no other of their lineage continues; the highest id is the newest.
CREATE TABLE heads (
    lineage INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (lineage, version)
) WITHOUT ROWID;

-- Where in the tree of a root the entities are that were committed with it.
CREATE TABLE places (
    root INTEGER NOT NULL,
    position INTEGER NOT NULL,
    version INTEGER NOT NULL,
    -- The position of the entity that holds it; none for the root itself.
    holder INTEGER,
    path TEXT NOT NULL,
    is_new INTEGER NOT NULL,
    PRIMARY KEY (root, position)
) WITHOUT ROWID;

-- What versions refer to by `Ref`.
CREATE TABLE refs (
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    target BLOB NOT NULL,
    PRIMARY KEY (version, position)
) WITHOUT ROWID;
CREATE INDEX refs_by_target ON refs (target);

-- Roots that hold a version which continues one of another root: that one was moved into this.
CREATE TABLE attachments (
    source INTEGER NOT NULL,
    root INTEGER NOT NULL,
    PRIMARY KEY (source, root)
) WITHOUT ROWID;

CREATE TABLE executions (
    id INTEGER PRIMARY KEY,
    execution_id BLOB NOT NULL UNIQUE,
    commit_id INTEGER NOT NULL,
    callable INTEGER NOT NULL,
    parent BLOB,
    reused BLOB,
    strategy TEXT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT,
    message TEXT,
    -- How many arguments were bound.
    bound INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    -- Nanoseconds.
    started_at INTEGER NOT NULL,
    duration INTEGER NOT NULL
);
CREATE INDEX executions_by_parent ON executions (parent) WHERE parent IS NOT NULL;
CREATE INDEX executions_by_callable ON executions (callable);

-- What executions took and put out. Roles: 0 argument, 1 config, 2 output, 3 input entity, 4 output entity.
CREATE TABLE links (
    execution INTEGER NOT NULL,
    role INTEGER NOT NULL,
    -- Of an argument: the parameter's position.
    argument INTEGER NOT NULL,
    position INTEGER NOT NULL,
    version INTEGER NOT NULL,
    -- Of an output: what happened to it (0 mutation, 1 creation, 2 detachment), and 4 more if it is unchanged.
    semantics INTEGER,
    PRIMARY KEY (execution, role, argument, position)
) WITHOUT ROWID;
CREATE INDEX links_by_version ON links (version);

-- The addresses that arguments took values from.
CREATE TABLE sources (
    execution INTEGER NOT NULL,
    argument INTEGER NOT NULL,
    position INTEGER NOT NULL,
    into_path TEXT NOT NULL,
    address TEXT NOT NULL,
    -- The version of the address.
    version INTEGER,
    PRIMARY KEY (execution, argument, position)
) WITHOUT ROWID;
CREATE INDEX sources_by_version ON sources (version) WHERE version IS NOT NULL;

-- Large fields, each once: the ids of its chunks, as little-endian 64-bit numbers.
CREATE TABLE blobs (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    length INTEGER NOT NULL,
    chunks BLOB NOT NULL
);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    data BLOB NOT NULL
);

-- Removals of what nobody wanted kept. Each is a commit, whose seal is over what is left of what it removed.
CREATE TABLE prunes (
    commit_id INTEGER PRIMARY KEY,
    -- Nanoseconds.
    pruned_at INTEGER NOT NULL,
    -- What was kept, in words.
    policy TEXT NOT NULL
);

-- What is left of the versions that were removed, under the ids that they had in `versions`.
CREATE TABLE removed_versions (
    id INTEGER PRIMARY KEY,
    ecs_id BLOB NOT NULL UNIQUE,
    lineage INTEGER NOT NULL,
    parent INTEGER,
    commit_id INTEGER NOT NULL,
    -- What the seal of its commit is over.
    digest BLOB NOT NULL,
    -- The commit that removed it.
    prune INTEGER NOT NULL
);

-- What is left of the executions that were removed, under the ids that they had in `executions`.
CREATE TABLE removed_executions (
    id INTEGER PRIMARY KEY,
    execution_id BLOB NOT NULL UNIQUE,
    parent BLOB,
    commit_id INTEGER NOT NULL,
    digest BLOB NOT NULL,
    prune INTEGER NOT NULL
);
CREATE INDEX removed_executions_by_parent ON removed_executions (parent) WHERE parent IS NOT NULL;

-- For people: ids as they are written in addresses.
CREATE VIEW uuids AS SELECT id, lower(
    substr(hex(ecs_id), 1, 8) || '-' || substr(hex(ecs_id), 9, 4) || '-' || substr(hex(ecs_id), 13, 4) || '-' ||
    substr(hex(ecs_id), 17, 4) || '-' || substr(hex(ecs_id), 21)) AS uuid FROM versions;

CREATE VIEW removed_uuids AS SELECT id, lower(
    substr(hex(ecs_id), 1, 8) || '-' || substr(hex(ecs_id), 9, 4) || '-' || substr(hex(ecs_id), 13, 4) || '-' ||
    substr(hex(ecs_id), 17, 4) || '-' || substr(hex(ecs_id), 21)) AS uuid FROM removed_versions;

CREATE VIEW log AS SELECT
    lower(substr(hex(e.execution_id), 1, 8) || '-' || substr(hex(e.execution_id), 9, 4) || '-' ||
          substr(hex(e.execution_id), 13, 4) || '-' || substr(hex(e.execution_id), 17, 4) || '-' ||
          substr(hex(e.execution_id), 21)) AS execution,
    strftime('%Y-%m-%dT%H:%M:%f', e.started_at / 1000000000.0, 'unixepoch') AS started_at,
    c.name AS callable, e.outcome, e.code, e.message, e.strategy, e.retries, e.duration / 1000 AS microseconds
FROM executions e JOIN callables c ON c.id = e.callable ORDER BY e.execution_id;

-- Every version, with what made it, in the order of the commits.
CREATE VIEW history AS SELECT
    lower(substr(hex(l.lineage_id), 1, 8) || '-' || substr(hex(l.lineage_id), 9, 4) || '-' ||
          substr(hex(l.lineage_id), 13, 4) || '-' || substr(hex(l.lineage_id), 17, 4) || '-' ||
          substr(hex(l.lineage_id), 21)) AS lineage,
    '@' || u.uuid AS version, '@' || coalesce(p.uuid, r.uuid) AS parent, t.name AS type, c.name AS callable,
    strftime('%Y-%m-%dT%H:%M:%f', e.started_at / 1000000000.0, 'unixepoch') AS started_at, v.json,
    EXISTS (SELECT 1 FROM heads h WHERE h.lineage = v.lineage AND h.version = v.id) AS is_head
FROM versions v JOIN lineages l ON l.id = v.lineage JOIN uuids u ON u.id = v.id JOIN types t ON t.id = v.type
LEFT JOIN uuids p ON p.id = v.parent LEFT JOIN removed_uuids r ON r.id = v.parent
LEFT JOIN executions e ON e.execution_id = v.execution_id LEFT JOIN callables c ON c.id = e.callable ORDER BY v.id;

-- Each field of each version: the call that last wrote it, and when; or whether it may have been written before that, by
-- what was removed.
CREATE VIEW blame AS
WITH RECURSIVE written (version, field, value, at) AS (
    SELECT v.id, f.key, f.value, v.id FROM versions v, json_each(v.json) f
    UNION ALL
    SELECT w.version, w.field, w.value, a.parent FROM written w JOIN versions a ON a.id = w.at
    JOIN versions b ON b.id = a.parent
    WHERE json_extract(b.json, '$."' || w.field || '"') IS w.value
)
SELECT '@' || u.uuid AS version, w.field, w.value, '@' || wu.uuid AS written_by, c.name AS callable,
    strftime('%Y-%m-%dT%H:%M:%f', e.started_at / 1000000000.0, 'unixepoch') AS started_at,
    EXISTS (SELECT 1 FROM removed_versions r WHERE r.id = v.parent) AS or_before
FROM (SELECT version, field, value, min(at) AS at FROM written GROUP BY version, field) w
JOIN versions v ON v.id = w.at JOIN uuids u ON u.id = w.version JOIN uuids wu ON wu.id = w.at
LEFT JOIN executions e ON e.execution_id = v.execution_id LEFT JOIN callables c ON c.id = e.callable;

-- Which versions each version that a call put out was derived from.
CREATE VIEW derivation AS SELECT '@' || o.uuid AS version, c.name AS callable,
    CASE i.role WHEN 0 THEN 'argument' WHEN 1 THEN 'config' ELSE 'input' END AS role, '@' || s.uuid AS derived_from
FROM links out JOIN links i ON i.execution = out.execution AND i.role IN (0, 1, 3)
JOIN uuids o ON o.id = out.version JOIN uuids s ON s.id = i.version
JOIN executions e ON e.id = out.execution JOIN callables c ON c.id = e.callable
WHERE out.role IN (2, 4);

-- What was removed, when, and what was kept then.
CREATE VIEW removed AS
SELECT 'version' AS kind, '@' || u.uuid AS id, strftime('%Y-%m-%dT%H:%M:%f', p.pruned_at / 1000000000.0, 'unixepoch')
    AS pruned_at, p.policy
FROM removed_versions v JOIN removed_uuids u ON u.id = v.id JOIN prunes p ON p.commit_id = v.prune
UNION ALL SELECT 'execution',
    lower(substr(hex(e.execution_id), 1, 8) || '-' || substr(hex(e.execution_id), 9, 4) || '-' ||
          substr(hex(e.execution_id), 13, 4) || '-' || substr(hex(e.execution_id), 17, 4) || '-' ||
          substr(hex(e.execution_id), 21)),
    strftime('%Y-%m-%dT%H:%M:%f', p.pruned_at / 1000000000.0, 'unixepoch'), p.policy
FROM removed_executions e JOIN prunes p ON p.commit_id = e.prune;

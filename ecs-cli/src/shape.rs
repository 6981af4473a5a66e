//! The shapes of the answers in JSON. They are documented on the page `docs/command.md`, and stay as they are.

use ecs_core::{
    AnyId, AnyStored, BlameLine, DerivationStep, EcsId, EntityDiff, Execution, ExecutionId, ExecutionTree, FieldChange,
    FieldValue, Graph, HistoryEntry, LineageId, NoLongerKept, Relation, Status,
};
use serde::Serialize;
use serde_json::Value as Json;

use crate::failure::Result;
use crate::when::exact;

/// An execution.
#[derive(Debug, Serialize)]
pub(crate) struct ExecutionShape {
    pub(crate) execution: ExecutionId,
    pub(crate) callable: &'static str,
    fingerprint: String,
    outcome: &'static str,
    error: Option<ErrorShape>,
    strategy: &'static str,
    started_at: String,
    seconds: f64,
    retries: u32,
    parent: Option<ExecutionId>,
    input: Option<EcsId>,
    arguments: Vec<ArgumentShape>,
    configs: Vec<EcsId>,
    outputs: Vec<OutputShape>,
    output_entity: Option<EcsId>,
}

#[derive(Debug, Serialize)]
struct ErrorShape {
    code: &'static str,
    message: String,
}

#[derive(Debug, Serialize)]
struct ArgumentShape {
    name: &'static str,
    kind: String,
    versions: Vec<EcsId>,
    sources: Vec<SourceShape>,
}

#[derive(Debug, Serialize)]
struct SourceShape {
    to: String,
    from: String,
}

#[derive(Debug, Serialize)]
struct OutputShape {
    index: u32,
    version: EcsId,
    lineage: LineageId,
    semantics: String,
    is_changed: bool,
}

/// How an execution ended, in one word.
pub(crate) fn outcome(status: &Status) -> &'static str {
    match status {
        Status::Succeeded => "succeeded",
        Status::Failed { .. } => "failed",
        Status::Cancelled => "cancelled",
        _ => "unknown",
    }
}

impl ExecutionShape {
    pub(crate) fn of(execution: &Execution) -> Self {
        let error = match execution.status() {
            Status::Failed { code, message } => Some(ErrorShape { code, message: message.to_string() }),
            _ => None,
        };
        let arguments = execution.arguments().map(|argument| ArgumentShape {
            name: argument.name,
            kind: argument.kind.to_string(),
            versions: argument.versions.to_vec(),
            sources: argument
                .sources
                .iter()
                .map(|source| SourceShape { to: source.to.to_string(), from: source.from.to_string() })
                .collect(),
        });
        let outputs = execution.outputs.iter().map(|output| OutputShape {
            index: output.output_index,
            version: output.ecs_id,
            lineage: output.lineage_id,
            semantics: output.semantics.to_string(),
            is_changed: output.is_changed,
        });
        Self {
            execution: execution.id,
            callable: execution.callable(),
            fingerprint: execution.fingerprint().to_string(),
            outcome: outcome(execution.status()),
            error,
            strategy: execution.strategy.name(),
            started_at: exact(execution.started_at()),
            seconds: execution.duration().as_secs_f64(),
            retries: execution.retries(),
            parent: execution.parent,
            input: execution.input,
            arguments: arguments.collect(),
            configs: execution.configs.to_vec(),
            outputs: outputs.collect(),
            output_entity: execution.output_entity,
        }
    }
}

/// Something that was pruned.
#[derive(Debug, Serialize)]
pub(crate) struct GoneShape {
    version: Option<EcsId>,
    execution: Option<ExecutionId>,
    pruned_at: String,
    policy: String,
}

impl GoneShape {
    pub(crate) fn of(gone: &NoLongerKept) -> Self {
        let (version, execution) = match gone.id {
            AnyId::Version(id) => (Some(id), None),
            AnyId::Execution(id) => (None, Some(id)),
            AnyId::Lineage(_) => (None, None),
        };
        Self { version, execution, pruned_at: exact(gone.pruned_at), policy: gone.policy.to_string() }
    }
}

/// An execution with those that it called.
#[derive(Debug, Serialize)]
pub(crate) struct ExecutionTreeShape {
    #[serde(flatten)]
    execution: ExecutionShape,
    nested: Vec<ExecutionTreeShape>,
    no_longer_kept: Vec<GoneShape>,
}

impl ExecutionTreeShape {
    pub(crate) fn of(tree: &ExecutionTree) -> Option<Self> {
        // Each comes before what it called, so what is open is a path from the first to the last.
        let mut open: Vec<Self> = Vec::new();
        for entry in tree.entries() {
            close(&mut open, entry.depth);
            let no_longer_kept = entry.no_longer_kept.iter().map(GoneShape::of).collect();
            open.push(Self { execution: ExecutionShape::of(&entry.execution), nested: Vec::new(), no_longer_kept });
        }
        close(&mut open, 1);
        open.pop()
    }
}

/// Puts what is open below `depth` where it belongs.
fn close(open: &mut Vec<ExecutionTreeShape>, depth: usize) {
    while open.len() > depth.max(1) {
        if let (Some(done), Some(parent)) = (open.pop(), open.last_mut()) {
            parent.nested.push(done);
        }
    }
}

/// A version.
#[derive(Debug, Serialize)]
pub(crate) struct VersionShape {
    pub(crate) version: EcsId,
    lineage: LineageId,
    r#type: &'static str,
    is_config: bool,
    time: String,
    parent: Option<EcsId>,
    forked_from: Option<EcsId>,
    root: EcsId,
    holder: Option<EcsId>,
    path: String,
    execution: Option<ExecutionId>,
    content_hash: String,
    references: Vec<EcsId>,
    pub(crate) fields: Json,
}

impl VersionShape {
    pub(crate) fn of(version: &AnyStored) -> Result<Self> {
        Ok(Self {
            version: version.ecs_id(),
            lineage: version.lineage_id(),
            r#type: version.entity_type().name(),
            is_config: version.entity_type().is_config(),
            time: exact(version.time()),
            parent: version.parent(),
            forked_from: version.forked_from(),
            root: version.root(),
            holder: version.holder(),
            path: version.path().to_string(),
            execution: version.execution_id(),
            content_hash: version.content_hash().to_string(),
            references: version.references().to_vec(),
            fields: version.fields_to_json()?,
        })
    }
}

/// A field that changed.
#[derive(Debug, Serialize)]
pub(crate) struct ChangeShape {
    field: &'static str,
    before: Option<Json>,
    after: Json,
}

/// A value of a field. Why it has no JSON form, if it has none.
pub(crate) fn value(value: &FieldValue) -> Json {
    match value {
        FieldValue::Json(value) => value.clone(),
        FieldValue::NotJson(reason) => Json::from_iter([("$not_json", reason.as_str())]),
        FieldValue::Gone => Json::from_iter([("$gone", true)]),
    }
}

impl ChangeShape {
    fn of(change: &FieldChange) -> Self {
        Self { field: change.field, before: change.before.as_ref().map(value), after: value(&change.after) }
    }
}

/// What became of an entity.
#[derive(Debug, Serialize)]
pub(crate) struct EntityDiffShape {
    lineage: LineageId,
    r#type: &'static str,
    path: String,
    moved_from: Option<String>,
    before: Option<EcsId>,
    after: Option<EcsId>,
    changes: Vec<ChangeShape>,
}

impl EntityDiffShape {
    pub(crate) fn of(entity: &EntityDiff) -> Self {
        Self {
            lineage: entity.lineage_id,
            r#type: entity.type_name,
            path: entity.path.to_string(),
            moved_from: entity.moved_from.as_ref().map(ToString::to_string),
            before: entity.before,
            after: entity.after,
            changes: entity.fields.iter().map(ChangeShape::of).collect(),
        }
    }
}

/// A version in the history of a thing.
#[derive(Debug, Serialize)]
pub(crate) struct HistoryShape {
    version: EcsId,
    r#type: &'static str,
    time: String,
    parent: Option<EcsId>,
    forked_from: Option<EcsId>,
    is_head: bool,
    execution: Option<ExecutionId>,
    callable: Option<&'static str>,
    configs: Vec<EcsId>,
    changes: Vec<ChangeShape>,
    below: Vec<EntityDiffShape>,
    no_longer_kept: Vec<GoneShape>,
}

impl HistoryShape {
    pub(crate) fn of(entry: &HistoryEntry) -> Self {
        Self {
            version: entry.version.ecs_id(),
            r#type: entry.version.entity_type().name(),
            time: exact(entry.version.time()),
            parent: entry.version.parent(),
            forked_from: entry.version.forked_from(),
            is_head: entry.is_head,
            execution: entry.version.execution_id(),
            callable: entry.execution.as_ref().map(|execution| execution.callable()),
            configs: entry.configs.iter().map(AnyStored::ecs_id).collect(),
            changes: entry.changes.iter().map(ChangeShape::of).collect(),
            below: entry.below.iter().map(EntityDiffShape::of).collect(),
            no_longer_kept: entry.no_longer_kept.iter().map(GoneShape::of).collect(),
        }
    }
}

/// A difference between two versions.
#[derive(Debug, Serialize)]
pub(crate) struct DiffShape {
    pub(crate) from: EcsId,
    pub(crate) to: EcsId,
    pub(crate) entities: Vec<EntityDiffShape>,
}

/// Who wrote a field.
#[derive(Debug, Serialize)]
pub(crate) struct BlameShape {
    path: String,
    value: Json,
    version: EcsId,
    time: String,
    execution: Option<ExecutionId>,
    callable: Option<&'static str>,
    configs: Vec<EcsId>,
    source: Option<String>,
    no_longer_kept: Option<GoneShape>,
}

impl BlameShape {
    pub(crate) fn of(line: &BlameLine) -> Self {
        Self {
            path: line.path.to_string(),
            value: value(&line.value),
            version: line.version.ecs_id(),
            time: exact(line.time),
            execution: line.version.execution_id(),
            callable: line.execution.as_ref().map(|execution| execution.callable()),
            configs: line.configs.iter().map(AnyStored::ecs_id).collect(),
            source: line.source.as_ref().map(ToString::to_string),
            no_longer_kept: line.no_longer_kept.as_ref().map(GoneShape::of),
        }
    }
}

/// What a version was derived from, or what was derived from it.
#[derive(Debug, Serialize)]
pub(crate) struct DerivationShape {
    pub(crate) version: EcsId,
    pub(crate) is_complete: bool,
    pub(crate) steps: Vec<StepShape>,
    pub(crate) no_longer_kept: Vec<GoneShape>,
}

#[derive(Debug, Serialize)]
pub(crate) struct StepShape {
    version: EcsId,
    r#type: &'static str,
    depth: usize,
    reached_from: EcsId,
    relation: &'static str,
    argument: Option<&'static str>,
    source: Option<String>,
    execution: Option<ExecutionId>,
    callable: Option<&'static str>,
}

impl StepShape {
    pub(crate) fn of(step: &DerivationStep) -> Self {
        let (relation, argument, source) = match &step.relation {
            Relation::Argument(name) => ("argument", Some(*name), None),
            Relation::Source(address) => ("source", None, Some(address.to_string())),
            Relation::Config => ("config", None, None),
            Relation::Input => ("input", None, None),
            Relation::Next => ("next", None, None),
            Relation::Fork => ("fork", None, None),
            Relation::Reference => ("reference", None, None),
            Relation::Attached => ("attached", None, None),
            _ => ("other", None, None),
        };
        Self {
            version: step.version.ecs_id(),
            r#type: step.version.entity_type().name(),
            depth: step.depth,
            reached_from: step.reached_from,
            relation,
            argument,
            source,
            execution: step.execution.as_ref().map(|execution| execution.id),
            callable: step.execution.as_ref().map(|execution| execution.callable()),
        }
    }
}

/// A picture.
#[derive(Debug, Serialize)]
pub(crate) struct GraphShape {
    nodes: Vec<GraphNodeShape>,
    edges: Vec<GraphEdgeShape>,
}

#[derive(Debug, Serialize)]
struct GraphNodeShape {
    key: String,
    lines: Vec<String>,
    shape: String,
    mark: String,
}

#[derive(Debug, Serialize)]
struct GraphEdgeShape {
    from: String,
    to: String,
    label: String,
    line: String,
}

impl GraphShape {
    pub(crate) fn of(graph: &Graph) -> Self {
        let word = |name: String| name.to_ascii_lowercase();
        Self {
            nodes: graph
                .nodes()
                .iter()
                .map(|node| GraphNodeShape {
                    key: node.key.clone(),
                    lines: node.label_lines.clone(),
                    shape: word(format!("{:?}", node.shape)),
                    mark: word(format!("{:?}", node.mark)),
                })
                .collect(),
            edges: graph
                .edges()
                .iter()
                .map(|edge| GraphEdgeShape {
                    from: edge.from.clone(),
                    to: edge.to.clone(),
                    label: edge.label.clone(),
                    line: word(format!("{:?}", edge.line)),
                })
                .collect(),
        }
    }
}

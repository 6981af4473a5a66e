//! Executions as a store outside of memory keeps them.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::entity::{EcsId, ExecutionId, LineageId};
use crate::error::{ErrorKind, Result};
use crate::execution::{Arguments, Ending, Execution, Given, Output, Semantics, Source, Status, Strategy};
use crate::registry::Registry;
use crate::signature::{Description, Fingerprint, Kind, Param};

/// What is stored of one execution, as plain data for any serde format.
///
/// `of` and `restore` are each other's inverse, but for the time within a nanosecond that no clock tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExecutionRecord {
    /// The execution's id.
    pub id: ExecutionId,
    /// The callable's name.
    pub callable: Box<str>,
    /// The hash of the function's tokens.
    pub fingerprint: [u8; 32],
    /// The execution from inside which it was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ExecutionId>,
    /// The execution whose result it reused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reused: Option<ExecutionId>,
    /// The name of its strategy.
    pub strategy: Box<str>,
    /// The input entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<EcsId>,
    /// What was given for each parameter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<ArgumentRecord>,
    /// Every config used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub configs: Vec<EcsId>,
    /// Every entity put out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<OutputRecord>,
    /// The generated output entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_entity: Option<EcsId>,
    /// How it ended: `succeeded`, `failed` or `cancelled`.
    pub outcome: Box<str>,
    /// The code of its error, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Box<str>>,
    /// What that error says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Box<str>>,
    /// How often the function ran again.
    #[serde(default)]
    pub retries: u32,
    /// When it started, in nanoseconds since 1970.
    pub started_at: u64,
    /// How long it took, in nanoseconds.
    pub duration: u64,
}

/// What was given for one parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ArgumentRecord {
    /// The parameter.
    pub name: Box<str>,
    /// What the parameter is.
    pub kind: Box<str>,
    /// The versions given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<EcsId>,
    /// The addresses it took values from: where in the argument, and from where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<(Box<str>, Box<str>)>,
}

/// One entity put out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OutputRecord {
    /// The version.
    pub ecs_id: EcsId,
    /// The thing it is a version of.
    pub lineage_id: LineageId,
    /// What happened to it: `mutation`, `creation` or `detachment`.
    pub semantics: Box<str>,
    /// Whether the execution made the version.
    pub is_changed: bool,
}

impl ArgumentRecord {
    /// The record of an argument that was given nothing.
    #[must_use]
    pub fn new(name: Box<str>, kind: Box<str>) -> Self {
        Self { name, kind, versions: Vec::new(), sources: Vec::new() }
    }
}

impl OutputRecord {
    /// The record of an output.
    #[must_use]
    pub fn new(ecs_id: EcsId, lineage_id: LineageId, semantics: Box<str>, is_changed: bool) -> Self {
        Self { ecs_id, lineage_id, semantics, is_changed }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl ExecutionRecord {
    /// The record of an execution that took and put out nothing; what else is known of it is filled in.
    #[must_use]
    pub fn new(
        id: ExecutionId,
        callable: Box<str>,
        fingerprint: [u8; 32],
        strategy: Box<str>,
        outcome: Box<str>,
    ) -> Self {
        Self {
            id,
            callable,
            fingerprint,
            parent: None,
            reused: None,
            strategy,
            input: None,
            arguments: Vec::new(),
            configs: Vec::new(),
            outputs: Vec::new(),
            output_entity: None,
            outcome,
            code: None,
            message: None,
            retries: 0,
            started_at: 0,
            duration: 0,
        }
    }

    /// What is stored of an execution.
    #[must_use]
    pub fn of(execution: &Execution) -> Self {
        let (code, message) = match execution.status() {
            Status::Failed { code, message } => (Some((*code).into()), Some(message.clone())),
            Status::Succeeded | Status::Cancelled => (None, None),
        };
        let arguments = execution.arguments().map(|argument| ArgumentRecord {
            name: argument.name.into(),
            kind: argument.kind.to_string().into(),
            versions: argument.versions.to_vec(),
            sources: argument
                .sources
                .iter()
                .map(|source| (source.to.to_string().into(), source.from.to_string().into()))
                .collect(),
        });
        let outputs = execution.outputs.iter().map(|output| OutputRecord {
            ecs_id: output.ecs_id,
            lineage_id: output.lineage_id,
            semantics: output.semantics.to_string().into(),
            is_changed: output.is_changed,
        });
        Self {
            id: execution.id,
            callable: execution.callable().into(),
            fingerprint: execution.fingerprint().0,
            parent: execution.parent,
            reused: execution.reused(),
            strategy: execution.strategy.name().into(),
            input: execution.input,
            arguments: arguments.collect(),
            configs: execution.configs.to_vec(),
            outputs: outputs.collect(),
            output_entity: execution.output_entity,
            outcome: match execution.status() {
                Status::Succeeded => "succeeded",
                Status::Failed { .. } => "failed",
                Status::Cancelled => "cancelled",
            }
            .into(),
            code,
            message,
            retries: execution.retries(),
            started_at: nanoseconds(execution.started_at().duration_since(UNIX_EPOCH).unwrap_or_default()),
            duration: nanoseconds(execution.duration()),
        }
    }

    /// The execution that this is the record of.
    ///
    /// # Errors
    ///
    /// `unreadable-execution` if something in it is not what `of` writes.
    pub fn restore(&self) -> Result<Arc<Execution>> {
        let unreadable = |what: &str, found: &str| {
            ErrorKind::UnreadableExecution {
                execution_id: self.id,
                reason: format!("there is no {what} `{found}`").into(),
            }
            .into()
        };
        let strategy = STRATEGIES.into_iter().find(|strategy| strategy.name() == &*self.strategy);
        let status = match (&*self.outcome, &self.code, &self.message) {
            ("succeeded", ..) => Status::Succeeded,
            ("cancelled", ..) => Status::Cancelled,
            ("failed", Some(code), Some(message)) => Status::Failed { code: interned(code), message: message.clone() },
            (other, ..) => return Err(unreadable("outcome", other)),
        };
        let mut given = Given::default();
        for argument in &self.arguments {
            given.begin();
            argument.versions.iter().for_each(|version| given.add_version(*version));
            for (to, from) in &argument.sources {
                given.add_source(Source { to: to.parse()?, from: from.parse()? });
            }
        }
        let parameters = self.arguments.iter().map(|argument| {
            let kind = KINDS.into_iter().find(|kind| kind.to_string() == *argument.kind);
            Ok((&*argument.name, kind.ok_or_else(|| unreadable("kind", &argument.kind))?))
        });
        let parameters = parameters.collect::<Result<Vec<_>>>()?;
        let definition = definition_of(&self.callable, Fingerprint(self.fingerprint), &parameters)?;
        let outputs = (0_u32..).zip(&self.outputs).map(|(output_index, output)| {
            let semantics = SEMANTICS.into_iter().find(|semantics| semantics.to_string() == *output.semantics);
            Ok(Output {
                output_index,
                ecs_id: output.ecs_id,
                lineage_id: output.lineage_id,
                semantics: semantics.ok_or_else(|| unreadable("semantics", &output.semantics))?,
                is_changed: output.is_changed,
            })
        });
        Ok(Arc::new(Execution {
            id: self.id,
            parent: self.parent,
            strategy: strategy.ok_or_else(|| unreadable("strategy", &self.strategy))?,
            input: self.input,
            configs: self.configs.as_slice().into(),
            outputs: outputs.collect::<Result<_>>()?,
            output_entity: self.output_entity,
            definition,
            arguments: Arguments::new(definition, &given),
            nanoseconds: self.duration,
            ending: Ending { status, retries: self.retries, reused: self.reused }.boxed(),
        }))
    }
}

const STRATEGIES: [Strategy; 5] = [
    Strategy::SingleEntityDirect,
    Strategy::SingleEntityWithConfig,
    Strategy::MultiEntityComposite,
    Strategy::PureBorrowing,
    Strategy::NoInputs,
];
const KINDS: [Kind; 5] = [Kind::Entity, Kind::Entities, Kind::Config, Kind::Value, Kind::Context];
const SEMANTICS: [Semantics; 3] = [Semantics::Mutation, Semantics::Creation, Semantics::Detachment];

/// The callable that ran: this program's, if it is the same still, or one that is known by its runs only.
///
/// A description lives as long as the program, like those of the program's own callables. There is one for each
/// callable, and each edit of it, in what is read.
fn definition_of(name: &str, fingerprint: Fingerprint, parameters: &[(&str, Kind)]) -> Result<&'static Description> {
    type Known = (String, Fingerprint, Vec<(String, Kind)>);
    static DEFINITIONS: Mutex<Option<HashMap<Known, &'static Description>>> = Mutex::new(None);

    if let Ok(registered) = Registry::get()?.callable(name) {
        let definition = registered.description();
        let own = definition.inputs().map(|param| (param.name, param.kind));
        if definition.fingerprint == fingerprint && own.take(parameters.len()).eq(parameters.iter().copied()) {
            return Ok(definition);
        }
    }
    let owned = parameters.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    let mut definitions = DEFINITIONS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = definitions.get_or_insert_default().entry((name.to_owned(), fingerprint, owned));
    Ok(known.or_insert_with(|| {
        let params = parameters.iter().map(|(name, kind)| Param::unknown(interned(name), *kind));
        let params: &'static [Param] = Box::leak(params.collect());
        Box::leak(Box::new(Description::unknown(interned(name), fingerprint, params)))
    }))
}

/// A name that lives as long as the program, as those in it do. There are as many as names of callables,
/// parameters and codes in what is read.
fn interned(name: &str) -> &'static str {
    static NAMES: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let names = names.get_or_insert_default();
    if let Some(known) = names.get(name) {
        return known;
    }
    let name: &'static str = Box::leak(name.into());
    names.insert(name);
    name
}

//! The record of one run.

use std::fmt;
use std::time::{Duration, SystemTime};

use smallvec::SmallVec;

use crate::address::{Address, Path};
use crate::callable::Fingerprint;
use crate::entity::{EcsId, ExecutionId, LineageId};
use crate::signature::Kind;

/// How the inputs of a call were bound. Running, settling and committing are the same for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Strategy {
    /// One entity and nothing else: the entity is the input.
    SingleEntityDirect,
    /// A config in the signature, or one entity with plain values, which are recorded in the
    /// generated config.
    SingleEntityWithConfig,
    /// Several entities: a generated input entity refers to them and holds the plain values.
    MultiEntityComposite,
    /// Values and addresses only: a generated input entity holds and refers to what they gave.
    PureBorrowing,
    /// No inputs.
    NoInputs,
}

impl Strategy {
    /// The name under which the strategy is recorded.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SingleEntityDirect => "SingleEntityDirect",
            Self::SingleEntityWithConfig => "SingleEntityWithConfig",
            Self::MultiEntityComposite => "MultiEntityComposite",
            Self::PureBorrowing => "PureBorrowing",
            Self::NoInputs => "NoInputs",
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What happened to an entity that a call put out. It follows from the entity's `Id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Semantics {
    /// The next version of a thing that was there, or the same one if its content is unchanged.
    Mutation,
    /// A thing that was not there before.
    Creation,
    /// A thing that was part of an input and now stands on its own.
    Detachment,
}

impl fmt::Display for Semantics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mutation => "mutation",
            Self::Creation => "creation",
            Self::Detachment => "detachment",
        })
    }
}

/// How an execution ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// It returned, and everything it put out was committed.
    Succeeded,
    /// It was refused, returned an error, panicked or met a conflict; it left no version.
    Failed {
        /// The code of the error.
        code: &'static str,
        /// What the error says.
        message: Box<str>,
    },
    /// Its future was dropped before it completed; it left no version.
    Cancelled,
}

/// How an execution ended, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// See [`Status::Succeeded`].
    Succeeded,
    /// See [`Status::Failed`].
    Failed,
    /// See [`Status::Cancelled`].
    Cancelled,
}

impl Status {
    /// How the execution ended, without the details.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Succeeded => Outcome::Succeeded,
            Self::Failed { .. } => Outcome::Failed,
            Self::Cancelled => Outcome::Cancelled,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Succeeded => f.write_str("succeeded"),
            Self::Failed { code, message } => write!(f, "failed ({code}): {message}"),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}

/// A value that an argument took from an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where in the argument it went; empty for the whole argument.
    pub to: Path,
    /// Where it came from; `@head:` is resolved to the version that was the head.
    pub from: Address,
}

/// What a call was given for one parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Argument {
    /// The parameter.
    pub name: &'static str,
    /// What the parameter is.
    pub kind: Kind,
    /// The versions of the entities or the config given. Plain values are in the generated input
    /// or config entity, under the parameter's name.
    pub versions: SmallVec<[EcsId; 1]>,
    /// The addresses it took values from.
    pub sources: Vec<Source>,
}

/// One entity that a call put out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// Its position among the outputs: what is behind `&mut` first, then the result, both in
    /// order.
    pub output_index: u32,
    /// The version.
    pub ecs_id: EcsId,
    /// The thing it is a version of.
    pub lineage_id: LineageId,
    /// What happened to it.
    pub semantics: Semantics,
    /// Whether this execution made the version; if not, the content was unchanged.
    pub is_changed: bool,
}

/// The record of one run of a callable.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Execution {
    /// The execution's id; ids sort by the time the executions started.
    pub id: ExecutionId,
    /// The callable's name.
    pub callable: &'static str,
    /// The hash of the function's tokens.
    pub fingerprint: Fingerprint,
    /// The execution from inside which this one was called.
    pub parent: Option<ExecutionId>,
    /// How the inputs were bound.
    pub strategy: Strategy,
    /// The input entity: the one entity given, or the generated one that refers to all.
    pub input: Option<EcsId>,
    /// What was given for each parameter, in order; as far as binding came.
    pub arguments: Vec<Argument>,
    /// Every config used, generated ones included.
    pub configs: SmallVec<[EcsId; 1]>,
    /// Every entity put out, in order. Together they are siblings.
    pub outputs: SmallVec<[Output; 1]>,
    /// The generated output entity that holds the plain values of the result.
    pub output_entity: Option<EcsId>,
    /// How it ended.
    pub status: Status,
    /// How often the function ran again because another commit came first.
    pub retries: u32,
    /// When it started.
    pub started_at: SystemTime,
    /// How long it took, committing excluded.
    pub duration: Duration,
}

impl Execution {
    /// Whether everything it put out was committed.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status == Status::Succeeded
    }

    /// The other entities that were put out together with `ecs_id`.
    pub fn siblings(&self, ecs_id: EcsId) -> impl Iterator<Item = &Output> {
        self.outputs.iter().filter(move |output| output.ecs_id != ecs_id)
    }

    /// The argument given for a parameter.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&Argument> {
        self.arguments.iter().find(|argument| argument.name == name)
    }

    /// Every version it refers to: inputs, configs and outputs.
    pub fn versions(&self) -> impl Iterator<Item = EcsId> {
        let arguments = self.arguments.iter().flat_map(|argument| argument.versions.iter().copied());
        let outputs = self.outputs.iter().map(|output| output.ecs_id);
        arguments.chain(self.input).chain(self.configs.iter().copied()).chain(outputs).chain(self.output_entity)
    }
}

impl fmt::Display for Execution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {} {} ({:?})", self.id, self.callable, self.status, self.duration)?;
        write!(f, "  strategy {}", self.strategy)?;
        if self.retries > 0 {
            write!(f, ", ran {} times", u64::from(self.retries) + 1)?;
        }
        if let Some(input) = self.input {
            write!(f, "\n  input @{input}")?;
        }
        for argument in &self.arguments {
            write!(f, "\n  {} {}", argument.kind, argument.name)?;
            for version in &argument.versions {
                write!(f, " @{version}")?;
            }
            for source in &argument.sources {
                write!(f, " from {}", source.from)?;
            }
        }
        let given = |config: &EcsId| self.arguments.iter().any(|argument| argument.versions.contains(config));
        for config in self.configs.iter().filter(|config| !given(config)) {
            write!(f, "\n  values @{config}")?;
        }
        for output in &self.outputs {
            let unchanged = if output.is_changed { "" } else { ", unchanged" };
            write!(f, "\n  output {} @{} ({}{unchanged})", output.output_index, output.ecs_id, output.semantics)?;
        }
        if let Some(output) = self.output_entity {
            write!(f, "\n  output values @{output}")?;
        }
        Ok(())
    }
}

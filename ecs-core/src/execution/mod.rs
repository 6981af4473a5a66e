//! The record of one run.

mod arguments;
mod put_out;

use std::fmt;
use std::time::{Duration, SystemTime};

use smallvec::SmallVec;

pub use self::arguments::Argument;
pub(crate) use self::arguments::{Arguments, Given};
pub(crate) use self::put_out::PutOut;
use crate::address::{Address, Path};

use crate::entity::{EcsId, ExecutionId, LineageId};
use crate::signature::{Description, Fingerprint};

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
#[non_exhaustive]
pub struct Source {
    /// Where in the argument it went; empty for the whole argument.
    pub to: Path,
    /// Where it came from; `@head:` is resolved to the version that was the head.
    pub from: Address,
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
///
/// There is one for every call that was ever made, so it holds nothing that follows from something else:
/// what the callable says of itself is read from there.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Execution {
    /// The execution's id; ids sort by the time the executions started.
    pub id: ExecutionId,
    /// The execution from inside which this one was called.
    pub parent: Option<ExecutionId>,
    /// How the inputs were bound.
    pub strategy: Strategy,
    /// The input entity: the one entity given, or the generated one that refers to all.
    pub input: Option<EcsId>,
    /// Every config used, generated ones included.
    pub configs: SmallVec<[EcsId; 1]>,
    /// Every entity put out, in order. Together they are siblings.
    pub outputs: SmallVec<[Output; 1]>,
    /// The generated output entity that holds the plain values of the result.
    pub output_entity: Option<EcsId>,
    pub(crate) definition: &'static Description,
    pub(crate) arguments: Arguments,
    pub(crate) nanoseconds: u64,
    /// None for the execution that runs and succeeds at once.
    pub(crate) ending: Option<Box<Ending>>,
}

/// How an execution ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) status: Status,
    pub(crate) retries: u32,
    pub(crate) reused: Option<ExecutionId>,
}

impl Ending {
    const AT_ONCE: &'static Self = &Self { status: Status::Succeeded, retries: 0, reused: None };

    /// None if it ran and succeeded at once.
    pub(crate) fn boxed(self) -> Option<Box<Self>> {
        (self != *Self::AT_ONCE).then(|| Box::new(self))
    }
}

impl Execution {
    fn ending(&self) -> &Ending {
        self.ending.as_deref().unwrap_or(Ending::AT_ONCE)
    }

    /// The callable's name.
    #[must_use]
    pub fn callable(&self) -> &'static str {
        self.definition.name
    }

    /// The hash of the function's tokens.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.definition.fingerprint
    }

    /// What was given for each parameter, in order; as far as binding came.
    pub fn arguments(&self) -> impl Iterator<Item = Argument<'_>> {
        self.arguments.of(self.definition)
    }

    /// The argument given for a parameter.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<Argument<'_>> {
        self.arguments().find(|argument| argument.name == name)
    }

    /// How it ended.
    #[must_use]
    pub fn status(&self) -> &Status {
        &self.ending().status
    }

    /// Whether everything it put out was committed.
    #[must_use]
    pub fn is_success(&self) -> bool {
        *self.status() == Status::Succeeded
    }

    /// How often the function ran again because another commit came first.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.ending().retries
    }

    /// The execution whose result it reused, if it did not run: an equal call of a callable with `memo`. What was
    /// plain among its arguments is in the generated entities of that one.
    #[must_use]
    pub fn reused(&self) -> Option<ExecutionId> {
        self.ending().reused
    }

    /// When it started.
    #[must_use]
    pub fn started_at(&self) -> SystemTime {
        self.id.time()
    }

    /// How long it took, committing excluded; nothing if it did not run.
    #[must_use]
    pub fn duration(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds)
    }

    /// The other entities that were put out together with `ecs_id`.
    pub fn siblings(&self, ecs_id: EcsId) -> impl Iterator<Item = &Output> {
        self.outputs.iter().filter(move |output| output.ecs_id != ecs_id)
    }

    /// Every version it refers to: inputs, configs and outputs.
    pub fn versions(&self) -> impl Iterator<Item = EcsId> {
        let arguments = self.arguments.versions().iter().copied();
        let outputs = self.outputs.iter().map(|output| output.ecs_id);
        arguments.chain(self.input).chain(self.configs.iter().copied()).chain(outputs).chain(self.output_entity)
    }
}

impl fmt::Display for Execution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {} {} ({:?})", self.id, self.callable(), self.status(), self.duration())?;
        write!(f, "  strategy {}", self.strategy)?;
        if self.retries() > 0 {
            write!(f, ", ran {} times", u64::from(self.retries()) + 1)?;
        }
        if let Some(reused) = self.reused() {
            write!(f, "\n  reused {reused}")?;
        }
        if let Some(input) = self.input {
            write!(f, "\n  input @{input}")?;
        }
        for argument in self.arguments() {
            write!(f, "\n  {} {}", argument.kind, argument.name)?;
            for version in argument.versions {
                write!(f, " @{version}")?;
            }
            for source in argument.sources {
                write!(f, " from {}", source.from)?;
            }
        }
        for config in self.configs.iter().filter(|config| !self.arguments.versions().contains(config)) {
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

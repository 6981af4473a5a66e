//! What can go wrong while a program runs, each with a stable code.

mod malformed;

use std::any::Any;
use std::fmt;
use std::time::Duration;

use crate::address::{Address, Malformed, Segment};
use crate::id::{EcsId, ExecutionId, Id, LineageId, NoLongerKept};
use crate::location::Location;

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, and in which recorded execution if there is one.
///
/// [`kind`](Self::kind) is for programs, the `Display` text for people. The `Debug` text is the
/// same with the code, so that a `main` that returns the error says what a person needs.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    execution: Option<ExecutionId>,
    /// How many executions that the failed one called had committed.
    kept: u32,
    cause: Option<Cause>,
}

/// The error value that a callable returned.
struct Cause(Box<dyn Any + Send + Sync>);

impl Error {
    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The failed execution that was recorded for this, if the failure was a call's.
    #[must_use]
    pub fn execution(&self) -> Option<ExecutionId> {
        self.0.execution
    }

    /// How many executions called from inside the failed one had committed before it failed. They stay:
    /// [`World::execution_tree`](crate::World::execution_tree) shows them.
    #[must_use]
    pub fn kept_executions(&self) -> u32 {
        self.0.kept
    }

    /// The error value that the callable itself returned, if it was an `E`.
    ///
    /// ```
    /// # use ecs_core::Error;
    /// # fn show(error: &Error) {
    /// if let Some(parse) = error.cause::<std::num::ParseFloatError>() {
    ///     println!("the callable could not read a number: {parse}");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn cause<E: 'static>(&self) -> Option<&E> {
        self.0.cause.as_ref()?.0.downcast_ref()
    }

    /// A stable name for this kind of error, for logs and look-ups.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    pub(crate) fn in_execution(mut self, execution: ExecutionId) -> Self {
        self.0.execution.get_or_insert(execution);
        self
    }

    pub(crate) fn keeping(mut self, executions: u32) -> Self {
        self.0.kept = executions;
        self
    }

    pub(crate) fn with_cause(mut self, cause: impl Any + Send + Sync) -> Self {
        self.0.cause = Some(Cause(Box::new(cause)));
        self
    }
}

impl From<ErrorKind> for Error {
    #[cold]
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, execution: None, kept: 0, cause: None }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.kind.fmt(f)?;
        match self.0.kept {
            0 => Ok(()),
            1 => f.write_str("; an execution called from inside it had committed and stays"),
            kept => write!(f, "; {kept} executions called from inside it had committed and stay"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} [{}", self.code())?;
        if let Some(execution) = self.execution() {
            write!(f, ", recorded as execution {execution}")?;
        }
        f.write_str("]")
    }
}

impl std::error::Error for Error {}

/// Names in a message, or a word for having none.
struct List<'l>(&'l [String]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        for (i, name) in self.0.iter().enumerate() {
            let separator = if i == 0 { "" } else { ", " };
            write!(f, "{separator}`{name}`")?;
        }
        Ok(())
    }
}

/// A type's name as people write it: `Vec<String>` for `alloc::vec::Vec<alloc::string::String>`.
struct TypeName(&'static str);

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(end) = rest.find(|character: char| !character.is_alphanumeric() && character != '_') {
            let (word, tail) = rest.split_at(end);
            rest = match tail.strip_prefix("::") {
                Some(after) => after,
                None => {
                    let (mark, after) = tail.split_at(tail.chars().next().map_or(0, char::len_utf8));
                    write!(f, "{word}{mark}")?;
                    after
                }
            };
        }
        f.write_str(rest)
    }
}

/// `; did you mean …?` where something is near enough.
struct Nearest<'n>(&'n Option<String>);

impl fmt::Display for Nearest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, "; did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}

macro_rules! error_kinds {
    ($($(#[doc = $doc:literal])+ #[error($($message:tt)+)] $name:ident $code:literal { $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty),* $(,)? })+) => {
        /// The kinds of [`Error`], each with a stable code that has a page in `docs/errors`: what it means, an
        /// example that leads to it, and the cure.
        #[derive(Debug, thiserror::Error)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $(
                $(#[doc = $doc])+
                #[doc = concat!("\n\nThe code is `", $code, "`; see `docs/errors/", $code, ".md`.")]
                #[error($($message)+)]
                $name { $($(#[doc = $field_doc])+ $field: $type),* },
            )+
        }

        impl ErrorKind {
            /// Every code there is.
            pub const CODES: &[&str] = &[$($code),+];

            /// A stable name for this kind of error, for logs and look-ups.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $code,)+
                }
            }
        }
    };
}

error_kinds! {
    /// A text is not an address.
    #[error("{}", Malformed { text: address, reason })]
    MalformedAddress "malformed-address" {
        /// The text.
        address: Box<str>,
        /// Which rule it breaks.
        reason: &'static str,
    }

    /// No version has this id.
    #[error("this world has no version @{ecs_id}; a version is of one world, and the newest of a lineage is `@head:` and the id of that")]
    UnknownVersion "unknown-version" {
        /// The id asked for.
        ecs_id: EcsId,
    }

    /// No lineage has this id.
    #[error("this world has no lineage {lineage_id}")]
    UnknownLineage "unknown-lineage" {
        /// The id asked for.
        lineage_id: LineageId,
    }

    /// It was stored, and was removed since under a policy of retention.
    #[error("{gone}")]
    NoLongerKept "no-longer-kept" {
        /// What was removed, when, and what was kept then.
        gone: NoLongerKept,
    }

    /// What is stored of a version is not what was written.
    #[error("@{ecs_id} cannot be read: {reason}")]
    UnreadableVersion "unreadable-version" {
        /// The version.
        ecs_id: EcsId,
        /// What is wrong with it.
        reason: Box<str>,
    }

    /// What is stored of an execution is not what was written.
    #[error("execution {execution_id} cannot be read: {reason}")]
    UnreadableExecution "unreadable-execution" {
        /// The execution.
        execution_id: ExecutionId,
        /// What is wrong with it.
        reason: Box<str>,
    }

    /// A store outside of memory could not be read or written.
    #[error("{place}: {reason}")]
    Store "store" {
        /// Which store, such as the path of a file.
        place: Box<str>,
        /// What went wrong, and what can be done.
        reason: Box<str>,
    }

    /// A version was stored by another form of its type, which this one cannot read.
    #[error("@{ecs_id} is a `{type_name}` that was stored with the fields {}, and the type has {} now: {reason}; give a new field `#[serde(default)]`, a renamed one `#[serde(alias = \"…\")]`, or the type a version of its own, `#[entity(version = 2, upgrade = path)]`", List(stored), List(accepted))]
    ChangedType "changed-type" {
        /// The version.
        ecs_id: EcsId,
        /// The stable name of the type.
        type_name: &'static str,
        /// The fields it was stored with, each with what it is.
        stored: Vec<String>,
        /// The fields that the type has.
        accepted: Vec<String>,
        /// What does not fit.
        reason: Box<str>,
    }

    /// What an earlier version of its type stored could not be made what the type is now.
    #[error("@{ecs_id} was stored as version {stored_version} of `{type_name}`, with the fields {}, and the upgrade to version {version}, with {}, failed: {reason}", List(stored), List(accepted))]
    FailedUpgrade "failed-upgrade" {
        /// The version.
        ecs_id: EcsId,
        /// The stable name of the type.
        type_name: &'static str,
        /// The version of the type that it was stored as.
        stored_version: u32,
        /// The fields it was stored with, each with what it is.
        stored: Vec<String>,
        /// The version of the type in this program.
        version: u32,
        /// The fields that the type has.
        accepted: Vec<String>,
        /// What the upgrade says.
        reason: Box<str>,
    }

    /// A version was stored by a later version of its type than this program has.
    #[error("@{ecs_id} was stored as version {stored_version} of `{type_name}`, with the fields {}, and this program has version {version}, with {}; read it with a program that has the later version, or with the command `ecs`, which needs none", List(stored), List(accepted))]
    LaterType "later-type" {
        /// The version.
        ecs_id: EcsId,
        /// The stable name of the type.
        type_name: &'static str,
        /// The version of the type that it was stored as.
        stored_version: u32,
        /// The fields it was stored with, each with what it is.
        stored: Vec<String>,
        /// The version of the type in this program.
        version: u32,
        /// The fields that the type has.
        accepted: Vec<String>,
    }

    /// What an earlier version of a type stored is not what its upgrade reads it as.
    #[error("what is stored is no `{}`: {reason}", TypeName(accepted))]
    OtherShape "other-shape" {
        /// The type it was to be read as.
        accepted: &'static str,
        /// What does not fit.
        reason: Box<str>,
    }

    /// No execution has this id.
    #[error("this world has no execution {execution_id}")]
    UnknownExecution "unknown-execution" {
        /// The id asked for.
        execution_id: ExecutionId,
    }

    /// A path names a field or key that is not there.
    #[error("`{address}` leads nowhere: there is no `{step}`; there are {}", List(accepted))]
    UnknownField "unknown-field" {
        /// The whole address.
        address: Address,
        /// The step that failed.
        step: Segment,
        /// The fields or keys there are.
        accepted: Vec<String>,
    }

    /// A path gives an index behind the end.
    #[error("`{address}` leads nowhere: index {index} is out of range, there are {length} elements")]
    IndexOutOfRange "index-out-of-range" {
        /// The whole address.
        address: Address,
        /// The index.
        index: usize,
        /// How many elements there are.
        length: usize,
    }

    /// A path steps into a value that has no such parts.
    #[error("`{address}` leads nowhere: `{step}` steps into {value}")]
    StepIntoValue "step-into-value" {
        /// The whole address.
        address: Address,
        /// The step that failed.
        step: Segment,
        /// What the value is.
        value: &'static str,
    }

    /// The value at an address has another type than the one asked for.
    #[error("`{address}` is {given}, not a `{}`", TypeName(accepted))]
    WrongTypeAtAddress "wrong-type-at-address" {
        /// The whole address.
        address: Address,
        /// What is there.
        given: String,
        /// What was asked for.
        accepted: &'static str,
    }

    /// The value at an address has no JSON form.
    #[error("`{address}` cannot be read as JSON: {reason}")]
    NotJson "not-json" {
        /// The whole address.
        address: Address,
        /// Why.
        reason: Box<str>,
    }

    /// A version holds another type of entity than the one asked for.
    #[error("@{ecs_id} is a `{given}`, not a `{accepted}`")]
    WrongEntityType "wrong-entity-type" {
        /// The version.
        ecs_id: EcsId,
        /// The type it has.
        given: &'static str,
        /// The type asked for.
        accepted: &'static str,
    }

    /// No callable has this name.
    #[error("no callable is named `{name}`{}", Nearest(nearest))]
    UnknownCallable "unknown-callable" {
        /// The name asked for.
        name: Box<str>,
        /// The registered name most like it.
        nearest: Option<String>,
    }

    /// Two callables have one name.
    #[error("two callables are named `{name}`: at {first} and at {second}; give one of them `#[callable(name = \"…\")]`")]
    DuplicateCallable "duplicate-callable" {
        /// The name.
        name: &'static str,
        /// Where one of them is.
        first: Location,
        /// Where the other is.
        second: Location,
    }

    /// Two entity types have one name.
    #[error("two entity types are named `{name}`: at {first} and at {second}; give one of them `#[entity(name = \"…\")]`")]
    DuplicateEntityType "duplicate-entity-type" {
        /// The name.
        name: &'static str,
        /// Where one of them is.
        first: Location,
        /// Where the other is.
        second: Location,
    }

    /// An argument has a name that the callable does not take.
    #[error("`{callable}` takes no argument `{argument}`; it takes {}{}", List(accepted), Nearest(nearest))]
    UnknownArgument "unknown-argument" {
        /// The callable.
        callable: &'static str,
        /// The name given.
        argument: Box<str>,
        /// The names it takes.
        accepted: Vec<String>,
        /// The one most like it.
        nearest: Option<String>,
    }

    /// A config was given whole, and one of its fields again as an argument.
    #[error("`{callable}` was given its config `{config}` whole, so its field `{argument}` cannot be given as well; leave one of them out")]
    ConfigGivenTwice "config-given-twice" {
        /// The callable.
        callable: &'static str,
        /// The config parameter.
        config: &'static str,
        /// The argument named like one of its fields.
        argument: Box<str>,
    }

    /// An argument without default was not given.
    #[error("`{callable}` needs an argument `{argument}`, a `{}`", TypeName(accepted))]
    MissingArgument "missing-argument" {
        /// The callable.
        callable: &'static str,
        /// The parameter.
        argument: &'static str,
        /// Its type.
        accepted: &'static str,
    }

    /// A config could not be built: a field without default was not given.
    #[error("`{callable}` builds its config `{config}` from arguments, and `{field}` has no default: give an argument `{field}`, a `{}`, or `{config}` whole", TypeName(accepted))]
    MissingConfigField "missing-config-field" {
        /// The callable.
        callable: &'static str,
        /// The config parameter.
        config: &'static str,
        /// The field.
        field: &'static str,
        /// Its type.
        accepted: &'static str,
    }

    /// One argument was given twice.
    #[error("`{callable}` was given its argument `{argument}` twice; leave one of them out")]
    ArgumentGivenTwice "argument-given-twice" {
        /// The callable.
        callable: &'static str,
        /// The argument.
        argument: Box<str>,
    }

    /// An argument has the wrong type.
    #[error("`{callable}` takes a `{}` as `{argument}`, and was given {given}: {reason}", TypeName(accepted))]
    WrongArgumentType "wrong-argument-type" {
        /// The callable.
        callable: &'static str,
        /// The parameter, or the config's field.
        argument: Box<str>,
        /// What was given.
        given: String,
        /// The type it takes.
        accepted: &'static str,
        /// What does not fit.
        reason: Box<str>,
    }

    /// The arguments of a call by name are not a JSON object.
    #[error("`{callable}` takes its arguments as a JSON object, `{{\"name\": value}}`, and was given {given}")]
    ArgumentsNotAnObject "arguments-not-an-object" {
        /// The callable.
        callable: &'static str,
        /// What was given.
        given: String,
    }

    /// A value given as an argument has no JSON form.
    #[error("`{callable}` was given a value for `{argument}` that has no JSON form: {reason}; pass it with the typed call")]
    ArgumentNotJson "argument-not-json" {
        /// The callable.
        callable: &'static str,
        /// The parameter.
        argument: Box<str>,
        /// Why.
        reason: Box<str>,
    }

    /// An entity is hidden inside a plain value.
    #[error("an entity is hidden in a plain value in `{type_name}` at `{path}`: it would be lost as an entity; put `#[derive(EntityParts)]` on the type that holds it, hold it in a container that is seen through, such as `Vec`, or make it a parameter, field or result of its own")]
    HiddenEntity "hidden-entity" {
        /// The type of the plain value.
        type_name: &'static str,
        /// The path to the entity's `Id`.
        path: Box<str>,
    }

    /// A value was asked for its version, and has none.
    #[error("this `{type_name}` was read from no version: it was made here and never stored; `world.insert` it, or pass it to a callable")]
    NeverStored "never-stored" {
        /// The type of the value.
        type_name: &'static str,
    }

    /// An event was asked for its version, and is about none.
    #[error("the event `{event}` is about no version of an entity; ask for its `version()` first")]
    EventWithoutVersion "event-without-version" {
        /// What happened.
        event: Box<str>,
    }

    /// What an address leads to is no entity.
    #[error("{address} is no entity but {given}, which is a part of one; read it with `world.resolve` or pass it where a value is taken")]
    NotAnEntity "not-an-entity" {
        /// The address.
        address: Address,
        /// What is there, as JSON.
        given: String,
    }

    /// Two versions were compared that are not of one thing.
    #[error("@{first} and @{second} are versions of two things, and only versions of one are compared")]
    DifferentLineages "different-lineages" {
        /// The one.
        first: EcsId,
        /// The other.
        second: EcsId,
    }

    /// A difference was applied to another version than the one it starts from.
    #[error("this difference starts from @{expected}, and what was given is not that version")]
    WrongVersion "wrong-version" {
        /// The version it starts from.
        expected: EcsId,
    }

    /// One lineage is in a tree twice.
    #[error("lineage {lineage_id}, a `{type_name}`, is in one `{root}` twice, at {first} and at {second}: an entity is in one place; `.fork()` one of them, or hold a `Ref` to it")]
    EntityHeldTwice "entity-held-twice" {
        /// The type of the entity that is there twice.
        type_name: &'static str,
        /// The type of the root.
        root: &'static str,
        /// The lineage.
        lineage_id: LineageId,
        /// The path to it.
        first: String,
        /// The other path to it.
        second: String,
    }

    /// A value cannot be recorded, because its `Serialize` refuses.
    #[error("a `{type_name}` cannot be recorded: at `{path}`: {reason}")]
    NotRecordable "not-recordable" {
        /// The type of the value.
        type_name: &'static str,
        /// The path to what refuses.
        path: Box<str>,
        /// Why.
        reason: Box<str>,
    }

    /// An entity was read from a version that this world does not have.
    #[error("this `{type_name}` says it was read from @{ecs_id}, which this world does not have; give it `Id::new()` to store it here as a new thing")]
    ForeignEntity "foreign-entity" {
        /// The type of the entity.
        type_name: &'static str,
        /// The version it names.
        ecs_id: EcsId,
    }

    /// A thing is inserted that has versions already.
    #[error("this `{type_name}` is stored already: lineage {lineage_id} has the head @{head}; use `World::commit` for a changed value, or `.fork()` it")]
    AlreadyStored "already-stored" {
        /// The type of the entity.
        type_name: &'static str,
        /// Its lineage.
        lineage_id: LineageId,
        /// The newest version.
        head: EcsId,
    }

    /// A value of a stored lineage says that it was never stored, and differs from the head.
    #[error("lineage {lineage_id} has versions, but this `{type_name}` was read from none and differs from the head @{head}; change a value read from the head, or `.fork()` it")]
    NeverRead "never-read" {
        /// The type of the entity.
        type_name: &'static str,
        /// Its lineage.
        lineage_id: LineageId,
        /// The newest version.
        head: EcsId,
    }

    /// Another commit moved the head first.
    #[error("conflict on lineage {lineage_id}: the change started from {}, but the head is {}; the change was not written; read the head and call again (if it is a part of what was given, put the head there first)", version(expected), version(found))]
    Conflict "conflict" {
        /// The lineage both changed.
        lineage_id: LineageId,
        /// The version this change started from; `None` for a lineage believed new.
        expected: Option<EcsId>,
        /// The version found as head.
        found: Option<EcsId>,
    }

    /// One lineage stands twice among the outputs with different content.
    #[error("`{callable}` returned lineage {lineage_id} twice with different content, as {first} and as {second}; `.fork()` one of them")]
    AmbiguousIdentity "ambiguous-identity" {
        /// The callable.
        callable: &'static str,
        /// The lineage.
        lineage_id: LineageId,
        /// Where it stands first.
        first: String,
        /// Where it stands again.
        second: String,
    }

    /// The entity behind a `&mut` parameter came back as another thing.
    #[error("`{callable}` replaced the identity of `{parameter}`: it came as {expected:?} and left as {found:?}; change its fields, or return the other entity")]
    IdentityReplaced "identity-replaced" {
        /// The callable.
        callable: &'static str,
        /// The parameter.
        parameter: &'static str,
        /// The identity it had.
        expected: Id,
        /// The identity it has.
        found: Id,
    }

    /// The callable returned an error.
    #[error("`{callable}` failed: {message}")]
    CallableFailed "callable-failed" {
        /// The callable.
        callable: &'static str,
        /// What its error says.
        message: Box<str>,
    }

    /// The callable panicked.
    #[error("`{callable}` panicked: {message}")]
    Panicked "panicked" {
        /// The callable.
        callable: &'static str,
        /// The panic's message.
        message: Box<str>,
    }

    /// The call was not done in the time it was given.
    #[error("`{callable}` was not done within {timeout:?}; nothing of it was committed")]
    TimedOut "timed-out" {
        /// The callable.
        callable: &'static str,
        /// How long it was given; it, or the call it was made from inside of.
        timeout: Duration,
    }

    /// The call was cancelled by a token.
    #[error("`{callable}` was cancelled; nothing of it was committed")]
    Cancelled "cancelled" {
        /// The callable.
        callable: &'static str,
    }

    /// The call was made from inside too many others.
    #[error("`{callable}` was called from inside {} other calls, and {limit} is the limit: calls that call each other in a circle never end; `World::builder().depth_limit(…)` allows more", limit + 1)]
    TooDeep "too-deep" {
        /// The callable.
        callable: &'static str,
        /// The world's limit.
        limit: u32,
    }

    /// A blocking callable was called outside a tokio runtime.
    #[error("`{callable}` is `#[callable(blocking)]` and needs a tokio runtime, whose blocking pool it runs on; call it from inside one, or leave `blocking` out")]
    NoRuntime "no-runtime" {
        /// The callable.
        callable: &'static str,
    }

    /// An output was asked for that the execution does not have.
    #[error("`{callable}` has no output {index} of type `{accepted}`; its outputs are {}", List(outputs))]
    NoSuchOutput "no-such-output" {
        /// The callable.
        callable: &'static str,
        /// The output's index.
        index: usize,
        /// The type asked for.
        accepted: &'static str,
        /// The types of the outputs it has.
        outputs: Vec<String>,
    }
}

fn version(ecs_id: &Option<EcsId>) -> String {
    ecs_id.map_or_else(|| "no version".to_owned(), |ecs_id| format!("@{ecs_id}"))
}

/// The name among `names` most like `name`, if one is near enough to be a slip of the pen.
pub(crate) fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let allowed = (name.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}

impl ErrorKind {
    /// An entity that is in a tree twice; who knows the tree adds where.
    pub(crate) fn held_twice(type_name: &'static str, lineage_id: LineageId) -> Self {
        Self::EntityHeldTwice { type_name, root: type_name, lineage_id, first: String::new(), second: String::new() }
    }

    /// An entity in an output that another output has with other content; who knows the outputs adds
    /// where.
    pub(crate) fn ambiguous(lineage_id: LineageId) -> Self {
        Self::AmbiguousIdentity { callable: "", lineage_id, first: String::new(), second: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_pointer() {
        assert_eq!(std::mem::size_of::<Result<()>>(), std::mem::size_of::<usize>());
    }

    #[test]
    fn types_are_named_as_people_write_them() {
        for (full, short) in [
            ("f64", "f64"),
            ("alloc::string::String", "String"),
            ("alloc::vec::Vec<(my_crate::deep::Plain, [u8; 4])>", "Vec<(Plain, [u8; 4])>"),
            ("std::collections::hash::map::HashMap<&str, core::option::Option<f64>>", "HashMap<&str, Option<f64>>"),
        ] {
            assert_eq!(TypeName(full).to_string(), short);
        }
    }

    #[test]
    fn the_nearest_name_is_found_only_if_it_is_near() {
        let names = ["update_gpa", "standing", "penguin"];
        assert_eq!(nearest("updte_gpa", names).as_deref(), Some("update_gpa"));
        assert_eq!(nearest("standin", names).as_deref(), Some("standing"));
        assert_eq!(nearest("unrelated", names), None);
        assert_eq!(nearest("", names), None);
    }
}

//! What is known of a callable without running it: constants.

use std::any::Any;
use std::fmt;

use serde_json::Value;

use super::kind::Kind;
use crate::conflict::OnConflict;
use crate::entity::erased::Erased;
use crate::entity::{EntityType, Field, ReadEntity, SchemaOf};
use crate::hash::hash_newtype;
use crate::location::Location;

/// How a function runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// In place, when the call is first polled.
    Inline,
    /// As a future.
    Async,
    /// On tokio's blocking pool.
    Blocking,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inline => "inline",
            Self::Async => "async",
            Self::Blocking => "blocking",
        })
    }
}

hash_newtype! {
    /// The blake3 hash of a function's tokens: its signature and body. White space, comments and the
    /// visibility do not count.
    Fingerprint
}

/// The description of one parameter.
pub struct Param {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) is_mutable: bool,
    pub(crate) type_name: fn() -> &'static str,
    pub(crate) schema: SchemaOf,
    pub(crate) entity_type: Option<&'static EntityType>,
    pub(crate) config_type: Option<&'static EntityType>,
    /// Its type, as binding works with it, if it is an entity.
    pub(crate) erased: Option<&'static Erased>,
    pub(crate) default: Option<ParamDefault>,
}

#[derive(Clone, Copy)]
pub(crate) struct ParamDefault {
    pub(crate) value: fn() -> Box<dyn Any>,
    pub(crate) json: fn() -> Value,
}

impl Param {
    const fn of(source: ParamSource, facts: &Facts) -> Self {
        Self {
            name: source.name,
            kind: facts.kind,
            is_mutable: facts.is_mutable,
            type_name: facts.type_name,
            schema: source.schema,
            entity_type: match facts.erased {
                Some(erased) => Some(erased.entity_type),
                None => None,
            },
            config_type: facts.config_type,
            erased: facts.erased,
            default: source.default,
        }
    }

    /// Describes a parameter of a callable that this program does not have.
    pub(crate) const fn unknown(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            is_mutable: false,
            type_name: || "(not a type of this program)",
            schema: None,
            entity_type: None,
            config_type: None,
            erased: None,
            default: None,
        }
    }
}

/// What the macro knows of a parameter beside its slot.
#[derive(Clone, Copy)]
pub struct ParamSource {
    name: &'static str,
    schema: SchemaOf,
    default: Option<ParamDefault>,
}

impl ParamSource {
    /// Collects it.
    #[must_use]
    pub const fn new(name: &'static str, schema: SchemaOf) -> Self {
        Self { name, schema, default: None }
    }

    /// Adds what `#[default(…)]` says.
    #[must_use]
    pub const fn with_default(self, value: fn() -> Box<dyn Any>, json: fn() -> Value) -> Self {
        Self { default: Some(ParamDefault { value, json }), ..self }
    }
}

impl fmt::Debug for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.name, (self.type_name)(), self.kind)
    }
}

/// What is known of the first slot of a list, and of those behind it.
pub struct Facts {
    pub(crate) kind: Kind,
    pub(crate) is_mutable: bool,
    /// The name of the owned type of the parameter.
    pub(crate) type_name: fn() -> &'static str,
    pub(crate) erased: Option<&'static Erased>,
    pub(crate) config_type: Option<&'static EntityType>,
    /// The name of the type of its field in the generated input entity.
    pub(crate) recorded: fn() -> &'static str,
    /// Whether there is a config from here on.
    pub(crate) has_configs: bool,
    pub(crate) rest: Option<&'static Self>,
}

/// The parameters of a callable, and the fields of the generated entities that hold something in this signature.
pub struct Params<const N: usize> {
    all: [Param; N],
    recorded: [Field; N],
    recorded_count: usize,
    configured: [Field; N],
    configured_count: usize,
    result: [Field; 1],
}

impl<const N: usize> Params<N> {
    /// Collects those with these slots, and what is recorded of the result.
    ///
    /// It knows no callable, so that the compiler works it out for all of them alike.
    #[must_use]
    pub const fn of(sources: [ParamSource; N], facts: Option<&Facts>, result: Field) -> Self {
        const NONE: Field = Field::new::<()>("", None);
        let mut all = [const { Param::unknown("", Kind::Context) }; N];
        let (mut recorded, mut configured) = ([NONE; N], [NONE; N]);
        let (mut recorded_count, mut configured_count) = (0, 0);
        let (mut rest, mut i) = (facts, 0);
        while let Some(facts) = rest {
            all[i] = Param::of(sources[i], facts);
            let field = Field::named(sources[i].name, facts.recorded, sources[i].schema);
            if matches!(facts.kind, Kind::Value | Kind::Entity | Kind::Entities) {
                recorded[recorded_count] = field;
                recorded_count += 1;
            }
            if matches!(facts.kind, Kind::Value) {
                configured[configured_count] = field;
                configured_count += 1;
            }
            (rest, i) = (facts.rest, i + 1);
        }
        assert!(i == N, "one description for each slot");
        Self { all, recorded, recorded_count, configured, configured_count, result: [result] }
    }

    /// The parameters.
    #[must_use]
    pub const fn as_slice(&self) -> &[Param] {
        &self.all
    }

    /// The fields of the generated input entity: of all that a call is given but configs.
    #[must_use]
    pub const fn recorded(&self) -> &[Field] {
        self.recorded.split_at(self.recorded_count).0
    }

    /// The field of the generated output entity.
    const fn result(&self) -> &[Field] {
        &self.result
    }

    /// The fields of the generated config entity: of plain values.
    #[must_use]
    pub const fn configured(&self) -> &[Field] {
        self.configured.split_at(self.configured_count).0
    }
}

/// The description of a callable.
pub struct Description {
    pub(crate) name: &'static str,
    pub(crate) docs: &'static str,
    pub(crate) module: &'static str,
    pub(crate) location: Location,
    pub(crate) mode: Mode,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) params: &'static [Param],
    pub(crate) counts: Counts,
    pub(crate) result: ResultOf,
    pub(crate) generated: Generated,
    pub(crate) on_conflict: Option<OnConflict>,
}

/// How many parameters there are of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) entities: usize,
    /// Containers of entities.
    pub(crate) containers: usize,
    pub(crate) configs: usize,
    pub(crate) values: usize,
}

impl Counts {
    const fn of(params: &[Param]) -> Self {
        let mut counts = Self { entities: 0, containers: 0, configs: 0, values: 0 };
        let mut i = 0;
        while i < params.len() {
            match params[i].kind {
                Kind::Entity => counts.entities += 1,
                Kind::Entities => counts.containers += 1,
                Kind::Config => counts.configs += 1,
                Kind::Value => counts.values += 1,
                Kind::Context => {}
            }
            i += 1;
        }
        counts
    }
}

/// The entity types that a callable's macro generated.
pub struct Generated {
    pub(crate) input: Option<EntityType>,
    pub(crate) config: Option<EntityType>,
    pub(crate) output: Option<EntityType>,
}

/// What the macro knows of an entity that it generates.
#[derive(Clone, Copy)]
pub struct GeneratedSource {
    /// Its stable name.
    pub name: &'static str,
    /// The full path of its Rust type.
    pub rust_name: &'static str,
    /// The field that holds its identity.
    pub id_field: &'static str,
}

/// Describes an entity, if it is generated.
const fn described(
    source: Option<GeneratedSource>,
    fields: &'static [Field],
    is_config: bool,
    location: Location,
    read: ReadEntity,
) -> Option<EntityType> {
    match source {
        Some(GeneratedSource { name, rust_name, id_field }) => {
            Some(EntityType::of_record(name, rust_name, id_field, fields, is_config, location, read))
        }
        None => None,
    }
}

/// The description of a result.
pub(crate) struct ResultOf {
    pub(crate) type_name: fn() -> &'static str,
    pub(crate) schema: SchemaOf,
    pub(crate) entity_type: Option<&'static EntityType>,
    pub(crate) holds_values: bool,
    pub(crate) depth: Option<u8>,
    pub(crate) is_unit: bool,
    pub(crate) is_fallible: bool,
}

/// What the macro knows of a function beside its types.
pub struct Source {
    /// The name it is called by.
    pub name: &'static str,
    /// Its doc comment.
    pub docs: &'static str,
    /// The module it is in.
    pub module: &'static str,
    /// Where it is.
    pub location: Location,
    /// How it runs.
    pub mode: Mode,
    /// The blake3 hash of its tokens.
    pub fingerprint: [u8; 32],
}

impl Description {
    /// Describes a callable.
    pub(crate) const fn new(source: Source, params: &'static [Param], generated: Generated, result: ResultOf) -> Self {
        Self {
            name: source.name,
            docs: source.docs,
            module: source.module,
            location: source.location,
            mode: source.mode,
            fingerprint: Fingerprint(source.fingerprint),
            params,
            counts: Counts::of(params),
            result,
            generated,
            on_conflict: None,
        }
    }

    /// Adds what a call does when another commit came first.
    pub(crate) const fn with_on_conflict(self, on_conflict: OnConflict) -> Self {
        Self { on_conflict: Some(on_conflict), ..self }
    }

    /// Describes a callable that this program does not have, as far as the records of its runs know it.
    pub(crate) const fn unknown(name: &'static str, fingerprint: Fingerprint, params: &'static [Param]) -> Self {
        let result = ResultOf {
            type_name: || "(not a type of this program)",
            schema: None,
            entity_type: None,
            holds_values: false,
            depth: None,
            is_unit: true,
            is_fallible: false,
        };
        Self {
            name,
            docs: "",
            module: "",
            location: Location { file: "", line: 0, column: 0 },
            mode: Mode::Inline,
            fingerprint,
            params,
            counts: Counts::of(params),
            result,
            generated: Generated::NONE,
            on_conflict: None,
        }
    }

    /// The parameters that are inputs: all but the context.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &'static Param> + use<> {
        self.inputs_at().map(|(_, param)| param)
    }

    /// The same, each with its position among all parameters.
    pub(crate) fn inputs_at(&self) -> impl Iterator<Item = (usize, &'static Param)> + use<> {
        self.params.iter().enumerate().filter(|(_, param)| param.kind != Kind::Context)
    }
}

impl fmt::Debug for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Description({} at {})", self.name, self.location)
    }
}

impl Generated {
    const NONE: Self = Self { input: None, config: None, output: None };

    /// Describes those whose fields are those of `params`, each if it is generated, as `read` reads it.
    pub(crate) const fn of<const N: usize>(
        [input, config, output]: [Option<GeneratedSource>; 3],
        params: &'static Params<N>,
        location: Location,
        [read_input, read_config, read_output]: [ReadEntity; 3],
    ) -> Self {
        Self {
            input: described(input, params.recorded(), false, location, read_input),
            config: described(config, params.configured(), true, location, read_config),
            output: described(output, params.result(), false, location, read_output),
        }
    }

    pub(crate) fn types(&'static self) -> impl Iterator<Item = &'static EntityType> + use<> {
        [&self.input, &self.config, &self.output].into_iter().flatten()
    }
}

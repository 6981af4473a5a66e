//! Input and output signatures, hashed apart and cached apart.
//!
//! Two callables that take the same share one input model, and two that return the same share one
//! output model, whatever their other halves are: equal inputs with different outputs never
//! collide, and equal halves are kept once.

mod cache;
mod description;
#[allow(missing_docs, reason = "for generated code; the module says what its parts are")]
pub mod kind;
mod text;

use std::fmt;
use std::sync::LazyLock;

use once_cell::sync::OnceCell;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::Value;

pub use self::cache::{CacheStatistics, SignatureCache};
pub use self::description::{
    Description, Facts, Fingerprint, GeneratedSource, Mode, Param, ParamSource, Params, Source,
};
pub(crate) use self::description::{Generated, ResultOf};
pub use self::kind::Kind;
use crate::entity::{EntityType, schema_of};
use crate::hash::hash_newtype;

/// The cache of input signatures of this program.
#[must_use]
pub fn input_signatures() -> &'static SignatureCache<InputModel> {
    static CACHE: LazyLock<SignatureCache<InputModel>> = LazyLock::new(SignatureCache::default);
    &CACHE
}

/// The cache of output signatures of this program.
#[must_use]
pub fn output_signatures() -> &'static SignatureCache<OutputModel> {
    static CACHE: LazyLock<SignatureCache<OutputModel>> = LazyLock::new(SignatureCache::default);
    &CACHE
}

hash_newtype! {
    /// The blake3 hash of one half of a signature: names, resolved types, defaults.
    SignatureHash
}

/// Feeds length-prefixed text, so that no two lists of texts look alike.
struct Hasher(blake3::Hasher);

impl Hasher {
    fn new(domain: &str) -> Self {
        let mut hasher = Self(blake3::Hasher::new());
        hasher.text(domain);
        hasher
    }

    fn text(&mut self, text: &str) {
        self.0.update(&(text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    fn finish(self) -> SignatureHash {
        SignatureHash(*self.0.finalize().as_bytes())
    }
}

/// One half of a signature, as a [`SignatureCache`] keeps it.
pub trait Model: Sized {
    /// The hash under which a callable's half is found.
    #[doc(hidden)]
    fn hash_of(definition: &Description) -> SignatureHash;

    /// That half, from the definition of a callable that has it.
    #[doc(hidden)]
    fn of(definition: &'static Description, hash: SignatureHash) -> Self;
}

/// What a signature's parameters ask of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InputPattern {
    /// No inputs.
    NoInputs,
    /// Plain values only.
    Values,
    /// One entity and nothing else.
    Entity,
    /// One entity and plain values.
    EntityAndValues,
    /// A config, with at most one entity.
    Config,
    /// Several entities, or a container of them.
    Entities,
}

impl InputPattern {
    fn of(definition: &Description) -> Self {
        let counts = definition.counts;
        match (counts.entities + 2 * counts.containers, counts.configs, counts.values) {
            (0, 0, 0) => Self::NoInputs,
            (0, 0, _) => Self::Values,
            (2.., _, _) => Self::Entities,
            (1, 0, 0) => Self::Entity,
            (1, 0, _) => Self::EntityAndValues,
            (0 | 1, _, _) => Self::Config,
        }
    }
}

/// What a signature's result holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OutputPattern {
    /// Nothing: what was behind `&mut` says what changed.
    Nothing,
    /// A plain value.
    Value,
    /// One entity.
    Entity,
    /// A tuple, sequence or map of entities.
    Entities,
    /// Entities in containers within containers.
    Nested,
    /// Entities beside plain values.
    Mixed,
}

impl OutputPattern {
    fn of(definition: &Description) -> Self {
        let result = &definition.result;
        match (result.depth, result.holds_values) {
            _ if result.is_unit => Self::Nothing,
            (None, _) => Self::Value,
            (Some(_), true) => Self::Mixed,
            (Some(0), false) => Self::Entity,
            (Some(1), false) => Self::Entities,
            (Some(_), false) => Self::Nested,
        }
    }
}

/// What a callable takes.
#[derive(Debug)]
pub struct InputModel {
    hash: SignatureHash,
    pattern: InputPattern,
    params: &'static [Param],
    schema: OnceCell<Value>,
}

impl InputModel {
    /// The hash of the input half of the signature.
    #[must_use]
    pub fn hash(&self) -> SignatureHash {
        self.hash
    }

    /// What the parameters ask of a call.
    #[must_use]
    pub fn pattern(&self) -> InputPattern {
        self.pattern
    }

    /// The parameters in order, without the context.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> + use<> {
        self.params.iter().filter(|param| param.kind != Kind::Context).map(|param| Parameter { param })
    }

    /// The names that a call may give: the parameters, and the fields of configs.
    pub(crate) fn accepted(&self) -> Vec<String> {
        let fields = self.params.iter().filter_map(|param| param.config_type).flat_map(EntityType::fields);
        self.parameters()
            .map(|parameter| parameter.name().to_owned())
            .chain(fields.map(|field| field.name().to_owned()))
            .collect()
    }

    /// The JSON Schema of the arguments of a call by name.
    #[must_use]
    pub fn schema(&self) -> &Value {
        self.schema.get_or_init(|| {
            let mut generator = SchemaGenerator::default();
            let mut properties = serde_json::Map::new();
            let mut required = Vec::new();
            for param in self.params.iter().filter(|param| param.kind != Kind::Context) {
                if param.default.is_none() && param.kind != Kind::Config {
                    required.push(Value::from(param.name));
                }
                properties.insert(param.name.to_owned(), param_schema(param, &mut generator).into());
                for field in param.config_type.map_or(&[][..], EntityType::fields) {
                    let mut schema = field.schema(&mut generator);
                    schema.insert("description".to_owned(), format!("a field of the config `{}`", param.name).into());
                    properties.insert(field.name().to_owned(), schema.into());
                }
            }
            let mut schema = json_schema!({
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            });
            add_definitions(&mut schema, &mut generator);
            schema.into()
        })
    }
}

fn param_schema(param: &Param, generator: &mut SchemaGenerator) -> Schema {
    let mut schema = match param.entity_type {
        Some(entity_type) => json_schema!({
            "anyOf": [{ "type": "string", "pattern": "^@", "description": "an address" }, entity_type.schema(generator)],
        }),
        None => schema_of(param.schema, param.type_name, generator),
    };
    if let Some(default) = &param.default {
        schema.insert("default".to_owned(), (default.json)());
    }
    schema
}

fn add_definitions(schema: &mut Schema, generator: &mut SchemaGenerator) {
    let definitions = generator.take_definitions(true);
    if !definitions.is_empty() {
        schema.insert("$defs".to_owned(), definitions.into());
    }
}

impl Model for InputModel {
    fn hash_of(definition: &Description) -> SignatureHash {
        let mut hasher = Hasher::new("ecs input signature 1");
        for param in definition.inputs() {
            hasher.text(param.name);
            hasher.text((param.type_name)());
            hasher.text(if param.is_mutable { "&mut" } else { "" });
            match &param.default {
                Some(default) => hasher.text(&(default.json)().to_string()),
                None => hasher.text(""),
            }
        }
        hasher.finish()
    }

    fn of(definition: &'static Description, hash: SignatureHash) -> Self {
        Self { hash, pattern: InputPattern::of(definition), params: definition.params, schema: OnceCell::new() }
    }
}

/// What is known of one parameter.
#[derive(Clone, Copy)]
pub struct Parameter {
    param: &'static Param,
}

impl Parameter {
    /// The parameter's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.param.name
    }

    /// What it is to the framework.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.param.kind
    }

    /// Its owned type, resolved through aliases.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        (self.param.type_name)()
    }

    /// Whether it is taken as `&mut`.
    #[must_use]
    pub fn is_mutable(&self) -> bool {
        self.param.is_mutable
    }

    /// What `#[default(…)]` gives it.
    #[must_use]
    pub fn default_value(&self) -> Option<Value> {
        self.param.default.as_ref().map(|default| (default.json)())
    }
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.name(), self.type_name(), self.kind())
    }
}

/// What a callable returns.
#[derive(Debug)]
pub struct OutputModel {
    hash: SignatureHash,
    pattern: OutputPattern,
    type_name: &'static str,
    is_fallible: bool,
    schema: Value,
}

impl OutputModel {
    /// The hash of the output half of the signature.
    #[must_use]
    pub fn hash(&self) -> SignatureHash {
        self.hash
    }

    /// What the result holds.
    #[must_use]
    pub fn pattern(&self) -> OutputPattern {
        self.pattern
    }

    /// The function's return type, resolved through aliases.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// Whether the function returns a `Result`.
    #[must_use]
    pub fn is_fallible(&self) -> bool {
        self.is_fallible
    }

    /// The JSON Schema of the result.
    #[must_use]
    pub fn schema(&self) -> &Value {
        &self.schema
    }
}

impl Model for OutputModel {
    fn hash_of(definition: &Description) -> SignatureHash {
        let mut hasher = Hasher::new("ecs output signature 1");
        hasher.text((definition.result.type_name)());
        for param in definition.inputs().filter(|param| param.is_mutable) {
            hasher.text((param.type_name)());
        }
        hasher.finish()
    }

    fn of(definition: &'static Description, hash: SignatureHash) -> Self {
        let result = &definition.result;
        let mut generator = SchemaGenerator::default();
        let mut schema = match result.entity_type {
            Some(entity_type) => entity_type.schema(&mut generator),
            None => schema_of(result.schema, result.type_name, &mut generator),
        };
        add_definitions(&mut schema, &mut generator);
        Self {
            hash,
            pattern: OutputPattern::of(definition),
            type_name: (result.type_name)(),
            is_fallible: result.is_fallible,
            schema: schema.into(),
        }
    }
}

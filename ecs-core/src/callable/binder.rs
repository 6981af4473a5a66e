//! What slots bind with: what was given becomes what the function gets, and where it came from is noted.

use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use smallvec::SmallVec;

use super::parts::{Keep, Step};
use super::versions::Versions;
use super::{Definition, Frame};
use crate::address::{Address, Path, Segment};
use crate::argument::{ArgValue, is_address_text};
use crate::config::{Config, KeptConfig};
use crate::deep;
use crate::entity::erased::{Erase, Erased};
use crate::entity::form::EntityForm;
use crate::entity::tree::{DroppedInRoom, Node};
use crate::entity::{
    AnyStored, ConfigEntity, ConfigSource, EcsId, Entity, ExecutionId, Id, IdMap, Inside, LineageId, Moment, Stored,
    Value,
};
use crate::error::{Error, ErrorKind, Result, nearest};
use crate::execution::{Given, Source, Strategy};
use crate::ground::Ground;
use crate::signature::Param;

/// Arguments by name that are fields of configs, not parameters.
pub(crate) type Loose = Vec<(Box<str>, ArgValue)>;

/// The bound inputs of a call.
#[derive(Default)]
pub(crate) struct Inputs {
    /// The input entity.
    pub(crate) input: Option<EcsId>,
    /// The record of what was given.
    pub(crate) arguments: Given,
    /// The versions of the entities given.
    pub(crate) entities: Versions,
    /// Every config used; those that may not be stored yet are to be stored with the record.
    pub(crate) configs: SmallVec<[Config; 1]>,
    /// The generated input entity; stored with the record.
    pub(crate) generated: Option<AnyStored>,
}

impl Inputs {
    /// Those configs that may not be stored yet.
    pub(crate) fn unwritten(&self) -> impl Iterator<Item = &AnyStored> {
        self.configs.iter().filter(|config| !config.is_written).map(|config| &config.version)
    }

    /// The versions given: those of the entities, then those of the configs.
    pub(crate) fn given(&self) -> impl Iterator<Item = &AnyStored> {
        self.entities.as_slice().iter().chain(self.configs.iter().map(|config| &config.version))
    }

    /// What the deepest of them takes on the stack of the user's code.
    #[inline]
    pub(crate) fn room(&self) -> usize {
        self.given().map(AnyStored::room).max().unwrap_or(0)
    }

    /// The input entity that need not be generated: the one entity given.
    #[inline]
    pub(crate) fn only(&self, plan: Strategy) -> Option<EcsId> {
        let is_single = matches!(plan, Strategy::SingleEntityDirect | Strategy::SingleEntityWithConfig);
        self.entities.as_slice().first().filter(|_| is_single).map(AnyStored::ecs_id)
    }

    /// The version given of a lineage: the one that a value was read from, if it is there.
    pub(crate) fn version_of(&self, lineage_id: LineageId, read_from: Option<EcsId>) -> Option<&AnyStored> {
        let entities = self.entities.positions(lineage_id).map(|index| &self.entities.as_slice()[index]);
        // A config that comes back is no input entity, but it may not be stored yet either.
        let configs = self.configs.iter().map(|config| &config.version);
        let configs = configs.filter(|config| config.lineage_id() == lineage_id);
        entities.chain(configs).max_by_key(|version| Some(version.ecs_id()) == read_from)
    }
}

/// What slots bind with.
pub struct Binder<'b> {
    ground: &'b Ground,
    definition: &'static Definition,
    execution_id: ExecutionId,
    moment: Moment,
    inputs: &'b mut Inputs,
    param: Option<&'static Param>,
    /// Where in the argument binding is.
    path: SmallVec<[Segment; 2]>,
    loose: Loose,
    /// The newest versions of the lineages that the last attempt lost.
    newest: IdMap<LineageId, AnyStored>,
}

impl<'b> Binder<'b> {
    #[inline]
    pub(crate) fn new(
        ground: &'b Ground,
        definition: &'static Definition,
        execution_id: ExecutionId,
        moment: Moment,
        inputs: &'b mut Inputs,
        loose: Loose,
    ) -> Self {
        Self {
            ground,
            definition,
            execution_id,
            moment,
            inputs,
            param: None,
            path: SmallVec::new(),
            loose,
            newest: IdMap::default(),
        }
    }

    /// Binds what was bound before again, to the newest versions of some lineages.
    pub(crate) fn with_newest(self, newest: IdMap<LineageId, AnyStored>) -> Self {
        Self { newest, ..self }
    }
}

impl Binder<'_> {
    #[inline]
    pub(crate) fn begin(&mut self, param: &'static Param) {
        self.param = Some(param);
        self.inputs.arguments.begin();
    }

    /// Begins a parameter that was bound before, with the versions that stay.
    pub(crate) fn begin_again(&mut self, param: &'static Param, versions: &[EcsId]) {
        self.begin(param);
        versions.iter().for_each(|version| self.inputs.arguments.add_version(*version));
    }

    /// Records the generated entities of a call that was bound: what it was given.
    #[inline]
    pub(crate) fn record(&mut self, frame: &dyn Frame, plan: Strategy) -> Result<()> {
        let is_single = matches!(plan, Strategy::SingleEntityDirect | Strategy::SingleEntityWithConfig);
        if is_single && self.definition.counts.values > 0 {
            self.record_config(frame.config())?;
        }
        self.record_given(frame, plan)
    }

    /// Records what the call was given: its one entity, or the generated input entity.
    #[inline]
    pub(crate) fn record_given(&mut self, frame: &dyn Frame, plan: Strategy) -> Result<()> {
        match plan {
            Strategy::MultiEntityComposite | Strategy::PureBorrowing => self.record_input(frame.input()),
            Strategy::SingleEntityDirect | Strategy::SingleEntityWithConfig | Strategy::NoInputs => {
                self.inputs.input = self.inputs.only(plan);
                Ok(())
            }
        }
    }

    fn param(&self) -> &'static Param {
        match self.param {
            Some(param) => param,
            None => unreachable!("a slot is bound for its parameter"),
        }
    }

    /// Says where in a container the next part is.
    pub(crate) fn enter(&mut self, step: Step<'_>) {
        self.path.push(step.segment());
    }

    /// Goes back out.
    pub(crate) fn leave(&mut self) {
        self.path.pop();
    }

    /// The parameter, and where in its argument.
    fn place(&self) -> Box<str> {
        format!("{}{}", self.param().name, Path::of(&self.path)).into()
    }

    /// The type of the parameter, which is an entity.
    #[inline]
    fn erased(&self) -> &'static Erased {
        match self.param().erased {
            Some(erased) => erased,
            None => unreachable!("the slot of an entity is bound for an entity"),
        }
    }

    #[inline]
    fn use_entity(&mut self, stored: AnyStored) -> AnyStored {
        self.inputs.arguments.add_version(stored.ecs_id());
        self.inputs.entities.push(stored.clone());
        stored
    }

    fn use_config<T: ConfigEntity>(&mut self, stored: Stored<T>) -> Stored<T> {
        self.use_known(self.ground.known(stored.clone().erase()));
        stored
    }

    #[inline]
    fn use_known(&mut self, config: Config) {
        self.inputs.arguments.add_version(config.version.ecs_id());
        self.inputs.configs.push(config);
    }

    /// Notes that the value here came from `address`, whose version is now known.
    fn note_source(&mut self, version: &AnyStored, path: &Path) {
        let source =
            Source { to: Path::of(&self.path), from: Address::of_version(version.ecs_id()).with_path(path.clone()) };
        self.inputs.arguments.add_source(source);
    }

    /// Takes a handle, which must be to a version of this world.
    pub(crate) fn own(&mut self, stored: AnyStored) -> Result<AnyStored> {
        let stored = self.ground.own(stored, self.erased())?;
        Ok(self.use_entity(stored))
    }

    /// The newest version of the parameter's entity, if its lineage is among them.
    pub(crate) fn rebound(&mut self, bound: &AnyStored) -> Result<AnyStored> {
        self.rebound_as(bound, self.erased())
    }

    /// The newest version of an entity that was bound, if its lineage is among them.
    pub(crate) fn rebound_part<T: Entity>(&mut self, bound: &Stored<T>) -> Result<Stored<T>> {
        self.rebound_as(&bound.clone().erase(), T::ERASED).map(Stored::typed)
    }

    fn rebound_as(&mut self, bound: &AnyStored, erased: &Erased) -> Result<AnyStored> {
        let stored = match self.newest.get(&bound.lineage_id()) {
            Some(head) => erased.check(head.clone())?,
            None => bound.clone(),
        };
        Ok(self.use_entity(stored))
    }

    /// Takes a value: it becomes a version first, unless it is one already.
    pub(crate) fn adopt(&mut self, value: Box<dyn Node>) -> Result<AnyStored> {
        self.adopt_as(value, self.erased())
    }

    fn adopt_as(&mut self, value: Box<dyn Node>, erased: &Erased) -> Result<AnyStored> {
        let stored = self.version_of_value(value, erased)?;
        Ok(self.use_entity(stored))
    }

    /// The version that a value is or becomes. A changed value given twice becomes one version, and
    /// is no conflict with itself.
    fn version_of_value(&self, value: Box<dyn Node>, erased: &Erased) -> Result<AnyStored> {
        let value = DroppedInRoom::new(value);
        let id = value.get().node_id();
        if id.ecs_id().is_some()
            && let Some(given) = self.inputs.version_of(id.lineage_id(), None)
            && given.parent() == id.ecs_id()
            && given.has_content(value.get())?
        {
            return erased.check(given.clone());
        }
        erased.check(self.ground.adopt(value.take())?)
    }

    /// Takes the entity at an address.
    pub(crate) fn entity_at(&mut self, address: &Address) -> Result<AnyStored> {
        let stored = self.stored_at(address, self.erased())?;
        Ok(self.use_entity(stored))
    }

    fn stored_at(&mut self, address: &Address, erased: &Erased) -> Result<AnyStored> {
        let accepted = erased.entity_type.name();
        let version = self.ground.version_at(address)?;
        let entity = self.ground.entity_at(&Address::of_version(version.ecs_id()).with_path(address.path().clone()));
        let entity = entity.map_err(|error| match error.kind() {
            ErrorKind::NotAnEntity { given, .. } => self.wrong_type_text(
                format!("{given}, the value at {address}"),
                accepted,
                "a part of an entity is no entity",
            ),
            _ => error,
        })?;
        self.note_source(&version, address.path());
        let given = entity.entity_type().name();
        erased.check(entity).map_err(|_| {
            let given = format!("{address}, a `{given}`");
            self.wrong_type_text(given, accepted, "it is another type of entity")
        })
    }

    /// Takes an entity given by name.
    pub(crate) fn entity(&mut self, argument: ArgValue) -> Result<AnyStored> {
        self.entity_as(argument, self.erased())
    }

    /// Takes an entity given in a container.
    pub(crate) fn entity_part<T: Entity>(&mut self, argument: ArgValue) -> Result<Stored<T>> {
        self.entity_as(argument, T::ERASED).map(Stored::typed)
    }

    fn entity_as(&mut self, argument: ArgValue, erased: &Erased) -> Result<AnyStored> {
        let stored = self.entity_argument(argument, erased)?;
        Ok(self.use_entity(stored))
    }

    fn entity_argument(&mut self, argument: ArgValue, erased: &Erased) -> Result<AnyStored> {
        let accepted = erased.entity_type.name();
        match argument {
            ArgValue::Stored(stored) => {
                let (ecs_id, given) = (stored.ecs_id(), stored.entity_type().name());
                let stored = erased.check(stored).map_err(|_| {
                    let given = format!("@{ecs_id}, a `{given}`");
                    self.wrong_type_text(given, accepted, "it is another type of entity")
                })?;
                self.ground.own(stored, erased)
            }
            ArgValue::Address(address) => self.stored_at(&address, erased),
            ArgValue::Json(Json::String(text)) if is_address_text(&text) => self.stored_at(&text.parse()?, erased),
            ArgValue::Json(Json::Object(mut fields)) => {
                let id_field = erased.entity_type.id_field();
                let is_new = !fields.contains_key(id_field);
                if is_new {
                    fields.insert(id_field.to_owned(), json_of(&Id::new()));
                }
                let Json::Object(mut fields) = self.resolve(Json::Object(fields))? else {
                    unreachable!("an object stays one")
                };
                let value = erased.entity_type.read(EntityForm::Json(&fields)).map_err(|reason| {
                    // The message is of what was given, and this id was not.
                    if is_new {
                        fields.remove(id_field);
                    }
                    let given = Json::Object(std::mem::take(&mut fields));
                    self.wrong_type_text(given.to_string(), accepted, &reason.to_string())
                })?;
                self.version_of_value(value, erased)
            }
            ArgValue::Typed(value) => match erased.of_value(value) {
                Some(value) => self.version_of_value(value, erased),
                None => Err(self.wrong_type_text("another type".to_owned(), accepted, "it is no such entity")),
            },
            other => Err(self.wrong_type(
                &other,
                accepted,
                "an entity is given as a handle, an address, or an object of its fields",
            )),
        }
    }

    /// Takes a handle to a config.
    pub(crate) fn own_config<T: ConfigEntity>(&mut self, stored: Stored<T>) -> Result<Stored<T>> {
        let stored = self.ground.own(stored.erase(), T::ERASED)?;
        Ok(self.use_config(Stored::typed(stored)))
    }

    /// Takes a config by value: equal configs are one stored version.
    pub(crate) fn adopt_config<T: ConfigEntity>(&mut self, value: T) -> Result<Stored<T>> {
        let config = self.ground.intern(Box::new(value), self.moment, Some(self.execution_id))?;
        let stored = config.version.clone().downcast()?;
        self.use_known(config);
        Ok(stored)
    }

    /// Takes a config that `with` binds. Gives its version, unless that is the first that it was stored as, which it
    /// keeps.
    pub(crate) fn kept_config<T: ConfigEntity>(&mut self, kept: &KeptConfig<T>) -> Result<Option<Stored<T>>> {
        let (ground, tag) = (self.ground, self.ground.tag());
        if let Some(config) = kept.first_in(tag, |version| ground.known(version)) {
            self.use_known(config);
            return Ok(None);
        }
        if let Some(config) = kept.other_in(tag, |version| ground.known(version)) {
            let stored = Stored::typed(config.version.clone());
            self.use_known(config);
            return Ok(Some(stored));
        }
        let stored = self.adopt_config(kept.value.clone())?;
        kept.keep(stored.clone().erase());
        Ok(Some(stored))
    }

    /// Takes the config at an address.
    pub(crate) fn config_at<T: ConfigEntity>(&mut self, address: &Address) -> Result<Stored<T>> {
        let stored = self.stored_at(address, T::ERASED)?;
        Ok(self.use_config(Stored::typed(stored)))
    }

    /// Takes a config given whole by name.
    pub(crate) fn config<T: ConfigEntity>(&mut self, argument: ArgValue) -> Result<Stored<T>> {
        match argument {
            ArgValue::Json(Json::Object(fields)) => {
                let fields = fields.into_iter().map(|(name, value)| (name.into(), ArgValue::Json(value))).collect();
                self.build_config(fields)
            }
            other => {
                let stored = self.entity_argument(other, T::ERASED)?;
                Ok(self.use_config(Stored::typed(stored)))
            }
        }
    }

    /// Builds a config from the arguments named like its fields.
    pub(crate) fn config_from_arguments<T: ConfigEntity>(&mut self) -> Result<Stored<T>> {
        let all = std::mem::take(&mut self.loose);
        let (fields, rest) = all.into_iter().partition(|(name, _)| T::TYPE.field(name).is_some());
        self.loose = rest;
        self.build_config(fields)
    }

    /// Builds a config from some of its fields, and defaults for the rest.
    fn build_config<T: ConfigEntity>(&mut self, given: Loose) -> Result<Stored<T>> {
        let mut arguments = ConfigArguments { binder: self, given };
        let value = T::from_arguments(&mut arguments)?;
        let left = arguments.given.pop();
        if let Some((argument, _)) = left {
            let accepted: Vec<String> = T::TYPE.fields().iter().map(|field| field.name().to_owned()).collect();
            let nearest = nearest(&argument, accepted.iter().map(String::as_str));
            let callable = self.definition.name;
            return Err(ErrorKind::UnknownArgument { callable, argument, accepted, nearest }.into());
        }
        self.adopt_config(value)
    }

    /// Takes a plain value given by name or in a container.
    pub(crate) fn value<T: Value>(&mut self, argument: ArgValue) -> Result<T> {
        let accepted = std::any::type_name::<T>();
        match argument {
            ArgValue::Address(address) => self.value_at(&address),
            ArgValue::Json(Json::String(text)) if is_address_text(&text) => self.value_at(&text.parse()?),
            ArgValue::Typed(value) => match value.downcast::<T>() {
                Ok(value) => Ok(*value),
                Err(_) => Err(self.wrong_type_text("another type".to_owned(), accepted, "it is no such value")),
            },
            other => {
                let json = self.json(other)?;
                self.read(&json, accepted)
            }
        }
    }

    /// An argument for a container: one given by address is opened into the addresses of its parts.
    pub(crate) fn opened(&self, argument: ArgValue, accepted: &'static str) -> Result<ArgValue> {
        let Some(address) = address_of(&argument)? else { return Ok(argument) };
        let version = self.ground.version_at(&address)?;
        let part = |step: Segment| {
            let mut steps = address.path().segments().to_vec();
            steps.push(step);
            ArgValue::Address(Address::of_version(version.ecs_id()).with_path(Path::of(&steps)))
        };
        match version.inside(&address)? {
            Inside::Elements(count) => {
                Ok(ArgValue::List((0..count).map(|index| part(Segment::Index(index))).collect()))
            }
            Inside::Entries(keys) => {
                Ok(ArgValue::Map(keys.into_iter().map(|key| (key.clone(), part(Segment::Name(key.into())))).collect()))
            }
            Inside::Entity(given) => {
                Err(self.wrong_type_text(format!("{address}, a `{given}`"), accepted, "it is one entity"))
            }
            Inside::Nothing | Inside::Value => Ok(argument),
        }
    }

    /// Whether an argument is the address of an absent value; its source is noted.
    pub(crate) fn is_nothing(&mut self, argument: &ArgValue) -> Result<bool> {
        let Some(address) = address_of(argument)? else { return Ok(false) };
        let version = self.ground.version_at(&address)?;
        let is_nothing = matches!(version.inside(&address)?, Inside::Nothing);
        if is_nothing {
            self.note_source(&version, address.path());
        }
        Ok(is_nothing)
    }

    /// Takes the plain value at an address.
    pub(crate) fn value_at<T: Value>(&mut self, address: &Address) -> Result<T> {
        let version = self.ground.version_at(address)?;
        self.note_source(&version, address.path());
        if let Some(value) = version.field_at::<T>(address.path()) {
            return Ok(deep::with_room(version.room(), || value.clone()));
        }
        let json = version.read_json(address)?;
        self.read(&json, std::any::type_name::<T>())
    }

    /// The default of the parameter.
    pub(crate) fn default_value<T: Value>(&mut self) -> Result<T> {
        let Some(default) = &self.param().default else { return Err(self.missing()) };
        match (default.value)().downcast::<T>() {
            Ok(value) => Ok(*value),
            Err(_) => unreachable!("a default has the type of its parameter"),
        }
    }

    /// An argument as JSON, with the addresses in it resolved.
    fn json(&mut self, argument: ArgValue) -> Result<Json> {
        match argument {
            ArgValue::Json(value) => self.resolve(value),
            ArgValue::Address(address) => self.json_at(&address),
            ArgValue::Stored(stored) => self.json_at(&stored.address()),
            ArgValue::List(items) => {
                let items = items.into_iter().enumerate().map(|(index, item)| {
                    self.path.push(Segment::Index(index));
                    let value = self.json(item);
                    self.path.pop();
                    value
                });
                items.collect::<Result<_>>().map(Json::Array)
            }
            ArgValue::Map(entries) => {
                let entries = entries.into_iter().map(|(key, value)| {
                    self.path.push(Segment::Name(key.as_str().into()));
                    let value = self.json(value);
                    self.path.pop();
                    Ok((key, value?))
                });
                entries.collect::<Result<_>>().map(Json::Object)
            }
            ArgValue::Typed(_) => {
                Err(self.wrong_type_text("another type".to_owned(), (self.param().type_name)(), "it has no JSON form"))
            }
            ArgValue::Unrepresentable(reason) => Err(ErrorKind::ArgumentNotJson {
                callable: self.definition.name,
                argument: self.place(),
                reason: reason.into(),
            }
            .into()),
        }
    }

    fn json_at(&mut self, address: &Address) -> Result<Json> {
        let version = self.ground.version_at(address)?;
        self.note_source(&version, address.path());
        version.read_json(address)
    }

    /// Puts the value in place of every address in `value`, and `@` in place of `@@`.
    fn resolve(&mut self, value: Json) -> Result<Json> {
        match value {
            Json::String(text) if is_address_text(&text) => self.json_at(&text.parse()?),
            Json::String(mut text) => {
                if text.starts_with("@@") {
                    text.remove(0);
                }
                Ok(Json::String(text))
            }
            Json::Array(items) => self.json(ArgValue::List(items.into_iter().map(ArgValue::Json).collect())),
            Json::Object(entries) => {
                self.json(ArgValue::Map(entries.into_iter().map(|(key, value)| (key, ArgValue::Json(value))).collect()))
            }
            plain => Ok(plain),
        }
    }

    /// Reads JSON as a `T`.
    fn read<T: DeserializeOwned>(&self, value: &Json, accepted: &'static str) -> Result<T> {
        T::deserialize(value).map_err(|reason| self.wrong_type_text(value.to_string(), accepted, &reason.to_string()))
    }

    /// Records the generated input entity.
    fn record_input(&mut self, record: Box<dyn Node>) -> Result<()> {
        let stored = self.ground.make_version(record, self.moment, self.execution_id)?;
        self.inputs.input = Some(stored.ecs_id());
        self.inputs.generated = Some(stored);
        Ok(())
    }

    /// Records the generated config entity.
    fn record_config(&mut self, record: Box<dyn Node>) -> Result<()> {
        let config = self.ground.intern(record, self.moment, Some(self.execution_id))?;
        self.inputs.configs.push(config);
        Ok(())
    }

    /// That the parameter was not given.
    #[cold]
    pub(crate) fn missing(&self) -> Error {
        let Param { name: argument, type_name, .. } = self.param();
        ErrorKind::MissingArgument { callable: self.definition.name, argument, accepted: type_name() }.into()
    }

    #[cold]
    pub(crate) fn wrong_type(&self, given: &ArgValue, accepted: &'static str, reason: &str) -> Error {
        self.wrong_type_text(format!("{given:?}"), accepted, reason)
    }

    #[cold]
    pub(crate) fn wrong_type_text(&self, given: String, accepted: &'static str, reason: &str) -> Error {
        ErrorKind::WrongArgumentType {
            callable: self.definition.name,
            argument: self.place(),
            given,
            accepted,
            reason: reason.into(),
        }
        .into()
    }
}

/// The arguments that a config is built from.
struct ConfigArguments<'c, 'b> {
    binder: &'c mut Binder<'b>,
    given: Loose,
}

impl ConfigArguments<'_, '_> {
    fn take(&mut self, name: &str) -> Option<ArgValue> {
        let position = self.given.iter().position(|(given, _)| **given == *name)?;
        Some(self.given.swap_remove(position).1)
    }
}

impl ConfigSource for ConfigArguments<'_, '_> {
    fn field<T: Value>(&mut self, name: &'static str, default: Option<fn() -> T>) -> Result<T> {
        let given = self.take(name);
        let binder = &mut *self.binder;
        match (given, default) {
            (Some(argument), _) => {
                binder.path.push(Segment::Name(name.into()));
                let value = binder.value(argument);
                binder.path.pop();
                value
            }
            (None, Some(default)) => Ok(default()),
            (None, None) => Err(ErrorKind::MissingConfigField {
                callable: binder.definition.name,
                config: binder.param().name,
                field: name,
                accepted: std::any::type_name::<T>(),
            }
            .into()),
        }
    }
}

impl Keep for Binder<'_> {
    fn keep<E: Entity>(&mut self, entity: E) -> Result<Stored<E>> {
        self.adopt_as(Box::new(entity), E::ERASED).map(Stored::typed)
    }

    fn enter(&mut self, step: Step<'_>) {
        self.enter(step);
    }

    fn leave(&mut self) {
        self.leave();
    }
}

/// The address that an argument is, if it is one.
fn address_of(argument: &ArgValue) -> Result<Option<Address>> {
    match argument {
        ArgValue::Address(address) => Ok(Some(address.clone())),
        ArgValue::Json(Json::String(text)) if is_address_text(text) => text.parse().map(Some),
        _ => Ok(None),
    }
}

fn json_of(id: &Id) -> Json {
    match serde_json::to_value(id) {
        Ok(json) => json,
        Err(_) => unreachable!("an id is plain data"),
    }
}

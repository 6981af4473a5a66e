//! Versions, and values at addresses.

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::World;
use crate::address::{Address, At, Target};
use crate::deep;
use crate::entity::{AnyStored, EcsId, Entity, LineageId, Stored};
use crate::error::{Error, ErrorKind, Result};
use crate::store::{AnyId, NoLongerKept};

/// What is stored.
impl World {
    /// The version with this id.
    ///
    /// # Errors
    ///
    /// `unknown-version`, or `wrong-entity-type` if it is no `T`.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// assert_eq!(world.get::<Student>(alice.ecs_id())?, alice);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn get<T: Entity>(&self, ecs_id: impl Into<EcsId>) -> Result<Stored<T>> {
        self.version(ecs_id.into())?.downcast()
    }

    /// The version with this id, whatever its type.
    ///
    /// # Errors
    ///
    /// `unknown-version`, or `no-longer-kept` if there was one and it was pruned; as wherever a version, a lineage or an
    /// execution is asked for.
    pub fn version(&self, ecs_id: EcsId) -> Result<AnyStored> {
        self.find_version(ecs_id)?.ok_or_else(|| self.not_here(AnyId::Version(ecs_id)))
    }

    pub(crate) fn find_version(&self, ecs_id: EcsId) -> Result<Option<AnyStored>> {
        self.store().version(ecs_id)
    }

    /// The version with this id, if there is one and ever was.
    ///
    /// # Errors
    ///
    /// `no-longer-kept` if there was one.
    pub(crate) fn find_unless_gone(&self, ecs_id: EcsId) -> Result<Option<AnyStored>> {
        match self.find_version(ecs_id)? {
            Some(version) => Ok(Some(version)),
            None => match self.no_longer_kept(ecs_id)? {
                Some(gone) => Err(ErrorKind::NoLongerKept { gone }.into()),
                None => Ok(None),
            },
        }
    }

    /// What is left to say of a version, a lineage or an execution that was stored and was removed since, under a
    /// policy of retention; none if it is there, or never was.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub fn no_longer_kept(&self, id: impl Into<AnyId>) -> Result<Option<NoLongerKept>> {
        self.store().no_longer_kept(id.into())
    }

    /// Why nothing with this id is here: it was removed, or never stored.
    #[cold]
    pub(crate) fn not_here(&self, id: AnyId) -> Error {
        match self.no_longer_kept(id) {
            Err(error) => error,
            Ok(Some(gone)) => ErrorKind::NoLongerKept { gone }.into(),
            Ok(None) => match id {
                AnyId::Version(ecs_id) => ErrorKind::UnknownVersion { ecs_id }.into(),
                AnyId::Lineage(lineage_id) => ErrorKind::UnknownLineage { lineage_id }.into(),
                AnyId::Execution(execution_id) => ErrorKind::UnknownExecution { execution_id }.into(),
            },
        }
    }

    /// The version that a value was read from: the handle to an entity found inside another.
    ///
    /// # Errors
    ///
    /// `never-stored` if it was read from no version, `unknown-version` if that is of another world.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String }
    /// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// struct Course { id: Id, students: Vec<Student> }
    ///
    /// # let world = World::in_memory()?;
    /// let alice = Student { id: Id::new(), name: "Alice".into() };
    /// let course = world.insert(Course { id: Id::new(), students: vec![alice] })?;
    /// let alice = world.stored(&course.students[0])?;
    /// assert_eq!((alice.holder(), alice.path().to_string().as_str()), (Some(course.ecs_id()), ".students.0"));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn stored<T: Entity>(&self, value: &T) -> Result<Stored<T>> {
        match value.id().ecs_id() {
            Some(ecs_id) => self.get(ecs_id),
            None => Err(ErrorKind::NeverStored { type_name: T::TYPE.name() }.into()),
        }
    }

    /// The version of an entity inside another: `world.child(&course, "students.0")`.
    ///
    /// # Errors
    ///
    /// `malformed-address` if `path` is no path; as [`resolve`](Self::resolve) if it leads nowhere;
    /// `not-an-entity` if what it leads to is none; `wrong-entity-type` if it is no `T`.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String }
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Course { id: Id, students: Vec<Student> }
    /// # let world = World::in_memory()?;
    /// # let alice = Student { id: Id::new(), name: "Alice".into() };
    /// let course = world.insert(Course { id: Id::new(), students: vec![alice] })?;
    /// let alice: Stored<Student> = world.child(&course, "students.0")?;
    /// assert_eq!(alice.name, "Alice");
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn child<T: Entity>(&self, holder: impl Into<EcsId>, path: &str) -> Result<Stored<T>> {
        let address = Address::of_version(holder.into()).with_path(path.parse()?);
        self.entity_at(&address)?.downcast()
    }

    /// The version of the entity at an address, whatever its type.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve); `not-an-entity` if what is there is none.
    pub fn entity_at(&self, address: &Address) -> Result<AnyStored> {
        let version = self.version_at(address)?;
        if address.path().is_empty() {
            return Ok(version);
        }
        match version.walk(address.path().segments()) {
            (node, []) => match node.node_id().ecs_id() {
                Some(ecs_id) => self.version(ecs_id),
                None => unreachable!("what is stored has a version"),
            },
            // The read says whether there is anything there.
            _ => {
                let given = version.read_json(address)?;
                Err(ErrorKind::NotAnEntity { address: address.clone(), given: given.to_string() }.into())
            }
        }
    }

    /// The newest version of a lineage: `world.head(&alice)`.
    ///
    /// # Errors
    ///
    /// `unknown-lineage`, or `wrong-entity-type` if it is no `T`.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// let raised = world.commit(Student { gpa: 3.8, ..(*alice).clone() })?;
    /// assert_eq!(world.head::<Student>(&alice)?, raised);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn head<T: Entity>(&self, lineage: impl Into<LineageId>) -> Result<Stored<T>> {
        self.any_head(lineage.into())?.downcast()
    }

    /// The newest version of a lineage, whatever its type.
    ///
    /// # Errors
    ///
    /// `unknown-lineage`.
    pub fn any_head(&self, lineage_id: LineageId) -> Result<AnyStored> {
        self.store().head(lineage_id)?.ok_or_else(|| self.not_here(AnyId::Lineage(lineage_id)))
    }

    /// Every version of a lineage that no other continues, in the order of their commits; the last is
    /// [`head`](Self::head). There is more than one if a call that met a conflict was told to
    /// [`Branch`](crate::OnConflict::Branch). The next version of each continues it, and is no conflict.
    ///
    /// # Errors
    ///
    /// `unknown-lineage`, or `wrong-entity-type` if it is no `T`.
    pub fn heads<T: Entity>(&self, lineage: impl Into<LineageId>) -> Result<Vec<Stored<T>>> {
        let lineage_id = lineage.into();
        let heads = self.store().heads(lineage_id)?;
        if heads.is_empty() {
            return Err(self.not_here(AnyId::Lineage(lineage_id)));
        }
        heads.into_iter().map(AnyStored::downcast).collect()
    }

    /// The version that an address starts from.
    pub(crate) fn version_at(&self, address: &Address) -> Result<AnyStored> {
        match address.target() {
            Target::Version(ecs_id) => self.version(ecs_id),
            Target::Head(lineage_id) => self.any_head(lineage_id),
        }
    }

    /// The value at an address, as JSON; only that value is read, not the entity around it.
    ///
    /// # Errors
    ///
    /// `unknown-version` or `unknown-lineage`; `unknown-field`, `index-out-of-range` or
    /// `step-into-value` if the path leads nowhere; `not-json` if JSON cannot hold the value.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// let address: Address = format!("@head:{}.name", alice.lineage_id()).parse()?;
    /// assert_eq!(world.resolve(&address)?, "Alice");
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn resolve(&self, address: &Address) -> Result<Json> {
        self.version_at(address)?.read_json(address)
    }

    /// The value at an address: `world.read(&alice.at::<f64>("gpa"))`.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve), and `wrong-type-at-address` if it is no `T`.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// assert_eq!(world.read(&alice.at::<f64>("gpa"))?, 3.5);
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn read<T: DeserializeOwned + Clone + 'static>(&self, at: &At<T>) -> Result<T> {
        let address = at.address();
        let version = self.version_at(address)?;
        if let Some(value) = version.field_at::<T>(address.path()) {
            return Ok(deep::with_room(version.room(), || value.clone()));
        }
        let json = version.read_json(address)?;
        T::deserialize(&json).map_err(|_| {
            let accepted = std::any::type_name::<T>();
            ErrorKind::WrongTypeAtAddress { address: address.clone(), given: json.to_string(), accepted }.into()
        })
    }
}

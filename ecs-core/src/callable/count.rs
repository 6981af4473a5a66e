//! What a signature has of entities and configs, counted by types.

/// How many entities and configs a list of slots has, as far as it says whether `with` binds the plain values: where
/// there is no config but one entity, they are that call's generated config.
pub trait Count {
    type WithEntity: Count;
    type WithContainer: Count;
    type WithConfig: Count;
    /// [`BindsValues`] or [`LeavesValues`].
    type Values;
}

/// `with` binds the plain values.
pub struct BindsValues;
/// `with` leaves the plain values open.
pub struct LeavesValues;

/// No entity and no config.
pub struct Nobody;
/// One entity.
pub struct OneEntity;
/// A config, or more than one entity.
pub struct More;

impl Count for Nobody {
    type WithEntity = OneEntity;
    type WithContainer = More;
    type WithConfig = More;
    type Values = LeavesValues;
}

impl Count for OneEntity {
    type WithEntity = More;
    type WithContainer = More;
    type WithConfig = More;
    type Values = BindsValues;
}

impl Count for More {
    type WithEntity = More;
    type WithContainer = More;
    type WithConfig = More;
    type Values = LeavesValues;
}

//! What the derives ask of the struct that they stand on, said in the user's terms.
//!
//! Each check is asked as the type of a field, such as `<T as WithClone<LACKS>>::Checked`: the types of
//! items are looked at before what functions do, so what is said here is said first. The implementations of
//! `Entity` that the derives write hold only where all of them do, so that a mistake is told here and
//! nowhere else.

/// Nothing is missing.
pub const NOTHING: u8 = 0;
/// `Clone` alone.
pub const CLONE: u8 = 1;
/// `Serialize` alone.
pub const SERIALIZE: u8 = 2;
/// `Deserialize` alone.
pub const DESERIALIZE: u8 = 3;
/// More than one of them.
pub const SEVERAL: u8 = 4;

/// What a struct lacks to be an entity.
#[must_use]
pub const fn lacks(is_clone: bool, is_serialize: bool, is_deserialize: bool) -> u8 {
    match (is_clone, is_serialize, is_deserialize) {
        (true, true, true) => NOTHING,
        (false, true, true) => CLONE,
        (true, false, true) => SERIALIZE,
        (true, true, false) => DESERIALIZE,
        _ => SEVERAL,
    }
}

/// Says that an entity is copied.
#[diagnostic::on_unimplemented(
    message = "`{Self}` lacks `Clone`, which everything that is recorded has",
    label = "derive `Clone` as well",
    note = "write `#[derive(Entity, Clone, Serialize, Deserialize)]`, with `ConfigEntity` or `EntityParts` in place of `Entity` for what is one of those"
)]
pub trait WithClone<const LACKS: u8> {
    type Checked;
}

/// Says that an entity is written to the store.
#[diagnostic::on_unimplemented(
    message = "`{Self}` lacks `Serialize`, which everything that is recorded has",
    label = "derive `Serialize` as well",
    note = "write `#[derive(Entity, Clone, Serialize, Deserialize)]`, with `ConfigEntity` or `EntityParts` in place of `Entity` for what is one of those"
)]
pub trait WithSerialize<const LACKS: u8> {
    type Checked;
}

/// Says that an entity is read from the store.
#[diagnostic::on_unimplemented(
    message = "`{Self}` lacks `Deserialize`, which everything that is recorded has",
    label = "derive `Deserialize` as well",
    note = "write `#[derive(Entity, Clone, Serialize, Deserialize)]`, with `ConfigEntity` or `EntityParts` in place of `Entity` for what is one of those"
)]
pub trait WithDeserialize<const LACKS: u8> {
    type Checked;
}

/// Says that an entity is copied, written and read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` lacks derives that everything that is recorded has",
    label = "derive `Clone`, `Serialize` and `Deserialize`, all three",
    note = "write `#[derive(Entity, Clone, Serialize, Deserialize)]`, with `ConfigEntity` or `EntityParts` in place of `Entity` for what is one of those"
)]
pub trait WithAll<const LACKS: u8> {
    type Checked;
}

/// Says which field keeps an entity from being owned and shared.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of an entity: versions are shared between threads",
    label = "not `Send + Sync + 'static`",
    note = "hold the value itself, or `Arc` in place of `Rc`; a cell has no place in a version, which never changes"
)]
pub trait SharedField<const IS_AT_FAULT: bool> {
    type Checked;
}

/// Says that a field holds the entity itself.
#[diagnostic::on_unimplemented(
    message = "an entity holds another one itself, not a handle to it",
    label = "hold the entity itself, `{E}`, or point at a version with `Ref<{E}>`"
)]
pub trait HeldItself<E, const IS_HANDLE: bool> {
    type Checked;
}

impl<T, E> HeldItself<E, false> for T {
    type Checked = ();
}

/// Says which field keeps an entity from going through serde, as far as the entity itself is to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recorded as a field: it does not go through serde",
    label = "lacks `Serialize` or `Deserialize`",
    note = "if the type is yours: put `#[derive(Clone, Serialize, Deserialize)]` on it, and on what it holds",
    note = "if it is not yours: turn on its crate's `serde` feature, or hold its content in a type of your own"
)]
pub trait SerdeField<const IS_AT_FAULT: bool> {
    type Checked;
}

/// Whether a field lacks what the whole has: of a whole that lacks it as well all is said elsewhere.
#[must_use]
pub const fn breaks_serde([is_serialize, is_deserialize]: [bool; 2], field: [bool; 2]) -> bool {
    is_serialize && !field[0] || is_deserialize && !field[1]
}

macro_rules! supported {
    ($($check:ident: $($answer:expr),*;)*) => {$($(
        impl<T: ?Sized> $check<{ $answer }> for T {
            type Checked = ();
        }
    )*)*};
}

supported! {
    WithClone: NOTHING, SERIALIZE, DESERIALIZE, SEVERAL;
    WithSerialize: NOTHING, CLONE, DESERIALIZE, SEVERAL;
    WithDeserialize: NOTHING, CLONE, SERIALIZE, SEVERAL;
    WithAll: NOTHING, CLONE, SERIALIZE, DESERIALIZE;
    SharedField: false;
    SerdeField: false;
}

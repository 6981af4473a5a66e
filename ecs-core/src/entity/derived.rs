//! What the derives ask of the struct that they stand on, said in the user's terms.
//!
//! Each check is asked as an associated constant, such as `<T as WithClone<LACKS>>::CHECKED`. The
//! implementations of `Entity` that the derives write hold only where all of them do, so that a
//! mistake is told here and nowhere else.

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
    message = "`{Self}` lacks `Clone`, which every entity has",
    label = "derive `Clone` as well",
    note = "an entity stands under `#[derive(Entity, Clone, Serialize, Deserialize)]`, a config under `#[derive(ConfigEntity, Clone, Serialize, Deserialize)]`"
)]
pub trait WithClone<const LACKS: u8> {
    const CHECKED: () = ();
}

/// Says that an entity is written to the store.
#[diagnostic::on_unimplemented(
    message = "`{Self}` lacks `Serialize`, which every entity has",
    label = "derive `Serialize` as well",
    note = "an entity stands under `#[derive(Entity, Clone, Serialize, Deserialize)]`, a config under `#[derive(ConfigEntity, Clone, Serialize, Deserialize)]`"
)]
pub trait WithSerialize<const LACKS: u8> {
    const CHECKED: () = ();
}

/// Says that an entity is read from the store.
#[diagnostic::on_unimplemented(
    message = "`{Self}` lacks `Deserialize`, which every entity has",
    label = "derive `Deserialize` as well",
    note = "an entity stands under `#[derive(Entity, Clone, Serialize, Deserialize)]`, a config under `#[derive(ConfigEntity, Clone, Serialize, Deserialize)]`"
)]
pub trait WithDeserialize<const LACKS: u8> {
    const CHECKED: () = ();
}

/// Says that an entity is copied, written and read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` lacks derives that every entity has",
    label = "derive `Clone`, `Serialize` and `Deserialize`, all three",
    note = "an entity stands under `#[derive(Entity, Clone, Serialize, Deserialize)]`, a config under `#[derive(ConfigEntity, Clone, Serialize, Deserialize)]`"
)]
pub trait WithAll<const LACKS: u8> {
    const CHECKED: () = ();
}

/// Says which field keeps an entity from being owned and shared.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of an entity: versions are shared between threads",
    label = "not `Send + Sync + 'static`",
    note = "hold the value itself, or `Arc` in place of `Rc`; a cell has no place in a version, which never changes"
)]
pub trait SharedField<const IS_AT_FAULT: bool> {
    const CHECKED: () = ();
}

macro_rules! supported {
    ($($check:ident: $($answer:expr),*;)*) => {$($(
        impl<T: ?Sized> $check<{ $answer }> for T {}
    )*)*};
}

supported! {
    WithClone: NOTHING, SERIALIZE, DESERIALIZE, SEVERAL;
    WithSerialize: NOTHING, CLONE, DESERIALIZE, SEVERAL;
    WithDeserialize: NOTHING, CLONE, SERIALIZE, SEVERAL;
    WithAll: NOTHING, CLONE, SERIALIZE, DESERIALIZE;
    SharedField: false;
}

//! What the record says of how things came to be: differences, history, blame, derivation, pictures.

mod blame;
mod derivation;
mod diff;
mod graph;
mod history;
mod value;

pub use self::blame::{Blame, BlameLine};
pub use self::derivation::{Derivation, DerivationStep, Relation};
pub use self::diff::{Diff, EntityDiff};
pub use self::graph::GraphOf;
pub use self::history::{History, HistoryEntry};
pub use self::value::{FieldChange, FieldValue};

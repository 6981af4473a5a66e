//! What a call put out, beside the record of it.

use smallvec::SmallVec;

use crate::entity::AnyStored;

/// What a call put out.
#[derive(Clone)]
pub(crate) struct PutOut {
    /// The outputs, in the order of those in the record of the execution.
    pub(crate) outputs: SmallVec<[AnyStored; 2]>,
    /// The generated output entity.
    pub(crate) output_entity: Option<AnyStored>,
}

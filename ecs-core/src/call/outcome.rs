//! What a call by name returns.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::address::Address;
use crate::entity::{AnyStored, Entity, Stored};
use crate::error::{ErrorKind, Result};
use crate::execute::Completed;
use crate::execution::{Execution, PutOut};

/// The outputs of a call by name, with their types, and the record of the execution.
#[derive(Clone, Debug)]
pub struct NamedOutcome {
    execution: Arc<Execution>,
    outputs: Vec<AnyStored>,
    output_entity: Option<AnyStored>,
}

impl NamedOutcome {
    pub(super) fn new(completed: Completed) -> Self {
        let PutOut { outputs, output_entity } = completed.put_out().clone();
        Self { execution: completed.execution, outputs: outputs.into_vec(), output_entity }
    }

    /// The record of the execution.
    #[must_use]
    pub fn execution(&self) -> &Arc<Execution> {
        &self.execution
    }

    /// Every entity put out, by `output_index`.
    #[must_use]
    pub fn outputs(&self) -> &[AnyStored] {
        &self.outputs
    }

    /// The output with this index, as a `T`.
    ///
    /// # Errors
    ///
    /// `no-such-output` if there is none, or it is another type.
    pub fn output<T: Entity>(&self, index: usize) -> Result<Stored<T>> {
        let found = self.outputs.get(index).and_then(|output| output.clone().downcast::<T>().ok());
        found.ok_or_else(|| {
            let outputs = self.outputs.iter().map(|output| output.entity_type().name().to_owned()).collect();
            let (callable, accepted) = (self.execution.callable(), T::TYPE.name());
            ErrorKind::NoSuchOutput { callable, index, accepted, outputs }.into()
        })
    }

    /// Every output that is a `T`, by `output_index`; empty if there is none.
    #[must_use]
    pub fn all<T: Entity>(&self) -> Vec<Stored<T>> {
        self.outputs.iter().filter_map(|output| output.clone().downcast().ok()).collect()
    }

    /// The generated output entity that holds the plain values of the result, if it has any.
    #[must_use]
    pub fn output_entity(&self) -> Option<&AnyStored> {
        self.output_entity.as_ref()
    }

    /// The plain values of the result as JSON, with an address in place of each entity; `null` if
    /// the result has no plain values.
    ///
    /// # Errors
    ///
    /// `not-json` if JSON cannot hold a value, such as NaN; the output entity holds it.
    pub fn value(&self) -> Result<Json> {
        let Some(output) = &self.output_entity else { return Ok(Json::Null) };
        output.read_json(&Address::of_version(output.ecs_id()).with_path("result".parse()?))
    }
}

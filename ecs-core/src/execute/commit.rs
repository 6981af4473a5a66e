//! A call under way, and how it ends: committed, failed or cancelled, and always recorded.

use std::sync::Arc;

use smallvec::SmallVec;

use super::Completed;
use super::bind::Inputs;
use super::settle::Settled;
use crate::callable::{Definition, Scope};
use crate::context::Context;
use crate::entity::{AnyStored, EcsId, ExecutionId, Moment, with_tree};
use crate::error::{Error, Result};
use crate::execution::{Execution, Output, Status, Strategy};
use crate::store::Commit;
use crate::world::World;

/// A call between its start and its record.
///
/// It is recorded exactly once: by [`commit`](Self::commit), by [`fail`](Self::fail), or as
/// cancelled when it is dropped before either.
pub(super) struct Underway<'w> {
    pub(super) world: &'w World,
    pub(super) definition: &'static Definition,
    pub(super) id: ExecutionId,
    pub(super) moment: Moment,
    pub(super) inputs: Inputs,
    parent: Option<ExecutionId>,
    strategy: Strategy,
    is_recorded: bool,
}

impl<'w> Underway<'w> {
    pub(super) fn new(scope: Scope<'w>, definition: &'static Definition, strategy: Strategy) -> Self {
        let moment = Moment::now();
        Self {
            world: scope.world,
            definition,
            id: ExecutionId::at(moment),
            moment,
            inputs: Inputs::default(),
            parent: scope.parent,
            strategy,
            is_recorded: false,
        }
    }

    pub(super) fn context(&self) -> Context {
        Context::new(self.world.clone(), self.id)
    }

    /// Commits what the call put out and the record of it, all at once.
    ///
    /// # Errors
    ///
    /// `conflict` if another commit moved a head first; then only the failure is recorded.
    pub(super) fn commit(mut self, settled: Settled) -> Result<Completed> {
        let Settled { outputs, handles, versions, output_entity } = settled;
        let output_id = output_entity.as_ref().map(AnyStored::ecs_id);
        let execution = Arc::new(self.record(Status::Succeeded, outputs, output_id));
        let shared = self.inputs.configs.iter().cloned().flat_map(with_tree).collect();
        let mut commit = Commit { versions, shared, execution: Some(Arc::clone(&execution)) };
        commit.versions.extend(self.inputs.generated.clone());
        commit.versions.extend(output_entity.clone());
        match self.world.write(&commit) {
            Ok(()) => {
                self.is_recorded = true;
                Ok(Completed { execution, outputs: handles.into_vec(), output_entity })
            }
            Err(error) => {
                self.inputs.arguments.clone_from(&execution.arguments);
                Err(self.fail(error))
            }
        }
    }

    /// Records that the call failed, and says in the error where.
    #[cold]
    pub(super) fn fail(mut self, error: Error) -> Error {
        let status = Status::Failed { code: error.code(), message: error.to_string().into() };
        self.record_without_output(status);
        error.in_execution(self.id)
    }

    #[cold]
    fn record_without_output(&mut self, status: Status) {
        self.is_recorded = true;
        let execution = self.record(status, SmallVec::new(), None);
        let commit = Commit {
            versions: self.inputs.generated.take().into_iter().collect(),
            shared: std::mem::take(&mut self.inputs.configs).into_iter().flat_map(with_tree).collect(),
            execution: Some(Arc::new(execution)),
        };
        // The caller is told of the failure itself; that it could not be recorded either cannot
        // be recorded.
        drop(self.world.write(&commit));
    }

    fn record(&mut self, status: Status, outputs: SmallVec<[Output; 1]>, output_entity: Option<EcsId>) -> Execution {
        Execution {
            id: self.id,
            callable: self.definition.name,
            fingerprint: self.definition.fingerprint,
            parent: self.parent,
            strategy: self.strategy,
            input: self.inputs.input,
            arguments: std::mem::take(&mut self.inputs.arguments),
            configs: self.inputs.configs.iter().map(AnyStored::ecs_id).collect(),
            outputs,
            output_entity,
            status,
            started_at: self.moment.time(),
            duration: self.moment.time().elapsed().unwrap_or_default(),
        }
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        if !self.is_recorded {
            self.record_without_output(Status::Cancelled);
        }
    }
}

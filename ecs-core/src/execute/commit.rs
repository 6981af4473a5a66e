//! A call under way, and how it ends: committed, failed or cancelled, and always recorded.

use std::sync::Arc;
use std::time::SystemTime;

use smallvec::SmallVec;
use tracing::Span;

use super::bind::Inputs;
use super::publish;
use super::settle::Settled;
use super::{Completed, Interrupts, trace};
use crate::callable::{CallOptions, Definition, Scope};
use crate::conflict::OnConflict;
use crate::context::{Context, Inside};
use crate::entity::{AnyStored, EcsId, ExecutionId, LineageId, Moment, with_tree};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{About, Payload};
use crate::execution::{Arguments, Ending, Execution, Output, Status, Strategy};
use crate::store::Commit;
use crate::world::World;

/// A call between its start and its record.
///
/// It is recorded exactly once: by a [`commit`](Self::commit) that succeeds, by [`fail`](Self::fail), or as
/// cancelled when it is dropped before either.
pub(super) struct Underway<'w> {
    pub(super) definition: &'static Definition,
    pub(super) id: ExecutionId,
    /// When this attempt began.
    pub(super) moment: Moment,
    pub(super) inputs: Inputs,
    pub(super) strategy: Strategy,
    pub(super) interrupts: Interrupts,
    pub(super) on_conflict: OnConflict,
    /// How often the function ran again.
    pub(super) retries: u32,
    /// The lineages that the last attempt lost.
    pub(super) contested: SmallVec<[LineageId; 2]>,
    /// What a `tracing` subscriber sees of the call.
    pub(super) span: Span,
    scope: Scope<'w>,
    started_at: SystemTime,
    /// What calls made from inside it share, once the function got its context.
    inside: Option<Arc<Inside>>,
    is_recorded: bool,
}

impl<'w> Underway<'w> {
    pub(super) fn new(
        scope: Scope<'w>,
        definition: &'static Definition,
        strategy: Strategy,
        options: &CallOptions,
    ) -> Self {
        let moment = Moment::now();
        let on_conflict = options.on_conflict.or(definition.on_conflict);
        let id = ExecutionId::at(moment);
        publish::started(scope, id, definition);
        Self {
            definition,
            id,
            moment,
            inputs: Inputs::default(),
            strategy,
            interrupts: Interrupts::new(options, scope.inside.map(|inside| &inside.interrupts)),
            on_conflict: on_conflict.unwrap_or_else(|| scope.world.settings().on_conflict),
            retries: 0,
            contested: SmallVec::new(),
            span: trace::begun(definition.name, id, strategy, scope.inside),
            scope,
            started_at: moment.time(),
            inside: None,
            is_recorded: false,
        }
    }

    pub(super) fn world(&self) -> &'w World {
        self.scope.world
    }

    /// How many executions this one is inside of.
    fn depth(&self) -> u32 {
        self.scope.depth()
    }

    /// What the events of this call have in common.
    pub(super) fn about(&self) -> About {
        publish::about(self.scope, self.id, self.definition)
    }

    /// What the function told; from now on it need not wait.
    fn take_emitted(&self) -> Vec<Payload> {
        self.inside.as_ref().map(|inside| inside.take_emitted()).unwrap_or_default()
    }

    /// Refuses a call inside too many others.
    pub(super) fn refuse_too_deep(&self) -> Result<()> {
        let (callable, depth, limit) = (self.definition.name, self.depth(), self.world().settings().depth_limit);
        if depth > limit { Err(ErrorKind::TooDeep { callable, limit }.into()) } else { Ok(()) }
    }

    /// The context that the function gets, the same one for each attempt.
    pub(super) fn context(&mut self) -> Context {
        let (id, depth, interrupts, span) = (self.id, self.depth(), &self.interrupts, &self.span);
        let inside = self
            .inside
            .get_or_insert_with(|| Arc::new(Inside::new(Some(id), depth, interrupts.clone()).in_span(span.clone())));
        if self.retries > 0 {
            inside.take_back();
        }
        Context::new(self.scope.world.clone(), Arc::clone(inside))
    }

    /// Commits what the call put out and the record of it, all at once.
    ///
    /// # Errors
    ///
    /// `conflict` if another commit moved a head first; then nothing is written, and the call can be tried
    /// again. `cancelled` or `timed-out` if it was stopped before.
    pub(super) fn commit(&mut self, settled: Settled) -> Result<Completed> {
        self.interrupts.check(self.definition.name)?;
        let Settled { outputs, handles, versions, output_entity } = settled;
        let output_id = output_entity.as_ref().map(AnyStored::ecs_id);
        let execution = Arc::new(self.record(Status::Succeeded, outputs, output_id));
        let shared = self.inputs.configs.iter().cloned().flat_map(with_tree).collect();
        let is_branching = self.on_conflict == OnConflict::Branch;
        let mut commit = Commit { versions, shared, execution: Some(Arc::clone(&execution)), is_branching };
        commit.versions.extend(self.inputs.generated.clone());
        commit.versions.extend(output_entity.clone());
        match self.world().write(&commit) {
            Ok(()) => {
                self.is_recorded = true;
                trace::ended(&self.span, &execution);
                self.tell_outer(1);
                publish::ended(self.world(), self.about(), &commit, self.take_emitted());
                Ok(Completed { execution, outputs: handles.into_vec(), output_entity })
            }
            Err(error) => {
                self.note_contested(&commit)?;
                Err(error)
            }
        }
    }

    /// Notes which heads have moved since the versions of `commit` were made.
    #[cold]
    fn note_contested(&mut self, commit: &Commit) -> Result<()> {
        for version in &commit.versions {
            let lineage_id = version.lineage_id();
            if version.parent() != self.world().store().head(lineage_id)?.map(|head| head.ecs_id()) {
                self.contested.push(lineage_id);
            }
        }
        Ok(())
    }

    /// Tells the execution that this one is inside of what has been committed in it.
    fn tell_outer(&self, own: u32) {
        if let Some(outer) = self.scope.inside {
            outer.keep(own + self.kept());
        }
    }

    fn kept(&self) -> u32 {
        self.inside.as_ref().map_or(0, |inside| inside.kept())
    }

    /// Records that the call failed, and says in the error where.
    #[cold]
    pub(super) fn fail(mut self, error: Error) -> Error {
        let error = self.stopped_by(error).in_execution(self.id).keeping(self.kept());
        let status = match error.kind() {
            ErrorKind::Cancelled { .. } => Status::Cancelled,
            _ => Status::Failed { code: error.code(), message: error.to_string().into() },
        };
        self.record_without_output(status);
        error
    }

    /// The error of a call that failed: that it was stopped, if it says that of a call inside it which was
    /// stopped by the same.
    fn stopped_by(&self, error: Error) -> Error {
        let inner = error.cause::<Error>().map(Error::kind);
        let is_of_inner = matches!(inner, Some(ErrorKind::TimedOut { .. } | ErrorKind::Cancelled { .. }));
        match self.interrupts.check(self.definition.name) {
            Err(stopped) if is_of_inner => stopped,
            _ => error,
        }
    }

    #[cold]
    fn record_without_output(&mut self, status: Status) {
        self.is_recorded = true;
        self.tell_outer(0);
        let execution = self.record(status, SmallVec::new(), None);
        trace::ended(&self.span, &execution);
        let commit = Commit {
            versions: self.inputs.generated.take().into_iter().collect(),
            shared: std::mem::take(&mut self.inputs.configs).into_iter().flat_map(with_tree).collect(),
            execution: Some(Arc::new(execution)),
            is_branching: false,
        };
        // The caller is told of the failure itself; that it could not be recorded either cannot
        // be recorded.
        if self.world().write(&commit).is_ok() {
            publish::ended(self.world(), self.about(), &commit, self.take_emitted());
        }
    }

    fn record(&self, status: Status, outputs: SmallVec<[Output; 1]>, output_entity: Option<EcsId>) -> Execution {
        Execution {
            id: self.id,
            parent: self.scope.parent(),
            strategy: self.strategy,
            input: self.inputs.input,
            configs: self.inputs.configs.iter().map(AnyStored::ecs_id).collect(),
            outputs,
            output_entity,
            definition: self.definition,
            arguments: Arguments::new(self.definition, &self.inputs.arguments),
            nanoseconds: self.started_at.elapsed().unwrap_or_default().as_nanos().try_into().unwrap_or(u64::MAX),
            ending: Ending::new(status, self.retries),
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

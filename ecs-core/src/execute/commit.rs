//! A call under way, and how it ends: committed, failed or cancelled, and always recorded.

use std::sync::Arc;

use smallvec::SmallVec;
use tracing::Span;

use super::completed::{Answer, Completed};
use super::publish;
use super::trace;
use crate::callable::{Definition, Inputs, Settled};
use crate::conflict::OnConflict;
use crate::entity::{AnyStored, EcsId, ExecutionId, LineageId, Moment, push_with_tree};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{About, Payload};
use crate::execution::{Arguments, Ending, Execution, Output, PutOut, Status, Strategy};
use crate::ground::Ground;
use crate::memo::{Caller, Kept};
use crate::scope::{CallOptions, Inside, Interrupts, Place, Scope};
use crate::store::Commit;

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
    /// The lineages that the last attempt lost, if the call may run again.
    pub(super) contested: SmallVec<[LineageId; 2]>,
    /// What a `tracing` subscriber sees of the call.
    pub(super) span: Span,
    scope: Scope<'w>,
    started_at: Moment,
    /// What calls made from inside it share, once the function got its context.
    inside: Option<Arc<Inside>>,
    is_recorded: bool,
}

impl<'w> Underway<'w> {
    #[inline]
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
            strategy,
            interrupts: Interrupts::new(options, scope.inside.map(|inside| &inside.interrupts)),
            on_conflict: on_conflict.unwrap_or_else(|| scope.ground.settings().on_conflict),
            retries: 0,
            contested: SmallVec::new(),
            span: trace::begun(definition.name, id, strategy, scope.inside),
            scope,
            started_at: moment,
            inside: None,
            is_recorded: false,
            // Last, so that it is made where it is to be: it is large.
            inputs: Inputs::default(),
        }
    }

    pub(super) fn ground(&self) -> &'w Ground {
        self.scope.ground
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
    #[inline]
    pub(super) fn refuse_too_deep(&self) -> Result<()> {
        let (callable, depth, limit) = (self.definition.name, self.depth(), self.ground().settings().depth_limit);
        if depth > limit { Err(ErrorKind::TooDeep { callable, limit }.into()) } else { Ok(()) }
    }

    /// What the function gets that takes the context, the same for each attempt.
    pub(super) fn place(&mut self) -> Place {
        let (id, depth, interrupts, span) = (self.id, self.depth(), &self.interrupts, &self.span);
        let outer = self.scope.inside.cloned();
        let inside = self.inside.get_or_insert_with(|| {
            Arc::new(Inside::new(Some(id), depth, interrupts.clone(), outer).in_span(span.clone()))
        });
        if self.retries > 0 {
            inside.take_back();
        }
        Place { ground: Arc::clone(self.scope.ground), inside: Arc::clone(inside) }
    }

    /// Commits what the call put out and the record of it, all at once.
    ///
    /// # Errors
    ///
    /// `conflict` if another commit moved a head first; then nothing is written, and the call can be tried
    /// again. `cancelled` or `timed-out` if it was stopped before.
    #[inline]
    pub(super) fn commit(&mut self, settled: &mut Settled) -> Result<Completed> {
        self.interrupts.check(self.definition.name)?;
        let Settled { outputs, handles, commit, output_entity } = settled;
        commit.is_branching = self.on_conflict == OnConflict::Branch;
        for config in self.inputs.unwritten() {
            push_with_tree(config.clone(), &mut commit.shared);
        }
        for generated in [&self.inputs.generated, &*output_entity].into_iter().flatten() {
            commit.versions.push(generated.clone());
        }
        let execution = self.record(Status::Succeeded, std::mem::take(outputs), output_entity.as_ref(), None);
        let execution = self.succeed(execution, commit)?;
        let put_out = PutOut { outputs: std::mem::take(handles), output_entity: output_entity.take() };
        Ok(Completed { execution, answer: Answer::Computed(put_out) })
    }

    /// Records that the call was answered by what an equal one put out.
    ///
    /// # Errors
    ///
    /// `cancelled` or `timed-out` if it was stopped before, or if the store cannot be written to.
    pub(super) fn reuse(&mut self, kept: Arc<Kept>) -> Result<Completed> {
        self.interrupts.check(self.definition.name)?;
        self.inputs.input = self.inputs.only(self.strategy);
        let mut commit = Commit::default();
        // What the other call used is stored.
        for config in self.inputs.unwritten().filter(|config| !kept.has_used(config)) {
            push_with_tree(config.clone(), &mut commit.shared);
        }
        let output_entity = kept.put_out.output_entity.as_ref();
        let execution =
            self.record(Status::Succeeded, SmallVec::from_slice(&kept.outputs), output_entity, Some(&*kept));
        let execution = self.succeed(execution, &mut commit)?;
        Ok(Completed { execution, answer: Answer::Reused(kept) })
    }

    /// Writes the commit of a call that succeeded, with its record.
    #[inline]
    fn succeed(&mut self, execution: Arc<Execution>, commit: &mut Commit) -> Result<Arc<Execution>> {
        commit.execution = Some(execution);
        if let Err(error) = self.ground().write(commit) {
            if self.may_run_again_after(&error) {
                // If the heads cannot be read, the conflict is what the caller should know of.
                self.contested = self.contested_of(&commit.versions).unwrap_or_default();
            }
            return Err(error);
        }
        self.is_recorded = true;
        if let Some(execution) = &commit.execution {
            trace::ended(&self.span, execution);
        }
        self.tell_outer(1);
        publish::ended(self.ground(), self.about(), commit, self.take_emitted());
        match commit.execution.take() {
            Some(execution) => Ok(execution),
            None => unreachable!("it was put in above"),
        }
    }

    /// Who asks whether an equal call runs already.
    pub(super) fn caller(&self, is_in_place: bool) -> Caller {
        let inside = std::iter::successors(self.scope.inside, |inside| inside.outer.as_ref());
        let inside = inside.filter_map(|inside| inside.execution).collect();
        Caller { execution: self.id, inside, is_in_place }
    }

    fn may_run_again_after(&self, error: &Error) -> bool {
        matches!(error.kind(), ErrorKind::Conflict { .. })
            && matches!(self.on_conflict, OnConflict::Retry(times) if self.retries < times)
    }

    /// The lineages whose heads have moved since these versions were made.
    #[cold]
    fn contested_of(&self, versions: &[AnyStored]) -> Result<SmallVec<[LineageId; 2]>> {
        let mut contested = SmallVec::new();
        for version in versions {
            let lineage_id = version.lineage_id();
            if version.parent() != self.ground().store().head(lineage_id)?.map(|head| head.ecs_id()) {
                contested.push(lineage_id);
            }
        }
        Ok(contested)
    }

    /// Tells the execution that this one is inside of what has been committed in it.
    #[inline]
    fn tell_outer(&self, own: u32) {
        if let Some(outer) = self.scope.inside {
            outer.keep(own + self.kept());
        }
    }

    fn kept(&self) -> u32 {
        self.inside.as_ref().map_or(0, |inside| inside.kept())
    }

    /// Records that the call failed, if it did.
    #[inline]
    pub(super) fn end(&mut self, ended: Result<Completed>) -> Result<Completed> {
        ended.map_err(|error| self.fail(error))
    }

    /// Records that the call failed, and says in the error where.
    #[cold]
    pub(super) fn fail(&mut self, error: Error) -> Error {
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
        let execution = self.record(status, SmallVec::new(), None, None);
        trace::ended(&self.span, &execution);
        let mut commit = Commit {
            versions: self.inputs.generated.take().into_iter().collect(),
            execution: Some(execution),
            ..Commit::default()
        };
        for config in self.inputs.unwritten() {
            push_with_tree(config.clone(), &mut commit.shared);
        }
        // The caller is told of the failure itself; that it could not be recorded either cannot
        // be recorded.
        if self.ground().write(&commit).is_ok() {
            publish::ended(self.ground(), self.about(), &commit, self.take_emitted());
        }
    }

    #[inline]
    fn record(
        &self,
        status: Status,
        outputs: SmallVec<[Output; 1]>,
        output_entity: Option<&AnyStored>,
        reused: Option<&Kept>,
    ) -> Arc<Execution> {
        let mut configs: SmallVec<[EcsId; 1]> = SmallVec::new();
        for config in &self.inputs.configs {
            configs.push(config.version.ecs_id());
        }
        if let Some(values) = reused.and_then(|kept| kept.values) {
            configs.push(values);
        }
        let nanoseconds = match reused {
            Some(_) => 0,
            None => self.started_at.elapsed(),
        };
        Arc::new(Execution {
            id: self.id,
            parent: self.scope.parent(),
            strategy: self.strategy,
            input: self.inputs.input,
            configs,
            outputs,
            output_entity: output_entity.map(AnyStored::ecs_id),
            definition: self.definition,
            arguments: Arguments::new(self.definition, &self.inputs.arguments),
            nanoseconds,
            ending: Ending { status, retries: self.retries, reused: reused.map(|kept| kept.execution.id) }.boxed(),
        })
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        if !self.is_recorded {
            self.record_without_output(Status::Cancelled);
        }
    }
}

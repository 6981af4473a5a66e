//! Where the workers of a batch run.

use std::task::Context as TaskContext;
use std::thread::Scope;

use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::callable::BoxFuture;
use crate::wait::block_on;

/// A worker, ready to run.
pub(super) type Worker = BoxFuture<'static, ()>;

/// Where the workers of a batch run.
pub(super) trait Workers {
    fn start(&mut self, worker: Worker);

    /// Runs those that run nowhere else.
    fn poll(&mut self, task: &mut TaskContext<'_>);
}

/// The workers of a batch that is awaited. Dropping them drops what they have under way.
pub(super) enum Awaited {
    /// Tasks of a tokio runtime.
    Tasks(JoinSet<()>, Handle),
    /// In the batch's own future.
    Here(Vec<Worker>),
}

impl Awaited {
    /// Tasks if there is a runtime for them.
    pub(super) fn anywhere() -> Self {
        match Handle::try_current() {
            Ok(runtime) => Self::Tasks(JoinSet::new(), runtime),
            Err(_) => Self::here(),
        }
    }

    pub(super) fn here() -> Self {
        Self::Here(Vec::new())
    }
}

impl Workers for Awaited {
    fn start(&mut self, worker: Worker) {
        match self {
            Self::Tasks(tasks, runtime) => drop(tasks.spawn_on(worker, runtime)),
            Self::Here(workers) => workers.push(worker),
        }
    }

    fn poll(&mut self, task: &mut TaskContext<'_>) {
        if let Self::Here(workers) = self {
            workers.retain_mut(|worker| worker.as_mut().poll(task).is_pending());
        }
    }
}

/// Threads that are there as long as the batch is waited for.
///
/// Not tasks: who waits may be in a task itself, and the tasks would wait for its thread.
pub(super) struct Threads<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    /// For what the calls need of it; callables that are `blocking` its pool.
    runtime: Option<Handle>,
}

impl<'scope, 'env> Threads<'scope, 'env> {
    pub(super) fn new(scope: &'scope Scope<'scope, 'env>) -> Self {
        Self { scope, runtime: Handle::try_current().ok() }
    }
}

impl Workers for Threads<'_, '_> {
    fn start(&mut self, worker: Worker) {
        let runtime = self.runtime.clone();
        self.scope.spawn(move || {
            let _entered = runtime.as_ref().map(Handle::enter);
            block_on(worker);
        });
    }

    fn poll(&mut self, _task: &mut TaskContext<'_>) {}
}

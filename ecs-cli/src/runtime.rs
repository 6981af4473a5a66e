//! The runtime that callables find while the command waits for them.

use std::io;
use std::panic::resume_unwind;
use std::sync::LazyLock;
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};

use crate::failure::{Failure, Result};

/// A runtime beside that of the program. It stays, as what a callable has started may outlast its call.
static BESIDE: LazyLock<io::Result<Runtime>> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).thread_name("ecs-call").enable_all().build());

/// Does `work`, which waits for callables on the thread that it is on. Where that may be the only one of a runtime,
/// it is done on another one in another runtime, as this one stands still until it is done.
pub(crate) fn waiting<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T> {
    let is_only_thread =
        Handle::try_current().is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::CurrentThread);
    if !is_only_thread {
        return Ok(work());
    }
    let beside = BESIDE.as_ref().map_err(|error| Failure::NoRuntime(error.to_string()))?;
    let in_runtime = || {
        let _entered = beside.enter();
        work()
    };
    thread::scope(|scope| {
        let thread = thread::Builder::new().name("ecs-command".to_owned()).spawn_scoped(scope, in_runtime);
        let thread = thread.map_err(|error| Failure::NoRuntime(error.to_string()))?;
        thread.join().map_err(|panic| resume_unwind(panic))
    })
}

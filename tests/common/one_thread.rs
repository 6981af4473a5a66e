//! A runtime of one thread.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Does `work` on the only thread of a runtime, which stands still meanwhile.
pub fn in_one_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it starts");
        done.send(runtime.block_on(async { work() })).expect("somebody waits for it");
    });
    is_done.recv_timeout(Duration::from_secs(60)).expect("it ends")
}

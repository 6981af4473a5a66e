//! Running a target: a child process tries inputs, and this one watches it.
//!
//! A panic is made smaller by `proptest` and told with the input that is left. What ends the process, such as a stack
//! that overflows, and what takes longer than [`PATIENCE`], is told with the input that was being tried, which the
//! child writes into a file before it tries it.

use std::any::Any;
use std::fmt::Debug;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::panic;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestError, TestRunner};

use crate::MEMORY;

/// How long one input may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// How much memory one input may take.
const MEMORY_LIMIT: usize = 512 << 20;

/// Names the target in the environment of its child.
const TARGET: &str = "ECS_FUZZ_TARGET";

/// Where the child writes what it tries.
const INPUT: &str = "input";

/// What the child tried in the end.
const COUNT: &str = "count";

/// Tries inputs of the target, the test function of that name in this program. `fuzz` makes ready and tries, in a
/// process whose folder is one of its own.
#[track_caller]
pub fn target(name: &str, fuzz: impl FnOnce(&mut Trying) + Send) {
    let seconds = std::env::var("ECS_FUZZ_SECONDS").map_or(2, |seconds| seconds.parse().expect("a number of seconds"));
    let budget = Duration::from_secs(seconds);
    if std::env::var(TARGET).is_ok_and(|target| target == name) {
        // On a stack as threads have it.
        return std::thread::scope(|scope| {
            let trying = scope.spawn(|| fuzz(&mut Trying::new(budget)));
            if let Err(finding) = trying.join() {
                panic::resume_unwind(finding);
            }
        });
    }
    let folder = tempfile::tempdir().expect("a folder for a test");
    let told = folder.path().join("told");
    let child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(TARGET, name)
        .env_remove("ECS_DB")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&told).expect("a file for a test"))
        .spawn();
    let finding = watch(child.expect("this program again"), folder.path());
    if let Some(finding) = finding {
        let told = fs::read(&told).unwrap_or_default();
        let told = String::from_utf8_lossy(&told);
        panic!("{finding}\nthe input was: {}\nit said: {}", read_input(folder.path()).1, last(&told, 4_000));
    }
    let count = fs::read_to_string(folder.path().join(COUNT)).expect("it counts");
    println!("{name}: {count} inputs in {seconds} seconds");
}

/// Waits for the child; says what went wrong.
fn watch(mut child: Child, folder: &Path) -> Option<String> {
    let (mut tried, mut since) = (0, Instant::now());
    loop {
        if let Some(status) = child.try_wait().expect("it is ours") {
            return (!status.success()).then(|| format!("it ended with {status}"));
        }
        std::thread::sleep(Duration::from_millis(20));
        let (now, _) = read_input(folder);
        if now != tried {
            (tried, since) = (now, Instant::now());
        }
        if since.elapsed() > PATIENCE {
            child.kill().and_then(|()| child.wait()).expect("it is ours");
            return Some(format!("it took longer than {PATIENCE:?}"));
        }
    }
}

fn last(text: &str, most: usize) -> &str {
    text.char_indices().rev().nth(most).map_or(text, |(at, _)| &text[at..])
}

/// How many inputs were tried, and the last of them.
fn read_input(folder: &Path) -> (u64, String) {
    let mut bytes = Vec::new();
    let read = File::open(folder.join(INPUT)).and_then(|mut file| file.read_to_end(&mut bytes));
    let number = |at: usize| bytes.get(at..at + 8).map(|number| u64::from_le_bytes(std::array::from_fn(|i| number[i])));
    match (read, number(0), number(8)) {
        (Ok(_), Some(count), Some(length)) => {
            let text = &bytes[16..];
            let length = usize::try_from(length).map_or(text.len(), |length| length.min(text.len()));
            (count, String::from_utf8_lossy(&text[..length]).into_owned())
        }
        _ => (0, "none yet".to_owned()),
    }
}

/// In the child: tries inputs.
pub struct Trying {
    budget: Duration,
    input: File,
    count: u64,
}

impl Trying {
    fn new(budget: Duration) -> Self {
        Self { budget, input: File::create(INPUT).expect("a file for a test"), count: 0 }
    }

    /// Tries what `strategy` gives until the time is over.
    #[track_caller]
    pub fn each<S: Strategy>(&mut self, strategy: &S, check: impl Fn(S::Value))
    where
        S::Value: Debug,
    {
        let place = where_panics_are();
        let begun = Instant::now();
        let trying = Mutex::new(self);
        while begun.elapsed() < lock(&trying).budget {
            let config = Config {
                cases: 8,
                failure_persistence: None,
                max_shrink_iters: 4_096,
                max_shrink_time: 30_000,
                ..Config::default()
            };
            let tried = TestRunner::new(config).run(strategy, |input| {
                lock(&trying).note(&input).expect("a file for a test");
                within_memory(|| check(input));
                Ok(())
            });
            match tried {
                Ok(()) => {}
                Err(TestError::Fail(reason, input)) => {
                    drop(panic::take_hook());
                    let place = lock(&place).take().unwrap_or_default();
                    panic!("panicked: {reason}, at {place}, with the input {input:?}");
                }
                Err(TestError::Abort(reason)) => panic!("too few inputs are of any use: {reason}"),
            }
        }
        let count = lock(&trying).count.to_string();
        fs::write(COUNT, count).expect("a file for a test");
    }

    /// Writes down what is tried now.
    fn note(&mut self, input: &dyn Debug) -> io::Result<()> {
        self.count += 1;
        let text = format!("{input:?}");
        let mut bytes = Vec::with_capacity(16 + text.len());
        bytes.extend(self.count.to_le_bytes());
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text.as_bytes());
        self.input.rewind()?;
        self.input.write_all(&bytes)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps quiet about panics, as they are many while an input is made smaller, and remembers where the last one was.
fn where_panics_are() -> Arc<Mutex<Option<String>>> {
    let place = Arc::new(Mutex::new(None));
    let noted = Arc::clone(&place);
    panic::set_hook(Box::new(move |panic| {
        *lock(&noted) = panic.location().map(ToString::to_string);
    }));
    place
}

fn within_memory(work: impl FnOnce()) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    work();
    let most = MEMORY.peak_usage().saturating_sub(before);
    assert!(most < MEMORY_LIMIT, "it took {most} bytes of memory");
}

/// Refuses an error that says that something panicked, as nothing here does.
#[track_caller]
pub fn refuse_panic<T: Any>(result: ecs::Result<T>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            assert_ne!(error.code(), "panicked", "{error}");
            // Everything that is said can be said.
            assert!(!error.to_string().is_empty());
            None
        }
    }
}

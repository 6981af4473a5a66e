//! What a `tracing` subscriber sees of calls.

#[path = "common/fresh.rs"]
mod fresh;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use ecs::prelude::*;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Record};
use tracing::{Event, Instrument as _, Subscriber};
use tracing_subscriber::layer::{Context as LayerContext, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Counter {
    id: Id,
    count: u64,
}

#[callable]
fn increment(counter: &mut Counter) {
    tracing::info!("in place");
    counter.count += 1;
}

#[callable]
async fn increment_later(counter: &mut Counter) {
    tracing::info!("before it waits");
    tokio::time::sleep(Duration::from_millis(1)).await;
    tracing::info!("after it waited");
    counter.count += 1;
}

#[callable(blocking)]
fn increment_on_the_pool(counter: &mut Counter) {
    tracing::info!("on the pool");
    counter.count += 1;
}

#[callable]
fn refuse(_counter: &Counter) -> Result<u64, String> {
    Err("there is nothing to count".to_owned())
}

#[callable]
async fn never(counter: &mut Counter) {
    counter.count += 1;
    std::future::pending::<()>().await;
}

#[callable]
async fn increment_inside(context: &Context, counter: &Counter) -> ecs::Result<u64> {
    tokio::task::yield_now().await;
    let once = increment::call(context, counter.clone()).await?;
    let by_name = context.execute("increment_later", args! { counter: &once }).await?;
    let thrice = increment_on_the_pool::call(context, by_name.output::<Counter>(0)?).await?;
    Ok(thrice.count)
}

#[callable]
fn increment_on_a_thread(context: &Context, counter: &Counter) -> ecs::Result<u64> {
    let (context, counter) = (context.clone(), counter.clone());
    let thread = std::thread::spawn(move || increment::call(&context, counter).wait());
    Ok(thread.join().expect("it does not panic")?.count)
}

#[callable]
async fn increment_in_a_batch(context: &Context, counters: Vec<Counter>) -> usize {
    let results = context.batch(counters.into_iter().map(|counter| increment::call(context, counter))).await;
    results.into_iter().filter(Result::is_ok).count()
}

/// A span as it was when it closed.
#[derive(Clone, Debug, Default)]
struct Seen {
    name: &'static str,
    target: String,
    fields: BTreeMap<&'static str, String>,
    /// The execution whose span it is in.
    parent: Option<String>,
    events: Vec<String>,
}

impl Visit for Seen {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
}

/// Every span that was closed, by its execution.
static CLOSED: LazyLock<Mutex<BTreeMap<String, Seen>>> = LazyLock::new(|| {
    let subscriber = tracing_subscriber::registry().with(Capture);
    tracing::subscriber::set_global_default(subscriber).expect("there is no other");
    Mutex::default()
});

struct Capture;

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Capture {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &tracing::Id, context: LayerContext<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let metadata = attributes.metadata();
        let mut seen = Seen { name: metadata.name(), target: metadata.target().to_owned(), ..Seen::default() };
        attributes.record(&mut seen);
        seen.parent = span.parent().and_then(|parent| {
            parent.extensions().get::<Seen>().and_then(|parent| parent.fields.get("execution").cloned())
        });
        span.extensions_mut().insert(seen);
    }

    fn on_record(&self, id: &tracing::Id, values: &Record<'_>, context: LayerContext<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(seen) = span.extensions_mut().get_mut::<Seen>() {
            values.record(seen);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: LayerContext<'_, S>) {
        let mut message = Seen::default();
        event.record(&mut message);
        let Some(span) = context.event_span(event) else { return };
        if let Some(seen) = span.extensions_mut().get_mut::<Seen>() {
            seen.events.extend(message.fields.remove("message"));
        }
    }

    fn on_close(&self, id: tracing::Id, context: LayerContext<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let seen = span.extensions_mut().remove::<Seen>();
        if let Some((seen, execution)) =
            seen.and_then(|seen| Some((seen.clone(), seen.fields.get("execution")?.clone())))
        {
            CLOSED.lock().unwrap_or_else(PoisonError::into_inner).insert(execution, seen);
        }
    }
}

fn world() -> (World, Stored<Counter>) {
    LazyLock::force(&CLOSED);
    let world = World::fresh().expect("names are unique");
    let zero = world.insert(Counter { id: Id::new(), count: 0 }).expect("it is new");
    (world, zero)
}

/// The span of the only execution of a callable in a world.
fn span_of(world: &World, callable: &str) -> Seen {
    let executions = world.executions(&ExecutionFilter::new().callable(callable)).expect("it is in memory");
    let [execution] = &*executions else { panic!("{} executions of {callable}", executions.len()) };
    let closed = CLOSED.lock().unwrap_or_else(PoisonError::into_inner);
    closed.get(&execution.id.to_string()).cloned().expect("its span is closed")
}

#[track_caller]
fn assert_fields(seen: &Seen, expected: &[(&str, &str)]) {
    let fields: Vec<_> = seen.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let fields: Vec<_> = fields.into_iter().filter(|(name, _)| *name != "execution").collect();
    assert_eq!(fields, expected);
}

#[test]
fn a_call_is_a_span_that_says_what_was_called_and_how_it_ended() -> ecs::Result<()> {
    let (world, zero) = world();
    increment::call(&world, &zero).wait()?;
    let span = span_of(&world, "increment");
    assert_eq!((span.name, span.target.as_str(), &span.parent), ("call", "ecs", &None));
    assert_fields(
        &span,
        &[
            ("callable", "increment"),
            ("otel.name", "increment"),
            ("outcome", "succeeded"),
            ("retries", "0"),
            ("strategy", "SingleEntityDirect"),
        ],
    );
    assert_eq!(span.events, ["in place"]);
    Ok(())
}

#[tokio::test]
async fn what_a_function_tells_is_in_its_span_wherever_it_runs() -> ecs::Result<()> {
    let (world, zero) = world();
    let one = increment_later::call(&world, &zero).await?;
    increment_on_the_pool::call(&world, &one).await?;
    assert_eq!(span_of(&world, "increment_later").events, ["before it waits", "after it waited"]);
    assert_eq!(span_of(&world, "increment_on_the_pool").events, ["on the pool"]);
    Ok(())
}

#[test]
fn the_span_of_a_call_that_failed_says_why() {
    let (world, zero) = world();
    refuse::call(&world, &zero).wait().expect_err("it is refused");
    assert_fields(
        &span_of(&world, "refuse"),
        &[
            ("callable", "refuse"),
            ("error.code", "callable-failed"),
            ("otel.name", "refuse"),
            ("otel.status_code", "ERROR"),
            ("otel.status_description", "`refuse` failed: there is nothing to count"),
            ("outcome", "failed"),
            ("retries", "0"),
            ("strategy", "SingleEntityDirect"),
        ],
    );
}

#[test]
fn a_call_refused_for_its_arguments_has_a_span_as_well() {
    let (world, zero) = world();
    world.execute("refuse", args! { counter: &zero, count: 1 }).wait().expect_err("it is refused");
    assert_eq!(span_of(&world, "refuse").fields["error.code"], "unknown-argument");
}

#[tokio::test]
async fn the_span_of_a_call_that_was_dropped_or_cancelled_says_so() -> ecs::Result<()> {
    let (world, zero) = world();
    let dropped = tokio::time::timeout(Duration::from_millis(5), never::call(&world, &zero)).await;
    assert!(dropped.is_err());
    assert_eq!(span_of(&world, "never").fields["outcome"], "cancelled");

    let token = CancellationToken::new();
    token.cancel();
    increment::call(&world, &zero).cancel_on(&token).await.expect_err("it is cancelled");
    let span = span_of(&world, "increment");
    assert_eq!(span.fields["outcome"], "cancelled");
    assert!(!span.fields.contains_key("otel.status_code"));
    Ok(())
}

#[test]
fn a_call_that_ran_again_is_one_span_that_says_how_often() -> ecs::Result<()> {
    let (world, zero) = world();
    world.commit(Counter { count: 10, ..(*zero).clone() })?;
    increment::call(&world, &zero).on_conflict(OnConflict::Retry(1)).wait()?;
    let span = span_of(&world, "increment");
    assert_eq!((span.fields["retries"].as_str(), span.fields["outcome"].as_str()), ("1", "succeeded"));
    assert_eq!(span.events, ["in place", "in place"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_spans_of_calls_inside_a_call_are_inside_its_span() -> ecs::Result<()> {
    let (world, zero) = world();
    assert_eq!(increment_inside::call(&world, &zero).await?, 3);
    let outer = span_of(&world, "increment_inside").fields["execution"].clone();
    for callable in ["increment", "increment_later", "increment_on_the_pool"] {
        assert_eq!(span_of(&world, callable).parent.as_ref(), Some(&outer), "{callable}");
    }
    Ok(())
}

#[test]
fn a_call_on_a_thread_that_a_function_started_is_inside_its_span_as_well() -> ecs::Result<()> {
    let (world, zero) = world();
    increment_on_a_thread::call(&world, &zero).wait()?;
    let outer = span_of(&world, "increment_on_a_thread").fields["execution"].clone();
    assert_eq!(span_of(&world, "increment").parent, Some(outer));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_in_a_batch_are_in_the_span_that_it_is_awaited_in() -> ecs::Result<()> {
    let (world, zero) = world();
    let other = world.insert(Counter { id: Id::new(), count: 7 })?;
    assert_eq!(increment_in_a_batch::call(&world, vec![zero.clone(), other.clone()]).await?, 2);
    let outer = span_of(&world, "increment_in_a_batch").fields["execution"].clone();
    for lineage_id in [zero.lineage_id(), other.lineage_id()] {
        let execution = world.history(lineage_id)?.last_change("count").and_then(|(entry, _)| entry.execution.clone());
        let execution = execution.expect("it was incremented").id.to_string();
        let closed = CLOSED.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(closed[&execution].parent.as_ref(), Some(&outer));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_in_a_batch_are_in_a_span_of_the_program_as_well() {
    let (world, zero) = world();
    let nightly = tracing::info_span!("nightly", execution = "of the night");
    world.batch([increment::call(&world, &zero)]).into_future().instrument(nightly).await;
    assert_eq!(span_of(&world, "increment").parent.as_deref(), Some("of the night"));
}

//! Errors, panics, refusals and dropped futures leave no version, only a record; and the world stays usable.

#[path = "common/fresh.rs"]
mod fresh;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ecs::prelude::*;
use serde_json::json;

use self::fresh::Fresh as _;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Account {
    id: Id,
    owner: String,
    balance: i64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Receipt {
    id: Id,
    amount: i64,
}

#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Limits {
    id: Id,
    #[config(default = 100)]
    largest: i64,
    currency: String,
}

#[derive(Debug, PartialEq)]
struct Overdrawn {
    missing: i64,
}

impl fmt::Display for Overdrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} are missing", self.missing)
    }
}

impl std::error::Error for Overdrawn {}

fn bank() -> ecs::Result<(World, Stored<Account>)> {
    let world = World::fresh()?;
    let account = world.insert(Account { id: Id::new(), owner: "Alice".into(), balance: 50 })?;
    Ok((world, account))
}

/// Checks that a call failed with this code and message, was recorded, wrote no version of the account, and that the
/// world can be used as before.
async fn assert_failed<T: fmt::Debug>(
    world: &World,
    account: &Stored<Account>,
    called: ecs::Result<T>,
    code: &str,
    message: &str,
) -> ecs::Result<Error> {
    let error = called.expect_err("the call fails");
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(message), "{error}");
    let execution = world.execution(error.execution().expect("the error leads to its record"))?;
    assert_eq!(*execution.status(), Status::Failed { code: error.code(), message: error.to_string().into() });
    assert!(!execution.is_success());
    assert_left_nothing(world, account, &execution).await?;
    Ok(error)
}

async fn assert_left_nothing(world: &World, account: &Stored<Account>, execution: &Execution) -> ecs::Result<()> {
    assert!(execution.outputs.is_empty());
    assert_eq!(execution.output_entity, None);
    assert_eq!(world.head::<Account>(account)?, *account, "the head is where it was");
    assert_eq!(world.history(account)?.entries().len(), 1, "no version was left");
    assert_eq!((account.owner.as_str(), account.balance), ("Alice", 50), "what the caller holds is as it was");
    for version in execution.versions() {
        world.version(version)?;
    }
    let unchanged = deposit::call(world, account, 0).recorded().await?;
    assert!(unchanged.execution.is_success(), "the world stays usable");
    assert_eq!(unchanged.output, *account);
    Ok(())
}

#[callable]
fn deposit(account: &mut Account, amount: i64) {
    account.balance += amount;
}

// ---- Errors -------------------------------------------------------------------------------------

#[callable]
fn withdraw(account: &mut Account, amount: i64) -> Result<Receipt, Overdrawn> {
    account.balance -= amount;
    if account.balance < 0 {
        return Err(Overdrawn { missing: -account.balance });
    }
    Ok(Receipt { id: Id::new(), amount })
}

#[callable]
async fn withdraw_later(account: &mut Account, amount: i64) -> Result<Receipt, Overdrawn> {
    account.owner.clear();
    tokio::task::yield_now().await;
    withdraw(account, amount)
}

#[callable(blocking)]
fn withdraw_on_the_pool(account: &mut Account, amount: i64) -> Result<Receipt, Overdrawn> {
    withdraw(account, amount)
}

#[tokio::test]
async fn an_error_midway_leaves_no_version_and_keeps_its_cause() -> ecs::Result<()> {
    let (world, account) = bank()?;
    for called in [
        withdraw::call(&world, &account, 80).await,
        withdraw_later::call(&world, &account, 80).await,
        withdraw_on_the_pool::call(&world, &account, 80).await,
    ] {
        let error = assert_failed(&world, &account, called, "callable-failed", "30 are missing").await?;
        assert_eq!(error.cause::<Overdrawn>(), Some(&Overdrawn { missing: 30 }));
        assert_eq!(error.cause::<String>(), None, "the cause has its own type and no other");
    }
    for name in ["withdraw", "withdraw_later", "withdraw_on_the_pool"] {
        let called = world.execute(name, args! { account: &account, amount: 80 }).await;
        let error = assert_failed(&world, &account, called, "callable-failed", name).await?;
        assert_eq!(error.cause::<Overdrawn>().map(|cause| cause.missing), Some(30));
    }
    let failed = world.executions(&ExecutionFilter::new().outcome(Outcome::Failed))?;
    assert_eq!(failed.len(), 6);
    let (account, receipt) = withdraw::call(&world, &account, 20).await?;
    assert_eq!((account.balance, receipt.amount), (30, 20));
    Ok(())
}

#[callable]
fn boxed_error(account: &mut Account) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    account.balance = "not a number".parse()?;
    Ok(())
}

#[tokio::test]
async fn any_error_with_a_message_will_do() -> ecs::Result<()> {
    let (world, account) = bank()?;
    assert_failed(&world, &account, boxed_error::call(&world, &account).await, "callable-failed", "invalid digit")
        .await?;
    Ok(())
}

#[callable]
fn relay(account: &Account, amount: i64, context: &Context) -> ecs::Result<Receipt> {
    let (_, receipt) = withdraw::call(context, account.clone(), amount).wait()?;
    Ok(Receipt { id: Id::new(), amount: receipt.amount })
}

#[tokio::test]
async fn a_failure_inside_a_failure_is_recorded_with_its_parent() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let called = relay::call(&world, &account, 80).await;
    let error = assert_failed(&world, &account, called, "callable-failed", "`relay` failed: `withdraw` failed").await?;
    let inner = error.cause::<Error>().expect("the cause is the error of the inner call");
    assert_eq!(inner.cause::<Overdrawn>(), Some(&Overdrawn { missing: 30 }));
    let inner = world.execution(inner.execution().expect("the inner call is recorded"))?;
    assert_eq!(inner.callable(), "withdraw");
    assert_eq!(inner.parent, error.execution());
    let outer = error.execution().expect("the outer call is recorded");
    let called_inside = world.executions(&ExecutionFilter::new().parent(outer))?;
    assert_eq!(called_inside.iter().map(|execution| execution.id).collect::<Vec<_>>(), [inner.id]);
    Ok(())
}

// ---- Panics -------------------------------------------------------------------------------------

#[callable]
fn panics(account: &mut Account, message: &str) {
    account.balance = -1;
    account.owner = "Mallory".into();
    panic!("{message}");
}

#[callable]
async fn panics_later(account: &mut Account, message: &str) {
    account.balance = -1;
    tokio::task::yield_now().await;
    panic!("{message}");
}

#[callable(blocking)]
fn panics_on_the_pool(account: &mut Account, message: &str) {
    account.balance = -1;
    panic!("{message}");
}

#[callable]
fn panics_without_words(account: &mut Account) {
    account.balance = -1;
    std::panic::panic_any(7_u8);
}

#[callable]
fn divides(account: &mut Account, by: i64) {
    account.owner.clear();
    account.balance /= by;
}

#[tokio::test]
async fn a_panic_midway_leaves_no_version_and_its_message_is_recorded() -> ecs::Result<()> {
    let (world, account) = bank()?;
    for called in [
        panics::call(&world, &account, "out of ink").await,
        panics_later::call(&world, &account, "out of ink").await,
        panics_on_the_pool::call(&world, &account, "out of ink").await,
    ] {
        assert_failed(&world, &account, called, "panicked", "out of ink").await?;
    }
    for name in ["panics", "panics_later", "panics_on_the_pool"] {
        let called = world.execute(name, args! { account: account.address(), message: "out of ink" }).await;
        assert_failed(&world, &account, called, "panicked", "out of ink").await?;
    }
    let called = panics_without_words::call(&world, &account).await;
    assert_failed(&world, &account, called, "panicked", "without a message").await?;
    let called = divides::call(&world, &account, 0).await;
    assert_failed(&world, &account, called, "panicked", "divide by zero").await?;
    Ok(())
}

#[test]
fn a_panic_does_not_reach_the_thread_that_waits() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let error = panics::call(&world, &account, "out of ink").wait().expect_err("it panics");
    assert_eq!(error.code(), "panicked");
    let error = panics_later::call(&world, &account, "out of ink").wait().expect_err("it panics");
    assert_eq!(error.code(), "panicked");
    assert_eq!(world.head::<Account>(&account)?, account);
    Ok(())
}

#[test]
fn a_blocking_callable_outside_a_runtime_is_an_error_that_says_so() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let error = withdraw_on_the_pool::call(&world, &account, 1).wait().expect_err("there is no runtime");
    assert_eq!(error.code(), "no-runtime");
    assert_eq!(world.executions(&ExecutionFilter::new().outcome(Outcome::Failed))?.len(), 1);
    assert_eq!(world.head::<Account>(&account)?, account);
    Ok(())
}

// ---- Dropped futures ----------------------------------------------------------------------------

#[callable]
async fn never_ends(account: &mut Account) {
    account.balance = -1;
    std::future::pending::<()>().await;
}

/// The only execution of a callable, which must be there.
fn only_execution(world: &World, callable: &str) -> ecs::Result<std::sync::Arc<Execution>> {
    let mut executions = world.executions(&ExecutionFilter::new().callable(callable))?;
    assert_eq!(executions.len(), 1);
    Ok(executions.remove(0))
}

#[tokio::test]
async fn a_call_dropped_while_pending_is_recorded_as_cancelled() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let late = tokio::time::timeout(Duration::from_millis(5), never_ends::call(&world, &account)).await;
    assert!(late.is_err());
    let execution = only_execution(&world, "never_ends")?;
    assert_eq!(*execution.status(), Status::Cancelled);
    assert_eq!(
        execution.argument("account").expect("a parameter").versions,
        [account.ecs_id()],
        "what was bound is recorded"
    );
    assert_left_nothing(&world, &account, &execution).await
}

#[tokio::test]
async fn a_call_by_name_dropped_while_pending_is_recorded_as_cancelled() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let task = tokio::spawn({
        let (world, account) = (world.clone(), account.clone());
        async move { world.execute("never_ends", args! { account: &account }).await }
    });
    tokio::time::sleep(Duration::from_millis(5)).await;
    task.abort();
    assert!(task.await.expect_err("it was aborted").is_cancelled());
    let execution = only_execution(&world, "never_ends")?;
    assert_eq!(*execution.status(), Status::Cancelled);
    assert_left_nothing(&world, &account, &execution).await
}

#[tokio::test]
async fn a_call_that_was_never_polled_leaves_nothing() -> ecs::Result<()> {
    let (world, account) = bank()?;
    drop(never_ends::call(&world, &account));
    drop(deposit::call(&world, &account, 5));
    drop(world.execute("deposit", args! { account: &account, amount: 5 }));
    assert!(world.executions(&ExecutionFilter::new())?.is_empty());
    assert_eq!(world.head::<Account>(&account)?, account);
    Ok(())
}

#[callable]
async fn waits_for_another(account: &Account, context: &Context) -> ecs::Result<Account> {
    Ok(Account::clone(&*never_ends::call(context, account.clone()).await?))
}

#[tokio::test]
async fn cancelling_a_call_cancels_the_calls_it_made() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let late = tokio::time::timeout(Duration::from_millis(5), waits_for_another::call(&world, &account)).await;
    assert!(late.is_err());
    let outer = only_execution(&world, "waits_for_another")?;
    let inner = only_execution(&world, "never_ends")?;
    assert_eq!((outer.status(), inner.status()), (&Status::Cancelled, &Status::Cancelled));
    assert_eq!(inner.parent, Some(outer.id));
    assert_left_nothing(&world, &account, &outer).await
}

#[callable]
async fn never_pays(from: &Account, to: &Account, limits: &Limits, forever: bool) -> i64 {
    if forever {
        std::future::pending::<()>().await;
    }
    (from.balance + to.balance).min(limits.largest)
}

#[tokio::test]
async fn a_cancelled_execution_still_leads_to_its_inputs_and_configs() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let arguments = args! { from: &account, to: &account, currency: "EUR", forever: true };
    let late = tokio::time::timeout(Duration::from_millis(5), world.execute("never_pays", arguments)).await;
    assert!(late.is_err());
    let execution = only_execution(&world, "never_pays")?;
    assert_eq!(*execution.status(), Status::Cancelled);
    assert_eq!(world.get::<Limits>(execution.configs[0])?.currency, "EUR");
    assert!(execution.input.is_some());
    assert_left_nothing(&world, &account, &execution).await
}

#[tokio::test]
async fn a_config_first_used_by_a_call_still_under_way_is_nobodys_loss() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let first = args! { from: &account, to: &account, currency: "EUR", forever: true };
    let mut under_way = Box::pin(world.execute("never_pays", first));
    let pending = tokio::time::timeout(Duration::from_millis(5), under_way.as_mut()).await;
    assert!(pending.is_err());

    let second = args! { from: &account, to: &account, currency: "EUR", forever: false };
    let outcome = world.execute("never_pays", second).await?;
    let limits = world.get::<Limits>(outcome.execution().configs[0])?;
    let history = world.history(&limits)?;
    assert!(history.entries()[0].execution.is_none(), "the first call is not recorded yet");
    assert!(history.to_string().contains("still under way"), "{history}");

    drop(under_way);
    let history = world.history(&limits)?;
    let first = history.entries()[0].execution.as_ref().expect("the first call is recorded as cancelled");
    assert_eq!(*first.status(), Status::Cancelled);
    let users = world.executions(&ExecutionFilter::new().lineage(&limits))?;
    assert_eq!(users.iter().map(|user| user.configs.as_slice()).collect::<Vec<_>>(), [[limits.ecs_id()]; 2]);
    Ok(())
}

static POOL_IS_DONE: AtomicBool = AtomicBool::new(false);

#[callable(blocking)]
fn slow_on_the_pool(account: &mut Account) {
    std::thread::sleep(Duration::from_millis(50));
    account.balance = -1;
    POOL_IS_DONE.store(true, Ordering::Release);
}

#[tokio::test]
async fn a_blocking_call_dropped_while_running_is_cancelled_and_its_work_discarded() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let late = tokio::time::timeout(Duration::from_millis(5), slow_on_the_pool::call(&world, &account)).await;
    assert!(late.is_err());
    assert_eq!(only_execution(&world, "slow_on_the_pool")?.status(), &Status::Cancelled);
    while !POOL_IS_DONE.load(Ordering::Acquire) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(5)).await;
    let execution = only_execution(&world, "slow_on_the_pool")?;
    assert_eq!(
        *execution.status(),
        Status::Cancelled,
        "a thread cannot be stopped, but what it makes is not committed"
    );
    assert_left_nothing(&world, &account, &execution).await
}

// ---- Refused arguments --------------------------------------------------------------------------

#[callable]
fn pay(account: &Account, limits: &Limits) -> Result<Receipt, Overdrawn> {
    if account.balance < limits.largest {
        return Err(Overdrawn { missing: limits.largest - account.balance });
    }
    Ok(Receipt { id: Id::new(), amount: limits.largest })
}

#[tokio::test]
async fn refused_arguments_are_recorded_as_failed_executions() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let receipt = world.insert(Receipt { id: Id::new(), amount: 1 })?;
    let elsewhere = World::fresh()?.insert(Receipt { id: Id::new(), amount: 1 })?;
    let nowhere = format!("{}.nowhere", account.address());
    for (arguments, code, message) in [
        (args! { account: &account }, "missing-argument", "`amount`"),
        (args! { amount: 1 }, "missing-argument", "`account`"),
        (args! { account: &account, amuont: 1 }, "unknown-argument", "did you mean `amount`?"),
        (args! { account: &account, amount: "much" }, "wrong-argument-type", "\"much\""),
        (args! { account: 5, amount: 1 }, "wrong-argument-type", "`account`"),
        (args! { account: &receipt, amount: 1 }, "wrong-argument-type", "Receipt"),
        (args! { account: receipt.address(), amount: 1 }, "wrong-argument-type", "Receipt"),
        (args! { account: elsewhere.address(), amount: 1 }, "unknown-version", "no version"),
        (args! { account: "@nonsense", amount: 1 }, "malformed-address", "@nonsense"),
        (args! { account: &account, amount: nowhere }, "unknown-field", "`balance`"),
        (Args::from(json!([1, 2])), "arguments-not-an-object", "[1,2]"),
    ] {
        let called = world.execute("deposit", arguments).await;
        let error = assert_failed(&world, &account, called, code, message).await?;
        let execution = world.execution(error.execution().expect("it is recorded"))?;
        assert_eq!(execution.callable(), "deposit");
    }
    Ok(())
}

#[tokio::test]
async fn a_refused_typed_call_is_recorded_too() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let called = deposit::call(&world, &account, account.at("owner")).await;
    assert_failed(&world, &account, called, "wrong-argument-type", "`amount`").await?;
    let called = deposit::call(&world, &account, account.at("nowhere")).await;
    assert_failed(&world, &account, called, "unknown-field", "`balance`").await?;
    Ok(())
}

#[tokio::test]
async fn a_config_that_cannot_be_built_is_recorded_too() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let called = world.execute("pay", args! { account: &account }).await;
    assert_failed(&world, &account, called, "missing-config-field", "`currency`").await?;
    let called = world.execute("pay", args! { account: &account, currency: 5 }).await;
    assert_failed(&world, &account, called, "wrong-argument-type", "`limits.currency`").await?;
    Ok(())
}

#[tokio::test]
async fn a_failed_execution_still_leads_to_its_inputs_and_configs() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let called = world.execute("pay", args! { account: &account, currency: "EUR" }).await;
    let error = assert_failed(&world, &account, called, "callable-failed", "50 are missing").await?;
    let execution = world.execution(error.execution().expect("it is recorded"))?;
    assert_eq!(execution.input, Some(account.ecs_id()));
    assert_eq!(execution.strategy, Strategy::SingleEntityWithConfig);
    let limits = world.get::<Limits>(execution.configs[0])?;
    assert_eq!((limits.largest, limits.currency.as_str()), (100, "EUR"));
    Ok(())
}

#[tokio::test]
async fn an_unknown_callable_is_an_error_without_a_record() -> ecs::Result<()> {
    let (world, _) = bank()?;
    let error = world.execute("depsoit", args! {}).await.expect_err("there is none");
    assert_eq!((error.code(), error.execution()), ("unknown-callable", None));
    assert!(error.to_string().contains("did you mean `deposit`?"), "{error}");
    assert!(world.executions(&ExecutionFilter::new())?.is_empty());
    Ok(())
}

// ---- What cannot be recorded --------------------------------------------------------------------

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Stubborn {
    id: Id,
    #[serde(serialize_with = "refuse")]
    secret: bool,
}

fn refuse<S: serde::Serializer>(secret: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    if *secret {
        return Err(serde::ser::Error::custom("this is a secret"));
    }
    serializer.serialize_bool(false)
}

#[callable]
fn tell(account: &mut Account, secret: bool) -> Stubborn {
    account.balance = -1;
    Stubborn { id: Id::new(), secret }
}

#[tokio::test]
async fn a_result_that_refuses_to_be_recorded_fails_the_whole_call() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let called = tell::call(&world, &account, true).await;
    assert_failed(&world, &account, called, "not-recordable", "this is a secret").await?;
    Ok(())
}

// ---- Panics in what belongs to the user beside the function -------------------------------------

#[derive(Entity, Debug, PartialEq, Serialize, Deserialize)]
struct Brittle {
    id: Id,
    breaks: bool,
}

impl Clone for Brittle {
    fn clone(&self) -> Self {
        assert!(!self.breaks, "it broke while it was copied");
        Self { id: self.id, breaks: self.breaks }
    }
}

#[callable]
fn take_over(account: &mut Account, brittle: Brittle) -> bool {
    account.balance = -1;
    brittle.breaks
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Explosive {
    id: Id,
    #[serde(serialize_with = "explode")]
    lit: bool,
}

fn explode<S: serde::Serializer>(lit: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    assert!(!lit, "it exploded while it was recorded");
    serializer.serialize_bool(*lit)
}

#[callable]
fn light(account: &mut Account, lit: bool) -> Explosive {
    account.balance = -1;
    Explosive { id: Id::new(), lit }
}

#[callable]
fn inspect(account: &mut Account, explosive: &Explosive) -> bool {
    account.balance = -1;
    explosive.lit
}

#[derive(Debug)]
struct Unspeakable;

impl fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("it has no words")
    }
}

#[callable]
fn speechless(account: &mut Account) -> Result<(), Unspeakable> {
    account.balance = -1;
    Err(Unspeakable)
}

#[tokio::test]
async fn a_panic_while_an_input_is_copied_leaves_no_version() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let brittle = world.insert(Brittle { id: Id::new(), breaks: true })?;
    let called = take_over::call(&world, &account, &brittle).await;
    assert_failed(&world, &account, called, "panicked", "it broke while it was copied").await?;
    Ok(())
}

#[tokio::test]
async fn a_panic_while_a_result_is_recorded_leaves_no_version() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let called = light::call(&world, &account, true).await;
    assert_failed(&world, &account, called, "panicked", "it exploded while it was recorded").await?;
    Ok(())
}

#[tokio::test]
async fn a_panic_while_an_argument_is_recorded_leaves_no_version() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let explosive = Explosive { id: Id::new(), lit: true };
    let called = inspect::call(&world, &account, explosive).await;
    assert_failed(&world, &account, called, "panicked", "it exploded while it was recorded").await?;
    Ok(())
}

#[tokio::test]
async fn a_panic_while_an_error_is_put_into_words_leaves_no_version() -> ecs::Result<()> {
    let (world, account) = bank()?;
    let called = speechless::call(&world, &account).await;
    assert_failed(&world, &account, called, "panicked", "it has no words").await?;
    Ok(())
}

//! Every call is a `tracing` span: what a subscriber shows of them, and of what the functions tell.
//!
//! A span has the target `ecs`, the name `call` and the fields `callable`, `execution` (its id in the
//! world's record), `strategy`, and when it is over `outcome`, `retries` and, if it failed,
//! `error.code`. Calls made through a `&Context` are spans inside that of the caller.
//!
//! The fields `otel.name`, `otel.status_code` and `otel.status_description` are those that
//! `tracing-opentelemetry` reads, so with an OpenTelemetry tracer these lines send the same spans to it,
//! each named like its callable, with an error status if it failed:
//!
//! ```ignore
//! let otlp = opentelemetry_otlp::SpanExporter::builder().with_tonic().build()?;
//! let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().with_batch_exporter(otlp).build();
//! let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("ecs"));
//! tracing_subscriber::registry().with(layer).init();
//! ```

use ecs::prelude::*;
use tracing_subscriber::fmt::format::FmtSpan;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Account {
    id: Id,
    owner: String,
    balance: f64,
}

#[callable]
fn withdraw(account: &mut Account, amount: f64) -> Result<f64, String> {
    if amount > account.balance {
        return Err(format!("{amount} is more than the balance of {}", account.balance));
    }
    account.balance -= amount;
    tracing::info!(amount, balance = account.balance, "withdrawn");
    Ok(account.balance)
}

#[callable]
async fn deposit(account: &mut Account, amount: f64) {
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    account.balance += amount;
}

/// Moves an amount from one account to another, by two calls of its own.
#[callable]
async fn transfer(context: &Context, from: &Account, to: &Account, amount: f64) -> ecs::Result<f64> {
    let (from, left) = withdraw::call(context, from.clone(), amount).await?;
    deposit::call(context, to.clone(), amount).await?;
    tracing::info!(from = %from.owner, to = %to.owner, "transferred");
    Ok(left)
}

#[tokio::main]
async fn main() -> ecs::Result<()> {
    // A span is written when it is over, so that all of its fields are there.
    tracing_subscriber::fmt().with_span_events(FmtSpan::CLOSE).init();

    let world = World::in_memory()?;
    let alice = world.insert(Account { id: Id::new(), owner: "Alice".into(), balance: 100.0 })?;
    let bob = world.insert(Account { id: Id::new(), owner: "Bob".into(), balance: 0.0 })?;
    transfer::call(&world, &alice, &bob, 70.0).await?;

    // A failure: the span says which, and the record of the execution says the same.
    let alice = world.head::<Account>(&alice)?;
    let bob = world.head::<Account>(&bob)?;
    let error = transfer::call(&world, &alice, &bob, 70.0).await.expect_err("only 30 are left");
    tracing::error!(execution = error.execution().map(tracing::field::display), "{error}");
    Ok(())
}

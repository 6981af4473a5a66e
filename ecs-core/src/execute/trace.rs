//! One span for each call, for whatever `tracing` subscriber the program has; without one it is a
//! look at an atomic number.

use std::sync::Arc;

use tracing::field::{Empty, display};
use tracing::{Id, Span};

use crate::entity::ExecutionId;
use crate::execution::{Execution, Status, Strategy};
use crate::scope::Inside;

/// The span of a call.
#[inline]
pub(super) fn begun(
    callable: &'static str,
    execution: ExecutionId,
    strategy: Strategy,
    inside: Option<&Arc<Inside>>,
) -> Span {
    tracing::info_span!(
        target: "ecs",
        parent: parent(inside),
        "call",
        callable,
        %execution,
        strategy = strategy.name(),
        outcome = Empty,
        retries = Empty,
        reused = Empty,
        error.code = Empty,
        otel.name = callable,
        otel.status_code = Empty,
        otel.status_description = Empty,
    )
}

/// The span that a call is made in. Where there is none, on a thread or in a task that the function
/// started without one, it is that of the execution whose context the call was made with.
fn parent(inside: Option<&Arc<Inside>>) -> Option<Id> {
    Span::current().id().or_else(|| inside.and_then(|inside| inside.span.id()))
}

/// Says in the span of a call how it ended.
#[inline]
pub(super) fn ended(span: &Span, execution: &Execution) {
    if span.is_disabled() {
        return;
    }
    span.record("retries", execution.retries());
    if let Some(reused) = execution.reused() {
        span.record("reused", display(reused));
    }
    match execution.status() {
        Status::Succeeded => span.record("outcome", "succeeded"),
        // That a call succeeded is not said to OpenTelemetry: a status there is for errors.
        Status::Failed { code, message } => span
            .record("outcome", "failed")
            .record("error.code", code)
            .record("otel.status_code", "ERROR")
            .record("otel.status_description", &**message),
        Status::Cancelled => span.record("outcome", "cancelled"),
    };
}

//! Publishing: what a call does is told to those who asked, what it has committed included.
//!
//! With nobody who asks, each of these is one relaxed load.

use crate::callable::Definition;
use crate::entity::ExecutionId;
use crate::event::{About, EventKind, EventType, EventTypes, EventVersion, Payload, Publishing};
use crate::execution::{Semantics, Status};
use crate::ground::{Ground, say_versions};
use crate::scope::Scope;
use crate::store::Commit;

/// What the events of a call have in common.
pub(super) fn about(scope: Scope<'_>, id: ExecutionId, definition: &Definition) -> About {
    About { execution: Some(id), parent: scope.parent(), callable: Some(definition.name), depth: scope.depth() }
}

/// A call begins.
#[inline]
pub(super) fn started(scope: Scope<'_>, id: ExecutionId, definition: &Definition) {
    let events = scope.ground.events();
    if events.wanted().overlaps(EventTypes::of(EventType::ExecutionStarted)) {
        events.publish(about(scope, id, definition)).say(EventKind::ExecutionStarted);
    }
}

/// A call met a conflict and begins again.
#[inline]
pub(super) fn retried(ground: &Ground, about: About, retries: u32) {
    if ground.events().wanted().overlaps(EventTypes::of(EventType::ExecutionRetried)) {
        ground.events().publish(about).say(EventKind::ExecutionRetried { attempt: retries.saturating_add(1) });
    }
}

/// A call has ended and is recorded.
#[inline]
pub(super) fn ended(ground: &Ground, about: About, commit: &Commit, emitted: Vec<Payload>) {
    let wanted = ground.events().wanted();
    if wanted != EventTypes::NONE {
        say_end(ground, wanted, &ground.events().publish(about), commit, emitted);
    }
}

#[cold]
fn say_end(ground: &Ground, wanted: EventTypes, publishing: &Publishing<'_>, commit: &Commit, emitted: Vec<Payload>) {
    let Some(execution) = &commit.execution else { return };
    // Each call that uses a config writes it unless it is there; the one that made it tells.
    for config in commit.shared.iter().filter(|config| config.execution_id() == Some(execution.id)) {
        publishing.say(EventKind::ConfigStored(EventVersion::of(config)));
    }
    match execution.status() {
        Status::Succeeded => {
            say_versions(ground, wanted, publishing, &commit.versions, &execution.outputs);
            if wanted.overlaps(EventTypes::of(EventType::VersionDetached)) {
                let detached = execution.outputs.iter().filter(|output| output.semantics == Semantics::Detachment);
                for output in detached.filter(|output| !output.is_changed) {
                    if let Ok(Some(version)) = ground.find_version(output.ecs_id) {
                        publishing.say(EventKind::VersionDetached(EventVersion::of(&version)));
                    }
                }
            }
            for payload in emitted {
                publishing.say(EventKind::UserDefined(payload));
            }
            publishing.say(EventKind::ExecutionSucceeded);
        }
        // What is stored with the failure is the record of its inputs, not anything that it put out.
        Status::Failed { code, .. } => publishing.say(EventKind::ExecutionFailed { code }),
        Status::Cancelled => publishing.say(EventKind::ExecutionCancelled),
    }
}

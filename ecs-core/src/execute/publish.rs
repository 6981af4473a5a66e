//! Publishing: what was committed is told to those who asked.
//!
//! With nobody who asks, each of these is one relaxed load.

use crate::callable::{Definition, Scope};
use crate::entity::{AnyStored, ExecutionId};
use crate::event::{About, EventKind, EventType, EventTypes, EventVersion, Payload, Publishing};
use crate::execution::{Output, Semantics, Status};
use crate::store::Commit;
use crate::world::World;

/// What the events of a call have in common.
pub(super) fn about(scope: Scope<'_>, id: ExecutionId, definition: &Definition) -> About {
    About { execution: Some(id), parent: scope.parent(), callable: Some(definition.name), depth: scope.depth() }
}

/// A call begins.
#[inline]
pub(super) fn started(scope: Scope<'_>, id: ExecutionId, definition: &Definition) {
    let events = scope.world.events();
    if events.wanted().overlaps(EventTypes::of(EventType::ExecutionStarted)) {
        events.publish(about(scope, id, definition)).say(EventKind::ExecutionStarted);
    }
}

/// A call met a conflict and begins again.
#[inline]
pub(super) fn retried(world: &World, about: About, retries: u32) {
    if world.events().wanted().overlaps(EventTypes::of(EventType::ExecutionRetried)) {
        world.events().publish(about).say(EventKind::ExecutionRetried { attempt: retries.saturating_add(1) });
    }
}

/// A call has ended and is recorded.
#[inline]
pub(super) fn ended(world: &World, about: About, commit: &Commit, emitted: Vec<Payload>) {
    let wanted = world.events().wanted();
    if wanted != EventTypes::NONE {
        say_end(world, wanted, &world.events().publish(about), commit, emitted);
    }
}

/// Something was stored by no call.
#[inline]
pub(crate) fn stored(world: &World, commit: &Commit) {
    let wanted = world.events().wanted();
    if wanted != EventTypes::NONE {
        say_versions(world, wanted, &world.events().publish(About::default()), &commit.versions, &[]);
    }
}

/// The program tells something.
pub(crate) fn emitted(world: &World, about: About, payload: Payload) {
    world.events().publish(about).say(EventKind::UserDefined(payload));
}

#[cold]
fn say_end(world: &World, wanted: EventTypes, publishing: &Publishing<'_>, commit: &Commit, emitted: Vec<Payload>) {
    let Some(execution) = &commit.execution else { return };
    // Each call that uses a config writes it unless it is there; the one that made it tells.
    for config in commit.shared.iter().filter(|config| config.execution_id() == Some(execution.id)) {
        publishing.say(EventKind::ConfigStored(EventVersion::of(config)));
    }
    match execution.status() {
        Status::Succeeded => {
            say_versions(world, wanted, publishing, &commit.versions, &execution.outputs);
            if wanted.overlaps(EventTypes::of(EventType::VersionDetached)) {
                let detached = execution.outputs.iter().filter(|output| output.semantics == Semantics::Detachment);
                for output in detached.filter(|output| !output.is_changed) {
                    if let Ok(Some(version)) = world.find_version(output.ecs_id) {
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

/// Tells of new versions; `outputs` are those that a call put out, in the order of their versions.
fn say_versions(
    world: &World,
    wanted: EventTypes,
    publishing: &Publishing<'_>,
    versions: &[AnyStored],
    outputs: &[Output],
) {
    if !wanted.overlaps(EventTypes::VERSIONS.with(EventTypes::of(EventType::ConfigStored))) {
        return;
    }
    let mut outputs = outputs.iter();
    for version in versions {
        let output = if version.is_root() { outputs.find(|output| output.ecs_id == version.ecs_id()) } else { None };
        publishing.say(what_became(world, wanted, version, output.map(|output| output.semantics)));
    }
}

/// What the version means for its thing, of which a call may have said so itself.
fn what_became(world: &World, wanted: EventTypes, version: &AnyStored, semantics: Option<Semantics>) -> EventKind {
    let about = EventVersion::of(version);
    let Some(parent) = version.parent() else {
        let is_config = version.entity_type().is_config();
        return if is_config { EventKind::ConfigStored(about) } else { EventKind::VersionCreated(about) };
    };
    match semantics {
        Some(Semantics::Detachment) => return EventKind::VersionDetached(about),
        Some(_) => return EventKind::VersionMutated(about),
        None if !wanted.overlaps(EventTypes::SUCCEEDING) => return EventKind::VersionMutated(about),
        None => {}
    }
    // The version was read to make the next one, so a store that cannot find it now has another trouble,
    // and that something changed is sure.
    let Ok(Some(parent)) = world.find_version(parent) else { return EventKind::VersionMutated(about) };
    let has_moved = parent.holder_lineage() != version.holder_lineage();
    if version.is_root() {
        if has_moved { EventKind::VersionDetached(about) } else { EventKind::VersionMutated(about) }
    } else if has_moved || parent.has_content_of(version).unwrap_or(false) {
        // What has the same content has a next version because it is in another place.
        EventKind::VersionAttached(about)
    } else {
        EventKind::VersionMutated(about)
    }
}

//! New versions are told to those who asked, and what they mean for their things.
//!
//! With nobody who asks, this is one relaxed load.

use super::Ground;
use crate::entity::AnyStored;
use crate::event::{About, EventKind, EventType, EventTypes, EventVersion, Publishing};
use crate::execution::{Output, Semantics};
use crate::store::Commit;

/// Something was stored by no call.
#[inline]
pub(super) fn stored(ground: &Ground, commit: &Commit) {
    let wanted = ground.events().wanted();
    if wanted != EventTypes::NONE {
        say_versions(ground, wanted, &ground.events().publish(About::default()), &commit.versions, &[]);
    }
}

/// Tells of new versions; `outputs` are those that a call put out, in the order of their versions.
pub(crate) fn say_versions(
    ground: &Ground,
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
        publishing.say(what_became(ground, wanted, version, output.map(|output| output.semantics)));
    }
}

/// What the version means for its thing, of which a call may have said so itself.
fn what_became(ground: &Ground, wanted: EventTypes, version: &AnyStored, semantics: Option<Semantics>) -> EventKind {
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
    let Ok(Some(parent)) = ground.find_version(parent) else { return EventKind::VersionMutated(about) };
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

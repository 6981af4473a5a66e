//! How a subscription ends.

use std::sync::Arc;

use super::WeakWorld;
use crate::event::Subscriber;

/// Ends a subscription.
pub(super) fn leave(world: &WeakWorld, subscriber: &Arc<Subscriber>) {
    if let Some(world) = world.upgrade() {
        world.events().unsubscribe(subscriber);
    }
    subscriber.queue.close();
}

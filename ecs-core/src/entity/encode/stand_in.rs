//! What stands for a version that is pointed at, where ids are not to count.

use std::cell::RefCell;
use std::rc::Rc;

use crate::entity::{ContentHash, EcsId};

/// Tells what stands for a version that is pointed at, in place of its id.
pub(crate) type StandIn = dyn Fn(EcsId) -> Option<ContentHash>;

thread_local! {
    static STAND_IN: RefCell<Option<Rc<StandIn>>> = const { RefCell::new(None) };
}

/// Does `work`, in which a `Ref` is encoded as what stands for its version; what that gives is no content
/// hash, but is the same for contents that differ in nothing but ids.
pub(crate) fn standing_in<R>(stand_in: Rc<StandIn>, work: impl FnOnce() -> R) -> R {
    with_stand_in(Some(stand_in), work)
}

fn with_stand_in<R>(stand_in: Option<Rc<StandIn>>, work: impl FnOnce() -> R) -> R {
    struct Restore(Option<Rc<StandIn>>);

    impl Drop for Restore {
        fn drop(&mut self) {
            STAND_IN.set(self.0.take());
        }
    }

    let _restore = Restore(STAND_IN.replace(stand_in));
    work()
}

/// What stands for a version that is pointed at.
pub(super) fn stand_in_for(ecs_id: EcsId) -> Option<ContentHash> {
    let stand_in = STAND_IN.with_borrow(Option::clone)?;
    // What it reads to find out is read as ever.
    with_stand_in(None, || stand_in(ecs_id))
}

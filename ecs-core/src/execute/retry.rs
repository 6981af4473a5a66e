//! Trying again: a call that lost its race is bound to the newest heads.

use super::bind;
use super::commit::Underway;
use super::publish;
use super::run;
use crate::callable::Frame;
use crate::entity::{IdMap, Moment};
use crate::error::{Error, Result};

/// After so many lost races a call lets other threads go first.
const PATIENT_AFTER: u32 = 2;

/// Binds the call to the newest heads of the lineages that it lost, if it may run again.
///
/// # Errors
///
/// `lost` itself, if it is no conflict of the call's own commit or the call has run often enough.
pub(super) fn rebind(underway: &mut Underway<'_>, frame: &mut dyn Frame, lost: Error) -> Result<()> {
    let contested = std::mem::take(&mut underway.contested);
    if contested.is_empty() {
        return Err(lost);
    }
    underway.interrupts.check(underway.definition.name)?;
    if underway.retries >= PATIENT_AFTER {
        std::thread::yield_now();
    }
    underway.retries += 1;
    underway.moment = Moment::now();
    publish::retried(underway.ground(), underway.about(), underway.retries);
    let mut newest = IdMap::default();
    for lineage_id in contested {
        if let Some(head) = underway.ground().store().head(lineage_id)? {
            newest.insert(lineage_id, head);
        }
    }
    run::caught(frame, |frame| bind::rebind(underway, frame, newest))
}

//! Settling: slots and results hand over what the function put out.

use super::commit::Underway;
use crate::callable::{Frame, Settled, Settler};
use crate::error::Result;

/// Settles everything that the function of `frame` put out.
///
/// # Errors
///
/// If an identity is not in order, or something put out cannot be recorded.
#[inline]
pub(super) fn settle(underway: &Underway<'_>, frame: &mut dyn Frame, settled: &mut Settled) -> Result<()> {
    let Underway { definition, id, moment, inputs, .. } = underway;
    let mut settler = Settler::new(underway.ground(), definition, *id, *moment, inputs, settled);
    frame.settle(&mut settler)?;
    settler.refuse_left_behind()
}

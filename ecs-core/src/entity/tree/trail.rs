//! Where in an entity a walk is, written down only when somebody asks.

use smallvec::SmallVec;

use crate::address::Segment;

/// One step into a container.
#[derive(Clone, Copy)]
pub enum Step<'s> {
    /// To an element.
    Index(usize),
    /// To the value of a key, or the part of a name, written by the function.
    Key(&'s dyn Fn() -> String),
}

impl Step<'_> {
    /// The step of a path.
    pub(crate) fn segment(self) -> Segment {
        match self {
            Self::Index(index) => Segment::Index(index),
            Self::Key(key) => Segment::Name(key().into()),
        }
    }
}

/// The steps from a field to where a walk is, innermost first.
#[derive(Clone, Copy)]
pub struct Trail<'t> {
    pub(crate) up: Place<'t>,
    pub(crate) step: Step<'t>,
}

/// Where in a field a walk is; nowhere further is the field itself.
pub type Place<'t> = Option<&'t Trail<'t>>;

/// The steps from a field to an entity in it.
pub(crate) type Steps = SmallVec<[Segment; 1]>;

/// The steps of `place`, outermost first.
pub(crate) fn steps(place: Place<'_>) -> Steps {
    let mut steps = Steps::new();
    let mut at = place;
    while let Some(trail) = at {
        steps.push(trail.step.segment());
        at = trail.up;
    }
    steps.reverse();
    steps
}

//! What a call was given for each parameter, in little room: nearly every call says nothing that its
//! callable does not say already, but the versions.

use smallvec::SmallVec;

use super::Source;

use crate::entity::EcsId;
use crate::signature::{Description, Kind, Param};

/// What a call was given for one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Argument<'e> {
    /// The parameter.
    pub name: &'static str,
    /// What the parameter is.
    pub kind: Kind,
    /// The versions of the entities or the config given. Plain values are in the generated input
    /// or config entity, under the parameter's name.
    pub versions: &'e [EcsId],
    /// The addresses it took values from.
    pub sources: &'e [Source],
}

/// What binding finds out of an argument.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) versions: SmallVec<[EcsId; 1]>,
    pub(crate) sources: Vec<Source>,
}

/// The arguments of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    /// The versions given for all parameters, in order. An entity and a config are usual.
    versions: SmallVec<[EcsId; 2]>,
    /// How many of them are for each parameter that was bound, and its sources; none if all is
    /// [`usual`].
    unusual: Option<Box<[Unusual]>>,
}

/// How many versions are given for a parameter, and its sources.
type Unusual = (usize, Box<[Source]>);

/// How many versions are given for a parameter, if it is not a container.
fn usual(param: &Param) -> usize {
    usize::from(matches!(param.kind, Kind::Entity | Kind::Config))
}

impl Arguments {
    /// What was given for the parameters of a callable, as far as binding came.
    pub(crate) fn new(definition: &Description, given: &[Given]) -> Self {
        let is_usual =
            |(param, given): (&Param, &Given)| given.versions.len() == usual(param) && given.sources.is_empty();
        let is_all_usual = definition.inputs().count() == given.len() && definition.inputs().zip(given).all(is_usual);
        let unusual = || given.iter().map(|given| (given.versions.len(), given.sources.clone().into())).collect();
        let mut versions = SmallVec::new();
        // Pushed one by one, which is quicker than copying so few.
        given.iter().flat_map(|given| &given.versions).for_each(|version| versions.push(*version));
        Self { versions, unusual: (!is_all_usual).then(unusual) }
    }

    pub(crate) fn of(&self, definition: &'static Description) -> impl Iterator<Item = Argument<'_>> {
        let bound = self.unusual.as_ref().map_or(usize::MAX, |unusual| unusual.len());
        let mut rest = &*self.versions;
        definition.inputs().take(bound).enumerate().map(move |(index, param)| {
            let unusual = self.unusual.as_ref().and_then(|unusual| unusual.get(index));
            let (count, sources) = unusual.map_or((usual(param), &[][..]), |(count, sources)| (*count, sources));
            let (versions, others) = rest.split_at(count);
            rest = others;
            Argument { name: param.name, kind: param.kind, versions, sources }
        })
    }

    /// All versions given.
    pub(crate) fn versions(&self) -> &[EcsId] {
        &self.versions
    }
}

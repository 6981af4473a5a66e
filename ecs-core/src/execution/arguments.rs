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

/// What binding finds out of the arguments, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// The versions given for all of them.
    versions: SmallVec<[EcsId; 2]>,
    /// How many of them are given for each.
    counts: SmallVec<[usize; 3]>,
    /// Each with which of the arguments it is of.
    pub(crate) sources: Vec<(usize, Source)>,
}

impl Given {
    /// An argument begins; what is added is of that.
    #[inline]
    pub(crate) fn begin(&mut self) {
        self.counts.push(0);
    }

    #[inline]
    pub(crate) fn add_version(&mut self, version: EcsId) {
        self.versions.push(version);
        if let Some(count) = self.counts.last_mut() {
            *count += 1;
        }
    }

    pub(crate) fn add_source(&mut self, source: Source) {
        self.sources.push((self.counts.len() - 1, source));
    }

    /// The versions given for one of the arguments.
    pub(crate) fn versions_of(&self, argument: usize) -> &[EcsId] {
        let begin = self.counts[..argument].iter().sum();
        &self.versions[begin..][..self.counts[argument]]
    }

    fn sources_of(&self, argument: usize) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(move |(of, _)| *of == argument).map(|(_, source)| source)
    }
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
#[inline]
fn usual(param: &Param) -> usize {
    usize::from(matches!(param.kind, Kind::Entity | Kind::Config))
}

impl Arguments {
    /// What was given for the parameters of a callable, as far as binding came.
    #[inline]
    pub(crate) fn new(definition: &Description, given: &Given) -> Self {
        let usual = definition.inputs().map(usual);
        let is_all_usual = given.sources.is_empty() && usual.eq(given.counts.iter().copied());
        let unusual = |(argument, count): (usize, &usize)| (*count, given.sources_of(argument).cloned().collect());
        let mut versions = SmallVec::new();
        // Pushed one by one, which is quicker than copying so few.
        given.versions.iter().for_each(|version| versions.push(*version));
        Self { versions, unusual: (!is_all_usual).then(|| given.counts.iter().enumerate().map(unusual).collect()) }
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

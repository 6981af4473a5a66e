//! The steps of the study: plain functions, which `#[callable]` gives a memory.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;

use ecs::prelude::*;

use super::model::{BirdRecord, Centre, Doubt, Imputation, Observation, OutlierRule, Problem, RawRow, SpeciesSummary};

/// A row lacks a cell without which it is no observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableRow {
    /// The column of that cell.
    pub column: &'static str,
}

impl fmt::Display for UnreadableRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is nothing in the column `{}`", self.column)
    }
}

impl Error for UnreadableRow {}

/// Reads a row. A measurement that cannot be read is a flaw of the observation; a row that does
/// not say which bird it is about is refused.
#[callable]
pub fn parse_row(row: &RawRow) -> Result<Observation, UnreadableRow> {
    let required = |column| written(row, column).map(str::to_owned).ok_or(UnreadableRow { column });
    let mut flaws = BTreeMap::new();
    Ok(Observation {
        id: Id::new(),
        study: required("studyName")?,
        species: required("Species")?,
        island: required("Island")?,
        individual: required("Individual ID")?,
        sex: cell(row, "Sex", &mut flaws, |text| Some(text.to_owned())),
        culmen_length_mm: cell(row, "Culmen Length (mm)", &mut flaws, measurement),
        culmen_depth_mm: cell(row, "Culmen Depth (mm)", &mut flaws, measurement),
        flipper_length_mm: cell(row, "Flipper Length (mm)", &mut flaws, measurement),
        mass_g: cell(row, "Body Mass (g)", &mut flaws, measurement),
        imputed_because: None,
        is_outlier: false,
        flaws,
    })
}

/// The text of a cell, if anything is written there.
pub fn written<'r>(row: &'r RawRow, column: &str) -> Option<&'r str> {
    row.cells.get(column).map(|text| text.trim()).filter(|text| !matches!(*text, "" | "NA"))
}

/// The value of a cell; a flaw is noted if there is none.
fn cell<T>(
    row: &RawRow,
    column: &str,
    flaws: &mut BTreeMap<String, Problem>,
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = written(row, column);
    let value = text.and_then(read);
    if value.is_none() {
        let problem = if text.is_some() { Problem::Unreadable } else { Problem::NotRecorded };
        flaws.insert(column.to_owned(), problem);
    }
    value
}

/// A length or a mass: a number above zero.
fn measurement(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0)
}

/// A species that the study does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSpecies(pub String);

impl fmt::Display for UnknownSpecies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is none of the three species of the study", self.0)
    }
}

impl Error for UnknownSpecies {}

/// Writes species and sex in one way: `Gentoo penguin (Pygoscelis papua)` becomes `Gentoo`.
#[callable]
pub fn normalise_names(observation: &mut Observation) -> Result<(), UnknownSpecies> {
    let known = ["Adelie", "Chinstrap", "Gentoo"];
    let first = observation.species.split_whitespace().next().unwrap_or_default();
    match known.into_iter().find(|name| name.eq_ignore_ascii_case(first)) {
        Some(name) => observation.species = name.to_owned(),
        None => return Err(UnknownSpecies(observation.species.clone())),
    }
    if let Some(text) = observation.sex.take() {
        match text.to_lowercase().as_str() {
            sex @ ("female" | "male") => observation.sex = Some(sex.to_owned()),
            _ => {
                observation.flaws.insert("Sex".to_owned(), Problem::Unreadable);
            }
        }
    }
    Ok(())
}

/// There is no measured mass to impute from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMeasuredMass;

impl fmt::Display for NoMeasuredMass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no measured mass to impute from")
    }
}

impl Error for NoMeasuredMass {}

/// Fills in a missing mass from the birds that were weighed. A measured mass stays as it is.
#[callable]
pub fn impute_mass(
    observation: &mut Observation,
    weighed: &[Observation],
    #[default("it was not recorded")] because: &str,
    imputation: &Imputation,
) -> Result<(), NoMeasuredMass> {
    if observation.mass_g.is_some() {
        return Ok(());
    }
    let masses = measured_masses(weighed, imputation.per_species.then_some(observation.species.as_str()));
    let centre = match imputation.strategy {
        Centre::Mean => mean(&masses),
        Centre::Median => quantile(&masses, 0.5),
    };
    observation.mass_g = Some(centre.ok_or(NoMeasuredMass)?);
    observation.imputed_because = Some(because.to_owned());
    Ok(())
}

/// Marks the measured masses that lie far outside the quartiles.
#[callable]
pub fn flag_outliers(observations: Vec<Observation>, rule: &OutlierRule) -> Vec<Observation> {
    let groups: BTreeSet<_> = observations.iter().map(|observation| observation.species.clone()).collect();
    let accepted: BTreeMap<_, _> = groups
        .into_iter()
        .filter_map(|species| {
            let masses = measured_masses(&observations, rule.per_species.then_some(species.as_str()));
            let (lower, upper) = (quantile(&masses, 0.25)?, quantile(&masses, 0.75)?);
            let reach = rule.fence * (upper - lower);
            Some((species, lower - reach..=upper + reach))
        })
        .collect();
    let flagged = observations.into_iter().map(|observation| {
        let mass = observation.mass_g.filter(|_| observation.imputed_because.is_none());
        let is_outlier = match (mass, accepted.get(&observation.species)) {
            (Some(mass), Some(accepted)) => !accepted.contains(&mass),
            _ => false,
        };
        Observation { is_outlier, ..observation }
    });
    flagged.collect()
}

/// Nothing to make a record of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSightings;

impl fmt::Display for NoSightings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a bird that was never seen has no record")
    }
}

impl Error for NoSightings {}

/// Puts together what was seen under one species and individual ID, season by season.
#[callable]
pub fn follow_bird(mut sightings: Vec<Observation>) -> Result<BirdRecord, NoSightings> {
    sightings.sort_by(|a, b| a.study.cmp(&b.study));
    let first = sightings.first().ok_or(NoSightings)?;
    let sexes: BTreeSet<_> = sightings.iter().filter_map(|sighting| sighting.sex.as_deref()).collect();
    let islands: BTreeSet<_> = sightings.iter().map(|sighting| sighting.island.as_str()).collect();
    let doubts = [(Doubt::OtherSex, sexes.len()), (Doubt::OtherIsland, islands.len())];
    Ok(BirdRecord {
        id: Id::new(),
        species: first.species.clone(),
        individual: first.individual.clone(),
        seasons: sightings.iter().map(|sighting| sighting.study.clone()).collect(),
        masses_g: sightings.iter().map(|sighting| sighting.mass_g).collect(),
        doubts: doubts.into_iter().filter(|(_, answers)| *answers > 1).map(|(doubt, _)| doubt).collect(),
    })
}

/// Sums up each species: one output for each.
#[callable]
pub fn summarise(observations: &[Observation]) -> BTreeMap<String, SpeciesSummary> {
    let mut species: BTreeMap<String, Vec<&Observation>> = BTreeMap::new();
    for observation in observations {
        species.entry(observation.species.clone()).or_default().push(observation);
    }
    species.into_iter().map(|(species, observations)| (species, summary_of(&observations))).collect()
}

fn summary_of(observations: &[&Observation]) -> SpeciesSummary {
    let count = |fits: fn(&Observation) -> bool| observations.iter().filter(|observation| fits(observation)).count();
    let known = |value: fn(&Observation) -> Option<f64>| -> Vec<f64> {
        observations.iter().filter_map(|observation| value(observation)).collect()
    };
    let masses = known(|observation| observation.mass_g);
    SpeciesSummary {
        id: Id::new(),
        observations: observations.len(),
        females: count(|observation| observation.sex.as_deref() == Some("female")),
        males: count(|observation| observation.sex.as_deref() == Some("male")),
        imputed: count(|observation| observation.imputed_because.is_some()),
        outliers: count(|observation| observation.is_outlier),
        mean_mass_g: mean(&masses),
        median_mass_g: quantile(&masses, 0.5),
        mean_flipper_mm: mean(&known(|observation| observation.flipper_length_mm)),
        mean_culmen_mm: mean(&known(|observation| observation.culmen_length_mm)),
    }
}

/// The masses that were weighed, of one species or of all.
fn measured_masses(observations: &[Observation], species: Option<&str>) -> Vec<f64> {
    let of_species = |observation: &&Observation| species.is_none_or(|species| species == observation.species);
    let measured = observations.iter().filter(|observation| observation.imputed_because.is_none());
    measured.filter(of_species).filter_map(|observation| observation.mass_g).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a study has far fewer birds than a float has integers")]
fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The value below which `share` of the others lie, interpolated between its two neighbours.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as above")]
fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let position = share * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted[position.floor() as usize], sorted[position.ceil() as usize]);
    Some(below + position.fract() * (above - below))
}

//! What the study is about: entities with their configs.

use std::collections::BTreeMap;

use ecs::prelude::*;

/// One row of the file, as it stands there.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RawRow {
    pub id: Id,
    /// The line of the file that it starts on.
    pub line: u64,
    /// The text of each cell, by column.
    pub cells: BTreeMap<String, String>,
}

/// One penguin, measured once.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    pub id: Id,
    /// The study, which is the season: `PAL0708` is the summer of 2007 to 2008.
    pub study: String,
    pub species: String,
    pub island: String,
    /// The ID that the study gave the bird; see [`BirdRecord`] for what it is worth.
    pub individual: String,
    /// `None` if the sex was not determined.
    pub sex: Option<String>,
    pub culmen_length_mm: Option<f64>,
    pub culmen_depth_mm: Option<f64>,
    pub flipper_length_mm: Option<f64>,
    pub mass_g: Option<f64>,
    /// Why the mass is imputed; `None` if it was measured.
    pub imputed_because: Option<String>,
    /// Whether the mass lies far from those of the species.
    pub is_outlier: bool,
    /// The columns that gave no value, and why. Their text is in the row.
    pub flaws: BTreeMap<String, Problem>,
}

/// What is wrong with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// The cell is empty, `NA`, or not there at all.
    NotRecorded,
    /// The text is no value of the kind that the column holds.
    Unreadable,
}

/// How missing masses are imputed.
#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imputation {
    pub id: Id,
    #[config(default = Centre::Median)]
    pub strategy: Centre,
    /// Whether only birds of the same species count.
    #[config(default = true)]
    pub per_species: bool,
}

/// Which value stands for many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Centre {
    Mean,
    Median,
}

/// Which masses are outliers.
#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutlierRule {
    pub id: Id,
    /// How many times the distance between the quartiles a mass may lie outside them.
    #[config(default = 1.5)]
    pub fence: f64,
    /// Whether the quartiles are those of the same species.
    #[config(default = true)]
    pub per_species: bool,
}

/// What is on record under one species and individual ID, across the seasons.
///
/// What identifies a bird? Within one study, which is one season, its species and individual ID do.
/// Across seasons nothing in the file does: the ID reads as a nest and one of its two adults
/// (`N2A1`), and where an ID comes back, the bird behind it is often of the other sex or on another
/// island. So this record claims no more than the file does: these sightings share an ID, and this
/// speaks against one bird.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BirdRecord {
    pub id: Id,
    pub species: String,
    pub individual: String,
    /// The studies that saw it, in order.
    pub seasons: Vec<String>,
    /// The masses in the same order.
    pub masses_g: Vec<Option<f64>>,
    /// What differs between the seasons and should not.
    pub doubts: Vec<Doubt>,
}

/// Why two sightings may be two birds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doubt {
    /// The sexes differ.
    OtherSex,
    /// The islands differ.
    OtherIsland,
}

/// One species in numbers.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeciesSummary {
    pub id: Id,
    pub observations: usize,
    pub females: usize,
    pub males: usize,
    pub imputed: usize,
    pub outliers: usize,
    /// The mean over measured and imputed masses.
    pub mean_mass_g: Option<f64>,
    pub median_mass_g: Option<f64>,
    pub mean_flipper_mm: Option<f64>,
    pub mean_culmen_mm: Option<f64>,
}

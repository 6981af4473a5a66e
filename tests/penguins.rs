//! The penguin study: its numbers against values computed without the framework, and its records.

#[path = "../examples/penguins/study/mod.rs"]
mod study;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use ecs::FieldValue;
use ecs::prelude::*;
use serde_json::json;

use self::study::model::{Centre, Doubt, Imputation, Observation, OutlierRule, Problem};
use self::study::story::{MassStory, row_of};
use self::study::{Study, run};

type Test = Result<(), Box<dyn Error>>;

const FILE: &str = include_str!("../examples/data/penguins-raw.csv");

/// Computed from the file by an independent script that knows nothing of this program.
mod independent {
    pub(super) const ROWS: usize = 344;
    pub(super) const SPECIES: [&str; 3] = ["Adelie", "Chinstrap", "Gentoo"];
    pub(super) const ROWS_PER_SPECIES: [usize; 3] = [152, 68, 124];
    pub(super) const FEMALES: [usize; 3] = [73, 34, 58];
    pub(super) const MALES: [usize; 3] = [73, 34, 61];
    /// Over the masses with each missing one filled in by the median of its species.
    pub(super) const MEAN_MASSES: [f64; 3] = [3700.657894736842, 3733.0882352941176, 5075.403225806452];
    pub(super) const MEDIAN_MASSES: [f64; 3] = [3700.0, 3700.0, 5000.0];
    pub(super) const MEAN_FLIPPERS: [f64; 3] = [189.95364238410596, 195.8235294117647, 217.1869918699187];
    pub(super) const MEAN_CULMENS: [f64; 3] = [38.79139072847682, 48.83382352941177, 47.50487804878049];
    /// Of the masses that were measured.
    pub(super) const MEAN_MEASURED: [f64; 3] = [3700.662251655629, 3733.0882352941176, 5076.016260162602];
    pub(super) const MEAN_OF_ALL_MEASURED: f64 = 4201.754385964912;
    pub(super) const MEDIAN_OF_ALL_MEASURED: f64 = 4050.0;
    /// Study and individual ID of the masses more than 1.5 quartile distances outside the quartiles.
    pub(super) const OUTLIERS: [(&str, &str, f64); 2] = [("PAL0809", "N69A2", 4800.0), ("PAL0809", "N72A1", 2700.0)];
    pub(super) const CELLS_WITHOUT_VALUE: usize = 19;
    pub(super) const SPECIES_AND_ID: usize = 284;
    pub(super) const IDS_THAT_COME_BACK: usize = 60;
    pub(super) const WITH_THE_OTHER_SEX: usize = 11;
    pub(super) const ON_ANOTHER_ISLAND: usize = 20;
    pub(super) const WITH_EITHER_DOUBT: usize = 28;
}

/// One row read by plain Rust.
struct Plain {
    line: u64,
    species: String,
    individual: String,
    island: String,
    /// The sex and the four measurements, as text; `NA` for none.
    cells: BTreeMap<&'static str, String>,
}

const CHECKED: [&str; 5] = ["Sex", "Culmen Length (mm)", "Culmen Depth (mm)", "Flipper Length (mm)", "Body Mass (g)"];

impl Plain {
    fn number(&self, column: &str) -> Option<f64> {
        self.cells[column].parse().ok()
    }
}

fn plain_rows() -> Result<Vec<Plain>, Box<dyn Error>> {
    let mut reader = csv::Reader::from_reader(FILE.as_bytes());
    let mut rows = Vec::new();
    for (index, record) in reader.deserialize::<BTreeMap<String, String>>().enumerate() {
        let mut record = record?;
        // No cell of this file has a line break, so rows and lines run together.
        let line = u64::try_from(index)? + 2;
        let species = record["Species"].split(' ').next().unwrap_or_default().to_owned();
        let mut take = |column: &str| record.remove(column).ok_or(format!("no column {column}"));
        let mut cells = BTreeMap::new();
        for column in CHECKED {
            cells.insert(column, take(column)?);
        }
        rows.push(Plain { line, species, individual: take("Individual ID")?, island: take("Island")?, cells });
    }
    Ok(rows)
}

fn mean(values: &[f64]) -> f64 {
    let count = f64::from(u32::try_from(values.len()).expect("a few hundred"));
    values.iter().sum::<f64>() / count
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) }
}

fn assert_close(found: Option<f64>, expected: f64, what: &str) {
    let found = found.unwrap_or_else(|| panic!("{what}: there is no value"));
    assert!((found - expected).abs() < 1e-9, "{what}: {found} instead of {expected}");
}

async fn study_of(file: &str, imputation: Imputation) -> Result<(World, Study), Box<dyn Error>> {
    let world = World::in_memory()?;
    let study = run(&world, file.as_bytes(), imputation).await?;
    Ok((world, study))
}

async fn whole_study() -> Result<(World, Study), Box<dyn Error>> {
    study_of(FILE, Imputation::default()).await
}

fn imputed(study: &Study) -> Vec<&Stored<Observation>> {
    study.observations.iter().filter(|observation| observation.imputed_because.is_some()).collect()
}

#[tokio::test]
async fn no_row_is_lost() -> Test {
    let (world, study) = whole_study().await?;
    assert_eq!(study.rows.len(), independent::ROWS);
    assert_eq!(study.observations.len(), independent::ROWS);
    assert!(study.refused.is_empty());

    let mut reader = csv::Reader::from_reader(FILE.as_bytes());
    for (record, observation) in reader.deserialize::<BTreeMap<String, String>>().zip(&study.observations) {
        assert_eq!(row_of(&world, observation)?.cells, record?, "each observation leads back to its row, whole");
    }
    Ok(())
}

#[tokio::test]
async fn every_cell_without_a_value_is_recorded() -> Test {
    let (world, study) = whole_study().await?;
    let mut expected = BTreeSet::new();
    for row in plain_rows()? {
        for column in CHECKED {
            if row.cells[column] == "NA" {
                expected.insert((row.line, column.to_owned()));
            }
        }
    }
    let mut found = BTreeSet::new();
    for observation in &study.observations {
        let line = row_of(&world, observation)?.line;
        for (column, problem) in &observation.flaws {
            assert_eq!(*problem, Problem::NotRecorded);
            found.insert((line, column.clone()));
        }
    }
    assert_eq!(found, expected);
    assert_eq!(found.len(), independent::CELLS_WITHOUT_VALUE);
    Ok(())
}

#[tokio::test]
async fn the_summaries_are_those_of_a_plain_loop() -> Test {
    let (_, study) = whole_study().await?;
    let rows = plain_rows()?;
    assert!(study.summaries.keys().eq(&independent::SPECIES));
    for (index, species) in independent::SPECIES.into_iter().enumerate() {
        let summary = &study.summaries[species];
        let rows: Vec<&Plain> = rows.iter().filter(|row| row.species == species).collect();
        let measured: Vec<f64> = rows.iter().filter_map(|row| row.number("Body Mass (g)")).collect();
        let middle = median(&measured);
        let masses: Vec<f64> = rows.iter().map(|row| row.number("Body Mass (g)").unwrap_or(middle)).collect();
        let flippers: Vec<f64> = rows.iter().filter_map(|row| row.number("Flipper Length (mm)")).collect();
        let culmens: Vec<f64> = rows.iter().filter_map(|row| row.number("Culmen Length (mm)")).collect();
        let of_sex = |sex| rows.iter().filter(|row| row.cells["Sex"] == sex).count();

        assert_eq!(summary.observations, rows.len());
        assert_eq!(summary.females, of_sex("FEMALE"));
        assert_eq!(summary.males, of_sex("MALE"));
        assert_eq!(summary.imputed, rows.len() - measured.len());
        assert_close(summary.mean_mass_g, mean(&masses), species);
        assert_close(summary.median_mass_g, median(&masses), species);
        assert_close(summary.mean_flipper_mm, mean(&flippers), species);
        assert_close(summary.mean_culmen_mm, mean(&culmens), species);

        assert_eq!(summary.observations, independent::ROWS_PER_SPECIES[index]);
        assert_eq!(summary.females, independent::FEMALES[index]);
        assert_eq!(summary.males, independent::MALES[index]);
        assert_close(summary.mean_mass_g, independent::MEAN_MASSES[index], species);
        assert_close(summary.median_mass_g, independent::MEDIAN_MASSES[index], species);
        assert_close(summary.mean_flipper_mm, independent::MEAN_FLIPPERS[index], species);
        assert_close(summary.mean_culmen_mm, independent::MEAN_CULMENS[index], species);
    }
    Ok(())
}

#[tokio::test]
async fn the_summaries_are_siblings_of_one_execution() -> Test {
    let (world, study) = whole_study().await?;
    let executions = world.executions(&ExecutionFilter::new().callable("summarise"))?;
    let [execution] = &executions[..] else { panic!("one call makes all summaries") };
    for (index, summary) in study.summaries.values().enumerate() {
        assert_eq!(summary.execution_id(), Some(execution.id));
        assert_eq!(execution.outputs[index].ecs_id, summary.ecs_id());
        assert_eq!(execution.siblings(summary.ecs_id()).count(), 2);
    }
    let read: Vec<_> = study.observations.iter().map(Stored::ecs_id).collect();
    assert_eq!(execution.argument("observations").expect("it was given").versions.to_vec(), read);
    Ok(())
}

#[tokio::test]
async fn the_story_of_an_imputed_mass_is_right() -> Test {
    let (world, study) = whole_study().await?;
    let imputed = imputed(&study);
    let [adelie, gentoo] = imputed[..] else { panic!("two masses are missing, not {}", imputed.len()) };
    for (observation, species, mass, line, comment) in [
        (adelie, "Adelie", 3700.0, 5, "Adult not sampled."),
        (gentoo, "Gentoo", 5000.0, 273, "Adult not sampled. Nest never observed with full clutch."),
    ] {
        let row = plain_rows()?.into_iter().find(|row| row.line == line).expect("the file has this line");
        assert_eq!((row.species.as_str(), row.cells["Body Mass (g)"].as_str()), (species, "NA"));

        let story = MassStory::of(&world, observation)?.expect("the mass was imputed");
        assert_eq!(story.execution.callable(), "impute_mass");
        assert!(story.execution.is_success());
        assert_eq!(story.version.execution_id(), Some(story.execution.id));

        // What it was before, and what it became.
        assert_eq!(story.before, FieldValue::Json(json!(null)));
        assert_eq!(story.after, FieldValue::Json(json!(mass)));
        let before = world.get::<Observation>(story.parent.expect("it was parsed before"))?;
        assert_eq!((before.lineage_id(), before.mass_g), (observation.lineage_id(), None));
        assert_eq!(world.read(&story.version.at::<Option<f64>>("mass_g"))?, Some(mass));

        // With which config: recorded by id, with the values that were used.
        assert_eq!(story.execution.configs[..], [story.config.ecs_id()]);
        assert_eq!((story.config.strategy, story.config.per_species), (Centre::Median, true));

        // From which row, and with the comment of which cell.
        assert_eq!(story.row.line, line);
        assert_eq!(story.row.cells["Body Mass (g)"], "NA");
        let because = story.execution.argument("because").expect("it was given");
        let [source] = because.sources else { panic!("one cell was borrowed") };
        assert_eq!(source.from, *story.row.at::<String>("cells.Comments").address());
        assert_eq!(world.resolve(&source.from)?, json!(comment));
        assert_eq!(observation.imputed_because.as_deref(), Some(comment));

        // From which birds: all that were weighed.
        assert_eq!(story.weighed, independent::ROWS - 2);

        let told = story.to_string();
        for part in ["impute_mass", "null → ", "strategy Median, per_species true", comment, &format!("line {line}")]
        {
            assert!(told.contains(part), "`{part}` is not told:\n{told}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_mass_that_was_measured_has_no_story_of_imputation() -> Test {
    let (world, study) = whole_study().await?;
    assert!(MassStory::of(&world, &study.observations[0])?.is_none());
    assert_eq!(study.observations[0].mass_g, Some(3750.0));
    Ok(())
}

#[tokio::test]
async fn both_imputations_share_one_stored_config() -> Test {
    let (world, study) = whole_study().await?;
    let stories: Vec<_> = imputed(&study).into_iter().map(|observation| MassStory::of(&world, observation)).collect();
    let configs: Vec<_> = stories.into_iter().filter_map(|story| Some(story.ok()??.config.ecs_id())).collect();
    assert_eq!(configs.len(), 2);
    assert_eq!(configs[0], configs[1]);
    Ok(())
}

#[tokio::test]
async fn the_config_decides_what_is_imputed() -> Test {
    use independent::{MEAN_MEASURED, MEAN_OF_ALL_MEASURED, MEDIAN_MASSES, MEDIAN_OF_ALL_MEASURED};
    for (strategy, per_species, adelie, gentoo) in [
        (Centre::Median, true, MEDIAN_MASSES[0], MEDIAN_MASSES[2]),
        (Centre::Mean, true, MEAN_MEASURED[0], MEAN_MEASURED[2]),
        (Centre::Median, false, MEDIAN_OF_ALL_MEASURED, MEDIAN_OF_ALL_MEASURED),
        (Centre::Mean, false, MEAN_OF_ALL_MEASURED, MEAN_OF_ALL_MEASURED),
    ] {
        let (_, study) = study_of(FILE, Imputation { strategy, per_species, ..Imputation::default() }).await?;
        let masses: Vec<_> = imputed(&study).iter().map(|observation| observation.mass_g).collect();
        assert_close(masses[0], adelie, &format!("Adelie, {strategy:?}, {per_species}"));
        assert_close(masses[1], gentoo, &format!("Gentoo, {strategy:?}, {per_species}"));
    }
    Ok(())
}

#[tokio::test]
async fn only_the_outliers_get_a_new_version_and_their_rule_is_recorded() -> Test {
    let (world, study) = whole_study().await?;
    let outliers: Vec<_> = study.observations.iter().filter(|observation| observation.is_outlier).collect();
    let found: Vec<_> = outliers
        .iter()
        .map(|outlier| (outlier.study.as_str(), outlier.individual.as_str(), outlier.mass_g.unwrap_or_default()))
        .collect();
    assert_eq!(found, independent::OUTLIERS);
    assert_eq!(study.summaries["Chinstrap"].outliers, 2);

    let executions = world.executions(&ExecutionFilter::new().callable("flag_outliers"))?;
    let [execution] = &executions[..] else { panic!("one call flags all") };
    let changed = execution.outputs.iter().filter(|output| output.is_changed);
    assert!(changed.map(|output| output.ecs_id).eq(outliers.iter().map(|outlier| outlier.ecs_id())));
    assert!(execution.outputs.iter().all(|output| output.semantics == Semantics::Mutation));

    // `fence` was a plain argument, `per_species` has its default.
    let [config] = execution.configs[..] else { panic!("one config was used") };
    let rule = world.get::<OutlierRule>(config)?;
    assert_eq!((rule.fence, rule.per_species), (1.5, true));
    Ok(())
}

#[tokio::test]
async fn the_birds_are_those_of_a_plain_loop() -> Test {
    let (world, study) = whole_study().await?;
    let mut plain: BTreeMap<(String, String), Vec<Plain>> = BTreeMap::new();
    for row in plain_rows()? {
        plain.entry((row.species.clone(), row.individual.clone())).or_default().push(row);
    }
    assert_eq!(study.birds.len(), plain.len());
    for (bird, ((species, individual), rows)) in study.birds.iter().zip(&plain) {
        assert_eq!((&bird.species, &bird.individual), (species, individual));
        assert!(bird.seasons.is_sorted());
        assert_eq!(bird.seasons.len(), rows.len());
        let mut sexes: Vec<_> = rows.iter().map(|row| &row.cells["Sex"]).filter(|sex| *sex != "NA").collect();
        sexes.dedup();
        assert_eq!(bird.doubts.contains(&Doubt::OtherSex), sexes.len() > 1, "{species} {individual}");
        let moved = rows.iter().any(|row| row.island != rows[0].island);
        assert_eq!(bird.doubts.contains(&Doubt::OtherIsland), moved, "{species} {individual}");
        // The sightings behind the record are in the record of its execution.
        let execution = world.execution(bird.execution_id().expect("a call made it"))?;
        assert_eq!(execution.argument("sightings").expect("they were given").versions.len(), rows.len());
    }
    let count = |fits: fn(&[Doubt]) -> bool| study.birds.iter().filter(|bird| fits(&bird.doubts)).count();
    assert_eq!(study.birds.len(), independent::SPECIES_AND_ID);
    let returning = study.birds.iter().filter(|bird| bird.seasons.len() > 1);
    assert_eq!(returning.count(), independent::IDS_THAT_COME_BACK);
    assert_eq!(count(|doubts| doubts.contains(&Doubt::OtherSex)), independent::WITH_THE_OTHER_SEX);
    assert_eq!(count(|doubts| doubts.contains(&Doubt::OtherIsland)), independent::ON_ANOTHER_ISLAND);
    assert_eq!(count(|doubts| !doubts.is_empty()), independent::WITH_EITHER_DOUBT);
    Ok(())
}

#[tokio::test]
async fn a_study_and_a_species_name_each_individual_once() -> Test {
    let (_, study) = whole_study().await?;
    let names = study.observations.iter().map(|seen| (&seen.study, &seen.species, &seen.individual));
    assert_eq!(names.collect::<BTreeSet<_>>().len(), independent::ROWS);
    Ok(())
}

/// Seven rows, most of them damaged.
const DAMAGED: &str = "\
studyName,Species,Island,Individual ID,Culmen Length (mm),Culmen Depth (mm),Flipper Length (mm),Body Mass (g),Sex,Comments
PAL0708,Adelie Penguin (Pygoscelis adeliae),Dream,N1A1,39.1,18.7,181,3750,MALE,NA
PAL0708,GENTOO penguin,Biscoe,N1A2,39.l,-5,NaN,heavy,.,NA
PAL0708,NA,Dream,N2A1,39.1,18.7,181,3750,MALE,NA
PAL0708,Emperor penguin,Dream,N2A2,39.1,18.7,181,3750,MALE,NA
PAL0708,Gentoo penguin,Biscoe,N3A1,39.1,18.7,181,5000,FEMALE,NA,one cell too many
PAL0708,Adelie Penguin,Dream,N3A2
PAL0708,Chinstrap penguin,Dream,N4A1,48.8,18.4,195,NA,MALE,NA
";

#[tokio::test]
async fn bad_cells_are_flaws_and_bad_rows_are_refused_on_record() -> Test {
    let (world, study) = study_of(DAMAGED, Imputation::default()).await?;
    assert_eq!(study.rows.len(), 7);
    assert_eq!(study.observations.len() + study.refused.len(), 7, "no row is lost");

    let seen: Vec<_> = study.observations.iter().map(|seen| seen.individual.as_str()).collect();
    assert_eq!(seen, ["N1A1", "N1A2", "N3A1", "N3A2", "N4A1"]);
    let [_, unreadable, long, short, alone] = &study.observations[..] else { panic!("five observations") };
    assert_eq!(unreadable.species, "Gentoo");
    assert_eq!(unreadable.flaws.len(), 5);
    assert!(unreadable.flaws.values().all(|problem| *problem == Problem::Unreadable));
    assert_eq!(row_of(&world, unreadable)?.cells["Body Mass (g)"], "heavy", "the text is not lost");
    assert_eq!(row_of(&world, long)?.cells["column 11"], "one cell too many");
    assert_eq!(short.flaws.len(), 5);
    assert!(short.flaws.values().all(|problem| *problem == Problem::NotRecorded));

    assert_eq!(unreadable.imputed_because.as_deref(), Some("it was not recorded"), "a row without a comment");
    assert_eq!((alone.mass_g, &alone.imputed_because), (None, &None), "there is no Chinstrap to impute it from");
    let failed = ExecutionFilter::new().callable("impute_mass").outcome(Outcome::Failed);
    let [failed] = &world.executions(&failed)?[..] else { panic!("one imputation is impossible") };
    assert!(failed.status().to_string().contains("there is no measured mass to impute from"));

    let refused: Vec<_> = study.refused.iter().map(|refusal| refusal.row.line).collect();
    assert_eq!(refused, [4, 5]);
    for (refusal, callable, message) in [
        (&study.refused[0], "parse_row", "there is nothing in the column `Species`"),
        (&study.refused[1], "normalise_names", "`Emperor penguin` is none of the three species"),
    ] {
        let execution = world.execution(refusal.execution)?;
        assert_eq!((execution.callable(), execution.status().outcome()), (callable, Outcome::Failed));
        assert!(execution.status().to_string().contains(message), "{}", execution.status());
        assert!(execution.outputs.is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn every_call_of_the_study_gives_the_same_again() -> Test {
    let (world, study) = whole_study().await?;
    let executions = world.executions(&ExecutionFilter::new())?.len();
    let replays = world.replay_all(&ExecutionFilter::new()).await?;
    assert!(replays.is_identical(), "{replays}");
    assert_eq!((replays.identical, world.executions(&ExecutionFilter::new())?.len()), (executions, executions));
    assert!(executions > study.rows.len());
    Ok(())
}

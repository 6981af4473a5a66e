//! What differs between an execution and its replay.

use std::fmt;

use crate::address::Path;
use crate::entity::EcsId;
use crate::execution::{Semantics, Status};
use crate::provenance::FieldValue;

/// Something that differs between an execution and its replay.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Difference {
    /// They ended in different ways.
    Status {
        /// How the execution ended.
        recorded: Status,
        /// How the replay ended.
        replayed: Status,
    },
    /// They put out different numbers of entities.
    OutputCount {
        /// How many the execution put out.
        recorded: usize,
        /// How many the replay put out.
        replayed: usize,
    },
    /// Something else happened to an entity that both put out.
    Semantics {
        /// Its position among the outputs.
        output_index: u32,
        /// What happened in the execution.
        recorded: Semantics,
        /// What happened in the replay.
        replayed: Semantics,
    },
    /// Something that both put out has other content.
    Output(OutputDifference),
}

/// Something put out that has other content in the replay.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OutputDifference {
    /// Its position among the outputs; none for the generated entity that holds the plain values.
    pub output_index: Option<u32>,
    /// The stable name of its type.
    pub type_name: &'static str,
    /// The version that the execution put out.
    pub recorded: EcsId,
    /// The entities of its tree that differ, up to 512 levels down; what is in the recorded output only comes
    /// last. One at the last level is told if something below it differs.
    pub entities: Vec<EntityDifference>,
}

/// An entity in something put out that is different in the replay.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EntityDifference {
    /// The stable name of its type.
    pub type_name: &'static str,
    /// Where it is in the replayed output, or, if it is not there, in the recorded one; empty for the output
    /// itself.
    pub path: Path,
    /// Its recorded version; none if it is in the replayed output only.
    pub recorded: Option<EcsId>,
    /// Whether it is in the replayed output.
    pub is_replayed: bool,
    /// The fields that differ; every field, if it is in one of the outputs only.
    pub fields: Vec<FieldDifference>,
}

/// A field that is different in the replay.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FieldDifference {
    /// The field.
    pub field: &'static str,
    /// Its recorded value; none if its entity is in the replayed output only.
    pub recorded: Option<FieldValue>,
    /// Its value in the replay; none if its entity is in the recorded output only. Of a field that holds
    /// entities, this is how they are arranged.
    pub replayed: Option<FieldValue>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { recorded, replayed } => write!(f, "it {recorded}, and in the replay it {replayed}"),
            Self::OutputCount { recorded, replayed } => {
                write!(f, "it put out {recorded} entities, and in the replay {replayed}")
            }
            Self::Semantics { output_index, recorded, replayed } => {
                write!(f, "output {output_index} was a {recorded}, and in the replay a {replayed}")
            }
            Self::Output(output) => output.fmt(f),
        }
    }
}

impl fmt::Display for OutputDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.output_index {
            Some(index) => write!(f, "output {index}, {} @{}", self.type_name, self.recorded)?,
            None => write!(f, "output values @{}", self.recorded)?,
        }
        if self.entities.is_empty() {
            f.write_str(": what differs is deeper, or has no JSON form")?;
        }
        self.entities.iter().try_for_each(|entity| write!(f, "\n{entity}"))
    }
}

impl fmt::Display for EntityDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path: &dyn fmt::Display = if self.path.is_empty() { &"(itself)" } else { &self.path };
        write!(f, "    {path} {}", self.type_name)?;
        match (self.recorded, self.is_replayed) {
            (None, _) => f.write_str(", in the replay only")?,
            (Some(_), false) => f.write_str(", not in the replay")?,
            (Some(_), true) => {}
        }
        self.fields.iter().try_for_each(|field| write!(f, "\n      {field}"))
    }
}

impl fmt::Display for FieldDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field)?;
        match (&self.recorded, &self.replayed) {
            (Some(recorded), Some(replayed)) => write!(f, " {recorded}, replayed {replayed}"),
            (Some(value), None) | (None, Some(value)) => write!(f, " {value}"),
            (None, None) => Ok(()),
        }
    }
}

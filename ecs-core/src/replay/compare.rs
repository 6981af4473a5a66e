//! Comparing a replay with the record.

use std::collections::HashMap;
use std::sync::Arc;

use super::alike::{Alike, says_same};
use super::difference::{Difference, EntityDifference, FieldDifference, OutputDifference};
use super::pairs::{Pairs, Spot};
use crate::entity::{AnyStored, EcsId, LineageId};
use crate::error::Result;
use crate::execution::{Execution, Status};
use crate::ground::Ground;
use crate::provenance::{FieldValue, changed_fields};

/// What differs between an execution and its replay in `scratch`.
pub(super) fn differences(
    scratch: &Arc<Ground>,
    recorded: &Execution,
    replayed: &Execution,
) -> Result<Vec<Difference>> {
    match (recorded.status(), replayed.status()) {
        (Status::Succeeded, Status::Succeeded) => Comparing::new(scratch, recorded)?.outputs(recorded, replayed),
        (Status::Failed { code, message }, Status::Failed { code: own_code, message: own_message })
            if code == own_code && says_same((message, recorded.id), (own_message, replayed.id)) =>
        {
            Ok(Vec::new())
        }
        (recorded, replayed) => Ok(vec![Difference::Status { recorded: recorded.clone(), replayed: replayed.clone() }]),
    }
}

struct Comparing<'c> {
    scratch: &'c Arc<Ground>,
    alike: Alike,
}

impl<'c> Comparing<'c> {
    fn new(scratch: &'c Arc<Ground>, recorded: &Execution) -> Result<Self> {
        Ok(Self { scratch, alike: Alike::of(scratch, recorded)? })
    }

    fn outputs(&self, recorded: &Execution, replayed: &Execution) -> Result<Vec<Difference>> {
        let mut differences = Vec::new();
        let counts = (recorded.outputs.len(), replayed.outputs.len());
        if counts.0 != counts.1 {
            differences.push(Difference::OutputCount { recorded: counts.0, replayed: counts.1 });
        }
        for (recorded, replayed) in recorded.outputs.iter().zip(&replayed.outputs) {
            let output_index = recorded.output_index;
            if recorded.semantics != replayed.semantics {
                let (recorded, replayed) = (recorded.semantics, replayed.semantics);
                differences.push(Difference::Semantics { output_index, recorded, replayed });
            }
            let output = self.output(Some(output_index), recorded.ecs_id, replayed.ecs_id)?;
            differences.extend(output.map(Difference::Output));
        }
        // Which of several entities stands where is said in it, too, by references to them.
        if let (Some(recorded), Some(replayed)) = (recorded.output_entity, replayed.output_entity) {
            differences.extend(self.output(None, recorded, replayed)?.map(Difference::Output));
        }
        Ok(differences)
    }

    fn output(&self, output_index: Option<u32>, recorded: EcsId, replayed: EcsId) -> Result<Option<OutputDifference>> {
        let (recorded, replayed) = (self.scratch.version(recorded)?, self.scratch.version(replayed)?);
        if self.alike.is_same(&recorded, &replayed)? {
            return Ok(None);
        }
        let (type_name, ecs_id) = (recorded.entity_type().name(), recorded.ecs_id());
        let entities = self.entities(&recorded, &replayed)?;
        Ok(Some(OutputDifference { output_index, type_name, recorded: ecs_id, entities }))
    }

    fn entities(&self, recorded: &AnyStored, replayed: &AnyStored) -> Result<Vec<EntityDifference>> {
        let pairs = Pairs::of(self.scratch, recorded, replayed)?;
        let twins: HashMap<LineageId, LineageId> =
            pairs.both.iter().map(|(twin, spot)| (spot.id.lineage_id(), twin.id.lineage_id())).collect();
        let mut entities = Vec::new();
        for (recorded, replayed) in &pairs.both {
            entities.extend(self.pair(recorded, replayed, &twins)?);
        }
        for spot in &pairs.replayed_only {
            entities.push(self.only(spot, true)?);
        }
        for spot in &pairs.recorded_only {
            entities.push(self.only(spot, false)?);
        }
        Ok(entities)
    }

    /// What differs in an entity itself, that is in both outputs.
    fn pair(
        &self,
        recorded: &Spot,
        replayed: &Spot,
        twins: &HashMap<LineageId, LineageId>,
    ) -> Result<Option<EntityDifference>> {
        let (before, after) = (self.version(recorded)?, self.version(replayed)?);
        if before.content_hash() == after.content_hash() {
            return Ok(None);
        }
        let mut fields = Vec::new();
        let values = changed_fields(None, after.node())?;
        for recorded in changed_fields(None, before.node())? {
            let field = recorded.field;
            let replayed = values.iter().find(|value| value.field == field).map(|value| value.after.clone());
            let is_same = match (&recorded.after, &replayed) {
                (FieldValue::Json(recorded), Some(FieldValue::Json(replayed))) => {
                    self.alike.is_same_value(recorded, replayed, twins)
                }
                (recorded, replayed) => Some(recorded) == replayed.as_ref(),
            };
            if !is_same {
                fields.push(FieldDifference { field, recorded: Some(recorded.after), replayed });
            }
        }
        // It may differ in what it holds, which is told there.
        Ok((!fields.is_empty()).then(|| EntityDifference {
            type_name: before.entity_type().name(),
            path: replayed.path.clone(),
            recorded: Some(before.ecs_id()),
            is_replayed: true,
            fields,
        }))
    }

    /// An entity that is in one of the outputs.
    fn only(&self, spot: &Spot, is_replayed: bool) -> Result<EntityDifference> {
        let version = self.version(spot)?;
        let fields = changed_fields(None, version.node())?.into_iter().map(|change| {
            let (value, field) = (Some(change.after), change.field);
            match is_replayed {
                true => FieldDifference { field, recorded: None, replayed: value },
                false => FieldDifference { field, recorded: value, replayed: None },
            }
        });
        Ok(EntityDifference {
            type_name: version.entity_type().name(),
            path: spot.path.clone(),
            recorded: (!is_replayed).then(|| version.ecs_id()),
            is_replayed,
            fields: fields.collect(),
        })
    }

    fn version(&self, spot: &Spot) -> Result<AnyStored> {
        match spot.id.ecs_id() {
            Some(ecs_id) => self.scratch.version(ecs_id),
            None => unreachable!("what was put out is stored"),
        }
    }
}

//! What an execution took and put out, as rows.

use ecs_core::store::ExecutionRecord;
use ecs_core::{Address, EcsId, Target};

use crate::failure::Result;

pub(crate) const ARGUMENT: u8 = 0;
pub(crate) const CONFIG: u8 = 1;
pub(crate) const OUTPUT: u8 = 2;
pub(crate) const INPUT_ENTITY: u8 = 3;
pub(crate) const OUTPUT_ENTITY: u8 = 4;

pub(crate) const SEMANTICS: [&str; 3] = ["mutation", "creation", "detachment"];

/// A row of `links`, but for the execution and with the version itself in place of its row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) role: u8,
    pub(crate) argument: usize,
    pub(crate) position: usize,
    pub(crate) ecs_id: EcsId,
    pub(crate) semantics: Option<usize>,
}

impl Link {
    /// The rows of an execution, in the order of their key.
    pub(crate) fn all_of(execution: &ExecutionRecord) -> Vec<Self> {
        let mut links = Vec::new();
        let mut link = |role, argument, position, ecs_id, semantics| {
            links.push(Self { role, argument, position, ecs_id, semantics });
        };
        for (argument, given) in execution.arguments.iter().enumerate() {
            for (position, ecs_id) in given.versions.iter().enumerate() {
                link(ARGUMENT, argument, position, *ecs_id, None);
            }
        }
        for (position, config) in execution.configs.iter().enumerate() {
            link(CONFIG, 0, position, *config, None);
        }
        for (position, output) in execution.outputs.iter().enumerate() {
            let semantics = SEMANTICS.iter().position(|semantics| **semantics == *output.semantics);
            let semantics = semantics.map(|semantics| semantics | if output.is_changed { 0 } else { 4 });
            link(OUTPUT, 0, position, output.ecs_id, semantics);
        }
        for (role, ecs_id) in [(INPUT_ENTITY, execution.input), (OUTPUT_ENTITY, execution.output_entity)] {
            if let Some(ecs_id) = ecs_id {
                link(role, 0, 0, ecs_id, None);
            }
        }
        links
    }
}

/// The version that the address of a source names.
pub(crate) fn version_of(address: &str) -> Result<Option<EcsId>> {
    Ok(match address.parse::<Address>()?.target() {
        Target::Version(ecs_id) => Some(ecs_id),
        Target::Head(_) => None,
    })
}

//! `call`, in a program of one's own: a callable by its name.

use clap::Args;
use ecs_core::{Args as CallArguments, World};
use serde::Serialize;
use serde_json::Value as Json;

use super::execution::write_execution;
use crate::failure::{Answer, Failure, Result};
use crate::given;
use crate::page::{Cell, Ink, Page};
use crate::runtime;
use crate::shape::ExecutionShape;

/// What to call, with what.
#[derive(Clone, Debug, Args)]
pub struct Call {
    /// The name of the callable
    #[arg(value_name = "NAME")]
    callable: String,
    /// Its arguments as a JSON object. A text that starts with `@` is an address, and its id may be
    /// given in part, as everywhere
    #[arg(long, value_name = "JSON", default_value = "{}")]
    args: String,
}

#[derive(Serialize)]
struct CalledShape {
    #[serde(flatten)]
    execution: ExecutionShape,
    value: Json,
}

impl Call {
    pub(crate) fn answer(&self, world: &World, page: &mut Page<'_>) -> Result<Answer> {
        let mut arguments: Json = serde_json::from_str(&self.args).map_err(|error| {
            Failure::Usage(format!(
                "`--args` takes a JSON object, `{{\"name\": value}}`, and was given `{}`: {error}",
                self.args
            ))
        })?;
        complete_addresses(world, &mut arguments)?;
        let outcome = runtime::waiting(|| world.execute(&self.callable, CallArguments::from(arguments)).wait())??;
        let value = outcome.value()?;
        if page.is_json {
            page.json(&CalledShape { execution: ExecutionShape::of(outcome.execution()), value })?;
        } else {
            write_execution(world, page, outcome.execution(), usize::MAX)?;
            if !value.is_null() {
                page.line(&[Cell::new(Ink::Faint, "result"), Cell::plain(value.to_string())])?;
            }
        }
        Ok(Answer::Found)
    }
}

/// Makes whole the ids that are given by some of their digits.
fn complete_addresses(world: &World, value: &mut Json) -> Result<()> {
    match value {
        Json::String(text) if text.starts_with('@') && !text.starts_with("@@") => {
            *text = given::address(world, text)?.to_string();
        }
        Json::Array(values) => values.iter_mut().try_for_each(|value| complete_addresses(world, value))?,
        Json::Object(values) => values.values_mut().try_for_each(|value| complete_addresses(world, value))?,
        _ => {}
    }
    Ok(())
}

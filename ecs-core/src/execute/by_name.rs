//! Calls by name: arguments go into slots, and the rest is the one path.

use super::{Completed, filled};
use crate::argument::{ArgValue, Args, Entries};
use crate::callable::cell::Given;
use crate::callable::{Definition, Frame, Loose};
use crate::error::{ErrorKind, Result, nearest};
use crate::scope::{CallOptions, Scope};
use crate::signature::{Kind, input_signatures};

/// Runs a callable with arguments by name.
pub(crate) async fn by_name(
    scope: Scope<'_>,
    definition: &'static Definition,
    arguments: Args,
    options: CallOptions,
) -> Result<Completed> {
    let mut frame = (definition.new_frame)(definition);
    let loose = match fill(frame.as_mut(), arguments) {
        Ok(loose) => loose,
        Err(error) => return Err(super::refuse(scope, frame.as_mut(), error)),
    };
    filled(scope, frame, loose, options).await.1
}

/// Puts each argument into the slot of its parameter; what is left are fields of configs.
fn fill(frame: &mut dyn Frame, arguments: Args) -> Result<Loose> {
    let definition = frame.definition();
    let callable = definition.name;
    let entries = match arguments.0 {
        Entries::Named(entries) => entries,
        Entries::NotAnObject(value) => {
            return Err(ErrorKind::ArgumentsNotAnObject { callable, given: value.to_string() }.into());
        }
    };
    let mut loose = Loose::new();
    for (name, argument) in entries {
        if let ArgValue::Unrepresentable(reason) = argument {
            return Err(ErrorKind::ArgumentNotJson { callable, argument: name, reason: reason.into() }.into());
        }
        let parameter = definition.params.iter().position(|param| param.name == &*name && param.kind != Kind::Context);
        let is_given_twice = match parameter {
            Some(index) => {
                let slot = frame.slot(index);
                let is_taken = slot.given() != Given::Nothing;
                slot.fill(argument);
                is_taken
            }
            None if is_config_field(definition, &name) => {
                let is_taken = loose.iter().any(|(other, _)| *other == name);
                loose.push((name.clone(), argument));
                is_taken
            }
            None => {
                let accepted = input_signatures().model_of(definition).accepted();
                let nearest = nearest(&name, accepted.iter().map(String::as_str));
                return Err(ErrorKind::UnknownArgument { callable, argument: name, accepted, nearest }.into());
            }
        };
        if is_given_twice {
            return Err(ErrorKind::ArgumentGivenTwice { callable, argument: name }.into());
        }
    }
    for (name, _) in &loose {
        let given_whole = definition.params.iter().enumerate().find(|(index, param)| {
            let has_field = param.config_type.is_some_and(|config| config.field(name).is_some());
            has_field && frame.slot(*index).given() != Given::Nothing
        });
        if let Some((_, config)) = given_whole {
            return Err(ErrorKind::ConfigGivenTwice { callable, config: config.name, argument: name.clone() }.into());
        }
    }
    Ok(loose)
}

fn is_config_field(definition: &Definition, name: &str) -> bool {
    definition.params.iter().filter_map(|param| param.config_type).any(|config| config.field(name).is_some())
}

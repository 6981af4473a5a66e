//! Finding what is meant by what was given: ids by some of their digits, addresses with such ids.

use ecs_core::{Address, AnyId, AnyStored, ExecutionId, IdPart, LineageId, Path, Target, World};

use crate::failure::{Failure, Result};
use crate::when;

/// What an id may be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Version,
    Lineage,
    Execution,
}

impl Kind {
    fn of(id: AnyId) -> Self {
        match id {
            AnyId::Version(_) => Self::Version,
            AnyId::Lineage(_) => Self::Lineage,
            AnyId::Execution(_) => Self::Execution,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Lineage => "lineage",
            Self::Execution => "execution",
        }
    }
}

/// How many candidates are listed of what may be meant.
const CANDIDATES: usize = 10;

/// The one id that begins or ends with what was given.
fn find(world: &World, given: &str, digits: &str, accepted: &[Kind]) -> Result<AnyId> {
    let accepted_names = match accepted {
        [] => String::new(),
        [only] => only.name().to_owned(),
        [others @ .., last] => {
            let others: Vec<&str> = others.iter().map(|kind| kind.name()).collect();
            format!("{} or {}", others.join(", "), last.name())
        }
    };
    let Some(part) = IdPart::new(digits) else {
        return Err(Failure::Usage(format!(
            "`{given}` is no id: give the id of a {accepted_names}, its first digits or its last ones, such as \
             `0123456789ab`"
        )));
    };
    let all = world.ids(&part, CANDIDATES + 1)?;
    let fitting: Vec<AnyId> = all.iter().copied().filter(|id| accepted.contains(&Kind::of(*id))).collect();
    match (&fitting[..], &all[..]) {
        ([only], _) => Ok(*only),
        ([], []) => Err(Failure::NotFound(format!(
            "there is no {accepted_names} here whose id begins or ends with `{}`",
            part.digits()
        ))),
        ([], [other, ..]) => Err(Failure::NotFound(format!(
            "`{given}` is the {}, and a {accepted_names} is asked for",
            told(world, *other)?
        ))),
        (several, _) => {
            let mut message = format!("`{given}` may be any of these; give more digits, or the last ones:");
            for candidate in several.iter().take(CANDIDATES) {
                message.push_str(&format!("\n  {}", told(world, *candidate)?));
            }
            if several.len() > CANDIDATES {
                message.push_str("\n  …and more");
            }
            Err(Failure::Usage(message))
        }
    }
}

/// A candidate, and what it is.
fn told(world: &World, id: AnyId) -> Result<String> {
    if let Some(gone) = world.no_longer_kept(id)? {
        return Ok(format!("{} {gone}", Kind::of(id).name()));
    }
    Ok(match id {
        AnyId::Version(ecs_id) => {
            let version = world.version(ecs_id)?;
            format!("version @{ecs_id} of a {}, {}", version.entity_type().name(), when::shown(version.time()))
        }
        AnyId::Lineage(lineage_id) => {
            let head = world.any_head(lineage_id)?;
            format!("lineage {lineage_id} of a {}, whose head is {head}", head.entity_type().name())
        }
        AnyId::Execution(execution_id) => {
            let execution = world.execution(execution_id)?;
            format!("execution {execution_id} of {}, {}", execution.callable(), when::shown(execution.started_at()))
        }
    })
}

/// What was given, taken apart.
struct Parts<'g> {
    is_head: bool,
    digits: &'g str,
    path: &'g str,
}

impl<'g> Parts<'g> {
    fn of(given: &'g str) -> Self {
        let body = given.strip_prefix('@').unwrap_or(given);
        let (is_head, body) = match body.strip_prefix("head:") {
            Some(body) => (true, body),
            None => (false, body),
        };
        let (digits, path) = body.split_at(body.find(['.', '[']).unwrap_or(body.len()));
        Self { is_head, digits, path }
    }
}

/// An execution, or an address.
#[derive(Clone, Debug)]
pub(crate) enum Meant {
    Execution(ExecutionId),
    Address(Address),
}

/// The execution or the address that is meant.
pub(crate) fn execution_or_address(world: &World, given: &str) -> Result<Meant> {
    let Parts { is_head, digits, path } = Parts::of(given);
    let accepted: &[Kind] = match (is_head, path) {
        (true, _) => &[Kind::Lineage],
        (false, "") => &[Kind::Version, Kind::Lineage, Kind::Execution],
        (false, _) => &[Kind::Version, Kind::Lineage],
    };
    let address = match find(world, given, digits, accepted)? {
        AnyId::Execution(execution_id) => return Ok(Meant::Execution(execution_id)),
        AnyId::Version(ecs_id) => Address::of_version(ecs_id),
        AnyId::Lineage(lineage_id) => Address::of_head(lineage_id),
    };
    Ok(Meant::Address(address.with_path(path.parse::<Path>()?)))
}

/// The address that is meant: of a version, or of the head of a lineage, and what is at a path inside it.
pub(crate) fn address(world: &World, given: &str) -> Result<Address> {
    let Parts { is_head, digits, path } = Parts::of(given);
    let accepted: &[Kind] = if is_head { &[Kind::Lineage] } else { &[Kind::Version, Kind::Lineage] };
    let address = match find(world, given, digits, accepted)? {
        AnyId::Lineage(lineage_id) => Address::of_head(lineage_id),
        AnyId::Version(ecs_id) => Address::of_version(ecs_id),
        AnyId::Execution(_) => unreachable!("executions are not accepted"),
    };
    Ok(address.with_path(path.parse::<Path>()?))
}

/// The version that is meant: by its id, as the head of a lineage, or at a path inside another.
pub(crate) fn version(world: &World, given: &str) -> Result<AnyStored> {
    Ok(world.entity_at(&address(world, given)?)?)
}

/// The lineage that is meant: by its id, or by one of its versions.
pub(crate) fn lineage(world: &World, given: &str) -> Result<LineageId> {
    Ok(version(world, given)?.lineage_id())
}

/// The version that an address starts from.
pub(crate) fn root_of(world: &World, address: &Address) -> Result<AnyStored> {
    Ok(match address.target() {
        Target::Version(ecs_id) => world.version(ecs_id)?,
        Target::Head(lineage_id) => world.any_head(lineage_id)?,
    })
}

/// The last group of digits of an id: what tells it from the others in a table.
pub(crate) fn short(id: impl std::fmt::Display) -> String {
    let id = id.to_string();
    id.rsplit('-').next().unwrap_or_default().to_owned()
}

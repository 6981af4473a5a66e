//! Why a value has no encoding.

use std::fmt;

use serde::ser;

use crate::error::{Error, ErrorKind};

/// Why a value has no encoding. It is a pointer, as every field returns one or none.
#[derive(Debug)]
pub struct Failure(Box<Reason>);

/// What failed, with the path to the culprit, innermost first.
#[derive(Debug)]
struct Reason {
    cause: Cause,
    path: Vec<String>,
}

#[derive(Debug)]
pub(super) enum Cause {
    HiddenEntity,
    Refused(String),
    /// Something else stopped the walk over a tree.
    Other(Error),
}

impl Failure {
    #[cold]
    pub(super) fn new(cause: Cause) -> Self {
        Self(Box::new(Reason { cause, path: Vec::new() }))
    }

    #[cold]
    pub(crate) fn of_walk(error: Error) -> Self {
        Self::new(Cause::Other(error))
    }

    #[cold]
    pub(crate) fn under(mut self, step: impl fmt::Display) -> Self {
        self.0.path.push(step.to_string());
        self
    }

    #[cold]
    pub(crate) fn into_error(self, type_name: &'static str) -> Error {
        let Reason { cause, mut path } = *self.0;
        path.reverse();
        let path = path.concat().into();
        match cause {
            Cause::HiddenEntity => ErrorKind::HiddenEntity { type_name, path },
            Cause::Refused(reason) => ErrorKind::NotRecordable { type_name, path, reason: reason.into() },
            Cause::Other(error) => return error,
        }
        .into()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.cause {
            Cause::HiddenEntity => f.write_str("an entity is hidden in a plain value"),
            Cause::Refused(reason) => f.write_str(reason),
            Cause::Other(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl ser::Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Cause::Refused(message.to_string()))
    }
}

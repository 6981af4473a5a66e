//! What a program is told of a callable.

use std::sync::Arc;

use super::Definition;
use crate::location::Location;
use crate::registry::CallableRegistration;
use crate::signature::{Fingerprint, InputModel, Mode, OutputModel, input_signatures, output_signatures};

/// What is known of a registered callable.
#[derive(Clone, Copy, Debug)]
pub struct CallableInfo {
    definition: &'static Definition,
}

impl CallableInfo {
    pub(crate) fn of(registered: &CallableRegistration) -> Self {
        Self { definition: Definition::of_registered(registered) }
    }

    /// The name it is called by.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.definition.name
    }

    /// The function's doc comment.
    #[must_use]
    pub fn docs(&self) -> &'static str {
        self.definition.docs
    }

    /// The module that the function is in.
    #[must_use]
    pub fn module(&self) -> &'static str {
        self.definition.module
    }

    /// Where the function is.
    #[must_use]
    pub fn location(&self) -> Location {
        self.definition.location
    }

    /// How the function runs.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.definition.mode
    }

    /// The hash of the function's tokens.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.definition.fingerprint
    }

    /// The hash of the code that its kept results depend on, as its `memo` says, and of its name; none if its
    /// results are not kept.
    #[must_use]
    pub fn memo(&self) -> Option<Fingerprint> {
        let memo = (self.definition.memo?)();
        Some(Fingerprint(*memo.base(self.definition.name, self.definition.code())))
    }

    /// What it takes; shared with every callable that takes the same.
    #[must_use]
    pub fn input(&self) -> Arc<InputModel> {
        input_signatures().model_of(self.definition)
    }

    /// What it returns; shared with every callable that returns the same.
    #[must_use]
    pub fn output(&self) -> Arc<OutputModel> {
        output_signatures().model_of(self.definition)
    }
}

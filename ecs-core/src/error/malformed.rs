//! Texts that are read as addresses and paths, and the error for those that are none.

use std::str::FromStr;

use super::{Error, ErrorKind};
use crate::address::{Address, Malformed, Path};

impl From<Malformed<'_>> for Error {
    fn from(Malformed { text, reason }: Malformed<'_>) -> Self {
        ErrorKind::MalformedAddress { address: text.into(), reason }.into()
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Ok(Self::parse(text)?)
    }
}

impl FromStr for Path {
    type Err = Error;

    /// Reads `.gpa`, `.0`, `["key with.dot"]` and any sequence of them; the first dot may be left out.
    fn from_str(text: &str) -> Result<Self, Error> {
        Ok(Self::parse(text)?)
    }
}

//! Addresses: `@<ecs_id>` then a path, and `@head:<lineage_id>` for the newest version.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smallvec::SmallVec;

use crate::id::{EcsId, LineageId};

/// One step of a path: a field or map key by name, an element by index.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A field of a struct or the key of a map: `.gpa`, `["key with.dot"]`.
    Name(Box<str>),
    /// A position in a sequence, or a map key spelled as a number: `.0`.
    Index(usize),
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, ".{index}"),
            Self::Name(name) if is_plain(name) => write!(f, ".{name}"),
            Self::Name(name) => {
                f.write_str("[\"")?;
                for character in name.chars() {
                    if matches!(character, '"' | '\\') {
                        f.write_str("\\")?;
                    }
                    write!(f, "{character}")?;
                }
                f.write_str("\"]")
            }
        }
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-'))
}

/// The steps from an entity to a value inside it; empty for the entity itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path(SmallVec<[Segment; 1]>);

impl Path {
    /// The steps, outermost first.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Whether this is the path to the whole entity.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The path of one step, to a field.
    pub(crate) fn of_field(name: &str) -> Self {
        Self(SmallVec::from_iter([Segment::Name(name.into())]))
    }

    /// The path made of these steps.
    #[must_use]
    pub(crate) fn of(segments: &[Segment]) -> Self {
        Self(segments.iter().cloned().collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|segment| segment.fmt(f))
    }
}

impl Path {
    /// The path that a text says.
    pub(crate) fn parse(text: &str) -> Result<Self, Malformed<'_>> {
        parse_path(text, text, true)
    }
}

/// What an address starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// One version, for good.
    Version(EcsId),
    /// Whatever version of the lineage is the newest when the address is used.
    Head(LineageId),
}

/// Where a value is: a version and the path to the value inside it.
///
/// Written `@<ecs_id>` or `@head:<lineage_id>`, then `.field`, `.0`, `.key` or `["key with.dot"]`.
///
/// ```
/// use ecs_core::Address;
///
/// let text = r#"@0192d7a0-5c1e-7000-8000-00000000002a.grades["Latin I.2"].0"#;
/// let address: Address = text.parse()?;
/// assert_eq!(address.path().segments().len(), 3);
/// assert_eq!(address.to_string(), text);
/// # Ok::<(), ecs_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    target: Target,
    path: Path,
}

impl Address {
    /// The address of a whole version.
    #[must_use]
    pub fn of_version(ecs_id: EcsId) -> Self {
        Self { target: Target::Version(ecs_id), path: Path::default() }
    }

    /// The address of the newest version of a lineage.
    #[must_use]
    pub fn of_head(lineage_id: LineageId) -> Self {
        Self { target: Target::Head(lineage_id), path: Path::default() }
    }

    /// This address with a path instead of the one it had.
    #[must_use]
    pub fn with_path(self, path: Path) -> Self {
        Self { path, ..self }
    }

    /// What the address starts from.
    #[must_use]
    pub fn target(&self) -> Target {
        self.target
    }

    /// The steps from there to the value.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.target {
            Target::Version(ecs_id) => f.write_str(VersionText::of(ecs_id).as_str())?,
            Target::Head(lineage_id) => write!(f, "@head:{lineage_id}")?,
        }
        if self.path.is_empty() { Ok(()) } else { self.path.fmt(f) }
    }
}

/// The address of a whole version, written in place: it is written for every call that is given one.
pub(crate) struct VersionText([u8; 1 + uuid::fmt::Hyphenated::LENGTH]);

impl VersionText {
    pub(crate) fn of(ecs_id: EcsId) -> Self {
        let mut text = [b'@'; 1 + uuid::fmt::Hyphenated::LENGTH];
        ecs_id.as_uuid().hyphenated().encode_lower(&mut text[1..]);
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        match str::from_utf8(&self.0) {
            Ok(text) => text,
            Err(_) => unreachable!("digits, letters and hyphens are text"),
        }
    }
}

impl Address {
    /// The address that a text says.
    pub(crate) fn parse(text: &str) -> Result<Self, Malformed<'_>> {
        let malformed = |reason| Malformed { text, reason };
        let body = text.strip_prefix('@').ok_or_else(|| malformed("an address starts with `@`"))?;
        let (is_head, body) = match body.strip_prefix("head:") {
            Some(body) => (true, body),
            None => (false, body),
        };
        let end = body.bytes().position(|byte| matches!(byte, b'.' | b'[')).unwrap_or(body.len());
        let (id, path) = body.split_at(end);
        let target = if is_head {
            Target::Head(id.parse().map_err(|_| malformed("`@head:` is followed by a lineage id, a uuid in full"))?)
        } else {
            Target::Version(id.parse().map_err(|_| malformed("`@` is followed by an ecs_id, a uuid in full"))?)
        };
        Ok(Self { target, path: parse_path(text, path, false)? })
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.target {
            Target::Version(ecs_id) if self.path.is_empty() => {
                serializer.serialize_str(VersionText::of(ecs_id).as_str())
            }
            _ => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A text that is no address, and which rule it breaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Malformed<'t> {
    pub(crate) text: &'t str,
    pub(crate) reason: &'static str,
}

impl fmt::Display for Malformed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, reason } = self;
        write!(f, "`{text}` is not an address: {reason}")?;
        if text.starts_with('@') {
            f.write_str("; to pass a text that starts with `@`, write it with `@@`")
        } else {
            Ok(())
        }
    }
}

fn parse_path<'t>(whole: &'t str, text: &str, may_start_bare: bool) -> Result<Path, Malformed<'t>> {
    let malformed = |reason| Malformed { text: whole, reason };
    let mut segments = SmallVec::new();
    let mut rest = text;
    if may_start_bare && !rest.is_empty() && !rest.starts_with(['.', '[']) {
        rest = plain_segment(rest, &mut segments).ok_or_else(|| malformed("a path step is empty"))?;
    }
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            rest = plain_segment(after, &mut segments)
                .ok_or_else(|| malformed("a `.` is followed by a field, a key or an index"))?;
        } else if let Some(after) = rest.strip_prefix("[\"") {
            let (name, after) = quoted(after)
                .ok_or_else(|| malformed("a `[\"` is closed by `\"]`, with `\\` only before `\"` or `\\`"))?;
            segments.push(Segment::Name(name.into()));
            rest = after;
        } else {
            return Err(malformed("a path step is `.field`, `.0`, `.key` or `[\"key with.dot\"]`"));
        }
    }
    Ok(Path(segments))
}

/// Takes one unquoted step off the front of `text`.
fn plain_segment<'t>(text: &'t str, segments: &mut SmallVec<[Segment; 1]>) -> Option<&'t str> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    // Only the canonical spelling is an index, so that the key "007" stays a key.
    segments.push(match name.parse::<usize>() {
        Ok(index) if index.to_string() == name => Segment::Index(index),
        _ => Segment::Name(name.into()),
    });
    Some(rest)
}

/// Reads up to the closing `"]` and undoes the escapes.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return text[at + 1..].strip_prefix(']').map(|rest| (name, rest)),
            '\\' => match characters.next()? {
                (_, escaped @ ('"' | '\\')) => name.push(escaped),
                _ => return None,
            },
            other => name.push(other),
        }
    }
    None
}

/// An address whose value is known to be a `T`: what typed calls take.
///
/// Usually written by [`Stored::at`](crate::Stored::at), where `T` follows from the parameter.
pub struct At<T> {
    address: Address,
    value: PhantomData<fn() -> T>,
}

impl<T> At<T> {
    /// The address, without the type.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    pub(crate) fn into_address(self) -> Address {
        self.address
    }
}

impl<T> From<Address> for At<T> {
    fn from(address: Address) -> Self {
        Self { address, value: PhantomData }
    }
}

impl<T> Clone for At<T> {
    fn clone(&self) -> Self {
        self.address.clone().into()
    }
}

impl<T> fmt::Debug for At<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "At<{}>({})", std::any::type_name::<T>(), self.address)
    }
}

impl<T> fmt::Display for At<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0192d7a0-5c1e-7000-8000-00000000002a";

    #[test]
    fn every_form_is_read_and_written_alike() {
        for path in
            ["", ".gpa", ".grades.0", ".a.b.c", r#"["key with.dot"].0"#, r#".m["say \"hi\""]"#, r#"["back\\slash"]"#]
        {
            for target in [format!("@{ID}"), format!("@head:{ID}")] {
                let text = format!("{target}{path}");
                let address: Address = text.parse().expect(&text);
                assert_eq!(address.to_string(), text);
            }
        }
    }

    #[test]
    fn upper_case_and_unhyphenated_ids_are_the_same_address() {
        let address: Address = format!("@{ID}.gpa").parse().expect("valid");
        for text in [format!("@{}.gpa", ID.to_uppercase()), format!("@{}.gpa", ID.replace('-', ""))] {
            assert_eq!(text.parse::<Address>().expect(&text), address);
        }
    }

    #[test]
    fn malformed_addresses_are_refused_with_the_reason() {
        for (text, reason) in [
            (String::new(), "starts with `@`"),
            (ID.to_owned(), "starts with `@`"),
            ("@".to_owned(), "an ecs_id"),
            ("@bad.x".to_owned(), "an ecs_id"),
            ("@head:bad".to_owned(), "a lineage id"),
            (format!("@{ID}."), "followed by"),
            (format!("@{ID}..f"), "followed by"),
            (format!("@{ID}.f."), "followed by"),
            (format!("@{ID}[0]"), "a path step is"),
            (format!("@{ID}[\"open"), "is closed by"),
            (format!("@{ID}[\"x\\n\"]"), "is closed by"),
            ("@00000000-0000-0000-0000-000000000000".to_owned(), "an ecs_id"),
        ] {
            let error = text.parse::<Address>().expect_err(&text).to_string();
            assert!(error.contains(reason), "{text:?}: {error}");
        }
    }

    #[test]
    fn a_path_may_leave_out_its_first_dot() {
        assert_eq!("gpa".parse::<Path>().expect("valid"), ".gpa".parse().expect("valid"));
        assert_eq!("0.x".parse::<Path>().expect("valid").to_string(), ".0.x");
    }

    #[test]
    fn only_canonical_numbers_are_indices() {
        let path: Path = ".007.7".parse().expect("valid");
        assert_eq!(path.segments(), [Segment::Name("007".into()), Segment::Index(7)]);
    }
}

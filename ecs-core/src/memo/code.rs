//! Which code the kept results of a callable depend on, and the fingerprint of it.

use super::build;
use crate::location::Location;

/// The code that counts, as `memo` says it.
#[derive(Clone, Copy)]
pub enum MemoCode {
    /// The whole program: the file that is running.
    Build,
    /// The function's own tokens.
    Function,
    /// The function's own tokens, and those of these helpers.
    Uses(&'static [fn() -> Code]),
    /// None: the text stands for it.
    Version(&'static str),
}

/// The code of one function, and of the helpers that it names.
#[derive(Clone, Copy)]
pub struct Code {
    /// Where the function is.
    pub location: Location,
    /// The hash of its tokens.
    pub own: [u8; 32],
    /// Its helpers; asked one by one, so that they may name each other in a circle.
    pub uses: &'static [fn() -> Code],
}

/// A function whose code can count for a callable: another callable, or one with `#[fingerprinted]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fingerprint",
    label = "neither a callable nor a fingerprinted function",
    note = "`uses(…)` names functions: put `#[fingerprinted]` on the helper"
)]
pub trait Fingerprinted {
    /// Its code.
    fn code() -> Code;
}

impl MemoCode {
    /// The helpers whose code counts.
    pub(crate) fn uses(&self) -> &'static [fn() -> Code] {
        match self {
            Self::Uses(helpers) => helpers,
            Self::Build | Self::Function | Self::Version(_) => &[],
        }
    }

    /// The hash of a callable's name and of the code that counts, `own` being the callable's.
    pub(crate) fn fingerprint(&self, name: &'static str, own: Code) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        let mut part = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        part(b"ecs memo 1");
        part(name.as_bytes());
        match self {
            Self::Build => {
                part(b"build");
                part(build::fingerprint());
            }
            Self::Function => {
                part(b"function");
                part(&own.own);
            }
            Self::Uses(_) => {
                part(b"uses");
                let mut all = Vec::new();
                own.collect(&mut all);
                all.iter().for_each(|code| part(&code.own));
            }
            Self::Version(version) => {
                part(b"version");
                part(version.as_bytes());
            }
        }
        *hasher.finalize().as_bytes()
    }
}

impl Code {
    /// Adds this code and that of its helpers, each once.
    fn collect(self, all: &mut Vec<Self>) {
        if all.iter().any(|code| (code.location, code.own) == (self.location, self.own)) {
            return;
        }
        all.push(self);
        self.uses.iter().for_each(|code| code().collect(all));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn helper(line: u32, own: u8, uses: &'static [fn() -> Code]) -> Code {
        Code { location: Location { file: "a.rs", line, column: 1 }, own: [own; 32], uses }
    }

    fn of(code: MemoCode, own: Code) -> [u8; 32] {
        code.fingerprint("grade", own)
    }

    fn round() -> Code {
        helper(2, 2, &[])
    }

    fn round_edited() -> Code {
        helper(2, 20, &[])
    }

    #[test]
    fn each_form_sees_what_it_says() {
        let before: &[fn() -> Code] = &[round];
        let after: &[fn() -> Code] = &[round_edited];
        let (old, edited) = (helper(1, 1, before), helper(1, 10, before));
        let helper_edited = helper(1, 1, after);
        assert_ne!(of(MemoCode::Function, old), of(MemoCode::Function, edited));
        assert_eq!(of(MemoCode::Function, old), of(MemoCode::Function, helper_edited), "it sees no helpers");
        assert_ne!(of(MemoCode::Uses(before), old), of(MemoCode::Uses(before), edited));
        assert_ne!(of(MemoCode::Uses(before), old), of(MemoCode::Uses(after), helper_edited));
        assert_eq!(of(MemoCode::Version("1"), old), of(MemoCode::Version("1"), edited), "it sees no code");
        assert_ne!(of(MemoCode::Version("1"), old), of(MemoCode::Version("2"), old));
        assert_eq!(of(MemoCode::Build, old), of(MemoCode::Build, edited), "what is running is one build");
        assert_ne!(of(MemoCode::Function, old), MemoCode::Function.fingerprint("mark", old), "the name counts");
    }

    #[test]
    fn helpers_of_helpers_count_and_may_go_in_a_circle() {
        fn even() -> Code {
            helper(3, 3, &[odd])
        }
        fn odd() -> Code {
            helper(4, 4, &[even])
        }
        fn odd_edited() -> Code {
            helper(4, 40, &[even])
        }
        fn even_of_edited() -> Code {
            helper(3, 3, &[odd_edited])
        }
        let before: &[fn() -> Code] = &[even];
        let after: &[fn() -> Code] = &[even_of_edited];
        let (old, new) = (helper(1, 1, before), helper(1, 1, after));
        assert_eq!(of(MemoCode::Uses(before), old), of(MemoCode::Uses(before), old));
        assert_ne!(of(MemoCode::Uses(before), old), of(MemoCode::Uses(after), new));
    }
}

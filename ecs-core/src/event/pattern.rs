//! Names with gaps in them.

use std::fmt;

/// A pattern of names: `*` stands for any characters, `?` for one, everything else for itself.
#[derive(Clone)]
pub(super) struct Pattern(Box<str>);

impl Pattern {
    pub(super) fn new(pattern: &str) -> Self {
        Self(pattern.into())
    }

    /// Whether the whole of `name` fits.
    ///
    /// The last `*` met takes one character more whenever what follows it does not fit; an earlier one never has to, so
    /// the time is at most the product of the lengths.
    pub(super) fn fits(&self, name: &str) -> bool {
        let (mut pattern, mut name) = (self.0.chars(), name.chars());
        let mut last_gap = None;
        loop {
            let fits = match (pattern.next(), name.clone().next()) {
                (None, None) => return true,
                (Some('*'), _) => {
                    last_gap = Some((pattern.clone(), name.clone()));
                    continue;
                }
                (Some(_), None) => return false,
                (Some(expected), Some(found)) => expected == '?' || expected == found,
                (None, Some(_)) => false,
            };
            if fits {
                name.next();
                continue;
            }
            let Some((after, taken)) = &mut last_gap else { return false };
            taken.next();
            (pattern, name) = (after.clone(), taken.clone());
        }
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Pattern;

    /// The meaning, without a thought for time.
    fn fits_plainly(pattern: &[char], name: &[char]) -> bool {
        match (pattern, name) {
            ([], name) => name.is_empty(),
            (['*', rest @ ..], name) => (0..=name.len()).any(|taken| fits_plainly(rest, &name[taken..])),
            (['?', rest @ ..], [_, name @ ..]) => fits_plainly(rest, name),
            ([expected, rest @ ..], [found, name @ ..]) => expected == found && fits_plainly(rest, name),
            (_, []) => false,
        }
    }

    proptest! {
        #[test]
        fn a_name_fits_when_its_gaps_can_be_filled(pattern in "[ab*?é]{0,8}", name in "[abé]{0,10}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(Pattern::new(&pattern).fits(&name), fits_plainly(&chars(&pattern), &chars(&name)));
        }
    }

    #[test]
    fn many_gaps_take_no_time() {
        let pattern = Pattern::new(&"*a".repeat(2_000));
        assert!(!pattern.fits(&"a".repeat(1_999)));
        assert!(pattern.fits(&"a".repeat(2_000)));
    }
}

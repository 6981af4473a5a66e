//! The keys in the parentheses of an attribute, and what is said of each mistake in them.

use proc_macro2::{TokenStream, TokenTree};
use syn::meta::ParseNestedMeta;
use syn::parse::Parser;
use syn::{Attribute, Error, LitStr, Meta, Path, Token};

/// An attribute and what it understands.
pub struct Keys {
    /// The attribute's name.
    pub attribute: &'static str,
    /// How each key is written; the key itself is the part before the first space.
    pub known: &'static [&'static str],
}

impl Keys {
    /// Shows each key of an attribute to `read_one`. What it refuses is reported, and the rest is read.
    pub fn read_attribute(
        &self,
        attribute: &Attribute,
        errors: &mut Vec<Error>,
        read_one: impl FnMut(&ParseNestedMeta<'_>) -> Result<(), Error>,
    ) {
        match &attribute.meta {
            Meta::List(list) => self.read(list.tokens.clone(), errors, read_one),
            meta => errors.push(Error::new_spanned(
                meta,
                format!("`#[{}]` takes its keys in parentheses: {}", self.attribute, self.all()),
            )),
        }
    }

    /// Shows each key in `tokens` to `read_one`. What it refuses is reported, and the rest is read.
    pub fn read(
        &self,
        tokens: TokenStream,
        errors: &mut Vec<Error>,
        mut read_one: impl FnMut(&ParseNestedMeta<'_>) -> Result<(), Error>,
    ) {
        if let Some(TokenTree::Literal(literal)) = tokens.clone().into_iter().next() {
            errors.push(Error::new(
                literal.span(),
                format!("`#[{}(…)]` takes keys, not a value alone; it understands {}", self.attribute, self.all()),
            ));
            return;
        }
        let mut refused = Vec::new();
        let parser = syn::meta::parser(|meta| {
            if let Err(error) = read_one(&meta) {
                refused.push(error);
                while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
                    let _: TokenTree = meta.input.parse()?;
                }
            }
            Ok(())
        });
        let parsed = parser.parse2(tokens);
        errors.extend(refused);
        errors.extend(parsed.err());
    }

    /// That the attribute does not have this key, and which one may have been meant.
    #[must_use]
    pub fn unknown(&self, meta: &ParseNestedMeta<'_>) -> Error {
        let given = spelled(meta);
        let keys = self.known.iter().map(|known| known.split(' ').next().unwrap_or(known));
        let meant = keys.filter(|key| is_near(&given, key)).min_by_key(|key| strsim::damerau_levenshtein(&given, key));
        let meant = meant.map_or_else(String::new, |meant| format!(" (did you mean `{meant}`?)"));
        meta.error(format!(
            "`#[{}(…)]` does not understand `{given}`{meant}; it understands {}",
            self.attribute,
            self.all()
        ))
    }

    /// The text given for the key. `what` it is, such as "a callable's name".
    ///
    /// # Errors
    ///
    /// If it is no text, or an empty one.
    pub fn text(&self, meta: &ParseNestedMeta<'_>, what: &str) -> Result<LitStr, Error> {
        let (attribute, key) = (self.attribute, spelled(meta));
        let wrong =
            |error: Error| Error::new(error.span(), format!("{what} is a text: `#[{attribute}({key} = \"…\")]`"));
        self.equals(meta).map_err(wrong)?;
        let text: LitStr = meta.input.parse().map_err(wrong)?;
        if text.value().trim().is_empty() {
            return Err(Error::new(text.span(), format!("{what} is not empty; write one, or leave `{key}` out")));
        }
        Ok(text)
    }

    /// The path given for the key.
    ///
    /// # Errors
    ///
    /// If it is no path.
    pub fn path(&self, meta: &ParseNestedMeta<'_>) -> Result<Path, Error> {
        let (attribute, key) = (self.attribute, spelled(meta));
        let wrong = |error: Error| {
            Error::new(error.span(), format!("`{key}` is a path without quotes: `#[{attribute}({key} = some::path)]`"))
        };
        self.equals(meta).map_err(wrong)?;
        meta.input.call(Path::parse_mod_style).map_err(wrong)
    }

    /// Reads the `=` after a key; what is said where there is none is said at the key.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn equals(&self, meta: &ParseNestedMeta<'_>) -> Result<(), Error> {
        let key = spelled(meta);
        let written = self.known.iter().find(|known| known.split(' ').next() == Some(&key));
        match meta.value() {
            Ok(input) if !input.is_empty() => Ok(()),
            _ => Err(meta.error(format!(
                "`{key}` takes a value after `=`: `#[{}({})]`",
                self.attribute,
                written.unwrap_or(&self.attribute)
            ))),
        }
    }

    /// That nothing comes after a key that stands alone.
    ///
    /// # Errors
    ///
    /// If something does.
    pub fn alone(&self, meta: &ParseNestedMeta<'_>) -> Result<(), Error> {
        if meta.input.is_empty() || meta.input.peek(Token![,]) {
            return Ok(());
        }
        let key = spelled(meta);
        Err(meta.error(format!("`{key}` takes no value: write `#[{}({key})]`, or leave it out", self.attribute)))
    }

    fn all(&self) -> String {
        let quoted: Vec<String> = self.known.iter().map(|key| format!("`{key}`")).collect();
        match &quoted[..] {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
        }
    }
}

/// That a key is given once only.
///
/// # Errors
///
/// If it `is_there` already.
pub fn once(meta: &ParseNestedMeta<'_>, is_there: bool) -> Result<(), Error> {
    if is_there {
        Err(meta.error(format!("`{}` is given twice; leave one of them out", spelled(meta))))
    } else {
        Ok(())
    }
}

fn spelled(meta: &ParseNestedMeta<'_>) -> String {
    meta.path.get_ident().map_or_else(|| "this".to_owned(), ToString::to_string)
}

/// Whether one may have been meant by the other.
#[must_use]
pub fn is_near(given: &str, key: &str) -> bool {
    strsim::damerau_levenshtein(given, key) <= 1 + key.len() / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: Keys = Keys { attribute: "callable", known: &["name = \"…\"", "blocking", "crate = path"] };

    fn mistakes(tokens: &str) -> Vec<String> {
        let mut errors = Vec::new();
        KEYS.read(tokens.parse().expect("tokens"), &mut errors, |meta| {
            if meta.path.is_ident("name") {
                KEYS.text(meta, "a name").map(drop)
            } else if meta.path.is_ident("blocking") {
                KEYS.alone(meta)
            } else if meta.path.is_ident("crate") {
                KEYS.path(meta).map(drop)
            } else {
                Err(KEYS.unknown(meta))
            }
        });
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_right_is_no_mistake() {
        assert_eq!(mistakes("name = \"a\", blocking, crate = a::b,"), Vec::<String>::new());
    }

    #[test]
    fn each_mistake_is_told_and_the_nearest_key_is_offered() {
        let told = mistakes("naem = 1, blokcing, frobnicate(x), name, crate = \"a\", blocking = true, name = \" \"");
        assert_eq!(told.len(), 7, "{told:#?}");
        assert!(told[0].contains("did you mean `name`?"), "{}", told[0]);
        assert!(told[1].contains("did you mean `blocking`?"), "{}", told[1]);
        assert!(!told[2].contains("did you mean"), "{}", told[2]);
    }

    #[test]
    fn a_value_alone_is_one_mistake() {
        assert_eq!(mistakes("\"twice\"").len(), 1);
    }
}

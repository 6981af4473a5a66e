//! What stands in the parentheses of `#[callable(…)]`.

use ecs_syntax::keys::{Keys, once};
use proc_macro2::{Span, TokenStream};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Error, LitStr, Path};

/// The options of one callable.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) name: Option<LitStr>,
    /// The span of `blocking`, if it is there.
    pub(crate) blocking: Option<Span>,
    pub(crate) crate_path: Option<Path>,
}

const KEYS: Keys = Keys { attribute: "callable", known: &["name = \"…\"", "blocking", "crate = path"] };

impl Options {
    pub(crate) fn read(attribute: TokenStream, errors: &mut Vec<Error>) -> Self {
        let mut options = Self::default();
        KEYS.read(attribute, errors, |meta| options.read_one(meta));
        options
    }

    fn read_one(&mut self, meta: &ParseNestedMeta<'_>) -> Result<(), Error> {
        if meta.path.is_ident("name") {
            once(meta, self.name.is_some())?;
            self.name = Some(KEYS.text(meta, "a callable's name")?);
        } else if meta.path.is_ident("blocking") {
            once(meta, self.blocking.is_some())?;
            KEYS.alone(meta)?;
            self.blocking = Some(meta.path.span());
        } else if meta.path.is_ident("crate") {
            once(meta, self.crate_path.is_some())?;
            self.crate_path = Some(KEYS.path(meta)?);
        } else {
            return Err(KEYS.unknown(meta));
        }
        Ok(())
    }
}

//! What stands in the parentheses of `#[callable(…)]`.

use proc_macro2::TokenStream;
use syn::meta::ParseNestedMeta;
use syn::parse::Parser;
use syn::{Error, LitStr, Path};

/// The options of one callable.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) name: Option<LitStr>,
    pub(crate) is_blocking: bool,
    pub(crate) crate_path: Option<Path>,
}

impl Options {
    pub(crate) fn read(attribute: TokenStream, errors: &mut Vec<Error>) -> Self {
        let mut options = Self::default();
        let parser = syn::meta::parser(|meta| options.read_one(&meta));
        errors.extend(parser.parse2(attribute).err());
        options
    }

    fn read_one(&mut self, meta: &ParseNestedMeta<'_>) -> Result<(), Error> {
        if meta.path.is_ident("name") {
            once(meta, self.name.is_some())?;
            let name: LitStr = meta.value()?.parse().map_err(|error| {
                Error::new(error.span(), "a callable's name is a text: `#[callable(name = \"…\")]`")
            })?;
            if name.value().trim().is_empty() {
                return Err(Error::new(name.span(), "a callable's name is not empty"));
            }
            self.name = Some(name);
        } else if meta.path.is_ident("blocking") {
            once(meta, self.is_blocking)?;
            self.is_blocking = true;
        } else if meta.path.is_ident("crate") {
            once(meta, self.crate_path.is_some())?;
            self.crate_path = Some(meta.value()?.call(Path::parse_mod_style)?);
        } else {
            return Err(meta.error(format!(
                "`#[callable(…)]` does not understand `{}`; it understands `name = \"…\"`, `blocking` and `crate = path`",
                spelled(meta)
            )));
        }
        Ok(())
    }
}

fn spelled(meta: &ParseNestedMeta<'_>) -> String {
    meta.path.get_ident().map_or_else(|| "this".to_owned(), ToString::to_string)
}

fn once(meta: &ParseNestedMeta<'_>, is_there: bool) -> Result<(), Error> {
    if is_there {
        Err(meta.error(format!("`{}` is given twice; leave one of them out", spelled(meta))))
    } else {
        Ok(())
    }
}

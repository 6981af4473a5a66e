//! What stands in the parentheses of `#[callable(…)]`.

use ecs_syntax::keys::{Keys, once};
use proc_macro2::{Span, TokenStream};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprLit, Lit, LitStr, Path};

use crate::memo::Memo;

/// The options of one callable.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) name: Option<LitStr>,
    /// The span of `blocking`, if it is there.
    pub(crate) blocking: Option<Span>,
    /// What `on_conflict` says, as the variant of `OnConflict`.
    pub(crate) on_conflict: Option<Expr>,
    pub(crate) memo: Option<Memo>,
    pub(crate) crate_path: Option<Path>,
}

const KEYS: Keys =
    Keys { attribute: "callable", known: &["name = \"…\"", "blocking", "on_conflict = …", "memo", "crate = path"] };

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
        } else if meta.path.is_ident("on_conflict") {
            once(meta, self.on_conflict.is_some())?;
            self.on_conflict = Some(read_on_conflict(meta)?);
        } else if meta.path.is_ident("memo") {
            once(meta, self.memo.is_some())?;
            self.memo = Some(Memo::read(meta)?);
        } else if meta.path.is_ident("crate") {
            once(meta, self.crate_path.is_some())?;
            self.crate_path = Some(KEYS.path(meta)?);
        } else {
            return Err(KEYS.unknown(meta));
        }
        Ok(())
    }
}

/// Reads `Fail`, `Retry(n)` or `Branch`.
fn read_on_conflict(meta: &ParseNestedMeta<'_>) -> Result<Expr, Error> {
    let accepted = "`on_conflict` is `Fail`, `Branch` or `Retry(n)`, where `n` is how often the function may run \
                    again: `on_conflict = Retry(5)`";
    if !meta.input.peek(syn::Token![=]) {
        return Err(Error::new(meta.path.span(), accepted));
    }
    let value: Expr = meta.value()?.parse().map_err(|error| Error::new(error.span(), accepted))?;
    let is_accepted = match &value {
        Expr::Path(variant) => variant.path.is_ident("Fail") || variant.path.is_ident("Branch"),
        Expr::Call(call) => {
            let is_retry = matches!(&*call.func, Expr::Path(variant) if variant.path.is_ident("Retry"));
            let times = call.args.iter().collect::<Vec<_>>();
            is_retry
                && matches!(times[..], [Expr::Lit(ExprLit { lit: Lit::Int(times), .. })] if times.base10_parse::<u32>().is_ok())
        }
        _ => false,
    };
    if is_accepted { Ok(value) } else { Err(Error::new_spanned(value, accepted)) }
}

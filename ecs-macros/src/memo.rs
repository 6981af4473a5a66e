//! `memo`: which code the kept results of a callable depend on.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Error, Ident, LitStr, Path, Token, parenthesized, token};

use crate::model::{Model, Written};

/// The code that counts.
pub(crate) enum Memo {
    /// The whole program.
    Build,
    /// The function's own tokens.
    Function,
    /// The function's own tokens, and those of its helpers.
    Uses(Vec<Path>),
    /// None: the text stands for it.
    Version(LitStr),
}

const ACCEPTED: &str = "`memo` says which code its results depend on: `memo` alone for the whole program, \
                        `memo(code = \"function\")` for the function alone, `memo(uses(helper))` for the function and its \
                        helpers, or `memo(version = \"3\")` for the text alone";

const HELPERS: &str = "`uses` names the functions whose code counts as well: `uses(helper, other::helper)`";

impl Memo {
    /// Reads what stands behind the key.
    pub(crate) fn read(meta: &ParseNestedMeta<'_>) -> Result<Self, Error> {
        if meta.input.is_empty() || meta.input.peek(Token![,]) {
            return Ok(Self::Build);
        }
        let said = in_parentheses(meta, ACCEPTED)?;
        syn::parse2(said.clone()).map_err(|_| Error::new_spanned(said, ACCEPTED))
    }

    /// Refuses what cannot be kept.
    pub(crate) fn refuse_changes(model: &Model, errors: &mut Vec<Error>) {
        for param in model.params.iter().filter(|param| matches!(param.written, Written::Mut)) {
            let (ident, ty) = (&param.ident, &param.ty);
            errors.push(Error::new_spanned(
                quote!(#ident #ty),
                "a callable with `memo` cannot change an entity in place: a result that is reused changes nothing; take \
                 the entity as `&` and return what is computed as something new, or leave `memo` out",
            ));
        }
    }

    /// What the runtime is told of it.
    pub(crate) fn code(&self, private: &TokenStream) -> TokenStream {
        match self {
            Self::Build => quote!(#private::MemoCode::Build),
            Self::Function => quote!(#private::MemoCode::Function),
            Self::Uses(helpers) => {
                let helpers = code_of(helpers, private);
                quote!(#private::MemoCode::Uses(#helpers))
            }
            Self::Version(version) => quote!(#private::MemoCode::Version(#version)),
        }
    }
}

impl Parse for Memo {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key: Ident = input.parse()?;
        let memo = if key == "uses" {
            let helpers;
            parenthesized!(helpers in input);
            Self::Uses(paths(&helpers)?)
        } else {
            input.parse::<Token![=]>()?;
            let text: LitStr = input.parse()?;
            match key.to_string().as_str() {
                "code" if text.value() == "function" => Self::Function,
                "version" if !text.value().trim().is_empty() => Self::Version(text),
                _ => return Err(Error::new(key.span(), ACCEPTED)),
            }
        };
        input.parse::<Option<Token![,]>>()?;
        Ok(memo)
    }
}

/// Reads the helpers of `uses(…)`, which is a key of its own.
pub(crate) fn read_uses(meta: &ParseNestedMeta<'_>) -> Result<Vec<Path>, Error> {
    let helpers = in_parentheses(meta, HELPERS)?;
    paths.parse2(helpers.clone()).map_err(|_| Error::new_spanned(helpers, HELPERS))
}

fn paths(input: ParseStream<'_>) -> syn::Result<Vec<Path>> {
    let paths = Punctuated::<Path, Token![,]>::parse_terminated_with(input, Path::parse_mod_style)?;
    if paths.is_empty() { Err(input.error(HELPERS)) } else { Ok(paths.into_iter().collect()) }
}

/// What stands in the parentheses behind a key: something.
fn in_parentheses(meta: &ParseNestedMeta<'_>, accepted: &str) -> Result<TokenStream, Error> {
    let refused = || Error::new(meta.path.span(), accepted);
    if !meta.input.peek(token::Paren) {
        return Err(refused());
    }
    let content;
    parenthesized!(content in meta.input);
    let tokens: TokenStream = content.parse()?;
    if tokens.is_empty() { Err(refused()) } else { Ok(tokens) }
}

/// The functions that tell the code of each helper.
pub(crate) fn code_of(helpers: &[Path], private: &TokenStream) -> TokenStream {
    let codes = helpers.iter().map(|helper| quote_spanned!(helper.span()=> <#helper as #private::Fingerprinted>::code));
    quote!(&[#(#codes),*])
}

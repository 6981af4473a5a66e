//! `#[fingerprinted]`: a helper whose code counts where a callable names it.

use ecs_syntax::keys::{Keys, once};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Error, Path};

use crate::fingerprint::fingerprint;
use crate::marker::{beside, marker_struct, private};
use crate::memo::{code_of, read_uses};
use crate::model::{Function, ends, has_place_for_marker};

const KEYS: Keys = Keys { attribute: "fingerprinted", known: &["uses(helper)", "crate = path"] };

/// Expands `#[fingerprinted]`. The function is emitted whatever is wrong with it.
pub(crate) fn fingerprinted(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let function: Function = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let message = format!("`#[fingerprinted]` goes on a function: {error}");
            let error = Error::new(error.span(), message).to_compile_error();
            return quote!(#error #item);
        }
    };
    let mut errors = Vec::new();
    let (mut uses, mut crate_path): (Option<Vec<Path>>, Option<Path>) = (None, None);
    KEYS.read(attribute, &mut errors, |meta| {
        if meta.path.is_ident("uses") {
            once(meta, uses.is_some())?;
            uses = Some(read_uses(meta)?);
        } else if meta.path.is_ident("crate") {
            once(meta, crate_path.is_some())?;
            crate_path = Some(KEYS.path(meta)?);
        } else {
            return Err(KEYS.unknown(meta));
        }
        Ok(())
    });
    let ident = &function.signature.ident;
    let has_place = has_place_for_marker(&function.signature);
    if !has_place {
        errors.push(Error::new(
            ident.span(),
            "a fingerprinted function is a plain one outside of any `impl`, and not named like a primitive type",
        ));
    }
    let callable = function.attributes.iter().find(|attribute| is_attribute(attribute, "callable"));
    errors.extend(callable.map(fingerprinted_already));
    if !has_place || callable.is_some() {
        let errors = errors.iter().map(Error::to_compile_error);
        return quote!(#function #(#errors)*);
    }
    let private = private(crate_path.as_ref());
    let own = fingerprint(function.code());
    let uses = code_of(&uses.unwrap_or_default(), &private);
    let about = format!(" The fingerprint of `{}`, for `memo(uses(…))`.", ident.unraw());
    let marker = marker_struct(&function.visibility, ident, ends(&function.signature));
    let errors = errors.iter().map(Error::to_compile_error);
    let rest = quote! {
        #[doc(hidden)]
        #[allow(non_local_definitions, unused, clippy::all, clippy::pedantic)]
        const _: () = {
            impl #private::Fingerprinted for #ident {
                fn code() -> #private::Code {
                    #private::Code { location: #private::here!(), own: [#(#own),*], uses: #uses }
                }
            }
        };
        #(#errors)*
    };
    let beside = beside(&quote!(#[doc = #about] #[allow(dead_code)] #marker), &rest, &private);
    quote!(#function #beside)
}

/// Whether the attribute is spelled by a path that ends in this name.
pub(crate) fn is_attribute(attribute: &Attribute, name: &str) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == name)
}

/// That one attribute of the two is enough.
pub(crate) fn fingerprinted_already(attribute: &Attribute) -> Error {
    Error::new_spanned(
        attribute,
        "a callable has a fingerprint of its own, and can be named in `uses(…)` as it is: leave `#[fingerprinted]` out",
    )
}

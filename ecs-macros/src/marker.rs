//! What stands beside a function: a struct of its name, and by way of that all else that is generated.

use ecs_syntax::located;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::Path;

/// The marker struct, at the function's signature: that is where rustc is to speak of it, and what it says of
/// both it says once.
pub(crate) fn marker_struct(visibility: &syn::Visibility, ident: &Ident, ends: [Span; 2]) -> TokenStream {
    let (keyword, braces) = (located(quote!(struct), ends[0]), located(quote!({}), ends[1]));
    quote!(#[allow(missing_debug_implementations, non_camel_case_types)] #visibility #keyword #ident #braces)
}

/// The marker struct, and all else by way of an attribute on it: a callable in an `impl` or a `trait`,
/// where neither can stand, is one error then.
pub(crate) fn beside(marker: &TokenStream, rest: &TokenStream, private: &TokenStream) -> TokenStream {
    quote! {
        #[#private::beside(#rest)]
        #marker
    }
}

/// The hidden module of the facade, or of what stands in for it.
pub(crate) fn private(crate_path: Option<&Path>) -> TokenStream {
    match crate_path {
        Some(path) => quote!(#path::__private),
        None => quote!(::ecs::__private),
    }
}

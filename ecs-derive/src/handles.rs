//! Handles in fields, where an entity itself is meant.

use std::collections::BTreeSet;

use ecs_syntax::instead::{handles, is_handle};
use ecs_syntax::{ends, located};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Type;

/// What does not compile where a field holds a handle. serde is told of it, so that it does not complain as well.
pub(crate) fn refused<'f>(fields: impl Iterator<Item = &'f Type>, private: &TokenStream) -> TokenStream {
    let mut told = BTreeSet::new();
    let refused = fields.flat_map(handles).map(|(handle, entity)| {
        let is_handle = is_handle(handle, private);
        let [first, last] = ends(&handle.to_token_stream());
        let open = located(quote!(<), first);
        let path = located(quote!(as #private::check::HeldItself<#entity, { #is_handle }>>::Checked), last);
        let telling = told.insert(entity.to_token_stream().to_string()).then(|| {
            let whose = quote!(<#private::derived::IsHandle<{ #is_handle }> as #private::derived::RefusedOf<#entity, __Nothing>>::Entity);
            let telling = located(quote!(impl #private::check::RefusedHandle for #whose {}), last);
            quote!(struct __Nothing; #telling)
        });
        quote! {
            const _: () = {
                #[allow(dead_code)]
                struct __Checked(#open #handle #path);
                #telling
            };
        }
    });
    refused.collect()
}

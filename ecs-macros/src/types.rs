//! What is asked of a result: its shape, and whether it can be recorded.

use ecs_syntax::{Asked, Spelled, check, checks, is_plain, kind_in_call, list, marker, spelled};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;
use syn::spanned::Spanned;

/// The shape of the result `ty`.
pub(crate) fn shape(ty: &Type, private: &TokenStream) -> TokenStream {
    if is_plain(ty) {
        return quote!(#private::Whole<#private::Plain>);
    }
    let marker_of_ty = marker(ty, Asked::InCall, private);
    let own = quote! {
        <#private::ShapeOf<{ <#private::kind::Probe<#ty>>::UNIT }> as #private::Shape<#marker_of_ty>>::Shape
    };
    let class = result_class(ty, private);
    match spelled(ty) {
        Spelled::Array(_) | Spelled::Tuple(_) => own,
        Spelled::Name => {
            let class = quote! {
                #private::kind::named_result(
                    <#private::kind::Probe<#ty>>::CONTAINER,
                    <#private::kind::Probe<#ty>>::FAILS_WITH_MESSAGE,
                    <#private::kind::Probe<#ty>>::IS_SEEN_THROUGH
                )
            };
            quote!(<#private::Class<{ #class }> as #private::NamedShape<#ty, #own>>::Shape)
        }
        Spelled::Generic(arguments) => {
            let arguments = list(arguments.into_iter().take(1).map(|argument| shape(argument, private)));
            quote! {
                <#private::Class<{ #class }> as #private::ChooseShape<#arguments, #own>>::Shape
            }
        }
    }
}

/// A constant expression for the container class of the result `ty`.
fn result_class(ty: &Type, private: &TokenStream) -> TokenStream {
    quote!(#private::kind::result(<#private::kind::Probe<#ty>>::CONTAINER, <#private::kind::Probe<#ty>>::FAILS_WITH_MESSAGE))
}

/// A statement that fails to compile where the result `ty` is a `Result` whose error has no message.
pub(crate) fn check_error(ty: &Type, private: &TokenStream) -> TokenStream {
    let class = result_class(ty, private);
    let error = match spelled(ty) {
        Spelled::Array(_) | Spelled::Tuple(_) => return TokenStream::new(),
        Spelled::Generic(arguments) => arguments.get(1).copied().unwrap_or(ty),
        Spelled::Name => ty,
    };
    check(error, "FailsWithMessage", &class, error.span(), private)
}

/// Statements that fail to compile where the result `ty` cannot be recorded.
pub(crate) fn check_recordable(ty: &Type, private: &TokenStream) -> TokenStream {
    if !matches!(spelled(ty), Spelled::Name) {
        return checks(ty, "Recordable", private);
    }
    let container = quote!(<#private::kind::Probe<#ty>>::CONTAINER);
    let own = kind_in_call(ty, private);
    let kind = quote!(#private::kind::success(#container, #own));
    let is_opaque = quote!(#private::kind::is_opaque_result(#container, <#private::kind::Probe<#ty>>::IS_SEEN_THROUGH));
    let recordable = check(ty, "Recordable", &kind, ty.span(), private);
    let seen = check(ty, "SeenThrough", &is_opaque, ty.span(), private);
    quote!(#recordable #seen)
}

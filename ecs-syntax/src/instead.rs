//! Types that stand where another one is meant: the world for the context, a handle for the entity itself.
//!
//! Their names say where to ask, so that no other type costs anything; the answer comes from the type, as a type of
//! one's own may have the name.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{PathSegment, Type};

use crate::{Spelled, check, holds, spelled};

/// A type that may be meant for another.
struct Instead {
    /// A constant expression for whether it is.
    is_it: TokenStream,
    /// A statement that fails to compile where it is.
    refused: TokenStream,
}

/// A statement that fails to compile where `ty`, whose kind is `kind`, does not have the check `asked`: in the words
/// for what may be meant by it, if there are some.
pub fn supported(ty: &Type, asked: &str, kind: &TokenStream, private: &TokenStream) -> TokenStream {
    let Some(Instead { is_it, refused }) = instead(ty, asked, private) else {
        return check(ty, asked, kind, ty.span(), private);
    };
    let supported = check(ty, asked, &quote!(#private::kind::unless(#kind, #is_it)), ty.span(), private);
    quote!(#supported #refused)
}

fn instead(ty: &Type, asked: &str, private: &TokenStream) -> Option<Instead> {
    if let Some(entity) = held_by_handle(ty) {
        let is_it = is_handle(ty, private);
        let asked = if asked == "Recordable" { quote!(ReturnedItself) } else { quote!(TakenItself) };
        let refused = holds(ty, &quote!(#asked<#entity, { #is_it }>), ty.span(), private);
        return Some(Instead { is_it, refused });
    }
    let is_world = asked != "Recordable" && last_of(ty)?.ident == "World" && matches!(spelled(ty), Spelled::Name);
    is_world.then(|| {
        let is_it = quote!(<#private::kind::Probe<#ty>>::WORLD);
        let refused = check(ty, "ContextInstead", &is_it, ty.span(), private);
        Instead { is_it, refused }
    })
}

/// A constant expression for whether `ty` is a handle.
pub fn is_handle(ty: &Type, private: &TokenStream) -> TokenStream {
    quote!(<#private::kind::Probe<#ty>>::HANDLE)
}

/// What within `ty` is spelled as a handle, each with the type of its entity.
#[must_use]
pub fn handles(ty: &Type) -> Vec<(&Type, &Type)> {
    if let Some(entity) = held_by_handle(ty) {
        return vec![(ty, entity)];
    }
    match spelled(ty) {
        Spelled::Name => Vec::new(),
        Spelled::Array(element) => handles(element),
        Spelled::Tuple(types) | Spelled::Generic(types) => types.into_iter().flat_map(handles).collect(),
    }
}

/// The type of the entity, if `ty` is spelled as a handle to one.
fn held_by_handle(ty: &Type) -> Option<&Type> {
    let last = last_of(ty)?;
    match spelled(ty) {
        Spelled::Generic(arguments) if last.ident == "Stored" => arguments.first().copied(),
        _ => None,
    }
}

/// The last segment of the path that the type is spelled as.
fn last_of(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Group(group) => last_of(&group.elem),
        Type::Paren(paren) => last_of(&paren.elem),
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

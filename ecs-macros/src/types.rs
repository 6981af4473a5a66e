//! What is asked of each type: its kind, the marker of its parts, and whether it is supported.
//!
//! The macro sees spellings; the answers come from the types. So each function here writes an
//! expression or a type that the compiler answers.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type};

use crate::model::PRIMITIVES;

/// A type taken apart as far as it is spelled out.
enum Spelled<'t> {
    /// `Vec<T>`, `HashMap<K, V>`: a path with arguments.
    Generic(Vec<&'t Type>),
    Array(&'t Type),
    Tuple(Vec<&'t Type>),
    Name,
}

fn spelled(ty: &Type) -> Spelled<'_> {
    match ty {
        Type::Group(group) => spelled(&group.elem),
        Type::Paren(paren) => spelled(&paren.elem),
        Type::Array(array) => Spelled::Array(&array.elem),
        Type::Tuple(tuple) if !tuple.elems.is_empty() => Spelled::Tuple(tuple.elems.iter().collect()),
        Type::Path(path) => {
            let Some(PathArguments::AngleBracketed(arguments)) = path.path.segments.last().map(|last| &last.arguments)
            else {
                return Spelled::Name;
            };
            let types: Vec<&Type> = arguments
                .args
                .iter()
                .filter_map(|argument| match argument {
                    GenericArgument::Type(ty) => Some(ty),
                    _ => None,
                })
                .collect();
            // What is said of type arguments is said of sized ones: `Box<str>` is a type like any other.
            if types.is_empty() || types.iter().any(|ty| is_unsized(ty)) {
                Spelled::Name
            } else {
                Spelled::Generic(types)
            }
        }
        _ => Spelled::Name,
    }
}

/// The same tokens with `span` as their place, so that what the compiler says of them is said there.
pub(crate) fn located(tokens: impl ToTokens, span: Span) -> TokenStream {
    let locate = |token| match token {
        TokenTree::Group(group) => {
            let mut located = Group::new(group.delimiter(), located(group.stream(), span));
            located.set_span(span);
            TokenTree::Group(located)
        }
        mut token => {
            token.set_span(span);
            token
        }
    };
    tokens.into_token_stream().into_iter().map(locate).collect()
}

fn is_unsized(ty: &Type) -> bool {
    match ty {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        _ => false,
    }
}

/// A constant expression for the kind of `ty`.
pub(crate) fn kind(ty: &Type, private: &TokenStream) -> TokenStream {
    let own = quote!(#private::kind_of!(#ty));
    match spelled(ty) {
        Spelled::Name => own,
        Spelled::Array(element) => {
            let element = kind(element, private);
            quote!(#private::kind::all(#own, &[#element]))
        }
        Spelled::Tuple(elements) => {
            let elements = elements.into_iter().map(|element| kind(element, private));
            quote!(#private::kind::all(#own, &[#(#elements),*]))
        }
        Spelled::Generic(arguments) => {
            let arguments = arguments.into_iter().map(|argument| kind(argument, private));
            quote!(#private::kind::within(#private::probe!(#ty, CONTAINER), #own, &[#(#arguments),*]))
        }
    }
}

/// The marker of the parts of `ty`.
pub(crate) fn marker(ty: &Type, private: &TokenStream) -> TokenStream {
    let kind = kind(ty, private);
    let detailed = match spelled(ty) {
        Spelled::Name => return quote!(<#private::Fold<{ #kind }> as #private::LeafOf<#ty>>::Marker),
        Spelled::Array(element) => {
            let element = marker(element, private);
            quote!(#private::Each<#element>)
        }
        Spelled::Tuple(elements) => {
            let elements = list(elements.into_iter().map(|element| marker(element, private)));
            quote!(#private::Tuple<#elements>)
        }
        Spelled::Generic(arguments) => {
            let arguments = list(arguments.into_iter().map(|argument| marker(argument, private)));
            quote! {
                <#private::Class<{ #private::probe!(#ty, CONTAINER) }> as #private::Choose<
                    #arguments,
                    <#private::Fold<{ #private::kind_of!(#ty) }> as #private::LeafOf<#ty>>::Marker
                >>::Marker
            }
        }
    };
    quote!(<#private::Fold<{ #kind }> as #private::FoldTo<#detailed>>::Marker)
}

/// The shape of the result `ty`.
pub(crate) fn shape(ty: &Type, private: &TokenStream) -> TokenStream {
    let marker_of_ty = marker(ty, private);
    let own = quote! {
        <#private::ShapeOf<{ #private::probe!(#ty, UNIT) }> as #private::Shape<#marker_of_ty>>::Shape
    };
    let class = result_class(ty, private);
    match spelled(ty) {
        Spelled::Array(_) | Spelled::Tuple(_) => own,
        Spelled::Name => {
            let class = quote! {
                #private::kind::named_result(
                    #private::probe!(#ty, CONTAINER),
                    #private::probe!(#ty, FAILS_WITH_MESSAGE),
                    #private::probe!(#ty, IS_SEEN_THROUGH)
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
    quote!(#private::kind::result(#private::probe!(#ty, CONTAINER), #private::probe!(#ty, FAILS_WITH_MESSAGE)))
}

/// A statement that fails to compile where `ty` does not have the check `#check<{ #argument }>`.
/// What the compiler says of it is said at `span`.
pub(crate) fn check(ty: &Type, check: &str, argument: &TokenStream, span: Span, private: &TokenStream) -> TokenStream {
    let check = proc_macro2::Ident::new(check, Span::call_site());
    let path = located(quote!(as #private::#check<{ #argument }>), span);
    let (open, close) = (located(quote!(<), span), located(quote!(>::CHECKED;), span));
    quote!(#open #ty #path #close)
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
    let container = quote!(#private::probe!(#ty, CONTAINER));
    let kind = quote!(#private::kind::success(#container, #private::kind_of!(#ty)));
    let is_opaque = quote!(#private::kind::is_opaque_result(#container, #private::probe!(#ty, IS_SEEN_THROUGH)));
    let recordable = check(ty, "Recordable", &kind, ty.span(), private);
    let seen = check(ty, "SeenThrough", &is_opaque, ty.span(), private);
    quote!(#recordable #seen)
}

/// Statements that fail to compile, in the user's terms, where a type within `ty` is not supported.
pub(crate) fn checks(ty: &Type, check: &str, private: &TokenStream) -> TokenStream {
    let mut statements = TokenStream::new();
    let whole = |kind: TokenStream| kind;
    collect(ty, check, private, &whole, &mut statements);
    statements
}

fn collect(
    ty: &Type,
    asked: &str,
    private: &TokenStream,
    concerning: &dyn Fn(TokenStream) -> TokenStream,
    statements: &mut TokenStream,
) {
    let own = quote!(#private::kind_of!(#ty));
    let statement = |kind: TokenStream| check(ty, asked, &kind, ty.span(), private);
    match spelled(ty) {
        Spelled::Name => statements.extend(statement(concerning(own))),
        Spelled::Array(element) => collect(element, asked, private, concerning, statements),
        Spelled::Tuple(elements) => {
            elements.into_iter().for_each(|element| collect(element, asked, private, concerning, statements));
        }
        Spelled::Generic(arguments) => {
            let container = quote!(#private::probe!(#ty, CONTAINER));
            statements.extend(statement(concerning(quote!(#private::kind::opaque(#container, #own)))));
            for (position, argument) in arguments.into_iter().enumerate() {
                let relevant =
                    |kind: TokenStream| concerning(quote!(#private::kind::relevant(#container, #position, #kind)));
                collect(argument, asked, private, &relevant, statements);
            }
        }
    }
}

/// `(A, (B, ()))`.
pub(crate) fn list(items: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    items.rev().fold(quote!(()), |rest, item| quote!((#item, #rest)))
}

/// Whether the type is spelled as a number, a truth value or a character: nothing needs asking of it.
pub(crate) fn is_primitive(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.get_ident().is_some_and(|name| PRIMITIVES.iter().any(|p| name == p)))
}

/// What the spelling alone says of a type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surely {
    /// Made of primitives and text.
    Value,
    /// It takes the type to know.
    Unknown,
}

/// Whether a type of this name is a primitive or text.
fn is_plain(name: &proc_macro2::Ident) -> bool {
    name == "String" || PRIMITIVES.iter().any(|primitive| name == primitive)
}

/// Whether the spelling alone says that the type is a plain value.
pub(crate) fn surely(ty: &Type) -> Surely {
    let all = |types: Vec<&Type>| {
        if types.into_iter().all(|ty| surely(ty) == Surely::Value) { Surely::Value } else { Surely::Unknown }
    };
    match spelled(ty) {
        Spelled::Array(element) => surely(element),
        Spelled::Tuple(elements) => all(elements),
        Spelled::Generic(arguments) => all(arguments),
        Spelled::Name => match ty {
            Type::Path(path) if path.path.segments.last().is_some_and(|last| is_plain(&last.ident)) => Surely::Value,
            _ => Surely::Unknown,
        },
    }
}

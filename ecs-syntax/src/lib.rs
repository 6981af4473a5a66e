//! What both macro crates ask of each type: its kind, the marker of its parts, and whether it is supported.
//!
//! The macro sees spellings; the answers come from the types. So each function here writes an
//! expression or a type that the compiler answers.

pub mod instead;
pub mod keys;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, GenericArgument, PathArguments, Type};

/// The names of primitive types, which a marker struct of the same name would hide.
pub const PRIMITIVES: &[&str] = &[
    "bool", "char", "str", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

/// A type taken apart as far as it is spelled out.
pub enum Spelled<'t> {
    /// `Vec<T>`, `HashMap<K, V>`: a path with arguments.
    Generic(Vec<&'t Type>),
    /// `[T; N]`.
    Array(&'t Type),
    /// `(T, U)`.
    Tuple(Vec<&'t Type>),
    /// Anything else.
    Name,
}

/// Takes a type apart.
#[must_use]
pub fn spelled(ty: &Type) -> Spelled<'_> {
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
pub fn located(tokens: impl ToTokens, span: Span) -> TokenStream {
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

/// Where the first and the last of the tokens stand.
pub fn ends(tokens: &TokenStream) -> [Span; 2] {
    let mut spans = tokens.clone().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    [first, spans.last().unwrap_or(first)]
}

/// An expression without the invisible groups that a macro's fragments are in.
#[must_use]
pub fn ungrouped(expression: &Expr) -> &Expr {
    match expression {
        Expr::Group(group) => ungrouped(&group.expr),
        other => other,
    }
}

fn is_unsized(ty: &Type) -> bool {
    match ty {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        _ => false,
    }
}

/// Where a type is asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// In a field of an entity.
    InField,
    /// In the signature of a callable.
    InCall,
}

/// A constant expression for the kind of `ty` itself.
fn own_kind(ty: &Type, asked: Asked, private: &TokenStream) -> TokenStream {
    match asked {
        Asked::InField => leaf(ty, private),
        Asked::InCall => kind_in_call(ty, private),
    }
}

/// A constant expression for the kind of `ty`, which is not seen through. The traits of what is unknown must be in
/// scope, as wherever a probe is asked.
fn leaf(ty: &Type, private: &TokenStream) -> TokenStream {
    let probe = quote!(<#private::kind::Probe<#ty>>);
    quote! {
        #private::kind::leaf(#probe::ENTITY, #probe::CONFIG, #probe::CONTEXT, #probe::HOLDS_ENTITIES, #probe::VALUE)
    }
}

/// A constant expression for the kind of `ty` where a callable takes or returns it: a plain type that carries
/// entities is a field of an entity only.
pub fn kind_in_call(ty: &Type, private: &TokenStream) -> TokenStream {
    let leaf = leaf(ty, private);
    quote!(#private::kind::in_call(#leaf, <#private::kind::Probe<#ty>>::PARTS))
}

/// A constant expression for the kind of `ty`.
pub fn kind(ty: &Type, asked: Asked, private: &TokenStream) -> TokenStream {
    let own = own_kind(ty, asked, private);
    match spelled(ty) {
        Spelled::Name => own,
        Spelled::Array(element) => {
            let element = kind(element, asked, private);
            quote!(#private::kind::all(#own, &[#element]))
        }
        Spelled::Tuple(elements) => {
            let elements = elements.into_iter().map(|element| kind(element, asked, private));
            quote!(#private::kind::all(#own, &[#(#elements),*]))
        }
        Spelled::Generic(arguments) => {
            let arguments = arguments.into_iter().map(|argument| kind(argument, asked, private));
            quote!(#private::kind::within(<#private::kind::Probe<#ty>>::CONTAINER, #own, &[#(#arguments),*]))
        }
    }
}

/// The marker of the parts of `ty`.
pub fn marker(ty: &Type, asked: Asked, private: &TokenStream) -> TokenStream {
    let (kind, own) = (kind(ty, asked, private), own_kind(ty, asked, private));
    let detailed = match spelled(ty) {
        Spelled::Name => return quote!(<#private::Fold<{ #kind }> as #private::LeafOf<#ty>>::Marker),
        Spelled::Array(element) => {
            let element = marker(element, asked, private);
            quote!(#private::Each<#element>)
        }
        Spelled::Tuple(elements) => {
            let elements = list(elements.into_iter().map(|element| marker(element, asked, private)));
            quote!(#private::Tuple<#elements>)
        }
        Spelled::Generic(arguments) => {
            let arguments = list(arguments.into_iter().map(|argument| marker(argument, asked, private)));
            quote! {
                <#private::Class<{
                    #private::kind::by_spelling(<#private::kind::Probe<#ty>>::CONTAINER, #own)
                }> as #private::Choose<
                    #arguments,
                    <#private::Fold<{ #own }> as #private::LeafOf<#ty>>::Marker
                >>::Marker
            }
        }
    };
    quote!(<#private::Fold<{ #kind }> as #private::FoldTo<#detailed>>::Marker)
}

/// The longest tuple that entities are found in.
const LONGEST_TUPLE: usize = 8;

/// A constant expression for whether a field of the type `ty` holds entities where they are not found;
/// nothing if the spelling says that it does not.
pub fn unseen(ty: &Type, private: &TokenStream) -> Option<TokenStream> {
    let kind = kind(ty, Asked::InField, private);
    match spelled(ty) {
        Spelled::Generic(_) => Some(quote!(#private::kind::is_unseen(<#private::kind::Probe<#ty>>::CONTAINER, #kind))),
        Spelled::Tuple(elements) if elements.len() > LONGEST_TUPLE => Some(quote!(#kind == #private::kind::ENTITIES)),
        _ => None,
    }
}

/// A statement that fails to compile where `ty` does not have the check `#check<{ #argument }>`.
/// What the compiler says of it is said at `span`.
pub fn check(ty: &Type, check: &str, argument: &TokenStream, span: Span, private: &TokenStream) -> TokenStream {
    let check = proc_macro2::Ident::new(check, Span::call_site());
    holds(ty, &quote!(#check<{ #argument }>), span, private)
}

/// The same for a check with all of its arguments.
fn holds(ty: &Type, check: &TokenStream, span: Span, private: &TokenStream) -> TokenStream {
    let path = located(quote!(as #private::check::#check), span);
    let (open, close) = (located(quote!(<), span), located(quote!(>::CHECKED;), span));
    quote!(#open #ty #path #close)
}

/// Statements that fail to compile, in the user's terms, where a type within `ty` is not supported.
pub fn checks(ty: &Type, check: &str, private: &TokenStream) -> TokenStream {
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
    let own = own_kind(ty, Asked::InCall, private);
    let statement = |kind: TokenStream| instead::supported(ty, asked, &kind, private);
    match spelled(ty) {
        Spelled::Name => statements.extend(statement(concerning(own))),
        Spelled::Array(element) => collect(element, asked, private, concerning, statements),
        Spelled::Tuple(elements) => {
            elements.into_iter().for_each(|element| collect(element, asked, private, concerning, statements));
        }
        Spelled::Generic(arguments) => {
            let container = quote!(<#private::kind::Probe<#ty>>::CONTAINER);
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
pub fn list(items: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    items.rev().fold(quote!(()), |rest, item| quote!((#item, #rest)))
}

/// Whether the type is spelled as a number, a truth value or a character: nothing needs asking of it.
pub fn is_primitive(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.get_ident().is_some_and(|name| PRIMITIVES.iter().any(|p| name == p)))
}

/// Whether the spelling alone says that the type is a plain value, however its names are meant: made of
/// primitives and text, without generic types, which may be aliases of anything.
pub fn is_plain(ty: &Type) -> bool {
    match spelled(ty) {
        Spelled::Array(element) => is_plain(element),
        Spelled::Tuple(elements) => elements.into_iter().all(is_plain),
        Spelled::Generic(_) => false,
        Spelled::Name => surely(ty) == Surely::Value,
    }
}

/// What the spelling alone says of a type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Surely {
    /// Made of primitives and text.
    Value,
    /// It takes the type to know.
    Unknown,
}

/// Whether a type of this name is taken for a primitive or text, unasked: nothing that holds entities may have it.
#[must_use]
pub fn is_plain_name(name: &proc_macro2::Ident) -> bool {
    name == "String" || PRIMITIVES.iter().any(|primitive| name == primitive)
}

/// Whether the spelling alone says that the type is a plain value.
pub fn surely(ty: &Type) -> Surely {
    let all = |types: Vec<&Type>| {
        if types.into_iter().all(|ty| surely(ty) == Surely::Value) { Surely::Value } else { Surely::Unknown }
    };
    match spelled(ty) {
        Spelled::Array(element) => surely(element),
        Spelled::Tuple(elements) => all(elements),
        Spelled::Generic(arguments) => all(arguments),
        Spelled::Name => match ty {
            Type::Path(path) if path.path.segments.last().is_some_and(|last| is_plain_name(&last.ident)) => {
                Surely::Value
            }
            _ => Surely::Unknown,
        },
    }
}

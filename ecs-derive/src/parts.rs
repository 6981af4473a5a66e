//! `#[derive(EntityParts)]`: a plain struct or enum that carries entities.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Fields, Generics, Type};

use crate::attributes::{Carrier, EntityAttributes, refuse_renaming};
use crate::expand::{asking, checks, implementing, marker_type, walks};
use crate::model::{is_special, refuse_plain_name, unraw};
use crate::own_name;

/// A variant, or the whole of a struct.
struct Variant<'i> {
    /// Its name, if it is one of several.
    name: Option<&'i Ident>,
    fields: &'i Fields,
}

/// Expands the derive. Mistakes are reported beside a stub, so that nothing else breaks.
pub(crate) fn derive(item: &DeriveInput) -> TokenStream {
    let item = &own_name::in_fields(item);
    let mut errors = Vec::new();
    let attributes = EntityAttributes::read(&item.attrs, &mut errors);
    if let Some(name) = &attributes.name {
        errors.push(Error::new(name.span(), "only an entity has a stable name; leave it out"));
    }
    if let Some(version) = &attributes.version {
        errors.push(Error::new(
            version.number.span(),
            "only an entity has a version: what carries entities is stored in the entity that holds it, whose `upgrade` reads \
             it; leave both out",
        ));
    }
    let private = match &attributes.crate_path {
        Some(path) => quote!(#path::__private),
        None => quote!(::ecs::__private),
    };
    refuse_renaming(&item.attrs, Carrier::Parts, &mut errors);
    refuse_plain_name(&item.ident, &mut errors);
    if !item.generics.params.is_empty() {
        errors.push(Error::new_spanned(
            &item.generics.params,
            "what carries entities has no type parameters or lifetimes: how each field holds them must be known; write \
             one type for each that you need, with owned fields",
        ));
    }
    let variants: Vec<Variant<'_>> = match &item.data {
        Data::Struct(data) => vec![Variant { name: None, fields: &data.fields }],
        Data::Enum(data) => {
            data.variants.iter().for_each(|variant| refuse_renaming(&variant.attrs, Carrier::Parts, &mut errors));
            data.variants
                .iter()
                .map(|variant| Variant { name: Some(&variant.ident), fields: &variant.fields })
                .collect()
        }
        Data::Union(_) => {
            errors.push(Error::new(
                item.ident.span(),
                "a union cannot carry entities: which of its fields is there is not known; make it an enum",
            ));
            Vec::new()
        }
    };
    for field in variants.iter().flat_map(|variant| variant.fields) {
        refuse_renaming(&field.attrs, Carrier::Parts, &mut errors);
    }
    let errors: Vec<TokenStream> = errors.iter().map(Error::to_compile_error).collect();
    let expansion = if errors.is_empty() { expand(&item.ident, &variants, &private) } else { TokenStream::new() };
    quote! {
        #(#errors)*
        #expansion
    }
}

fn expand(ident: &Ident, variants: &[Variant<'_>], private: &TokenStream) -> TokenStream {
    let mut markers = TokenStream::new();
    let [mut shapes, mut parts, mut parts_mut, mut pairs] = std::array::from_fn(|_| TokenStream::new());
    let mut count = 0_usize;
    for Variant { name, fields } in variants {
        let (path, name) = match name {
            Some(variant) => {
                let name = unraw(variant);
                (quote!(Self::#variant), quote!(::core::option::Option::Some(#name)))
            }
            None => (quote!(Self), quote!(::core::option::Option::None)),
        };
        let shape = match fields {
            Fields::Named(_) => quote!(Named),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => quote!(Newtype),
            Fields::Unnamed(_) => quote!(Positional),
            Fields::Unit => quote!(Unit),
        };
        shapes.extend(quote!(#path { .. } => (#name, #private::PartsShape::#shape),));
        let fields: Vec<Part<'_>> = fields
            .iter()
            .enumerate()
            .map(|(index, field)| {
                count += 1;
                Part {
                    index,
                    name: field.ident.as_ref().map_or_else(|| index.to_string(), unraw),
                    member: field.ident.clone().map_or_else(|| syn::Member::from(index), syn::Member::from),
                    ty: &field.ty,
                    marker: crate::expand::how_held(count - 1),
                }
            })
            .collect();
        for Part { ty, marker, .. } in &fields {
            markers.extend(marker_type(marker, ty, private));
        }
        let bind = |prefix: &str| {
            let members = fields.iter().map(|part| {
                let (member, bound) = (&part.member, format_ident!("{prefix}{}", part.index));
                quote!(#member: #bound)
            });
            quote!(#path { #(#members),* })
        };
        let call = |shown: &str, method: &str, prefixes: &[&str]| {
            let calls = fields.iter().map(|Part { index, name, ty, marker, .. }| {
                let [shown, method] = [shown, method].map(|name| format_ident!("{name}"));
                let bound = prefixes.iter().map(|prefix| format_ident!("{prefix}{index}"));
                quote!(#private::#shown::#method::<#ty, #marker>(__each, #index, #name, #(#bound),*);)
            });
            quote!(#(#calls)*)
        };
        let (one, old, new) = (bind("__part"), bind("__old"), bind("__new"));
        let show = call("EachPart", "part", &["__part"]);
        let show_mut = call("EachPartMut", "part", &["__part"]);
        let compare = call("EachPair", "pair", &["__old", "__new"]);
        parts.extend(quote!(#one => { #show }));
        parts_mut.extend(quote!(#one => { #show_mut }));
        pairs.extend(quote!((#old, #new) => { #compare }));
    }
    let walks = walks(
        &quote!(match self { #parts }),
        &quote!(match self { #parts_mut }),
        &quote! {
            #[allow(unreachable_patterns)]
            match (__old, __new) {
                #pairs
                _ => {}
            }
        },
        private,
    );
    let fields = variants.iter().flat_map(|variant| variant.fields);
    let checks = checks(ident, fields.map(|field| (&field.ty, is_special(field))), private);
    let asking = asking(private);
    let none = Generics::default();
    let implementing = implementing(ident, &none, private);
    let [entity_parts, holds] =
        [quote!(#private::EntityParts), quote!(#private::Holds)].map(|name| implementing(&name));
    quote! {
        #[doc(hidden)]
        #[allow(non_local_definitions, unused_variables, clippy::all, clippy::pedantic)]
        const _: () = {
            #asking
            #checks
            #markers

            #[automatically_derived]
            #entity_parts {
                fn shape(&self) -> (::core::option::Option<&'static ::core::primitive::str>, #private::PartsShape) {
                    match self { #shapes }
                }

                #walks
            }

            #[automatically_derived]
            #holds {
                const ENTITIES: ::core::primitive::bool = true;
                const PARTS: ::core::primitive::bool = true;
                type Marker = #private::Leaf<{ #private::kind::PARTS }>;
            }
        };
    }
}

struct Part<'i> {
    index: usize,
    name: String,
    member: syn::Member,
    ty: &'i Type,
    marker: Ident,
}

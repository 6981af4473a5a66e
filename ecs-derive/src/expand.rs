//! The code that the derives write.

use ecs_syntax::{Asked, ends, is_plain, located, ungrouped};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Expr, ExprLit, Generics, Lit, Type};

use crate::alone::alone;
use crate::attributes::TypeVersion;
use crate::handles;
use crate::model::{Derive, Field, Model};
use crate::own_name;

/// Expands a derive. Mistakes are reported beside a stub, so that nothing else breaks.
pub(crate) fn derive(item: &DeriveInput, derive: Derive) -> TokenStream {
    let item = &own_name::in_fields(item);
    let (model, errors) = Model::read(item, derive);
    let private = match &model.crate_path {
        Some(path) => quote!(#path::__private),
        None => quote!(::ecs::__private),
    };
    let expansion = if errors.is_empty() {
        expand(&model, derive, &private)
    } else if matches!(item.data, Data::Union(_)) || model.is_config_instead {
        // A union cannot have what an entity needs, so a stub would be an error as well; what has the
        // attributes of a config may derive that too.
        TokenStream::new()
    } else {
        stub(&model, &item.generics, derive, &private)
    };
    let errors = errors.iter().map(Error::to_compile_error);
    let written = quote! {
        #(#errors)*
        #expansion
    };
    if model.is_config_instead {
        return written;
    }
    alone(derive, &item.ident, &written)
}

fn expand(model: &Model, derive: Derive, private: &TokenStream) -> TokenStream {
    let Model { ident, id, fields, .. } = model;
    let id = quote!(self.#id);
    let entity = entity(model, &Generics::default(), derive, private, [&id, &quote!(&mut #id)], fields);
    let config = config(model, derive, private);
    let default_fns = fields.iter().filter_map(|field| default_fn(field, private));
    let checks = checks(ident, fields.iter().map(|field| (&field.ty, field.is_special)), private);
    let asking = asking(private);
    quote! {
        #[doc(hidden)]
        #[allow(non_local_definitions, clippy::all, clippy::pedantic)]
        const _: () = {
            #asking
            #checks
            #(#default_fns)*
            #entity
            #config
            #private::inventory::submit! {
                #private::EntityRegistration(#private::derived::registered(<#private::kind::Probe<#ident>>::ENTITY_TYPE))
            }
        };
    }
}

/// What it takes to ask the probe of a type.
pub(crate) fn asking(private: &TokenStream) -> TokenStream {
    quote! {
        #[allow(unused_imports)]
        use #private::asking::*;
    }
}

/// What a derive asks of the type that it stands on, and of its fields, said in the user's terms where it
/// does not hold.
pub(crate) fn checks<'f>(
    ident: &Ident,
    fields: impl Iterator<Item = (&'f Type, bool)> + Clone,
    private: &TokenStream,
) -> TokenStream {
    let lacks = quote! {
        #private::derived::lacks(
            <#private::kind::Probe<#ident>>::CLONE,
            <#private::kind::Probe<#ident>>::SERIALIZE,
            <#private::kind::Probe<#ident>>::DESERIALIZE,
        )
    };
    let asked = quote!(__LACKS);
    let check = |ty: &TokenStream, check: &str, argument: &TokenStream| {
        let check = Ident::new(check, Span::call_site());
        let [first, last] = ends(ty);
        let open = located(quote!(<), first);
        let path = located(quote!(as #private::check::#check<{ #argument }>>::Checked), last);
        quote!(#open #ty #path,)
    };
    let this = ident.to_token_stream();
    let derives = ["WithClone", "WithSerialize", "WithDeserialize", "WithAll"];
    let derives = derives.map(|name| check(&this, name, &asked));
    let all = fields.clone().map(|(ty, _)| ty);
    let fields = fields.filter(|(ty, _)| !is_plain(ty)).map(|(ty, is_special)| (ty.to_token_stream(), is_special));
    let shared = fields.clone().map(|(ty, _)| {
        let is_at_fault = quote!(!<#private::kind::Probe<#ident>>::SENDABLE && !<#private::kind::Probe<#ty>>::SENDABLE);
        check(&ty, "SharedField", &is_at_fault)
    });
    let serde = fields.filter(|(_, is_special)| !is_special).map(|(ty, _)| {
        let [whole, field] = [&this, &ty]
            .map(|ty| quote!([<#private::kind::Probe<#ty>>::SERIALIZE, <#private::kind::Probe<#ty>>::DESERIALIZE]));
        check(&ty, "SerdeField", &quote!(#private::derived::breaks_serde(#whole, #field)))
    });
    let handles = handles::refused(all, private);
    quote! {
        const __LACKS: ::core::primitive::u8 = #lacks;
        #[allow(dead_code)]
        struct __Checked(#(#derives)* #(#shared)* #(#serde)*);
        #handles
    }
}

/// What stands in for a struct that cannot be an entity, so that its uses are not errors as well.
fn stub(model: &Model, generics: &Generics, derive: Derive, private: &TokenStream) -> TokenStream {
    let never = quote!(::core::unreachable!());
    let entity = entity(model, generics, derive, private, [&never, &never], &[]);
    let implementing = implementing(&model.ident, generics, private);
    let asking = asking(private);
    let config = (derive == Derive::ConfigEntity).then(|| {
        let default = model.all_have_defaults.then(|| default(&model.ident, generics, &never));
        let implementing = implementing(&quote!(#private::ConfigEntity));
        quote! {
            #[automatically_derived]
            #implementing {
                fn from_arguments(_: &mut impl #private::ConfigSource) -> #private::Result<Self> {
                    #never
                }
            }

            #default
        }
    });
    quote! {
        #[doc(hidden)]
        #[allow(unreachable_code, unused, clippy::all, clippy::pedantic)]
        const _: () = {
            #asking
            #entity
            #config
        };
    }
}

/// Implements `Entity`. `id` are the expressions for the identity and for a mutable reference to it.
fn entity(
    model: &Model,
    generics: &Generics,
    derive: Derive,
    private: &TokenStream,
    [id, id_mut]: [&TokenStream; 2],
    fields: &[Field],
) -> TokenStream {
    let implementing = implementing(&model.ident, generics, private);
    let [entity, holds] = [quote!(#private::Entity), quote!(#private::Holds)].map(|name| implementing(&name));
    let name = &model.name;
    let id_field = model.id_name();
    let is_config = derive == Derive::ConfigEntity;
    let descriptions = fields.iter().enumerate().map(|(index, field)| {
        let Field { name, ty, .. } = field;
        let mut description =
            quote_spanned!(ty.span()=> #private::Field::new::<#ty>(#name, <#private::kind::Probe<#ty>>::SCHEMA));
        if !is_plain(ty) {
            let marker = how_held(index);
            description.extend(quote!(.holding(<#ty as #private::Branch<#marker>>::HOLDS)));
        }
        match &field.default {
            Some(_) => {
                let default = default_ident(field);
                quote!(#description.with_default(|| #private::to_json(&#default())))
            }
            None => description,
        }
    });
    let count = fields.len();
    let [holds_entities, markers, walks] = tree(fields, private);
    let version = model.version.as_ref().map(|TypeVersion { number, upgrade }| {
        // What is wrong with the function is told where it is named.
        let call = located(quote!(#private::derived::upgrade::<Self, _>), upgrade.span());
        quote!(.at_version(#number, |__old| #call(__old, #upgrade)))
    });
    let arms =
        fields.iter().map(|Field { ident, name, .. }| quote!(#name => ::core::option::Option::Some(&self.#ident),));
    quote! {
        #markers

        #[automatically_derived]
        #entity {
            const HOLDS_ENTITIES: ::core::primitive::bool = #holds_entities;

            const TYPE: &'static #private::EntityType = {
                static __FIELDS: [#private::Field; #count] = [#(#descriptions),*];
                &#private::EntityType::new::<Self>(#name, #id_field, &__FIELDS, #is_config, #private::here!())#version
            };

            #[inline(always)]
            fn id(&self) -> #private::Id {
                #id
            }

            #[inline(always)]
            fn id_mut(&mut self) -> &mut #private::Id {
                #id_mut
            }

            fn field(&self, __name: &::core::primitive::str) -> ::core::option::Option<&dyn ::core::any::Any> {
                match __name {
                    #(#arms)*
                    _ => ::core::option::Option::None,
                }
            }

            #walks
        }

        #[automatically_derived]
        #holds {
            const ENTITIES: ::core::primitive::bool = true;
            type Marker = #private::Leaf<{ #private::kind::ENTITY }>;
        }
    }
}

/// What walks over trees need of the fields: whether any can hold entities, the markers that say how,
/// and the functions that show each field.
fn tree(fields: &[Field], private: &TokenStream) -> [TokenStream; 3] {
    // The spelling of most fields says that they hold none.
    let (plain, others): (Vec<_>, Vec<_>) = fields.iter().enumerate().partition(|(_, field)| is_plain(&field.ty));
    let mut markers = TokenStream::new();
    let mut holds = vec![quote!(false)];
    let [mut parts, mut parts_mut, mut pairs, mut same] = std::array::from_fn(|_| TokenStream::new());
    for (_, Field { ident, ty, .. }) in plain {
        same.extend(is_same(&quote!(<#private::kind::Probe<#ty>>::same(&self.#ident, &__other.#ident)), private));
    }
    for (index, Field { ident, name, ty, .. }) in others {
        let marker = how_held(index);
        markers.extend(marker_type(&marker, ty, private));
        holds.push(quote_spanned!(ty.span()=> <#ty as #private::Branch<#marker>>::HOLDS));
        parts.extend(quote!(#private::EachPart::part::<#ty, #marker>(__each, #index, #name, &self.#ident);));
        parts_mut.extend(quote!(#private::EachPartMut::part::<#ty, #marker>(__each, #index, #name, &mut self.#ident);));
        pairs.extend(
            quote!(#private::EachPair::pair::<#ty, #marker>(__each, #index, #name, &__old.#ident, &__new.#ident);),
        );
        let unless_held = quote! {
            if <#ty as #private::Branch<#marker>>::HOLDS {
                #private::Sameness::Same
            } else {
                <#private::kind::Probe<#ty>>::same(&self.#ident, &__other.#ident)
            }
        };
        same.extend(is_same(&unless_held, private));
    }
    let walks = (!parts.is_empty()).then(|| walks(&parts, &parts_mut, &pairs, private));
    let walks = quote! {
        fn same_values(&self, __other: &Self) -> #private::Sameness {
            let __same = #private::Sameness::Same;
            #same
            __same
        }

        #walks
    };
    [quote!(#(#holds)||*), markers, walks]
}

/// A statement that goes on to compare two wholes by `part`, unless it is known already that they differ.
fn is_same(part: &TokenStream, private: &TokenStream) -> TokenStream {
    quote! {
        let __same = if #private::Sameness::is_settled(__same) { __same } else { #private::Sameness::and(__same, #part) };
    }
}

/// Declares the marker that says how a field of the type `ty` holds entities, and refuses a field where
/// they are not found.
pub(crate) fn marker_type(marker: &Ident, ty: &Type, private: &TokenStream) -> TokenStream {
    let how_held = ecs_syntax::marker(ty, Asked::InField, private);
    let Some(unseen) = ecs_syntax::unseen(ty, private) else { return quote!(type #marker = #how_held;) };
    let check = ecs_syntax::check(ty, "HeldInSight", &unseen, ty.span(), private);
    quote! {
        #[allow(unused, clippy::all)]
        const _: () = { #check };
        type #marker = <#private::InSight<{ #unseen }> as #private::MarkerOf<#how_held>>::Marker;
    }
}

/// The marker that says how the field at `index` holds entities.
pub(crate) fn how_held(index: usize) -> Ident {
    format_ident!("__Held{index}")
}

/// The functions that show each field.
pub(crate) fn walks(
    parts: &TokenStream,
    parts_mut: &TokenStream,
    pairs: &TokenStream,
    private: &TokenStream,
) -> TokenStream {
    quote! {
        fn parts<'a, __V: #private::EachPart<'a>>(&'a self, __each: &mut __V) {
            #parts
        }

        fn parts_mut<__V: #private::EachPartMut>(&mut self, __each: &mut __V) {
            #parts_mut
        }

        fn pairs<'a, __V: #private::EachPair<'a>>(__old: &'a Self, __new: &'a Self, __each: &mut __V) {
            #pairs
        }
    }
}

fn config(model: &Model, derive: Derive, private: &TokenStream) -> TokenStream {
    if derive == Derive::Entity {
        return TokenStream::new();
    }
    let Model { ident, id, fields, .. } = model;
    let default = model.all_have_defaults.then(|| {
        let values = fields.iter().map(|field| {
            let (ident, default) = (&field.ident, default_ident(field));
            quote!(#ident: #default())
        });
        default(ident, &Generics::default(), &quote!(Self { #id: #private::Id::new(), #(#values),* }))
    });
    let values = fields.iter().map(|field| {
        let Field { ident, name, ty, .. } = field;
        let default = match &field.default {
            Some(_) => {
                let default = default_ident(field);
                quote!(::core::option::Option::Some(#default))
            }
            None => quote!(::core::option::Option::None),
        };
        // All of the path is there, so that what is said of it is said there.
        let [probe, argument] =
            [quote!(<#private::kind::Probe<), quote!(>>::argument)].map(|tokens| located(tokens, ty.span()));
        quote_spanned!(ty.span()=> #ident: #probe #ty #argument(__arguments, #name, #default)?)
    });
    let built = match id {
        Some(id) => {
            let id_name = model.id_name();
            quote!(::core::result::Result::Ok(Self { #id: #private::ConfigSource::field(__arguments, #id_name, ::core::option::Option::Some(#private::Id::new))?, #(#values),* }))
        }
        None => quote!(::core::unreachable!()),
    };
    let none = Generics::default();
    let implementing = implementing(ident, &none, private);
    let implementing = implementing(&quote!(#private::ConfigEntity));
    quote! {
        #[automatically_derived]
        #implementing {
            fn from_arguments(__arguments: &mut impl #private::ConfigSource) -> #private::Result<Self> {
                #built
            }
        }

        #default
    }
}

/// Begins implementations of traits, which hold where the type is what everything that is recorded is: `checks`
/// says so where it is not. The lifetime is there because a bound without one is an error of its own
/// where it does not hold. A stub has the struct's generics, of which nothing is known.
pub(crate) fn implementing(
    ident: &Ident,
    generics: &Generics,
    private: &TokenStream,
) -> impl Fn(&TokenStream) -> TokenStream {
    let (parameters, arguments, _) = generics.split_for_impl();
    let conditions = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let conditions = quote!(where for<'never> Self: #private::Value, #(#conditions),*);
    move |name| quote!(impl #parameters #name for #ident #arguments #conditions)
}

fn default(ident: &Ident, generics: &Generics, value: &TokenStream) -> TokenStream {
    let (parameters, arguments, conditions) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #parameters ::core::default::Default for #ident #arguments #conditions {
            fn default() -> Self {
                #value
            }
        }
    }
}

fn default_ident(field: &Field) -> Ident {
    format_ident!("__default_{}", field.name)
}

/// A function that makes a field's default, so that it is type-checked where it is written.
fn default_fn(field: &Field, private: &TokenStream) -> Option<TokenStream> {
    let (ident, ty, default) = (default_ident(field), &field.ty, field.default.as_ref()?);
    let value = match ungrouped(default) {
        // A text literal serves for owned text as well.
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            let text_of = quote!(<#private::kind::Probe<#ty>>::text(#text));
            located(text_of, text.span())
        }
        // Not in braces: an expression that begins with a block would be a statement there.
        other => return Some(quote!(fn #ident() -> #ty { let __value: #ty = #other; __value })),
    };
    Some(quote!(fn #ident() -> #ty { let __value: #ty = { #value }; __value }))
}

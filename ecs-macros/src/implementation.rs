//! What makes a function a callable: its slots, how it is called, and its description.

use ecs_syntax::{Asked, Spelled, is_plain, list, located, marker, spelled, ungrouped};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit};

use crate::expand::{Expansion, is_asked, value_at};
use crate::model::{Model, Param, Written};
use crate::names::Generated;
use crate::types::shape;

impl Expansion<'_> {
    /// The slot of the parameter at `position`.
    fn slot(&self, position: usize) -> TokenStream {
        let (private, param) = (&self.inside, &self.model.params[position]);
        let (ty, written) = (&param.ty, self.written(position));
        if !is_asked(param) {
            return quote!(#private::ValueSlot<#private::#written, #ty>);
        }
        let kind = self.kind(position);
        let slot = match &param.written {
            Written::Mut | Written::Str => quote!(SlotOf<#private::#written, #ty, ()>),
            _ if matches!(spelled(ty), Spelled::Name) => quote!(NamedSlotOf<#private::#written, #ty>),
            _ => {
                let marker = marker(ty, Asked::InCall, private);
                quote!(SlotOf<#private::#written, #ty, #marker>)
            }
        };
        quote_spanned!(ty.span()=> <#private::Pick<{ #kind }> as #private::#slot>::Slot)
    }

    /// What is returned.
    pub(crate) fn returns(&self) -> TokenStream {
        let Self { inside: private, model, .. } = self;
        let ident = &model.ident;
        // A future holds the parameters as well.
        let held = model.params.iter().filter(|_| model.is_async).map(|param| &param.ty).chain(&model.result);
        let sendable: Vec<_> =
            held.filter(|ty| !is_plain(ty)).map(|ty| quote!(<#private::kind::Probe<#ty>>::SENDABLE)).collect();
        let (shape, returned) = match &model.result {
            Some(ty) => (shape(ty, private), ty.to_token_stream()),
            None => (quote!(#private::Unit), quote!(())),
        };
        let (declared, shape, returned) = if sendable.is_empty() {
            (TokenStream::new(), shape, returned)
        } else {
            let declared = quote!(const __SENDABLE: ::core::primitive::bool = #(#sendable)&&*;);
            let passed = quote!(<#private::Pass<{ __SENDABLE }> as #private::PassOf<#returned, #shape>>);
            (declared, quote!(#passed::Shape), quote!(#passed::Returned))
        };
        quote! {
            #declared
            impl #private::Returns for #ident {
                type Shape = #shape;
                type Returned = #returned;
            }
        }
    }

    /// A constant expression for whether what is handed on can go from thread to thread.
    pub(crate) fn is_sendable(&self) -> TokenStream {
        if self.hands_on_plain_values() { quote!(true) } else { quote!(__SENDABLE) }
    }

    /// Whether the spelling alone says that what is handed on can go from thread to thread.
    fn hands_on_plain_values(&self) -> bool {
        let model = self.model;
        model.params.iter().filter(|_| model.is_async).map(|param| &param.ty).chain(&model.result).all(is_plain)
    }

    pub(crate) fn implementation(&self) -> TokenStream {
        let Self { inside: private, model, .. } = self;
        let Model { ident, is_async, params, .. } = model;
        let positions = 0..params.len();
        let slots = list(positions.clone().map(|position| self.slot(position)));
        let given = list(model.params.iter().map(|param| {
            let ty = &param.ty;
            quote!(#private::Arg<#ty>)
        }));
        let is_sendable = self.is_sendable();
        let names: Vec<Ident> = positions.clone().map(value_at).collect();
        let pattern = list(names.iter().map(ToTokens::to_token_stream));
        let called = quote!(#ident(#(#names),*));
        // Spelled out, so that the compiler need not work out what the slots pass on: the lifetime is then declared as
        // in the trait, where it is in nothing but what is worked out.
        let passed = list(params.iter().map(|Param { ty, written, .. }| match written {
            Written::Ref => quote!(&'a #ty),
            Written::Mut => quote!(&'a mut #ty),
            Written::Value => quote!(#ty),
            Written::Str => quote!(&'a ::core::primitive::str),
            Written::Slice(element) => quote!(&'a [#element]),
        }));
        let returned = match &model.result {
            None => quote!(()),
            Some(result) if self.hands_on_plain_values() => result.to_token_stream(),
            Some(_) => quote!(<#ident as #private::Returns>::Returned),
        };
        let applied = match (*is_async, self.hands_on_plain_values()) {
            (false, true) => quote!(#private::Applied::Now(#called)),
            (false, false) => quote!(#private::Pass::<#is_sendable>::now(#called)),
            (true, _) => quote!(#private::Pass::<#is_sendable>::later(#called)),
        };
        let (definition, described, count) = (self.definition(), self.described_params(), params.len());
        let recorded = match &model.result {
            Some(result) if is_plain(result) => result.to_token_stream(),
            _ => quote!(#private::ResultRecord<#ident>),
        };
        quote! {
            static __PARAMS: #private::Params<#count> = #private::Params::of(
                [#(#described),*],
                #private::facts::<#ident>(),
                #private::Field::new::<#recorded>("result", <#private::kind::Probe<#recorded>>::SCHEMA),
            );
            #definition

            impl #private::Callable for #ident {
                type Given = #given;
                type Slots = #slots;
                const DEFINITION: &'static #private::Definition = &__DEFINITION;

                fn apply<'a>(#pattern: #passed) -> #private::Applied<'a, #returned>
                where
                    'a: 'a,
                {
                    #applied
                }
            }
        }
    }

    /// The description of each parameter.
    fn described_params(&self) -> Vec<TokenStream> {
        let Self { inside: private, model, .. } = self;
        let described = model.params.iter().map(|param| {
            let Param { name, ty, .. } = param;
            let description = quote!(#private::ParamSource::new(#name, <#private::kind::Probe<#ty>>::SCHEMA));
            match &param.default {
                None => description,
                Some(default) => {
                    let make = default_fn(param, default, private);
                    quote!(#description.with_default(
                        || { #make ::std::boxed::Box::new(__default()) },
                        || { #make #private::to_json(&__default()) },
                    ))
                }
            }
        });
        described.collect()
    }

    fn definition(&self) -> TokenStream {
        let Self { inside: private, model, name, fingerprint, .. } = self;
        let ident = &model.ident;
        let fingerprint = Literal::byte_string(fingerprint);
        let docs = docs_text(model);
        let mode = match (model.is_async, self.options.blocking.is_some()) {
            (true, _) => quote!(Async),
            (false, true) => quote!(Blocking),
            (false, false) => quote!(Inline),
        };
        let generated = [&self.names.input, &self.names.config, &self.names.output].map(|generated| match generated {
            Some(Generated { ident, name, id, .. }) => {
                let id = id.to_string();
                quote! {
                    ::core::option::Option::Some(#private::GeneratedSource {
                        name: #name,
                        rust_name: ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#ident)),
                        id_field: #id,
                    })
                }
            }
            None => quote!(::core::option::Option::None),
        });
        let result = model.result.as_ref().map_or_else(|| quote!(()), ToTokens::to_token_stream);
        let on_conflict = self
            .options
            .on_conflict
            .as_ref()
            .map(|on_conflict| quote!(.with_on_conflict(#private::OnConflict::#on_conflict)));
        let memo = self.options.memo.as_ref().map(|memo| {
            let code = memo.code(private);
            quote! {
                .with_memo(|| {
                    static __MEMO: #private::Memoized = #private::Memoized::of::<#ident>(#code);
                    &__MEMO
                })
            }
        });
        quote! {
            static __DEFINITION: #private::Definition =
                #private::Definition::new(
                    #private::Source {
                        name: #name,
                        docs: #docs,
                        module: ::core::module_path!(),
                        location: #private::here!(),
                        mode: #private::Mode::#mode,
                        fingerprint: *#fingerprint,
                    },
                    &__PARAMS,
                    [#(#generated),*],
                    <#private::kind::Probe<#result>>::SCHEMA,
                    <#private::kind::Probe<#result>>::ENTITY_TYPE,
                    #private::Typed::of::<#ident>(),
                )#on_conflict #memo;
        }
    }
}

/// A function that makes a parameter's default, so that it is type-checked where it is written.
fn default_fn(param: &Param, default: &Expr, private: &TokenStream) -> TokenStream {
    let ty = &param.ty;
    let value = match ungrouped(default) {
        // A text literal serves for owned text as well.
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            let text_of = quote!(<#private::kind::Probe<#ty>>::text(#text));
            located(text_of, text.span())
        }
        // Not in braces: an expression that begins with a block would be a statement there.
        other => return quote!(fn __default() -> #ty { let __value: #ty = #other; __value }),
    };
    quote!(fn __default() -> #ty { let __value: #ty = { #value }; __value })
}

/// The text of the doc comment.
fn docs_text(model: &Model) -> String {
    let lines = model.docs.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(syn::MetaNameValue { value: Expr::Lit(ExprLit { lit: Lit::Str(line), .. }), .. }) => {
            let line = line.value();
            Some(line.strip_prefix(' ').unwrap_or(&line).to_owned())
        }
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

//! The code that `#[callable]` writes.

use ecs_syntax::instead::supported;
use ecs_syntax::{
    Asked, Spelled, Surely, check, checks, is_plain, kind, list, located, marker, spelled, surely, ungrouped,
};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprLit, Lit, LitStr, Type};

use crate::fingerprint::fingerprint;
use crate::fingerprinted::{fingerprinted_already, is_attribute};
use crate::marker::{beside, marker_struct, private};
use crate::memo::Memo;
use crate::model::{Condition, Function, Model, Param, Written, is_named};
use crate::names::{Generated, Names};
use crate::options::Options;
use crate::types::{check_error, check_recordable, shape};

/// Expands `#[callable]`. The function is emitted whatever is wrong with it.
pub(crate) fn callable(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Vec::new();
    let options = Options::read(attribute.clone(), &mut errors);
    let mut function: Function = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error =
                Error::new(error.span(), format!("`#[callable]` goes on a function: {error}")).to_compile_error();
            return quote!(#error #item);
        }
    };
    if let Some(condition) = function.take_condition() {
        return under_condition(&condition, &attribute, &private(options.crate_path.as_ref()));
    }
    if let Some(position) = function.attributes.iter().position(|attribute| is_attribute(attribute, "fingerprinted")) {
        errors.push(fingerprinted_already(&function.attributes.remove(position)));
    }
    let fingerprint = fingerprint(function.code());
    let model = Model::read(&mut function, &mut errors);
    if let Some(blocking) = options.blocking.filter(|_| model.is_async) {
        errors.push(Error::new(
            blocking,
            "`blocking` is for a synchronous function, and this one is `async`; leave one of them out",
        ));
    }
    if options.memo.is_some() {
        Memo::refuse_changes(&model, &mut errors);
    }
    let generated = if errors.is_empty() {
        Expansion::new(&model, &options, &function, fingerprint).expand()
    } else {
        refused(&model, &options, &errors)
    };
    quote! {
        #function
        #generated
    }
}

/// The function as it is where its first condition holds, and as it is elsewhere: whether it does is not
/// known here.
fn under_condition(
    Condition { condition, holds, fails }: &Condition,
    attribute: &TokenStream,
    private: &TokenStream,
) -> TokenStream {
    quote! {
        #[cfg(#condition)]
        #[#private::callable(#attribute)]
        #holds

        #[cfg(not(#condition))]
        #[#private::callable(#attribute)]
        #fails
    }
}

/// The errors, and what stands in for the callable, so that its calls are not errors as well.
///
/// A type that holds an error is never complained of again: whatever is done with a constant of it.
fn refused(model: &Model, options: &Options, errors: &[Error]) -> TokenStream {
    let mut errors = errors.iter().map(Error::to_compile_error);
    if !model.has_place_for_marker {
        return errors.collect();
    }
    let ident = &model.ident;
    let first = errors.next();
    let marker = marker_struct(&model.visibility, ident, model.ends);
    let rest = quote! {
        #[doc(hidden)]
        #[allow(non_local_definitions, non_upper_case_globals, unused, clippy::all, clippy::pedantic)]
        const _: () = {
            type __Refused = [(); #first];

            impl #ident {
                pub const call: __Refused = ::core::unreachable!();
                pub const with: __Refused = ::core::unreachable!();
                pub const partial: __Refused = ::core::unreachable!();
            }
        };
        #(#errors)*
    };
    beside(&quote!(#[doc(hidden)] #marker), &rest, &private(options.crate_path.as_ref()))
}

struct Expansion<'m> {
    model: &'m Model,
    options: &'m Options,
    private: TokenStream,
    /// The same within the block that most of it is in, which brings it in by a short name.
    inside: TokenStream,
    names: Names,
    /// The name it is called by.
    name: String,
    fingerprint: [u8; 32],
}

/// A field of a generated entity.
struct RecordField {
    /// Of which parameter.
    position: usize,
    ident: Ident,
    ty: TokenStream,
    docs: String,
}

/// What the value at a position of a list is bound to.
fn value_at(position: usize) -> Ident {
    format_ident!("__p{position}")
}

/// Whether it takes the type of a parameter to know its kind.
fn is_asked(param: &Param) -> bool {
    !is_plain(&param.ty) || matches!(param.written, Written::Mut)
}

/// Whether the type is spelled as a float.
fn is_float(ty: &Type) -> bool {
    is_named(ty, "f32") || is_named(ty, "f64")
}

/// Whether a parameter can be a config, as far as its spelling says.
fn may_be_config(param: &Param) -> bool {
    !param.is_context && !matches!(param.written, Written::Mut) && surely(&param.ty) == Surely::Unknown
}

/// How many parameters `with` and `partial` can leave open.
const MOST_OPEN: usize = 8;

impl<'m> Expansion<'m> {
    fn new(model: &'m Model, options: &'m Options, function: &Function, fingerprint: [u8; 32]) -> Self {
        let private = private(options.crate_path.as_ref());
        let name = options.name.as_ref().map_or_else(|| model.ident.unraw().to_string(), LitStr::value);
        let names = Names::of(model, &name, function);
        let inside = quote!(__private);
        Self { model, options, private, inside, names, name, fingerprint }
    }

    fn expand(&self) -> TokenStream {
        let (marker, associated) = self.marker();
        let only_one = self.only_one_of_the_crate();
        let (records, implemented) = self.records();
        let constants = self.constants();
        let returns = self.returns();
        let checks = self.checks();
        let implementation = self.implementation();
        let private = &self.private;
        let rest = quote! {
            #associated
            #records
            #[doc(hidden)]
            #[allow(non_local_definitions, unused, clippy::all, clippy::pedantic)]
            const _: () = {
                #only_one
                use #private;
                use __private::asking::*;
                #constants
                #checks
                #returns
                #implementation
                #implemented
                __private::inventory::submit! {
                    __private::CallableRegistration(&__DEFINITION)
                }
            };
        };
        beside(&marker, &self.only_one_of_the_module(&rest), private)
    }

    /// A macro that a crate can have once only, named after the callable.
    fn only_one_of_the_crate(&self) -> TokenStream {
        let span = self.options.name.as_ref().map_or_else(|| self.model.ident.span(), LitStr::span);
        let begun = String::from("only_one_callable_of_a_crate_is_named_");
        let name = self.name.chars().fold(begun, |mut name, character| {
            match character {
                letter if letter.is_alphanumeric() || letter == '_' => name.push(letter),
                other => name.push_str(&format!("_{:x}_", u32::from(other))),
            }
            name
        });
        // A name with letters that no identifier has is looked at when a world is made.
        let Ok(name) = syn::parse_str::<Ident>(&name) else { return TokenStream::new() };
        let only_one = located(quote!(macro_rules! #name { () => {}; }), span);
        quote!(#[doc(hidden)] #[macro_export] #only_one)
    }

    /// What is written for the first function of the name in a module. For a second one, which rustc refuses,
    /// nothing is written, so that not all of that is an error as well: it goes through the macro of the first
    /// one, which knows by its place what is its own.
    fn only_one_of_the_module(&self, written: &TokenStream) -> TokenStream {
        let ident = &self.model.ident;
        let plain = ident.unraw();
        let place = place(ident.span());
        let [own, found] = ["__written_for", "only_one_callable_of_a_module_is_named"]
            .map(|name| format_ident!("{name}_{plain}", span = Span::call_site()));
        let only_one = located(quote!(mod #found { pub(super) use #own as __written; }), ident.span());
        quote! {
            #[doc(hidden)]
            #[allow(unused_macros, unused_macro_rules)]
            macro_rules! #own {
                (#place $($__written:tt)*) => { $($__written)* };
                ($($__other:tt)*) => {};
            }
            #[doc(hidden)]
            #[allow(non_snake_case, unused_imports)]
            #only_one
            #found::__written! { #place #written }
        }
    }

    /// The marker struct, and its associated functions.
    fn marker(&self) -> (TokenStream, TokenStream) {
        let Self { private, model, .. } = self;
        let Model { ident, docs, .. } = model;
        let plain = ident.unraw().to_string();
        let about = format!(" The callable `{plain}`: `{plain}::call(&world, …)` runs and records it.");
        let docs = if docs.is_empty() { quote!() } else { quote!(#(#docs)* #[doc = ""]) };
        let given = list(model.params.iter().map(|param| {
            if param.is_context {
                return quote!(#private::Arg::Default);
            }
            param.ident.to_token_stream()
        }));
        let inputs: Vec<&Param> = model.params.iter().filter(|param| !param.is_context).collect();
        let arguments = inputs.iter().map(|Param { ident, ty, .. }| {
            let into = if is_float(ty) { quote!(IntoFloat) } else { quote!(IntoArg) };
            let takes = located(quote!(impl #private::check::#into<), ty.span());
            let close = located(quote!(>), ty.span());
            quote!(#ident: #takes #ty #close)
        });
        // A static of the user's by that name would be in the way of `world`, and a parameter in that of `__world`.
        let world = format_ident!("__world", span = Span::mixed_site());
        let call_docs =
            format!(" Runs `{plain}` in a world and records it. Each argument is a value, a handle or an address.");
        let call = Ident::new("call", ident.span());
        let scope = located(quote!(impl #private::check::IntoScope<'w>), ident.span());
        let partials = (inputs.len() <= MOST_OPEN).then(|| self.partials());
        let marker = marker_struct(&model.visibility, ident, model.ends);
        let associated = quote! {
            #[allow(non_local_definitions, clippy::too_many_arguments, clippy::must_use_candidate, clippy::self_named_constructors)]
            impl #ident {
                #[doc = #call_docs]
                #[inline]
                pub fn #call<'w>(
                    #world: #scope,
                    #(#arguments),*
                ) -> #private::Call<'w, Self> {
                    #private::Call::new(#world, #given)
                }

                #partials
            }
        };
        (quote!(#docs #[doc = #about] #marker), associated)
    }

    fn partials(&self) -> TokenStream {
        let private = &self.private;
        let plain = self.model.ident.unraw().to_string();
        let with_docs = format!(
            " `{plain}` with its config bound, for many calls: the config itself; several as a tuple, in the order of the \
             parameters; where there is no config but one entity, its plain values."
        );
        let partial_docs = format!(" The plain function `{plain}` with its config bound, usable without a world.");
        let span = self.model.ident.span();
        let [with, partial_of] = ["with", "partial"].map(|name| Ident::new(name, span));
        // Their types are worked out where they are called.
        let fixtures = located(quote!(impl #private::check::IntoFixtures<__F::Fixtures, __F::Form>), span);
        let (partial, given) = if self.model.is_async {
            (quote!(partial_async), quote!(AsyncPartial))
        } else {
            (quote!(partial), quote!(Closure))
        };
        quote! {
            #[doc = #with_docs]
            #[inline]
            pub fn #with<__F: #private::Bindable>(__bound: #fixtures) -> __F::Bound
            where
                Self: #private::Itself<__F>,
            {
                <__F as #private::Bindable>::with(__bound)
            }

            #[doc = #partial_docs]
            #[inline]
            pub fn #partial_of<__F: #private::Bindable>(__bound: __F::Form) -> __F::#given
            where
                Self: #private::Itself<__F>,
            {
                <__F as #private::Bindable>::#partial(__bound)
            }
        }
    }

    /// The generated entities, and what is implemented for them.
    fn records(&self) -> (TokenStream, TokenStream) {
        let Self { private, model, .. } = self;
        let (marker, plain) = (&model.ident, model.ident.unraw().to_string());
        let input = self.names.input.as_ref().map(|generated| {
            let about =
                format!(" What a call of `{plain}` was given, when it is not one entity: generated by `#[callable]`.");
            self.record(generated, "Input", &about, &self.of_params("Recorded", &self.inputs()))
        });
        let config = self.names.config.as_ref().map(|generated| {
            let about = format!(
                " The plain values that a call of `{plain}` was given beside an entity or a config: generated by `#[callable]`."
            );
            self.record(generated, "Config", &about, &self.of_params("Configured", &self.configured()))
        });
        let output = self.names.output.as_ref().map(|generated| {
            let about = format!(" The plain values that a call of `{plain}` returned: generated by `#[callable]`.");
            (self.record_type(generated, &about, &quote!(#private::OutputFields<#marker>)), TokenStream::new())
        });
        let (declared, implemented): (Vec<_>, Vec<_>) = [input, config, output].into_iter().flatten().unzip();
        (quote!(#(#declared)*), quote!(#(#implemented)*))
    }

    /// The fields of a generated entity for these parameters, with their positions. `held` says of what is not
    /// plain by its spelling what is held of it.
    fn of_params(&self, held: &str, params: &[(usize, &Param)]) -> Vec<RecordField> {
        let (private, marker) = (&self.private, &self.model.ident);
        let held = Ident::new(held, Span::call_site());
        let field = |&(position, param): &(usize, &Param)| {
            let how = if is_asked(param) { ": a value as it is, an entity as a reference to its version" } else { "" };
            let ty = if is_asked(param) {
                let place = self.position(position);
                quote!(#private::#held<#marker, #place>)
            } else {
                // What the spelling says need not be asked.
                param.ty.to_token_stream()
            };
            let docs = format!(" What was given for `{}`{how}.", param.name);
            RecordField { position, ident: param.ident.clone(), ty, docs }
        };
        params.iter().map(field).collect()
    }

    /// The parameters that are inputs: all but the context.
    fn inputs(&self) -> Vec<(usize, &'m Param)> {
        self.model.params.iter().enumerate().filter(|(_, param)| !param.is_context).collect()
    }

    /// The parameters that can be in the generated config: what is behind `&mut` is no value.
    fn configured(&self) -> Vec<(usize, &'m Param)> {
        let params = self.model.params.iter().enumerate();
        params.filter(|(_, param)| !param.is_context && !matches!(param.written, Written::Mut)).collect()
    }

    /// A generated entity with a struct of its fields, and what is implemented for that.
    fn record(
        &self,
        generated: &Generated,
        part: &str,
        about: &str,
        fields: &[RecordField],
    ) -> (TokenStream, TokenStream) {
        let Self { private, inside, model, .. } = self;
        let Model { ident: marker, visibility, .. } = model;
        let Generated { ident, fields_ident, id, is_certain, .. } = generated;
        let record = self.record_type(generated, about, &fields_ident.to_token_stream());
        let about_fields = format!(" The fields of [`{ident}`].");
        let hidden = (!is_certain).then(|| quote!(#[doc(hidden)]));
        let declared = fields.iter().map(|RecordField { ident, ty, docs, .. }| quote!(#[doc = #docs] pub #ident: #ty));
        let declared = quote! {
            #record

            #[doc = #about_fields]
            #hidden
            #visibility struct #fields_ident {
                /// The identity.
                pub #id: #private::Id,
                #(#declared),*
            }
        };
        let part = Ident::new(part, Span::call_site());
        let made = fields.iter().map(|RecordField { position, ident, .. }| {
            let value = value_at(*position);
            quote!(#ident: #value)
        });
        let field_at = |position| fields.iter().find(|field| field.position == position);
        // Their types are spelled out, so that the compiler need not work them out.
        let (values, types): (Vec<_>, Vec<_>) = (0..model.params.len())
            .map(|position| match field_at(position) {
                Some(field) => (value_at(position).to_token_stream(), field.ty.clone()),
                None => (quote!(_), quote!(#private::Elsewhere)),
            })
            .unzip();
        let (values, types) = (list(values.into_iter()), list(types.into_iter()));
        let implemented = quote! {
            impl #inside::Fields for #fields_ident {
                type Of = #inside::#part<#marker>;
                type List = #types;

                #[inline]
                fn of(__id: #inside::Id, #values: Self::List) -> Self {
                    Self { #id: __id, #(#made),* }
                }
            }
        };
        (declared, implemented)
    }

    /// The name of a generated entity with these fields.
    fn record_type(&self, generated: &Generated, about: &str, fields: &TokenStream) -> TokenStream {
        let (private, visibility) = (&self.private, &self.model.visibility);
        let Generated { ident, is_certain, .. } = generated;
        let hidden = (!is_certain).then(|| quote!(#[doc(hidden)]));
        quote! {
            #[doc = #about]
            #hidden
            #[allow(dead_code)]
            #visibility type #ident = #private::Record<#fields>;
        }
    }

    /// The constants that are asked for more than once: the kind of each parameter's type.
    fn constants(&self) -> TokenStream {
        let Self { inside: private, model, .. } = self;
        let asked = model.params.iter().enumerate().filter(|(_, param)| is_asked(param));
        let kinds = asked.map(|(position, param)| {
            let (name, kind) = (format_ident!("__KIND_{position}"), kind(&param.ty, Asked::InCall, private));
            quote!(const #name: ::core::primitive::u8 = #kind;)
        });
        quote!(#(#kinds)*)
    }

    /// Whether there can be a config other than the parameter at `position`.
    fn may_have_config_beside(&self, position: usize) -> bool {
        self.model.params.iter().enumerate().any(|(other, param)| other != position && may_be_config(param))
    }

    /// A constant expression for the kind of the type of the parameter at `position`.
    fn kind_of_type(&self, position: usize) -> TokenStream {
        let private = &self.inside;
        if !is_asked(&self.model.params[position]) {
            return quote!(#private::kind::VALUE);
        }
        format_ident!("__KIND_{position}").to_token_stream()
    }

    /// A constant expression for the kind of the parameter at `position`, by its type and how it is written.
    fn kind(&self, position: usize) -> TokenStream {
        let (private, param, kind) = (&self.inside, &self.model.params[position], self.kind_of_type(position));
        match param.written {
            Written::Mut => quote!(#private::kind::mutable(#kind)),
            Written::Value => quote!(#private::kind::owned(#kind)),
            _ => kind,
        }
    }

    /// How the parameter at `position` is written.
    fn written(&self, position: usize) -> TokenStream {
        match &self.model.params[position].written {
            Written::Ref => quote!(ByRef),
            Written::Value => quote!(ByValue),
            Written::Mut => quote!(ByMut),
            Written::Str => quote!(ByStr),
            Written::Slice(element) => quote!(BySlice<#element>),
        }
    }

    /// The type that stands for a position.
    fn position(&self, position: usize) -> TokenStream {
        let private = &self.private;
        (0..position).fold(quote!(#private::First), |before, _| quote!(#private::Behind<#before>))
    }

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
    fn returns(&self) -> TokenStream {
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
    fn is_sendable(&self) -> TokenStream {
        if self.hands_on_plain_values() { quote!(true) } else { quote!(__SENDABLE) }
    }

    /// Whether the spelling alone says that what is handed on can go from thread to thread.
    fn hands_on_plain_values(&self) -> bool {
        let model = self.model;
        model.params.iter().filter(|_| model.is_async).map(|param| &param.ty).chain(&model.result).all(is_plain)
    }

    /// Compile-time checks in the user's terms.
    fn checks(&self) -> TokenStream {
        let params = self.model.params.iter().enumerate();
        let params = params.filter(|(_, param)| is_asked(param));
        let params = params.map(|(position, param)| self.check_param(position, param));
        let result = self.model.result.as_ref().filter(|ty| !is_plain(ty)).map(|ty| self.check_result(ty));
        let names = self.model.params.iter().enumerate().filter(|(_, param)| !param.is_context);
        let names = names.filter(|(position, _)| self.may_have_config_beside(*position));
        let names = names.map(|(position, param)| self.check_name(position, param));
        quote! {
            fn __checked() { #(#params)* #result }
            #(#names)*
        }
    }

    fn check_param(&self, position: usize, param: &Param) -> TokenStream {
        let (private, ty) = (&self.inside, &param.ty);
        let kind = self.kind_of_type(position);
        let supported = match param.written {
            Written::Mut => {
                let is_config = quote!(#kind == #private::kind::CONFIG);
                let unless_context = quote!(#private::kind::unless_context(#kind));
                let entity = supported(ty, "MutableParameter", &unless_context, private);
                let unchanged = check(ty, "UnchangedConfig", &is_config, ty.span(), private);
                let lent = is_named(ty, "Context").then(|| {
                    let is_context = quote!(#kind == #private::kind::CONTEXT);
                    check(ty, "LentContext", &is_context, ty.span(), private)
                });
                quote!(#entity #unchanged #lent)
            }
            Written::Value if is_named(ty, "Context") => {
                let is_context = quote!(#kind == #private::kind::CONTEXT);
                let lent = check(ty, "LentContext", &is_context, ty.span(), private);
                let supported = checks(ty, "Parameter", private);
                quote!(#lent #supported)
            }
            _ if param.is_context => check(ty, "ItselfContext", &kind, ty.span(), private),
            Written::Ref if matches!(spelled(ty), Spelled::Name) => {
                let supported = supported(ty, "Parameter", &kind, private);
                let is_context = quote!(#kind == #private::kind::CONTEXT);
                let named = check(ty, "NamedContext", &is_context, ty.span(), private);
                quote!(#supported #named)
            }
            _ if matches!(spelled(ty), Spelled::Name) => supported(ty, "Parameter", &kind, private),
            _ => checks(ty, "Parameter", private),
        };
        let default = param.default.as_ref().map(|default| {
            let ty = syn::parse2(located(ty, default.span())).unwrap_or_else(|_| ty.clone());
            check(&ty, "Defaultable", &kind, default.span(), private)
        });
        quote!(#supported #default)
    }

    fn check_result(&self, ty: &Type) -> TokenStream {
        let (private, ident, is_sendable) = (&self.inside, &self.model.ident, self.is_sendable());
        let recordable = check_recordable(ty, private);
        let error = check_error(ty, private);
        let changes = self.model.params.iter().any(|param| matches!(param.written, Written::Mut));
        let informative = (!changes).then(|| {
            let is_unit = quote! {
                <<#ident as #private::Returns>::Returned as #private::Returned<<#ident as #private::Returns>::Shape>>::IS_UNIT
            };
            check(ty, "Informative", &quote!(#is_sendable && #is_unit), ty.span(), private)
        });
        quote!(#recordable #error #informative)
    }

    /// What a name must not mean beside the parameter at `position`.
    fn check_name(&self, position: usize, param: &Param) -> TokenStream {
        let (private, ident) = (&self.inside, &self.model.ident);
        let name = &param.name;
        let check = located(quote!(#private::names::check::<#ident>), param.ident.span());
        let arguments = quote!(#name, #position);
        let checked = quote_spanned!(param.ident.span()=> #check(#arguments));
        let of_name = format_ident!("__NAME_{position}");
        quote!(static #of_name: () = #checked;)
    }

    fn implementation(&self) -> TokenStream {
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

/// A token that is another in another place of the source, as far as places are known.
fn place(span: Span) -> String {
    if !proc_macro::is_available() {
        return "place".to_owned();
    }
    let span = span.unwrap();
    format!("{}:{}", span.line(), span.column())
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

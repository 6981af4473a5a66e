//! The code that `#[callable]` writes.

use ecs_syntax::{Asked, Surely, is_plain, kind, list, located, surely};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Error, LitStr, Type};

use crate::fingerprint::fingerprint;
use crate::fingerprinted::{fingerprinted_already, is_attribute};
use crate::marker::{beside, marker_struct, private};
use crate::memo::Memo;
use crate::model::{Condition, Function, Model, Param, Written, is_named};
use crate::names::Names;
use crate::options::Options;

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

/// The expansion of one function. What it writes of generated entities is in `records`, of checks in `checks`, and
/// what makes the function a callable in `implementation`.
pub(crate) struct Expansion<'m> {
    pub(crate) model: &'m Model,
    pub(crate) options: &'m Options,
    pub(crate) private: TokenStream,
    /// The same within the block that most of it is in, which brings it in by a short name.
    pub(crate) inside: TokenStream,
    pub(crate) names: Names,
    /// The name it is called by.
    pub(crate) name: String,
    pub(crate) fingerprint: [u8; 32],
}

/// What the value at a position of a list is bound to.
pub(crate) fn value_at(position: usize) -> Ident {
    format_ident!("__p{position}")
}

/// Whether it takes the type of a parameter to know its kind.
pub(crate) fn is_asked(param: &Param) -> bool {
    !is_plain(&param.ty) || matches!(param.written, Written::Mut)
}

/// Whether the type is spelled as a float.
pub(crate) fn is_float(ty: &Type) -> bool {
    is_named(ty, "f32") || is_named(ty, "f64")
}

/// Whether a parameter can be a config, as far as its spelling says.
pub(crate) fn may_be_config(param: &Param) -> bool {
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
    pub(crate) fn may_have_config_beside(&self, position: usize) -> bool {
        self.model.params.iter().enumerate().any(|(other, param)| other != position && may_be_config(param))
    }

    /// A constant expression for the kind of the type of the parameter at `position`.
    pub(crate) fn kind_of_type(&self, position: usize) -> TokenStream {
        let private = &self.inside;
        if !is_asked(&self.model.params[position]) {
            return quote!(#private::kind::VALUE);
        }
        format_ident!("__KIND_{position}").to_token_stream()
    }

    /// A constant expression for the kind of the parameter at `position`, by its type and how it is written.
    pub(crate) fn kind(&self, position: usize) -> TokenStream {
        let (private, param, kind) = (&self.inside, &self.model.params[position], self.kind_of_type(position));
        match param.written {
            Written::Mut => quote!(#private::kind::mutable(#kind)),
            Written::Value => quote!(#private::kind::owned(#kind)),
            _ => kind,
        }
    }

    /// How the parameter at `position` is written.
    pub(crate) fn written(&self, position: usize) -> TokenStream {
        match &self.model.params[position].written {
            Written::Ref => quote!(ByRef),
            Written::Value => quote!(ByValue),
            Written::Mut => quote!(ByMut),
            Written::Str => quote!(ByStr),
            Written::Slice(element) => quote!(BySlice<#element>),
        }
    }

    /// The type that stands for a position.
    pub(crate) fn position(&self, position: usize) -> TokenStream {
        let private = &self.private;
        (0..position).fold(quote!(#private::First), |before, _| quote!(#private::Behind<#before>))
    }
}

/// A token that is another in another place of the source, as far as places are known.
fn place(span: Span) -> String {
    if !proc_macro::is_available() {
        return "place".to_owned();
    }
    let span = span.unwrap();
    format!("{}:{}", span.line(), span.column())
}

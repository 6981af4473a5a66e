//! The function as the macro sees it, with its mistakes.

use ecs_syntax::PRIMITIVES;
use ecs_syntax::keys::is_near;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Error, Expr, FnArg, Ident, Lifetime, Meta, Pat, PatType, ReturnType, Signature, Token, Type,
    TypeImplTrait, TypeParamBound, TypeReference, TypeTraitObject, Visibility, parse_quote_spanned,
};

/// A function item whose body is left as it is.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(crate) body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl Function {
    /// The tokens that make out what the function does: all but its doc comment.
    pub(crate) fn code(&self) -> TokenStream {
        let attributes = self.attributes.iter().filter(|attribute| !attribute.path().is_ident("doc"));
        let (signature, body) = (&self.signature, &self.body);
        quote!(#(#attributes)* #signature #body)
    }

    /// Takes the first condition off a parameter, and tells what becomes of the function where it holds and
    /// where it does not.
    pub(crate) fn take_condition(&mut self) -> Option<Condition> {
        let taken = self.signature.inputs.iter_mut().enumerate().find_map(|(position, input)| {
            let attributes = attributes_of(input);
            let index = attributes.iter().position(is_condition)?;
            Some((position, index, attributes.remove(index)))
        });
        let (position, index, attribute) = taken?;
        let condition = attribute.meta.require_list().ok()?.tokens.clone();
        if attribute.path().is_ident("cfg") {
            return Some(Condition { condition, holds: self.to_token_stream(), fails: self.without(position) });
        }
        let Conditional { condition, attributes } = syn::parse2(condition).ok()?;
        let fails = self.to_token_stream();
        if let Some(input) = self.signature.inputs.iter_mut().nth(position) {
            attributes_of(input).splice(index..index, attributes);
        }
        Some(Condition { condition, holds: self.to_token_stream(), fails })
    }

    /// The function without the parameter at `position`.
    fn without(&self, position: usize) -> TokenStream {
        let Self { attributes, visibility, signature, body } = self;
        let mut signature = signature.clone();
        let inputs = std::mem::take(&mut signature.inputs).into_iter().enumerate();
        signature.inputs = inputs.filter(|(at, _)| *at != position).map(|(_, input)| input).collect();
        quote!(#(#attributes)* #visibility #signature #body)
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for attribute in &self.attributes {
            attribute.to_tokens(tokens);
        }
        self.visibility.to_tokens(tokens);
        self.signature.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}

/// What depends on a condition that is not known here.
pub(crate) struct Condition {
    pub(crate) condition: TokenStream,
    /// The function where it holds.
    pub(crate) holds: TokenStream,
    /// The function where it does not.
    pub(crate) fails: TokenStream,
}

/// What stands in `#[cfg_attr(…)]`.
struct Conditional {
    condition: TokenStream,
    attributes: Vec<Attribute>,
}

impl Parse for Conditional {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `true` and `false` are conditions as well.
        let mut condition = TokenStream::new();
        while !input.peek(Token![,]) {
            condition.extend([input.parse::<TokenTree>()?]);
        }
        input.parse::<Token![,]>()?;
        let attributes = Punctuated::<Meta, Token![,]>::parse_terminated(input)?;
        let attributes = attributes.into_iter().map(|meta| parse_quote_spanned!(meta.span()=> #[#meta])).collect();
        Ok(Self { condition, attributes })
    }
}

fn attributes_of(input: &mut FnArg) -> &mut Vec<Attribute> {
    match input {
        FnArg::Typed(input) => &mut input.attrs,
        FnArg::Receiver(receiver) => &mut receiver.attrs,
    }
}

/// Whether what is to be known of a parameter depends on the attribute's condition: a lint that is allowed
/// under one does not matter here, and what does not parse is rustc's to complain about.
fn is_condition(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.meta.require_list().is_ok()
        || attribute.path().is_ident("cfg_attr")
            && attribute.parse_args::<Conditional>().is_ok_and(|Conditional { attributes, .. }| {
                attributes.iter().any(|attribute| attribute.path().is_ident("default") || is_condition(attribute))
            })
}

/// How a parameter is written.
pub(crate) enum Written {
    Ref,
    Mut,
    Value,
    Str,
    Slice(Box<Type>),
}

/// One parameter.
pub(crate) struct Param {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) written: Written,
    /// The owned type: `String` for `&str`, `Vec<T>` for `&[T]`, else what stands behind `&`.
    pub(crate) ty: Type,
    pub(crate) default: Option<Expr>,
    /// `#[cfg]` and lint attributes of the parameter.
    pub(crate) is_context: bool,
}

/// A callable.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) docs: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// Where the signature begins and ends.
    pub(crate) ends: [Span; 2],
    pub(crate) is_async: bool,
    pub(crate) params: Vec<Param>,
    /// The return type; none for nothing and for `()`.
    pub(crate) result: Option<Type>,
    /// Whether the marker struct can stand beside the function: not in an `impl`, nor under the name
    /// of a primitive type.
    pub(crate) has_place_for_marker: bool,
}

impl Model {
    /// Reads the function, and takes `#[default(…)]` off its parameters.
    pub(crate) fn read(function: &mut Function, errors: &mut Vec<Error>) -> Self {
        let signature = &mut function.signature;
        refuse_qualifiers(signature, errors);
        refuse_self_type(signature, errors);
        let before = errors.len();
        let mut params: Vec<Param> =
            signature.inputs.iter_mut().filter_map(|input| Param::read(input, errors)).collect();
        tell_apart(&mut params);
        refuse_too_many_changes(signature, errors);
        // rustc would refuse it as well.
        signature.variadic = None;
        let are_params_fine = errors.len() == before;
        let result = match &signature.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) if is_unit(ty) => None,
            ReturnType::Type(_, ty) => {
                refuse_in_result(ty, errors);
                Some((**ty).clone())
            }
        };
        let model = Self {
            ident: signature.ident.clone(),
            docs: function.attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).cloned().collect(),
            visibility: function.visibility.clone(),
            ends: ends(signature),
            is_async: signature.asyncness.is_some(),
            params,
            result,
            has_place_for_marker: has_place_for_marker(signature),
        };
        // A parameter that was refused may have been meant as the one that changes.
        if are_params_fine {
            model.refuse_nothing_to_record(errors);
        }
        model
    }

    fn refuse_nothing_to_record(&self, errors: &mut Vec<Error>) {
        let changes = self.params.iter().any(|param| matches!(param.written, Written::Mut));
        let returns = match &self.result {
            None => false,
            Some(result) => !success_of(result).is_some_and(is_unit),
        };
        if !changes && !returns {
            errors.push(Error::new(
                self.ident.span(),
                format!(
                    "`{}` has nothing to record: it returns nothing and takes no `&mut` entity; return an entity or a \
                     value, or take the entity it changes as `&mut`",
                    self.ident.unraw()
                ),
            ));
        }
    }
}

/// Where a signature begins and ends.
pub(crate) fn ends(signature: &Signature) -> [Span; 2] {
    let mut spans = signature.to_token_stream().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    [first, spans.last().unwrap_or(first)]
}

/// Whether a struct of the function's name can stand beside it.
pub(crate) fn has_place_for_marker(signature: &Signature) -> bool {
    let name = signature.ident.unraw().to_string();
    let is_in_impl = signature.receiver().is_some() || self_type(signature.to_token_stream()).is_some();
    !is_in_impl && !PRIMITIVES.contains(&name.as_str())
}

/// A function that speaks of `Self` is in an `impl`, where a callable's types cannot stand.
fn refuse_self_type(signature: &Signature, errors: &mut Vec<Error>) {
    if signature.receiver().is_some() {
        return;
    }
    if let Some(span) = self_type(signature.to_token_stream()) {
        errors.push(Error::new(
            span,
            "a callable is a plain function outside of any `impl`: move it out, and name the type instead of `Self`",
        ));
    }
}

fn self_type(tokens: TokenStream) -> Option<Span> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => Some(ident.span()),
        TokenTree::Group(group) => self_type(group.stream()),
        _ => None,
    })
}

/// The most entities that one callable changes: as many as its typed output names beside the result.
const MOST_CHANGED: usize = 6;

fn refuse_too_many_changes(signature: &Signature, errors: &mut Vec<Error>) {
    let mut changed = signature.inputs.iter().filter(|input| match input {
        FnArg::Typed(input) => matches!(written(&input.ty).0, Written::Mut),
        FnArg::Receiver(_) => false,
    });
    if let Some(input) = changed.nth(MOST_CHANGED) {
        errors.push(Error::new_spanned(
            input,
            format!(
                "a callable takes at most {MOST_CHANGED} entities as `&mut`; take the others by value, in a `Vec` or an \
                 array if you like, and return them"
            ),
        ));
    }
}

/// The success of a type spelled as a `Result`.
fn success_of(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Result")?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}

fn refuse_qualifiers(signature: &Signature, errors: &mut Vec<Error>) {
    let mut refuse = |span: Span, message: &str| errors.push(Error::new(span, message));
    let name = signature.ident.unraw().to_string();
    if PRIMITIVES.contains(&name.as_str()) {
        refuse(
            signature.ident.span(),
            &format!(
                "a callable named `{name}` would hide the primitive type `{name}`; give the function another name"
            ),
        );
    }
    if let Some(token) = &signature.constness {
        refuse(token.span(), "a callable cannot be `const`: leave out `const`");
    }
    if !matches!(signature.safety, syn::Safety::Default) {
        refuse(
            signature.safety.span(),
            "a callable cannot be `unsafe`: anyone may call it by its name; make a safe function around it",
        );
    }
    if let Some(abi) = &signature.abi {
        refuse(abi.extern_token.span(), "a callable cannot be `extern`: leave out the ABI");
    }
    for parameter in &signature.generics.params {
        match parameter {
            syn::GenericParam::Lifetime(lifetime) => refuse(
                lifetime.lifetime.span(),
                "a callable has no lifetimes of its own: what it takes by reference lives as long as the call, and what \
                 it returns is owned; leave the lifetime out",
            ),
            syn::GenericParam::Type(parameter) => refuse(
                parameter.ident.span(),
                "a callable has no type parameters: what is recorded has concrete types; write one callable for each \
                 type you need, and call the generic function from them",
            ),
            syn::GenericParam::Const(parameter) => refuse(
                parameter.ident.span(),
                "a callable has no const parameters: what is recorded has concrete types; write one callable for each \
                 value you need, or take it as a parameter",
            ),
        }
    }
    if let Some(variadic) = &signature.variadic {
        refuse(variadic.span(), "a callable cannot be variadic: take a `Vec`");
    }
}

/// Gives parameters of one name, which rustc refuses, names of their own, so that nothing else is wrong.
fn tell_apart(params: &mut [Param]) {
    for position in 1..params.len() {
        let (before, [param, ..]) = params.split_at_mut(position) else { return };
        if before.iter().any(|other| other.name == param.name) {
            param.name = format!("{}_{position}", param.name);
            param.ident = Ident::new(&param.name, param.ident.span());
        }
    }
}

impl Param {
    fn read(input: &mut FnArg, errors: &mut Vec<Error>) -> Option<Self> {
        let input = match input {
            FnArg::Receiver(receiver) => {
                errors.push(Error::new_spanned(
                    receiver,
                    "a callable is a plain function without `self`: move it out of the `impl`, and take the entity as a \
                     parameter, such as `student: &mut Student`",
                ));
                return None;
            }
            FnArg::Typed(input) => input,
        };
        let default = take_default(input, errors);
        let Pat::Ident(pattern) = &*input.pat else {
            errors.push(Error::new_spanned(
                &input.pat,
                "a parameter of a callable has a plain name, under which its argument is recorded; give it one, and take \
                 the value apart in the body",
            ));
            return None;
        };
        let before = errors.len();
        let (written, ty) = written(&input.ty);
        if matches!(written, Written::Mut) && (matches!(ty, Type::Slice(_)) || is_named(&ty, "str")) {
            errors.push(Error::new_spanned(
                &input.ty,
                "a parameter of a callable cannot be a slice or a text behind `&mut`: only an entity is changed in \
                 place; take it by value, such as `Vec<Student>` or `String`, and return what is to be recorded",
            ));
            return None;
        }
        refuse_in_parameter(&ty, errors);
        if errors.len() > before {
            return None;
        }
        let is_context = matches!(written, Written::Ref) && is_named(&ty, "Context");
        if let Some(default) = default.as_ref().filter(|_| is_context) {
            errors.push(Error::new_spanned(
                default,
                "the context has no default: every call passes its own; leave the default out",
            ));
            return None;
        }
        Some(Self {
            name: pattern.ident.unraw().to_string(),
            ident: pattern.ident.clone(),
            written,
            ty,
            default,
            is_context,
        })
    }
}

/// Takes `#[default(…)]` off a parameter.
fn take_default(input: &mut PatType, errors: &mut Vec<Error>) -> Option<Expr> {
    let mut default = None;
    for attribute in std::mem::take(&mut input.attrs) {
        if let Some(name) = misspelt_default(&attribute) {
            let message = format!("a parameter has no attribute `{name}`; did you mean `#[default(expression)]`?");
            errors.push(Error::new(name.span(), message));
            continue;
        }
        if !attribute.path().is_ident("default") {
            input.attrs.push(attribute);
            continue;
        }
        match attribute.parse_args::<Expr>() {
            Ok(_) if default.is_some() => {
                errors.push(Error::new_spanned(&attribute, "a parameter has one default; leave one of them out"));
            }
            Ok(expression) => default = Some(expression),
            Err(_) => errors.push(Error::new_spanned(
                &attribute,
                "a default is written `#[default(expression)]`, such as `#[default(3.5)]`",
            )),
        }
    }
    default
}

/// The name of an attribute that is none, if `default` may have been meant by it.
fn misspelt_default(attribute: &Attribute) -> Option<&Ident> {
    attribute.path().get_ident().filter(|name| *name != "default" && is_near(&name.to_string(), "default"))
}

/// Tells how a parameter is written, and its owned type.
fn written(ty: &Type) -> (Written, Type) {
    match ty {
        Type::Group(group) => written(&group.elem),
        Type::Paren(paren) => written(&paren.elem),
        Type::Reference(reference) if reference.mutability.is_some() => (Written::Mut, (*reference.elem).clone()),
        Type::Reference(reference) => match &*reference.elem {
            Type::Slice(slice) => {
                let element = (*slice.elem).clone();
                (Written::Slice(Box::new(element.clone())), vec_of(&element))
            }
            element if is_named(element, "str") => (Written::Str, string_at(element.span())),
            element => (Written::Ref, element.clone()),
        },
        other => (Written::Value, other.clone()),
    }
}

fn vec_of(element: &Type) -> Type {
    parse_quote_spanned!(element.span()=> ::std::vec::Vec<#element>)
}

fn string_at(span: Span) -> Type {
    parse_quote_spanned!(span=> ::std::string::String)
}

/// Whether the type is spelled by a path that ends in this name, without arguments.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    match ty {
        Type::Group(group) => is_named(&group.elem, name),
        Type::Paren(paren) => is_named(&paren.elem, name),
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == name && matches!(last.arguments, syn::PathArguments::None)),
        _ => false,
    }
}

/// Finds what a recorded type cannot contain.
struct Refuse<'e> {
    errors: &'e mut Vec<Error>,
    what: &'static str,
}

impl VisitMut for Refuse<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        let message = match ty {
            Type::ImplTrait(TypeImplTrait { bounds, .. }) | Type::TraitObject(TypeTraitObject { bounds, .. })
                if bounds.iter().any(is_function) =>
            {
                "cannot be a closure: code cannot be recorded as a value; name the choice with an enum"
            }
            Type::ImplTrait(_) => {
                "cannot be an `impl Trait`: what is recorded has one known type; name the type, such as `Vec<f64>` or `String`"
            }
            Type::Ptr(_) => "cannot be a raw pointer: what it points at cannot be recorded; use the value itself",
            Type::FnPtr(_) => {
                "cannot be a function pointer: code cannot be recorded as a value; name the choice with an enum"
            }
            Type::TraitObject(_) => {
                "cannot be a trait object: what is recorded has one known type; name the type, or write an enum of the types"
            }
            Type::Infer(_) => "cannot be `_`: name the type",
            Type::Never(_) => "cannot be `!`: return what is to be recorded",
            Type::Slice(_) => "cannot be a bare slice: use a `Vec`",
            _ => return visit_mut::visit_type_mut(self, ty),
        };
        self.errors.push(Error::new_spanned(ty, format!("{} {message}", self.what)));
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        self.errors.push(Error::new_spanned(
            reference,
            format!("{} cannot hold a reference: what is recorded is owned; use the owned type, such as `String` for `&str`", self.what),
        ));
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        self.errors.push(Error::new(
            lifetime.span(),
            format!("{} cannot hold anything borrowed: what is recorded is owned; use the owned type", self.what),
        ));
    }

    fn visit_type_impl_trait_mut(&mut self, _: &mut TypeImplTrait) {}
}

/// Whether the bound is `Fn`, `FnMut` or `FnOnce`.
fn is_function(bound: &TypeParamBound) -> bool {
    match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| {
            ["Fn", "FnMut", "FnOnce"].iter().any(|name| last.ident == name)
                && matches!(last.arguments, syn::PathArguments::Parenthesized(_))
        }),
        _ => false,
    }
}

fn refuse_in_parameter(ty: &Type, errors: &mut Vec<Error>) {
    Refuse { errors, what: "a parameter of a callable" }.visit_type_mut(&mut ty.clone());
}

fn refuse_in_result(ty: &Type, errors: &mut Vec<Error>) {
    // The error of a `Result` is not recorded as a value, only its message.
    let recorded = success_of(ty).unwrap_or(ty);
    Refuse { errors, what: "the result of a callable" }.visit_type_mut(&mut recorded.clone());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(source: &str) -> Vec<String> {
        let mut function: Function = syn::parse_str(source).expect("a function");
        let mut errors = Vec::new();
        Model::read(&mut function, &mut errors);
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn doc_comments_and_visibility_are_no_code_and_attributes_are() {
        let code = |source: &str| syn::parse_str::<Function>(source).expect("a function").code().to_string();
        assert_eq!(code("/// Adds.\npub fn f(x: u8) -> u8 { x + 1 }"), code("fn f(x: u8) -> u8 { x + 1 }"));
        assert_ne!(code("#[inline] fn f(x: u8) -> u8 { x + 1 }"), code("fn f(x: u8) -> u8 { x + 1 }"));
        assert_ne!(code("fn f(#[default(1)] x: u8) -> u8 { x }"), code("fn f(x: u8) -> u8 { x }"));
    }

    #[test]
    fn a_function_that_can_be_a_callable_has_no_mistakes() {
        for fine in [
            "fn f(student: &mut Student, by: f64) {}",
            "async fn f(students: &[Student], text: &str, context: &Context) -> Result<Vec<Student>, Box<dyn Error>> {}",
            "fn f(#[default(1)] r#type: u8) -> (u8, Student) {}",
        ] {
            assert_eq!(mistakes(fine), Vec::<String>::new(), "{fine}");
        }
    }

    #[test]
    fn one_mistake_is_one_error() {
        for wrong in [
            "fn f(&self) {}",
            "fn f(student: &Student) {}",
            "fn f(student: &Student) -> Result<(), String> {}",
            "fn f((a, b): (u8, u8)) -> u8 {}",
            "fn f(a: Option<&Student>) -> u8 {}",
            "fn f(a: Cow<'_, str>) -> u8 {}",
            "fn f(a: impl Display) {}",
            "fn f() -> impl Display {}",
            "fn f(a: &mut dyn Display) {}",
            "fn f<T>() -> u8 {}",
            "fn f(a: &'a Student) -> &'a str {}",
            "fn u8() -> bool {}",
        ] {
            assert_eq!(mistakes(wrong).len(), 1, "{wrong}: {:?}", mistakes(wrong));
        }
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let source = "unsafe extern \"C\" fn f<T>(_: u8, a: *const u8, #[default] b: u8) -> fn() {}";
        assert_eq!(mistakes(source).len(), 7, "{:?}", mistakes(source));
    }

    #[test]
    fn defaults_are_taken_off_the_function_and_other_attributes_stay() {
        let source = "fn f(#[default(1)] #[allow(unused)] a: u8) -> u8 { a }";
        let mut function: Function = syn::parse_str(source).expect("a function");
        let model = Model::read(&mut function, &mut Vec::new());
        assert!(model.params[0].default.is_some());
        assert_eq!(function.to_token_stream().to_string(), "fn f (# [allow (unused)] a : u8) -> u8 { a }");
    }
}

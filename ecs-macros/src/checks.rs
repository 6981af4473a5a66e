//! What is checked of the types and names in a signature, said in the user's terms.

use ecs_syntax::instead::supported;
use ecs_syntax::{Spelled, check, checks, is_plain, located, spelled};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use crate::expand::{Expansion, is_asked};
use crate::model::{Param, Written, is_named};
use crate::types::{check_error, check_recordable};

impl Expansion<'_> {
    /// Compile-time checks in the user's terms.
    pub(crate) fn checks(&self) -> TokenStream {
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
}

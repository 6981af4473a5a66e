//! `Entity` and `ConfigEntity`, of which a type has one only.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::Ident;

use crate::model::{Derive, unraw};

/// What a derive has written, for the first of the two on a type. For a second one nothing is written, so that
/// not all of that is an error as well: it goes through the macro of the first one, which is found in a module
/// whose name, defined again, says the cure.
pub(crate) fn alone(derive: Derive, ident: &Ident, written: &TokenStream) -> TokenStream {
    let plain = unraw(ident);
    let [own, found] = ["__written_for", "keep_ConfigEntity_which_includes_Entity_on"]
        .map(|name| format_ident!("{name}_{plain}", span = Span::call_site()));
    let which = match derive {
        Derive::Entity => "Entity",
        Derive::ConfigEntity => "ConfigEntity",
    };
    quote! {
        #[doc(hidden)]
        #[allow(unused_macros, unused_macro_rules)]
        macro_rules! #own {
            (#which $($__written:tt)*) => { $($__written)* };
            ($($__other:tt)*) => {};
        }
        #[doc(hidden)]
        #[allow(non_snake_case, unused_imports)]
        mod #found {
            pub(super) use #own as __written;
        }
        #found::__written! { #which #written }
    }
}

//! `Self` in a field, which is the type's own name.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::visit_mut::{self, VisitMut};
use syn::{DeriveInput, Expr, Field, Item, Macro, Path};

/// The item with its own name in place of `Self` in the types of its fields: what a derive writes of them stands
/// in more places than in an `impl` of the type.
pub(crate) fn in_fields(item: &DeriveInput) -> DeriveInput {
    struct Fields<'i>(OwnName<'i>);

    impl VisitMut for Fields<'_> {
        fn visit_field_mut(&mut self, field: &mut Field) {
            self.0.visit_type_mut(&mut field.ty);
        }
    }

    let mut named = item.clone();
    Fields(OwnName(&item.ident)).visit_data_mut(&mut named.data);
    named
}

/// The expression with the type's own name in place of `Self`.
pub(crate) fn in_expression(mut expression: Expr, name: &Ident) -> Expr {
    OwnName(name).visit_expr_mut(&mut expression);
    expression
}

struct OwnName<'i>(&'i Ident);

impl OwnName<'_> {
    /// The name where `this` is `Self`, as if it were written there.
    fn instead_of(&self, this: &Ident) -> Option<Ident> {
        (this == "Self").then(|| {
            let mut name = self.0.clone();
            name.set_span(this.span());
            name
        })
    }

    fn in_tokens(&self, tokens: TokenStream) -> TokenStream {
        let named = |token| match token {
            TokenTree::Ident(ident) => TokenTree::Ident(self.instead_of(&ident).unwrap_or(ident)),
            TokenTree::Group(group) => {
                let mut named = Group::new(group.delimiter(), self.in_tokens(group.stream()));
                named.set_span(group.span());
                TokenTree::Group(named)
            }
            other => other,
        };
        tokens.into_iter().map(named).collect()
    }
}

impl VisitMut for OwnName<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if let Some(name) = path.segments.first().and_then(|first| self.instead_of(&first.ident)) {
            path.segments[0].ident = name;
        }
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_macro_mut(&mut self, called: &mut Macro) {
        called.tokens = self.in_tokens(std::mem::take(&mut called.tokens));
    }

    /// What is defined within an expression has a `Self` of its own.
    fn visit_item_mut(&mut self, _: &mut Item) {}
}

#[cfg(test)]
mod tests {
    use quote::{ToTokens, quote};

    use super::*;

    #[test]
    fn self_is_the_name_wherever_a_field_has_it_and_nowhere_else() {
        let item = syn::parse2(quote! {
            struct Node { a: Option<Box<Self>>, b: (Vec<Self>, [Self; Self::COUNT]), c: tuple!(Self) }
        });
        let named = in_fields(&item.expect("an item")).to_token_stream().to_string();
        let expected = quote! {
            struct Node { a: Option<Box<Node>>, b: (Vec<Node>, [Node; Node::COUNT]), c: tuple!(Node) }
        };
        assert_eq!(named.replace(' ', ""), expected.to_string().replace(' ', ""));
    }

    #[test]
    fn self_within_what_a_default_defines_is_not_the_name() {
        let default = syn::parse_quote!({
            impl Other {
                fn new() -> Self {
                    Self
                }
            }
            vec![Self::of(Other::new())]
        });
        let named = in_expression(default, &quote::format_ident!("Node")).to_token_stream().to_string();
        assert_eq!(named.matches("Self").count(), 2, "{named}");
        assert!(named.contains("vec ! [Node :: of (Other :: new ())]"), "{named}");
    }
}

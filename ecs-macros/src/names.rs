//! The entities that a callable generates: which, and under what names.

use ecs_syntax::{Surely, surely};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;

use crate::model::{Function, Model, Param, Written};

/// The names of the generated entities.
pub(crate) struct Names {
    pub(crate) input: Option<Generated>,
    pub(crate) config: Option<Generated>,
    pub(crate) output: Option<Generated>,
}

/// A generated entity.
pub(crate) struct Generated {
    pub(crate) ident: Ident,
    /// The struct of its fields.
    pub(crate) fields_ident: Ident,
    /// Its stable name.
    pub(crate) name: String,
    /// The field that holds its identity.
    pub(crate) id: Ident,
    /// Whether the signature's spelling already says that it is used.
    pub(crate) is_certain: bool,
}

impl Names {
    /// What `function` generates when it is called by `name`.
    pub(crate) fn of(model: &Model, name: &str, function: &Function) -> Self {
        let prefix = pascal(&model.ident.unraw().to_string());
        let stable_prefix = pascal(name);
        let mentioned = idents(function.signature.to_token_stream());
        let generated = |suffix: &str, is_certain: bool| {
            // A signature that names such a type itself has the name; ours steps aside, as the identity
            // does for a parameter.
            let mut ident = format!("{prefix}{suffix}");
            let mut name = format!("{stable_prefix}{suffix}");
            while mentioned.contains(&ident) || mentioned.contains(&fields_of(&ident)) {
                ident.push_str("Record");
                name.push_str("Record");
            }
            let mut id = "id".to_owned();
            while suffix != "Output" && model.params.iter().any(|param| param.name == id) {
                id.insert_str(0, "record_");
            }
            Generated {
                ident: Ident::new(&ident, model.ident.span()),
                fields_ident: Ident::new(&fields_of(&ident), model.ident.span()),
                name,
                id: Ident::new(&id, Span::call_site()),
                is_certain,
            }
        };
        let inputs: Vec<&Param> = model.params.iter().filter(|param| !param.is_context).collect();
        let (mutable, others): (Vec<&Param>, Vec<&Param>) =
            inputs.iter().partition(|param| matches!(param.written, Written::Mut));
        let values = others.iter().filter(|param| surely(&param.ty) == Surely::Value).count();
        let (mutable, unknown) = (mutable.len(), others.len() - values);
        // Values are recorded in a config where an entity or a config stands beside them.
        let may_configure = (values > 0 && unknown + mutable > 0) || (unknown > 0 && unknown + mutable > 1);
        Self {
            input: (!inputs.is_empty()).then(|| generated("Input", true)),
            config: may_configure.then(|| generated("Config", values > 0)),
            output: model.result.as_ref().map(|result| generated("Output", surely(result) == Surely::Value)),
        }
    }
}

/// The name of the struct of the fields of a generated entity.
fn fields_of(ident: &str) -> String {
    format!("{ident}Fields")
}

/// Every identifier in `tokens`.
fn idents(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => found.push(ident.to_string()),
            TokenTree::Group(group) => found.extend(idents(group.stream())),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    found
}

/// `update_gpa` as `UpdateGpa`.
fn pascal(name: &str) -> String {
    let words = name.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words
        .map(|word| {
            let mut characters = word.chars();
            characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::pascal;

    #[test]
    fn types_are_named_after_the_function() {
        assert_eq!(pascal("update_gpa"), "UpdateGpa");
        assert_eq!(pascal("grades.update-all"), "GradesUpdateAll");
        assert_eq!(pascal("_x"), "X");
    }
}

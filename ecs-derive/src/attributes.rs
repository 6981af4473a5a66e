//! The attributes that the derives understand.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, Expr, LitStr, Path};

/// `#[entity(…)]` on the struct.
#[derive(Default)]
pub(crate) struct EntityAttributes {
    pub(crate) name: Option<LitStr>,
    pub(crate) crate_path: Option<Path>,
}

impl EntityAttributes {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Vec<Error>) -> Self {
        let mut read = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("entity")) {
            let parsed = attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("name") {
                    once(&meta, read.name.is_some())?;
                    let name: LitStr = meta.value()?.parse().map_err(|error| {
                        Error::new(error.span(), "a type's stable name is a text: `#[entity(name = \"…\")]`")
                    })?;
                    if name.value().trim().is_empty() {
                        return Err(Error::new(name.span(), "a type's stable name is not empty"));
                    }
                    read.name = Some(name);
                    Ok(())
                } else if meta.path.is_ident("crate") {
                    once(&meta, read.crate_path.is_some())?;
                    read.crate_path = Some(meta.value()?.call(Path::parse_mod_style)?);
                    Ok(())
                } else {
                    Err(unknown(&meta, "entity", &["name = \"…\"", "crate = path"]))
                }
            });
            errors.extend(parsed.err());
        }
        read
    }
}

/// `#[config(…)]` on a field.
#[derive(Default)]
pub(crate) struct FieldAttributes {
    pub(crate) default: Option<Expr>,
}

impl FieldAttributes {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Vec<Error>) -> Self {
        let mut read = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("config")) {
            let parsed = attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("default") {
                    once(&meta, read.default.is_some())?;
                    read.default = Some(meta.value()?.parse()?);
                    Ok(())
                } else {
                    Err(unknown(&meta, "config", &["default = …"]))
                }
            });
            errors.extend(parsed.err());
        }
        read
    }
}

fn once(meta: &ParseNestedMeta<'_>, is_there: bool) -> Result<(), Error> {
    if is_there {
        Err(meta.error(format!("`{}` is given twice; leave one of them out", spelled(meta))))
    } else {
        Ok(())
    }
}

fn spelled(meta: &ParseNestedMeta<'_>) -> String {
    meta.path.get_ident().map_or_else(|| "this".to_owned(), ToString::to_string)
}

fn unknown(meta: &ParseNestedMeta<'_>, attribute: &str, known: &[&str]) -> Error {
    let known = known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" and ");
    meta.error(format!("`#[{attribute}(…)]` does not understand `{}`; it understands {known}", spelled(meta)))
}

/// Serde attributes that would give a recorded field another name than its own, or hide it.
const RENAMING: &[&str] = &[
    "rename",
    "rename_all",
    "flatten",
    "skip",
    "skip_serializing",
    "skip_deserializing",
    "skip_serializing_if",
    "tag",
    "content",
    "untagged",
    "transparent",
    "from",
    "try_from",
    "into",
    "remote",
];

/// What an attribute stands on.
#[derive(Clone, Copy)]
pub(crate) enum Carrier {
    /// An entity.
    Entity,
    /// A plain struct or enum that carries entities.
    Parts,
}

/// Refuses serde attributes under which the record would not be what the fields say.
pub(crate) fn refuse_renaming(attributes: &[Attribute], carrier: Carrier, errors: &mut Vec<Error>) {
    let (whose, cure) = match carrier {
        Carrier::Entity => (
            "an entity's fields",
            "name the field as it is to be recorded, or keep the value in a plain serde struct of its own",
        ),
        Carrier::Parts => (
            "the variants and fields of what carries entities",
            "name it as it is to be recorded, or keep what holds no entities in a plain serde type of its own",
        ),
    };
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What does not parse is serde's to complain about.
        let _ = attribute.parse_nested_meta(|meta| {
            if let Some(key) = meta.path.get_ident().filter(|key| RENAMING.iter().any(|renaming| key == renaming)) {
                errors.push(Error::new(
                    key.span(),
                    format!(
                        "{whose} are recorded, addressed and bound under their own names, so `#[serde({key})]` is not for \
                         them; {cure}"
                    ),
                ));
            }
            if meta.input.peek(syn::Token![=]) {
                let _: Expr = meta.value()?.parse()?;
            } else if meta.input.peek(syn::token::Paren) {
                let content;
                syn::parenthesized!(content in meta.input);
                let _: proc_macro2::TokenStream = content.parse()?;
            }
            Ok(())
        });
    }
}

//! The attributes that the derives understand.

use ecs_syntax::keys::{Keys, once};
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, Expr, LitInt, LitStr, Path};

/// `#[entity(…)]` on the struct.
#[derive(Default)]
pub(crate) struct EntityAttributes {
    pub(crate) name: Option<LitStr>,
    pub(crate) crate_path: Option<Path>,
    pub(crate) version: Option<TypeVersion>,
}

/// The version of the type, and the function that makes it of the earlier ones.
pub(crate) struct TypeVersion {
    pub(crate) number: LitInt,
    pub(crate) upgrade: Path,
}

const ENTITY: Keys =
    Keys { attribute: "entity", known: &["name = \"…\"", "version = 2", "upgrade = path", "crate = path"] };
const CONFIG: Keys = Keys { attribute: "config", known: &["default = …"] };

impl EntityAttributes {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Vec<Error>) -> Self {
        let (mut read, mut version, mut upgrade) = (Self::default(), None, None);
        for attribute in named(attributes, "entity") {
            ENTITY.read_attribute(attribute, errors, |meta| {
                if meta.path.is_ident("name") {
                    once(meta, read.name.is_some())?;
                    read.name = Some(ENTITY.text(meta, "a type's stable name")?);
                } else if meta.path.is_ident("crate") {
                    once(meta, read.crate_path.is_some())?;
                    read.crate_path = Some(ENTITY.path(meta)?);
                } else if meta.path.is_ident("version") {
                    once(meta, version.is_some())?;
                    // What is wrong here is told here, and not that there is none.
                    version = Some(None);
                    version = Some(Some(version_number(meta)?));
                } else if meta.path.is_ident("upgrade") {
                    once(meta, upgrade.is_some())?;
                    upgrade = Some(None);
                    upgrade = Some(Some(ENTITY.path(meta)?));
                } else {
                    return Err(ENTITY.unknown(meta));
                }
                Ok(())
            });
        }
        read.version = type_version(version, upgrade, errors);
        read
    }
}

/// The number of a version of a type.
fn version_number(meta: &ParseNestedMeta<'_>) -> Result<LitInt, Error> {
    let wrong = |error: Error| {
        Error::new(
            error.span(),
            "the version of a type is a whole number, counted from 1: `#[entity(version = 2, upgrade = path)]`",
        )
    };
    ENTITY.equals(meta).map_err(wrong)?;
    let number: LitInt = meta.input.parse().map_err(wrong)?;
    match number.base10_parse::<u32>() {
        Ok(1..) if number.suffix().is_empty() => Ok(number),
        _ => Err(wrong(Error::new(number.span(), ""))),
    }
}

/// What `version` and `upgrade` say together; `None` in one of them is one that was wrong itself.
fn type_version(
    version: Option<Option<LitInt>>,
    upgrade: Option<Option<Path>>,
    errors: &mut Vec<Error>,
) -> Option<TypeVersion> {
    let is_first = |number: &LitInt| number.base10_digits() == "1";
    match (version, upgrade) {
        (Some(Some(number)), Some(Some(upgrade))) if !is_first(&number) => return Some(TypeVersion { number, upgrade }),
        (Some(Some(number)), Some(_)) if is_first(&number) => errors.push(Error::new(
            number.span(),
            "there is no version before the first, so nothing is upgraded to it; leave `upgrade` out, or count on",
        )),
        (Some(Some(number)), None) if !is_first(&number) => errors.push(Error::new(
            number.span(),
            format!(
                "say how what earlier versions stored is made version {number}: `#[entity(version = {number}, upgrade = \
                 path)]`, where `path` is a `fn(ecs::Old) -> Result<Self, _>`"
            ),
        )),
        (None, Some(Some(upgrade))) => errors.push(Error::new_spanned(
            upgrade,
            "say which version of the type it upgrades to: `#[entity(version = 2, upgrade = …)]`",
        )),
        _ => {}
    }
    None
}

/// `#[config(…)]` on a field.
#[derive(Default)]
pub(crate) struct FieldAttributes {
    pub(crate) default: Option<Expr>,
}

impl FieldAttributes {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Vec<Error>) -> Self {
        let mut read = Self::default();
        for attribute in named(attributes, "config") {
            CONFIG.read_attribute(attribute, errors, |meta| {
                if !meta.path.is_ident("default") {
                    return Err(CONFIG.unknown(meta));
                }
                once(meta, read.default.is_some())?;
                CONFIG.equals(meta)?;
                read.default = Some(meta.input.parse()?);
                Ok(())
            });
        }
        read
    }
}

/// Refuses an attribute where it means nothing.
pub(crate) fn refuse_misplaced(attributes: &[Attribute], name: &str, cure: &str, errors: &mut Vec<Error>) {
    for attribute in named(attributes, name) {
        errors.push(Error::new_spanned(attribute, format!("`#[{name}(…)]` {cure}")));
    }
}

fn named<'a>(attributes: &'a [Attribute], name: &str) -> impl Iterator<Item = &'a Attribute> {
    attributes.iter().filter(move |attribute| attribute.path().is_ident(name))
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

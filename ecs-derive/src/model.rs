//! The item as the derives see it, with its mistakes.

use ecs_syntax::is_plain_name;
use syn::{Data, DeriveInput, Error, Expr, Fields, Ident, Path, Type};

use crate::attributes::{Carrier, EntityAttributes, FieldAttributes, TypeVersion, refuse_misplaced, refuse_renaming};
use crate::own_name;

/// Which derive it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derive {
    Entity,
    ConfigEntity,
}

/// A struct that is to be an entity.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) crate_path: Option<Path>,
    /// Its version, if it counts them.
    pub(crate) version: Option<TypeVersion>,
    /// The field that holds the identity; none if that was a mistake.
    pub(crate) id: Option<Ident>,
    /// The other fields.
    pub(crate) fields: Vec<Field>,
    /// Whether an entity has what only a config has.
    pub(crate) is_config_instead: bool,
    /// Whether each of them has a default, or was to have one.
    pub(crate) all_have_defaults: bool,
}

/// A field that holds content.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) default: Option<Expr>,
    /// Whether it says itself how it goes through serde.
    pub(crate) is_special: bool,
}

const CURE: &str = "an entity is a struct with named fields, one of which is `id: Id`";

impl Model {
    /// Reads the item. What was read comes beside the mistakes, so that one mistake is one error.
    pub(crate) fn read(item: &DeriveInput, derive: Derive) -> (Self, Vec<Error>) {
        let mut errors = Vec::new();
        let attributes = EntityAttributes::read(&item.attrs, &mut errors);
        refuse_renaming(&item.attrs, Carrier::Entity, &mut errors);
        if !item.generics.params.is_empty() {
            let what = if derive == Derive::Entity { "an entity" } else { "a config" };
            errors.push(Error::new_spanned(
                &item.generics.params,
                format!(
                    "{what} has no type parameters or lifetimes: each version is stored under one type name and owns \
                     its content; write one struct for each type you need, with owned fields"
                ),
            ));
        }
        refuse_plain_name(&item.ident, &mut errors);
        let plain_name = unraw(&item.ident);
        let mut model = Self {
            name: attributes.name.map_or(plain_name, |name| name.value()),
            ident: item.ident.clone(),
            crate_path: attributes.crate_path,
            version: attributes.version,
            id: None,
            fields: Vec::new(),
            all_have_defaults: false,
            is_config_instead: false,
        };
        let (what, cure) = match derive {
            Derive::Entity => ("an entity", CURE.to_owned()),
            Derive::ConfigEntity => ("a config", CURE.replacen("an entity", "a config", 1)),
        };
        if derive == Derive::ConfigEntity {
            let cure = "goes on a field; what is said of the whole struct is written `#[entity(…)]`";
            refuse_misplaced(&item.attrs, "config", cure, &mut errors);
        }
        match &item.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(fields) => model.read_fields(item, fields, derive, &mut errors),
                Fields::Unnamed(_) => {
                    errors.push(Error::new(
                        item.ident.span(),
                        format!("a tuple struct cannot be {what}: {cure}; give the fields names"),
                    ));
                }
                Fields::Unit => {
                    errors.push(Error::new(
                        item.ident.span(),
                        format!(
                            "a unit struct cannot be {what}: {cure}; write `struct {} {{ id: Id }}`",
                            unraw(&item.ident)
                        ),
                    ));
                }
            },
            Data::Enum(_) => errors.push(Error::new(
                item.ident.span(),
                format!("an enum cannot be {what}: {cure}; hold the enum in a field"),
            )),
            Data::Union(_) => {
                errors
                    .push(Error::new(item.ident.span(), format!("a union cannot be {what}: {cure}; make it a struct")));
            }
        }
        (model, errors)
    }

    /// The name of the field that holds the identity.
    pub(crate) fn id_name(&self) -> String {
        self.id.as_ref().map_or_else(String::new, unraw)
    }

    fn read_fields(&mut self, item: &DeriveInput, fields: &syn::FieldsNamed, derive: Derive, errors: &mut Vec<Error>) {
        self.all_have_defaults = true;
        for field in &fields.named {
            let Some(ident) = field.ident.clone() else { continue };
            refuse_renaming(&field.attrs, Carrier::Entity, errors);
            let cure = "goes on the struct; a field is recorded under its own name, so leave this out";
            refuse_misplaced(&field.attrs, "entity", cure, errors);
            let FieldAttributes { default } = match derive {
                Derive::ConfigEntity => FieldAttributes::read(&field.attrs, errors),
                Derive::Entity => {
                    self.is_config_instead |= field.attrs.iter().any(|attribute| attribute.path().is_ident("config"));
                    let cure = "is for configs: derive `ConfigEntity` in place of `Entity`, which it includes";
                    refuse_misplaced(&field.attrs, "config", cure, errors);
                    FieldAttributes::default()
                }
            };
            refuse_borrowed(field, errors);
            if is_id(&field.ty) {
                if let Some(first) = &self.id {
                    let name = unraw(&ident);
                    errors.push(Error::new_spanned(
                        field,
                        format!(
                            "`{name}` is a second identity, and `{first}` is one already; leave one of them out, or, if \
                             `{name}` is to point at another entity, make it a `Ref<…>` to that entity's type"
                        ),
                    ));
                    continue;
                }
                if let Some(default) = default {
                    errors.push(Error::new_spanned(
                        default,
                        "an identity has no default: every value gets its own; leave the default out",
                    ));
                }
                self.id = Some(ident);
                continue;
            }
            self.all_have_defaults &= field.attrs.iter().any(|attribute| attribute.path().is_ident("config"));
            self.fields.push(Field {
                name: unraw(&ident),
                ident,
                ty: field.ty.clone(),
                default: default.map(|default| own_name::in_expression(default, &item.ident)),
                is_special: is_special(field),
            });
        }
        if self.id.is_none() {
            let meant = self.fields.iter().find(|field| field.name == "id");
            errors.push(match meant {
                Some(Field { ty, .. }) => Error::new_spanned(
                    ty,
                    format!(
                        "the identity of `{0}` has the type `Id`: write `id: Id`, and give a number of your own another \
                         name, such as `number`",
                        unraw(&item.ident)
                    ),
                ),
                None => Error::new(
                    item.ident.span(),
                    format!("`{}` has no identity: add a field of the type `Id`, such as `id: Id`", unraw(&item.ident)),
                ),
            });
        }
    }
}

/// Refuses a type that would be taken for a plain value wherever it is a field or a parameter.
pub(crate) fn refuse_plain_name(ident: &Ident, errors: &mut Vec<Error>) {
    if is_plain_name(ident) {
        errors.push(Error::new(
            ident.span(),
            format!("`{ident}` is the name of a type of plain values, and fields of it would be taken for those; give it another name"),
        ));
    }
}

/// Whether the field says itself how it goes through serde.
pub(crate) fn is_special(field: &syn::Field) -> bool {
    field.attrs.iter().any(|attribute| {
        attribute.path().is_ident("serde")
            && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string().contains("with"))
    })
}

/// Refuses a field that borrows. One that says itself how it goes through serde knows what it does.
fn refuse_borrowed(field: &syn::Field, errors: &mut Vec<Error>) {
    // Of a lifetime of the struct itself all is said elsewhere, and without one rustc speaks.
    let is_static = |ty: &Type| matches!(ty, Type::Reference(reference) if reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static"));
    if is_static(&field.ty) && !is_special(field) {
        errors.push(Error::new_spanned(
            &field.ty,
            "an entity owns its content, so a field cannot be a reference; use the owned type, such as `String` for \
             `&str`, or `Ref<…>` to point at another entity",
        ));
    }
}

/// Whether the type is spelled `Id`, with or without a path before it.
fn is_id(ty: &Type) -> bool {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            path.path.segments.last().is_some_and(|last| last.ident == "Id" && last.arguments.is_none())
        }
        Type::Group(group) => is_id(&group.elem),
        Type::Paren(paren) => is_id(&paren.elem),
        _ => false,
    }
}

pub(crate) fn unraw(ident: &Ident) -> String {
    use syn::ext::IdentExt;
    ident.unraw().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(source: &str) -> Vec<String> {
        let item: DeriveInput = syn::parse_str(source).expect("an item");
        Model::read(&item, Derive::ConfigEntity).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_identity_is_found_by_its_type_and_the_rest_is_content() {
        let item = syn::parse_str("struct S { a: u8, this: ecs::Id, r#type: String }").expect("an item");
        let (model, errors) = Model::read(&item, Derive::Entity);
        assert!(errors.is_empty());
        assert_eq!(model.id_name(), "this");
        assert_eq!(model.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>(), ["a", "type"]);
    }

    #[test]
    fn one_mistake_is_one_error() {
        for wrong in [
            "struct S { name: String }",
            "struct S { id: Id, other: Id }",
            "struct S(Id);",
            "struct S;",
            "enum S { A }",
            "union S { id: Id }",
            "struct S<'a, T> { id: Id, a: &'a T }",
            "#[entity(nam = \"s\")] struct S { id: Id }",
            "#[entity(name = \" \")] struct S { id: Id }",
            "struct S { id: Id, #[config(defualt = 1)] a: u8 }",
            "struct S { id: Id, #[serde(flatten)] a: A }",
            "struct S { #[config(default = Id::new())] id: Id }",
            "struct String { id: Id }",
        ] {
            assert_eq!(mistakes(wrong).len(), 1, "{wrong}: {:?}", mistakes(wrong));
        }
    }

    #[test]
    fn serde_attributes_that_keep_the_names_are_fine() {
        let fine = "#[serde(deny_unknown_fields)] struct S { id: Id, #[serde(default, with = \"a\")] a: u8 }";
        assert_eq!(mistakes(fine), Vec::<String>::new());
    }
}

//! A config, all of whose fields have defaults.

#[doc(hidden)]
#[allow(unused_macros, unused_macro_rules)]
macro_rules! __written_for_Honours {
    ("ConfigEntity" $($__written:tt)*) => {
        $($__written)*
    };
    ($($__other:tt)*) => {};
}
#[doc(hidden)]
#[allow(non_snake_case, unused_imports)]
mod keep_ConfigEntity_which_includes_Entity_on_Honours {
    pub(super) use __written_for_Honours as __written;
}
#[doc(hidden)]
#[allow(non_local_definitions, clippy::all, clippy::pedantic)]
const _: () = {
    #[allow(unused_imports)]
    use __private::asking::*;
    const __LACKS: ::core::primitive::u8 = __private::derived::lacks(
        <__private::kind::Probe<Honours>>::CLONE,
        <__private::kind::Probe<Honours>>::SERIALIZE,
        <__private::kind::Probe<Honours>>::DESERIALIZE,
    );
    #[allow(dead_code)]
    struct __Checked(
        <Honours as __private::check::WithClone<{ __LACKS }>>::Checked,
        <Honours as __private::check::WithSerialize<{ __LACKS }>>::Checked,
        <Honours as __private::check::WithDeserialize<{ __LACKS }>>::Checked,
        <Honours as __private::check::WithAll<{ __LACKS }>>::Checked,
    );
    fn __default_threshold() -> f64 {
        let __value: f64 = 3.7;
        __value
    }
    fn __default_list() -> String {
        let __value: String = { <__private::kind::Probe<String>>::text("dean") };
        __value
    }
    #[automatically_derived]
    impl __private::Entity for Honours
    where
        for<'never> Self: __private::Value,
    {
        const HOLDS_ENTITIES: ::core::primitive::bool = false;
        const TYPE: &'static __private::EntityType = {
            static __FIELDS: [__private::Field; 2usize] = [
                __private::Field::new::<
                    f64,
                >("threshold", <__private::kind::Probe<f64>>::SCHEMA)
                    .with_default(|| __private::to_json(&__default_threshold())),
                __private::Field::new::<
                    String,
                >("list", <__private::kind::Probe<String>>::SCHEMA)
                    .with_default(|| __private::to_json(&__default_list())),
            ];
            &__private::EntityType::new::<
                Self,
            >("Honours", "id", &__FIELDS, true, __private::here!())
        };
        #[inline(always)]
        fn id(&self) -> __private::Id {
            self.id
        }
        #[inline(always)]
        fn id_mut(&mut self) -> &mut __private::Id {
            &mut self.id
        }
        fn field(
            &self,
            __name: &::core::primitive::str,
        ) -> ::core::option::Option<&dyn ::core::any::Any> {
            match __name {
                "threshold" => ::core::option::Option::Some(&self.threshold),
                "list" => ::core::option::Option::Some(&self.list),
                _ => ::core::option::Option::None,
            }
        }
        fn same_values(&self, __other: &Self) -> __private::Sameness {
            let __same = __private::Sameness::Same;
            let __same = if __private::Sameness::is_settled(__same) {
                __same
            } else {
                __private::Sameness::and(
                    __same,
                    <__private::kind::Probe<
                        f64,
                    >>::same(&self.threshold, &__other.threshold),
                )
            };
            let __same = if __private::Sameness::is_settled(__same) {
                __same
            } else {
                __private::Sameness::and(
                    __same,
                    <__private::kind::Probe<String>>::same(&self.list, &__other.list),
                )
            };
            __same
        }
    }
    #[automatically_derived]
    impl __private::Holds for Honours
    where
        for<'never> Self: __private::Value,
    {
        const ENTITIES: ::core::primitive::bool = true;
        type Marker = __private::Leaf<{ __private::kind::ENTITY }>;
    }
    #[automatically_derived]
    impl __private::ConfigEntity for Honours
    where
        for<'never> Self: __private::Value,
    {
        fn from_arguments(
            __arguments: &mut impl __private::ConfigSource,
        ) -> __private::Result<Self> {
            ::core::result::Result::Ok(Self {
                id: __private::ConfigSource::field(
                    __arguments,
                    "id",
                    ::core::option::Option::Some(__private::Id::new),
                )?,
                threshold: <__private::kind::Probe<
                    f64,
                >>::argument(
                    __arguments,
                    "threshold",
                    ::core::option::Option::Some(__default_threshold),
                )?,
                list: <__private::kind::Probe<
                    String,
                >>::argument(
                    __arguments,
                    "list",
                    ::core::option::Option::Some(__default_list),
                )?,
            })
        }
    }
    #[automatically_derived]
    impl ::core::default::Default for Honours {
        fn default() -> Self {
            Self {
                id: __private::Id::new(),
                threshold: __default_threshold(),
                list: __default_list(),
            }
        }
    }
    __private::inventory::submit! {
        __private::EntityRegistration(__private::derived::registered(<
        __private::kind::Probe < Honours >> ::ENTITY_TYPE))
    }
};

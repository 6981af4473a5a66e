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
    #[allow(dead_code)]
    struct __Checked(
        <Honours as __private::check::WithClone<
            {
                __private::derived::lacks(
                    __private::probe!(Honours, CLONE),
                    __private::probe!(Honours, SERIALIZE),
                    __private::probe!(Honours, DESERIALIZE),
                )
            },
        >>::Checked,
        <Honours as __private::check::WithSerialize<
            {
                __private::derived::lacks(
                    __private::probe!(Honours, CLONE),
                    __private::probe!(Honours, SERIALIZE),
                    __private::probe!(Honours, DESERIALIZE),
                )
            },
        >>::Checked,
        <Honours as __private::check::WithDeserialize<
            {
                __private::derived::lacks(
                    __private::probe!(Honours, CLONE),
                    __private::probe!(Honours, SERIALIZE),
                    __private::probe!(Honours, DESERIALIZE),
                )
            },
        >>::Checked,
        <Honours as __private::check::WithAll<
            {
                __private::derived::lacks(
                    __private::probe!(Honours, CLONE),
                    __private::probe!(Honours, SERIALIZE),
                    __private::probe!(Honours, DESERIALIZE),
                )
            },
        >>::Checked,
    );
    fn __default_threshold() -> f64 {
        let __value: f64 = 3.7;
        __value
    }
    fn __default_list() -> String {
        let __value: String = {
            #[allow(unused_imports)]
            use __private::kind::Unknown as _;
            <__private::kind::Probe<String>>::text("dean")
        };
        __value
    }
    #[automatically_derived]
    impl __private::Entity for Honours
    where
        for<'never> Self: __private::Value,
    {
        const HOLDS_ENTITIES: ::core::primitive::bool = false;
        const TYPE: &'static __private::EntityType = {
            const __FIELDS: &[__private::Field] = &[
                __private::Field::new::<f64>("threshold", __private::probe!(f64, SCHEMA))
                    .with_default(|| __private::to_json(&__default_threshold())),
                __private::Field::new::<
                    String,
                >("list", __private::probe!(String, SCHEMA))
                    .with_default(|| __private::to_json(&__default_list())),
            ];
            &__private::EntityType::new::<
                Self,
            >("Honours", "id", __FIELDS, true, __private::here!())
        };
        fn id(&self) -> __private::Id {
            self.id
        }
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
            __private::Sameness::Same
                .and(|| {
                    #[allow(unused_imports)]
                    use __private::UnknownSame as _;
                    <__private::kind::Probe<
                        f64,
                    >>::same(&self.threshold, &__other.threshold)
                })
                .and(|| {
                    #[allow(unused_imports)]
                    use __private::UnknownSame as _;
                    <__private::kind::Probe<String>>::same(&self.list, &__other.list)
                })
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
            #[allow(unused_imports)]
            use __private::kind::UnknownArgument as _;
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
        __private::EntityRegistration(__private::derived::registered(__private::probe!(Honours,
        ENTITY_TYPE)))
    }
};

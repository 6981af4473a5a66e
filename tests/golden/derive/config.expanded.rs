//! A config, all of whose fields have defaults.

#[doc(hidden)]
#[allow(non_local_definitions, clippy::all, clippy::pedantic)]
const _: () = {
    #[allow(path_statements)]
    const _: () = {
        <Honours as ::ecs::__private::derived::WithClone<
            {
                ::ecs::__private::derived::lacks(
                    ::ecs::__private::probe!(Honours, CLONE),
                    ::ecs::__private::probe!(Honours, SERIALIZE),
                    ::ecs::__private::probe!(Honours, DESERIALIZE),
                )
            },
        >>::CHECKED;
        <Honours as ::ecs::__private::derived::WithSerialize<
            {
                ::ecs::__private::derived::lacks(
                    ::ecs::__private::probe!(Honours, CLONE),
                    ::ecs::__private::probe!(Honours, SERIALIZE),
                    ::ecs::__private::probe!(Honours, DESERIALIZE),
                )
            },
        >>::CHECKED;
        <Honours as ::ecs::__private::derived::WithDeserialize<
            {
                ::ecs::__private::derived::lacks(
                    ::ecs::__private::probe!(Honours, CLONE),
                    ::ecs::__private::probe!(Honours, SERIALIZE),
                    ::ecs::__private::probe!(Honours, DESERIALIZE),
                )
            },
        >>::CHECKED;
        <Honours as ::ecs::__private::derived::WithAll<
            {
                ::ecs::__private::derived::lacks(
                    ::ecs::__private::probe!(Honours, CLONE),
                    ::ecs::__private::probe!(Honours, SERIALIZE),
                    ::ecs::__private::probe!(Honours, DESERIALIZE),
                )
            },
        >>::CHECKED;
    };
    fn __default_threshold() -> f64 {
        let __value: f64 = 3.7;
        __value
    }
    fn __default_list() -> String {
        let __value: String = {
            #[allow(unused_imports)]
            use ::ecs::__private::kind::Unknown as _;
            <::ecs::__private::kind::Probe<String>>::text("dean")
        };
        __value
    }
    #[automatically_derived]
    impl ::ecs::__private::Entity for Honours
    where
        for<'never> Self: ::ecs::__private::Value,
    {
        const HOLDS_ENTITIES: ::core::primitive::bool = false;
        const TYPE: &'static ::ecs::__private::EntityType = {
            const __FIELDS: &[::ecs::__private::Field] = &[
                ::ecs::__private::Field::new::<
                    f64,
                >("threshold", ::ecs::__private::probe!(f64, SCHEMA))
                    .with_default(|| ::ecs::__private::to_json(&__default_threshold())),
                ::ecs::__private::Field::new::<
                    String,
                >("list", ::ecs::__private::probe!(String, SCHEMA))
                    .with_default(|| ::ecs::__private::to_json(&__default_list())),
            ];
            &::ecs::__private::EntityType::new::<
                Self,
            >("Honours", "id", __FIELDS, true, ::ecs::__private::here!())
        };
        fn id(&self) -> ::ecs::__private::Id {
            self.id
        }
        fn id_mut(&mut self) -> &mut ::ecs::__private::Id {
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
        fn same_values(&self, __other: &Self) -> ::ecs::__private::Sameness {
            ::ecs::__private::Sameness::Same
                .and(|| {
                    #[allow(unused_imports)]
                    use ::ecs::__private::UnknownSame as _;
                    <::ecs::__private::kind::Probe<
                        f64,
                    >>::same(&self.threshold, &__other.threshold)
                })
                .and(|| {
                    #[allow(unused_imports)]
                    use ::ecs::__private::UnknownSame as _;
                    <::ecs::__private::kind::Probe<
                        String,
                    >>::same(&self.list, &__other.list)
                })
        }
    }
    #[automatically_derived]
    impl ::ecs::__private::Holds for Honours
    where
        for<'never> Self: ::ecs::__private::Value,
    {
        const ENTITIES: ::core::primitive::bool = true;
        type Marker = ::ecs::__private::Leaf<{ ::ecs::__private::kind::ENTITY }>;
    }
    #[automatically_derived]
    impl ::ecs::__private::ConfigEntity for Honours
    where
        for<'never> Self: ::ecs::__private::Value,
    {
        fn from_arguments(
            __arguments: &mut impl ::ecs::__private::ConfigSource,
        ) -> ::ecs::__private::Result<Self> {
            ::core::result::Result::Ok(Self {
                id: ::ecs::__private::ConfigSource::field(
                    __arguments,
                    "id",
                    ::core::option::Option::Some(::ecs::__private::Id::new),
                )?,
                threshold: ::ecs::__private::ConfigSource::field::<
                    f64,
                >(
                    __arguments,
                    "threshold",
                    ::core::option::Option::Some(__default_threshold),
                )?,
                list: ::ecs::__private::ConfigSource::field::<
                    String,
                >(__arguments, "list", ::core::option::Option::Some(__default_list))?,
            })
        }
    }
    #[automatically_derived]
    impl ::core::default::Default for Honours {
        fn default() -> Self {
            Self {
                id: ::ecs::__private::Id::new(),
                threshold: __default_threshold(),
                list: __default_list(),
            }
        }
    }
    ::ecs::__private::inventory::submit! {
        ::ecs::__private::EntityRegistration(::ecs::__private::derived::registered(::ecs::__private::probe!(Honours,
        ENTITY_TYPE)))
    }
};

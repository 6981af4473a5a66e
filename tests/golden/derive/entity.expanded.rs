//! An entity whose fields are plain values.

#[doc(hidden)]
#[allow(non_local_definitions, clippy::all, clippy::pedantic)]
const _: () = {
    #[allow(path_statements)]
    const _: () = {
        <Student as ::ecs::__private::derived::WithClone<
            {
                ::ecs::__private::derived::lacks(
                    ::ecs::__private::probe!(Student, CLONE),
                    ::ecs::__private::probe!(Student, SERIALIZE),
                    ::ecs::__private::probe!(Student, DESERIALIZE),
                )
            },
        >>::CHECKED;
        <Student as ::ecs::__private::derived::WithSerialize<
            {
                ::ecs::__private::derived::lacks(
                    ::ecs::__private::probe!(Student, CLONE),
                    ::ecs::__private::probe!(Student, SERIALIZE),
                    ::ecs::__private::probe!(Student, DESERIALIZE),
                )
            },
        >>::CHECKED;
        <Student as ::ecs::__private::derived::WithDeserialize<
            {
                ::ecs::__private::derived::lacks(
                    ::ecs::__private::probe!(Student, CLONE),
                    ::ecs::__private::probe!(Student, SERIALIZE),
                    ::ecs::__private::probe!(Student, DESERIALIZE),
                )
            },
        >>::CHECKED;
        <Student as ::ecs::__private::derived::WithAll<
            {
                ::ecs::__private::derived::lacks(
                    ::ecs::__private::probe!(Student, CLONE),
                    ::ecs::__private::probe!(Student, SERIALIZE),
                    ::ecs::__private::probe!(Student, DESERIALIZE),
                )
            },
        >>::CHECKED;
    };
    #[automatically_derived]
    impl ::ecs::__private::Entity for Student
    where
        for<'never> Self: ::ecs::__private::Value,
    {
        const HOLDS_ENTITIES: ::core::primitive::bool = false;
        const TYPE: &'static ::ecs::__private::EntityType = {
            const __FIELDS: &[::ecs::__private::Field] = &[
                ::ecs::__private::Field::new::<
                    String,
                >("name", ::ecs::__private::probe!(String, SCHEMA)),
                ::ecs::__private::Field::new::<
                    f64,
                >("gpa", ::ecs::__private::probe!(f64, SCHEMA)),
                ::ecs::__private::Field::new::<
                    [u8; 4],
                >("type", ::ecs::__private::probe!([u8; 4], SCHEMA)),
            ];
            &::ecs::__private::EntityType::new::<
                Self,
            >("Student", "id", __FIELDS, false, ::ecs::__private::here!())
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
                "name" => ::core::option::Option::Some(&self.name),
                "gpa" => ::core::option::Option::Some(&self.gpa),
                "type" => ::core::option::Option::Some(&self.r#type),
                _ => ::core::option::Option::None,
            }
        }
        fn same_values(&self, __other: &Self) -> ::ecs::__private::Sameness {
            ::ecs::__private::Sameness::Same
                .and(|| {
                    #[allow(unused_imports)]
                    use ::ecs::__private::UnknownSame as _;
                    <::ecs::__private::kind::Probe<
                        String,
                    >>::same(&self.name, &__other.name)
                })
                .and(|| {
                    #[allow(unused_imports)]
                    use ::ecs::__private::UnknownSame as _;
                    <::ecs::__private::kind::Probe<f64>>::same(&self.gpa, &__other.gpa)
                })
                .and(|| {
                    #[allow(unused_imports)]
                    use ::ecs::__private::UnknownSame as _;
                    <::ecs::__private::kind::Probe<
                        [u8; 4],
                    >>::same(&self.r#type, &__other.r#type)
                })
        }
    }
    #[automatically_derived]
    impl ::ecs::__private::Holds for Student
    where
        for<'never> Self: ::ecs::__private::Value,
    {
        const ENTITIES: ::core::primitive::bool = true;
        type Marker = ::ecs::__private::Leaf<{ ::ecs::__private::kind::ENTITY }>;
    }
    ::ecs::__private::inventory::submit! {
        ::ecs::__private::EntityRegistration(::ecs::__private::derived::registered(::ecs::__private::probe!(Student,
        ENTITY_TYPE)))
    }
};

//! An entity whose fields are plain values.

#[doc(hidden)]
#[allow(unused_macros, unused_macro_rules)]
macro_rules! __written_for_Student {
    ("Entity" $($__written:tt)*) => {
        $($__written)*
    };
    ($($__other:tt)*) => {};
}
#[doc(hidden)]
#[allow(non_snake_case, unused_imports)]
mod keep_ConfigEntity_which_includes_Entity_on_Student {
    pub(super) use __written_for_Student as __written;
}
#[doc(hidden)]
#[allow(non_local_definitions, clippy::all, clippy::pedantic)]
const _: () = {
    #[allow(unused_imports)]
    use __private::asking::*;
    const __LACKS: ::core::primitive::u8 = __private::derived::lacks(
        <__private::kind::Probe<Student>>::CLONE,
        <__private::kind::Probe<Student>>::SERIALIZE,
        <__private::kind::Probe<Student>>::DESERIALIZE,
    );
    #[allow(dead_code)]
    struct __Checked(
        <Student as __private::check::WithClone<{ __LACKS }>>::Checked,
        <Student as __private::check::WithSerialize<{ __LACKS }>>::Checked,
        <Student as __private::check::WithDeserialize<{ __LACKS }>>::Checked,
        <Student as __private::check::WithAll<{ __LACKS }>>::Checked,
    );
    #[automatically_derived]
    impl __private::Entity for Student
    where
        for<'never> Self: __private::Value,
    {
        const HOLDS_ENTITIES: ::core::primitive::bool = false;
        const TYPE: &'static __private::EntityType = {
            static __FIELDS: [__private::Field; 3usize] = [
                __private::Field::new::<
                    String,
                >("name", <__private::kind::Probe<String>>::SCHEMA),
                __private::Field::new::<
                    f64,
                >("gpa", <__private::kind::Probe<f64>>::SCHEMA),
                __private::Field::new::<
                    [u8; 4],
                >("type", <__private::kind::Probe<[u8; 4]>>::SCHEMA),
            ];
            &__private::EntityType::new::<
                Self,
            >("Student", "id", &__FIELDS, false, __private::here!())
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
                "name" => ::core::option::Option::Some(&self.name),
                "gpa" => ::core::option::Option::Some(&self.gpa),
                "type" => ::core::option::Option::Some(&self.r#type),
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
                    <__private::kind::Probe<String>>::same(&self.name, &__other.name),
                )
            };
            let __same = if __private::Sameness::is_settled(__same) {
                __same
            } else {
                __private::Sameness::and(
                    __same,
                    <__private::kind::Probe<f64>>::same(&self.gpa, &__other.gpa),
                )
            };
            let __same = if __private::Sameness::is_settled(__same) {
                __same
            } else {
                __private::Sameness::and(
                    __same,
                    <__private::kind::Probe<
                        [u8; 4],
                    >>::same(&self.r#type, &__other.r#type),
                )
            };
            __same
        }
    }
    #[automatically_derived]
    impl __private::Holds for Student
    where
        for<'never> Self: __private::Value,
    {
        const ENTITIES: ::core::primitive::bool = true;
        type Marker = __private::Leaf<{ __private::kind::ENTITY }>;
    }
    __private::inventory::submit! {
        __private::EntityRegistration(__private::derived::registered(<
        __private::kind::Probe < Student >> ::ENTITY_TYPE))
    }
};

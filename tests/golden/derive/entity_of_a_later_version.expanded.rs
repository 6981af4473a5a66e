//! An entity that upgrades what earlier versions of its type stored.

#[doc(hidden)]
#[allow(unused_macros, unused_macro_rules)]
macro_rules! __written_for_Account {
    ("Entity" $($__written:tt)*) => {
        $($__written)*
    };
    ($($__other:tt)*) => {};
}
#[doc(hidden)]
#[allow(non_snake_case, unused_imports)]
mod keep_ConfigEntity_which_includes_Entity_on_Account {
    pub(super) use __written_for_Account as __written;
}
#[doc(hidden)]
#[allow(non_local_definitions, clippy::all, clippy::pedantic)]
const _: () = {
    #[allow(unused_imports)]
    use __private::asking::*;
    const __LACKS: ::core::primitive::u8 = __private::derived::lacks(
        <__private::kind::Probe<Account>>::CLONE,
        <__private::kind::Probe<Account>>::SERIALIZE,
        <__private::kind::Probe<Account>>::DESERIALIZE,
    );
    #[allow(dead_code)]
    struct __Checked(
        <Account as __private::check::WithClone<{ __LACKS }>>::Checked,
        <Account as __private::check::WithSerialize<{ __LACKS }>>::Checked,
        <Account as __private::check::WithDeserialize<{ __LACKS }>>::Checked,
        <Account as __private::check::WithAll<{ __LACKS }>>::Checked,
    );
    #[automatically_derived]
    impl __private::Entity for Account
    where
        for<'never> Self: __private::Value,
    {
        const HOLDS_ENTITIES: ::core::primitive::bool = false;
        const TYPE: &'static __private::EntityType = {
            static __FIELDS: [__private::Field; 1usize] = [
                __private::Field::new::<
                    i64,
                >("cents", <__private::kind::Probe<i64>>::SCHEMA),
            ];
            &__private::EntityType::new::<
                Self,
            >("Account", "id", &__FIELDS, false, __private::here!())
                .at_version(
                    2,
                    |__old| __private::derived::upgrade::<
                        Self,
                        _,
                    >(__old, Account::upgrade),
                )
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
                "cents" => ::core::option::Option::Some(&self.cents),
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
                    <__private::kind::Probe<i64>>::same(&self.cents, &__other.cents),
                )
            };
            __same
        }
    }
    #[automatically_derived]
    impl __private::Holds for Account
    where
        for<'never> Self: __private::Value,
    {
        const ENTITIES: ::core::primitive::bool = true;
        type Marker = __private::Leaf<{ __private::kind::ENTITY }>;
    }
    __private::inventory::submit! {
        __private::EntityRegistration(__private::derived::registered(<
        __private::kind::Probe < Account >> ::ENTITY_TYPE))
    }
};

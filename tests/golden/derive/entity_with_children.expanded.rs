//! An entity that holds others.

#[doc(hidden)]
#[allow(unused_macros, unused_macro_rules)]
macro_rules! __written_for_Course {
    ("Entity" $($__written:tt)*) => {
        $($__written)*
    };
    ($($__other:tt)*) => {};
}
#[doc(hidden)]
#[allow(non_snake_case, unused_imports)]
mod keep_ConfigEntity_which_includes_Entity_on_Course {
    pub(super) use __written_for_Course as __written;
}
#[doc(hidden)]
#[allow(non_local_definitions, clippy::all, clippy::pedantic)]
const _: () = {
    #[allow(unused_imports)]
    use __private::asking::*;
    const __LACKS: ::core::primitive::u8 = __private::derived::lacks(
        <__private::kind::Probe<Course>>::CLONE,
        <__private::kind::Probe<Course>>::SERIALIZE,
        <__private::kind::Probe<Course>>::DESERIALIZE,
    );
    #[allow(dead_code)]
    struct __Checked(
        <Course as __private::check::WithClone<{ __LACKS }>>::Checked,
        <Course as __private::check::WithSerialize<{ __LACKS }>>::Checked,
        <Course as __private::check::WithDeserialize<{ __LACKS }>>::Checked,
        <Course as __private::check::WithAll<{ __LACKS }>>::Checked,
        <Teacher as __private::check::SharedField<
            {
                !<__private::kind::Probe<Course>>::SENDABLE
                    && !<__private::kind::Probe<Teacher>>::SENDABLE
            },
        >>::Checked,
        <Vec<
            Student,
        > as __private::check::SharedField<
            {
                !<__private::kind::Probe<Course>>::SENDABLE
                    && !<__private::kind::Probe<Vec<Student>>>::SENDABLE
            },
        >>::Checked,
        <Option<
            Ref<Course>,
        > as __private::check::SharedField<
            {
                !<__private::kind::Probe<Course>>::SENDABLE
                    && !<__private::kind::Probe<Option<Ref<Course>>>>::SENDABLE
            },
        >>::Checked,
        <Teacher as __private::check::SerdeField<
            {
                __private::derived::breaks_serde(
                    [
                        <__private::kind::Probe<Course>>::SERIALIZE,
                        <__private::kind::Probe<Course>>::DESERIALIZE,
                    ],
                    [
                        <__private::kind::Probe<Teacher>>::SERIALIZE,
                        <__private::kind::Probe<Teacher>>::DESERIALIZE,
                    ],
                )
            },
        >>::Checked,
        <Vec<
            Student,
        > as __private::check::SerdeField<
            {
                __private::derived::breaks_serde(
                    [
                        <__private::kind::Probe<Course>>::SERIALIZE,
                        <__private::kind::Probe<Course>>::DESERIALIZE,
                    ],
                    [
                        <__private::kind::Probe<Vec<Student>>>::SERIALIZE,
                        <__private::kind::Probe<Vec<Student>>>::DESERIALIZE,
                    ],
                )
            },
        >>::Checked,
        <Option<
            Ref<Course>,
        > as __private::check::SerdeField<
            {
                __private::derived::breaks_serde(
                    [
                        <__private::kind::Probe<Course>>::SERIALIZE,
                        <__private::kind::Probe<Course>>::DESERIALIZE,
                    ],
                    [
                        <__private::kind::Probe<Option<Ref<Course>>>>::SERIALIZE,
                        <__private::kind::Probe<Option<Ref<Course>>>>::DESERIALIZE,
                    ],
                )
            },
        >>::Checked,
    );
    type __Held1 = <__private::Fold<
        {
            __private::kind::leaf(
                <__private::kind::Probe<Teacher>>::ENTITY,
                <__private::kind::Probe<Teacher>>::CONFIG,
                <__private::kind::Probe<Teacher>>::CONTEXT,
                <__private::kind::Probe<Teacher>>::HOLDS_ENTITIES,
                <__private::kind::Probe<Teacher>>::VALUE,
            )
        },
    > as __private::LeafOf<Teacher>>::Marker;
    #[allow(unused, clippy::all)]
    const _: () = {
        <Vec<
            Student,
        > as __private::check::HeldInSight<
            {
                __private::kind::is_unseen(
                    <__private::kind::Probe<Vec<Student>>>::CONTAINER,
                    __private::kind::within(
                        <__private::kind::Probe<Vec<Student>>>::CONTAINER,
                        __private::kind::leaf(
                            <__private::kind::Probe<Vec<Student>>>::ENTITY,
                            <__private::kind::Probe<Vec<Student>>>::CONFIG,
                            <__private::kind::Probe<Vec<Student>>>::CONTEXT,
                            <__private::kind::Probe<Vec<Student>>>::HOLDS_ENTITIES,
                            <__private::kind::Probe<Vec<Student>>>::VALUE,
                        ),
                        &[
                            __private::kind::leaf(
                                <__private::kind::Probe<Student>>::ENTITY,
                                <__private::kind::Probe<Student>>::CONFIG,
                                <__private::kind::Probe<Student>>::CONTEXT,
                                <__private::kind::Probe<Student>>::HOLDS_ENTITIES,
                                <__private::kind::Probe<Student>>::VALUE,
                            ),
                        ],
                    ),
                )
            },
        >>::CHECKED;
    };
    type __Held2 = <__private::InSight<
        {
            __private::kind::is_unseen(
                <__private::kind::Probe<Vec<Student>>>::CONTAINER,
                __private::kind::within(
                    <__private::kind::Probe<Vec<Student>>>::CONTAINER,
                    __private::kind::leaf(
                        <__private::kind::Probe<Vec<Student>>>::ENTITY,
                        <__private::kind::Probe<Vec<Student>>>::CONFIG,
                        <__private::kind::Probe<Vec<Student>>>::CONTEXT,
                        <__private::kind::Probe<Vec<Student>>>::HOLDS_ENTITIES,
                        <__private::kind::Probe<Vec<Student>>>::VALUE,
                    ),
                    &[
                        __private::kind::leaf(
                            <__private::kind::Probe<Student>>::ENTITY,
                            <__private::kind::Probe<Student>>::CONFIG,
                            <__private::kind::Probe<Student>>::CONTEXT,
                            <__private::kind::Probe<Student>>::HOLDS_ENTITIES,
                            <__private::kind::Probe<Student>>::VALUE,
                        ),
                    ],
                ),
            )
        },
    > as __private::MarkerOf<
        <__private::Fold<
            {
                __private::kind::within(
                    <__private::kind::Probe<Vec<Student>>>::CONTAINER,
                    __private::kind::leaf(
                        <__private::kind::Probe<Vec<Student>>>::ENTITY,
                        <__private::kind::Probe<Vec<Student>>>::CONFIG,
                        <__private::kind::Probe<Vec<Student>>>::CONTEXT,
                        <__private::kind::Probe<Vec<Student>>>::HOLDS_ENTITIES,
                        <__private::kind::Probe<Vec<Student>>>::VALUE,
                    ),
                    &[
                        __private::kind::leaf(
                            <__private::kind::Probe<Student>>::ENTITY,
                            <__private::kind::Probe<Student>>::CONFIG,
                            <__private::kind::Probe<Student>>::CONTEXT,
                            <__private::kind::Probe<Student>>::HOLDS_ENTITIES,
                            <__private::kind::Probe<Student>>::VALUE,
                        ),
                    ],
                )
            },
        > as __private::FoldTo<
            <__private::Class<
                {
                    __private::kind::by_spelling(
                        <__private::kind::Probe<Vec<Student>>>::CONTAINER,
                        __private::kind::leaf(
                            <__private::kind::Probe<Vec<Student>>>::ENTITY,
                            <__private::kind::Probe<Vec<Student>>>::CONFIG,
                            <__private::kind::Probe<Vec<Student>>>::CONTEXT,
                            <__private::kind::Probe<Vec<Student>>>::HOLDS_ENTITIES,
                            <__private::kind::Probe<Vec<Student>>>::VALUE,
                        ),
                    )
                },
            > as __private::Choose<
                (
                    <__private::Fold<
                        {
                            __private::kind::leaf(
                                <__private::kind::Probe<Student>>::ENTITY,
                                <__private::kind::Probe<Student>>::CONFIG,
                                <__private::kind::Probe<Student>>::CONTEXT,
                                <__private::kind::Probe<Student>>::HOLDS_ENTITIES,
                                <__private::kind::Probe<Student>>::VALUE,
                            )
                        },
                    > as __private::LeafOf<Student>>::Marker,
                    (),
                ),
                <__private::Fold<
                    {
                        __private::kind::leaf(
                            <__private::kind::Probe<Vec<Student>>>::ENTITY,
                            <__private::kind::Probe<Vec<Student>>>::CONFIG,
                            <__private::kind::Probe<Vec<Student>>>::CONTEXT,
                            <__private::kind::Probe<Vec<Student>>>::HOLDS_ENTITIES,
                            <__private::kind::Probe<Vec<Student>>>::VALUE,
                        )
                    },
                > as __private::LeafOf<Vec<Student>>>::Marker,
            >>::Marker,
        >>::Marker,
    >>::Marker;
    #[allow(unused, clippy::all)]
    const _: () = {
        <Option<
            Ref<Course>,
        > as __private::check::HeldInSight<
            {
                __private::kind::is_unseen(
                    <__private::kind::Probe<Option<Ref<Course>>>>::CONTAINER,
                    __private::kind::within(
                        <__private::kind::Probe<Option<Ref<Course>>>>::CONTAINER,
                        __private::kind::leaf(
                            <__private::kind::Probe<Option<Ref<Course>>>>::ENTITY,
                            <__private::kind::Probe<Option<Ref<Course>>>>::CONFIG,
                            <__private::kind::Probe<Option<Ref<Course>>>>::CONTEXT,
                            <__private::kind::Probe<
                                Option<Ref<Course>>,
                            >>::HOLDS_ENTITIES,
                            <__private::kind::Probe<Option<Ref<Course>>>>::VALUE,
                        ),
                        &[
                            __private::kind::within(
                                <__private::kind::Probe<Ref<Course>>>::CONTAINER,
                                __private::kind::leaf(
                                    <__private::kind::Probe<Ref<Course>>>::ENTITY,
                                    <__private::kind::Probe<Ref<Course>>>::CONFIG,
                                    <__private::kind::Probe<Ref<Course>>>::CONTEXT,
                                    <__private::kind::Probe<Ref<Course>>>::HOLDS_ENTITIES,
                                    <__private::kind::Probe<Ref<Course>>>::VALUE,
                                ),
                                &[
                                    __private::kind::leaf(
                                        <__private::kind::Probe<Course>>::ENTITY,
                                        <__private::kind::Probe<Course>>::CONFIG,
                                        <__private::kind::Probe<Course>>::CONTEXT,
                                        <__private::kind::Probe<Course>>::HOLDS_ENTITIES,
                                        <__private::kind::Probe<Course>>::VALUE,
                                    ),
                                ],
                            ),
                        ],
                    ),
                )
            },
        >>::CHECKED;
    };
    type __Held3 = <__private::InSight<
        {
            __private::kind::is_unseen(
                <__private::kind::Probe<Option<Ref<Course>>>>::CONTAINER,
                __private::kind::within(
                    <__private::kind::Probe<Option<Ref<Course>>>>::CONTAINER,
                    __private::kind::leaf(
                        <__private::kind::Probe<Option<Ref<Course>>>>::ENTITY,
                        <__private::kind::Probe<Option<Ref<Course>>>>::CONFIG,
                        <__private::kind::Probe<Option<Ref<Course>>>>::CONTEXT,
                        <__private::kind::Probe<Option<Ref<Course>>>>::HOLDS_ENTITIES,
                        <__private::kind::Probe<Option<Ref<Course>>>>::VALUE,
                    ),
                    &[
                        __private::kind::within(
                            <__private::kind::Probe<Ref<Course>>>::CONTAINER,
                            __private::kind::leaf(
                                <__private::kind::Probe<Ref<Course>>>::ENTITY,
                                <__private::kind::Probe<Ref<Course>>>::CONFIG,
                                <__private::kind::Probe<Ref<Course>>>::CONTEXT,
                                <__private::kind::Probe<Ref<Course>>>::HOLDS_ENTITIES,
                                <__private::kind::Probe<Ref<Course>>>::VALUE,
                            ),
                            &[
                                __private::kind::leaf(
                                    <__private::kind::Probe<Course>>::ENTITY,
                                    <__private::kind::Probe<Course>>::CONFIG,
                                    <__private::kind::Probe<Course>>::CONTEXT,
                                    <__private::kind::Probe<Course>>::HOLDS_ENTITIES,
                                    <__private::kind::Probe<Course>>::VALUE,
                                ),
                            ],
                        ),
                    ],
                ),
            )
        },
    > as __private::MarkerOf<
        <__private::Fold<
            {
                __private::kind::within(
                    <__private::kind::Probe<Option<Ref<Course>>>>::CONTAINER,
                    __private::kind::leaf(
                        <__private::kind::Probe<Option<Ref<Course>>>>::ENTITY,
                        <__private::kind::Probe<Option<Ref<Course>>>>::CONFIG,
                        <__private::kind::Probe<Option<Ref<Course>>>>::CONTEXT,
                        <__private::kind::Probe<Option<Ref<Course>>>>::HOLDS_ENTITIES,
                        <__private::kind::Probe<Option<Ref<Course>>>>::VALUE,
                    ),
                    &[
                        __private::kind::within(
                            <__private::kind::Probe<Ref<Course>>>::CONTAINER,
                            __private::kind::leaf(
                                <__private::kind::Probe<Ref<Course>>>::ENTITY,
                                <__private::kind::Probe<Ref<Course>>>::CONFIG,
                                <__private::kind::Probe<Ref<Course>>>::CONTEXT,
                                <__private::kind::Probe<Ref<Course>>>::HOLDS_ENTITIES,
                                <__private::kind::Probe<Ref<Course>>>::VALUE,
                            ),
                            &[
                                __private::kind::leaf(
                                    <__private::kind::Probe<Course>>::ENTITY,
                                    <__private::kind::Probe<Course>>::CONFIG,
                                    <__private::kind::Probe<Course>>::CONTEXT,
                                    <__private::kind::Probe<Course>>::HOLDS_ENTITIES,
                                    <__private::kind::Probe<Course>>::VALUE,
                                ),
                            ],
                        ),
                    ],
                )
            },
        > as __private::FoldTo<
            <__private::Class<
                {
                    __private::kind::by_spelling(
                        <__private::kind::Probe<Option<Ref<Course>>>>::CONTAINER,
                        __private::kind::leaf(
                            <__private::kind::Probe<Option<Ref<Course>>>>::ENTITY,
                            <__private::kind::Probe<Option<Ref<Course>>>>::CONFIG,
                            <__private::kind::Probe<Option<Ref<Course>>>>::CONTEXT,
                            <__private::kind::Probe<
                                Option<Ref<Course>>,
                            >>::HOLDS_ENTITIES,
                            <__private::kind::Probe<Option<Ref<Course>>>>::VALUE,
                        ),
                    )
                },
            > as __private::Choose<
                (
                    <__private::Fold<
                        {
                            __private::kind::within(
                                <__private::kind::Probe<Ref<Course>>>::CONTAINER,
                                __private::kind::leaf(
                                    <__private::kind::Probe<Ref<Course>>>::ENTITY,
                                    <__private::kind::Probe<Ref<Course>>>::CONFIG,
                                    <__private::kind::Probe<Ref<Course>>>::CONTEXT,
                                    <__private::kind::Probe<Ref<Course>>>::HOLDS_ENTITIES,
                                    <__private::kind::Probe<Ref<Course>>>::VALUE,
                                ),
                                &[
                                    __private::kind::leaf(
                                        <__private::kind::Probe<Course>>::ENTITY,
                                        <__private::kind::Probe<Course>>::CONFIG,
                                        <__private::kind::Probe<Course>>::CONTEXT,
                                        <__private::kind::Probe<Course>>::HOLDS_ENTITIES,
                                        <__private::kind::Probe<Course>>::VALUE,
                                    ),
                                ],
                            )
                        },
                    > as __private::FoldTo<
                        <__private::Class<
                            {
                                __private::kind::by_spelling(
                                    <__private::kind::Probe<Ref<Course>>>::CONTAINER,
                                    __private::kind::leaf(
                                        <__private::kind::Probe<Ref<Course>>>::ENTITY,
                                        <__private::kind::Probe<Ref<Course>>>::CONFIG,
                                        <__private::kind::Probe<Ref<Course>>>::CONTEXT,
                                        <__private::kind::Probe<Ref<Course>>>::HOLDS_ENTITIES,
                                        <__private::kind::Probe<Ref<Course>>>::VALUE,
                                    ),
                                )
                            },
                        > as __private::Choose<
                            (
                                <__private::Fold<
                                    {
                                        __private::kind::leaf(
                                            <__private::kind::Probe<Course>>::ENTITY,
                                            <__private::kind::Probe<Course>>::CONFIG,
                                            <__private::kind::Probe<Course>>::CONTEXT,
                                            <__private::kind::Probe<Course>>::HOLDS_ENTITIES,
                                            <__private::kind::Probe<Course>>::VALUE,
                                        )
                                    },
                                > as __private::LeafOf<Course>>::Marker,
                                (),
                            ),
                            <__private::Fold<
                                {
                                    __private::kind::leaf(
                                        <__private::kind::Probe<Ref<Course>>>::ENTITY,
                                        <__private::kind::Probe<Ref<Course>>>::CONFIG,
                                        <__private::kind::Probe<Ref<Course>>>::CONTEXT,
                                        <__private::kind::Probe<Ref<Course>>>::HOLDS_ENTITIES,
                                        <__private::kind::Probe<Ref<Course>>>::VALUE,
                                    )
                                },
                            > as __private::LeafOf<Ref<Course>>>::Marker,
                        >>::Marker,
                    >>::Marker,
                    (),
                ),
                <__private::Fold<
                    {
                        __private::kind::leaf(
                            <__private::kind::Probe<Option<Ref<Course>>>>::ENTITY,
                            <__private::kind::Probe<Option<Ref<Course>>>>::CONFIG,
                            <__private::kind::Probe<Option<Ref<Course>>>>::CONTEXT,
                            <__private::kind::Probe<
                                Option<Ref<Course>>,
                            >>::HOLDS_ENTITIES,
                            <__private::kind::Probe<Option<Ref<Course>>>>::VALUE,
                        )
                    },
                > as __private::LeafOf<Option<Ref<Course>>>>::Marker,
            >>::Marker,
        >>::Marker,
    >>::Marker;
    #[automatically_derived]
    impl __private::Entity for Course
    where
        for<'never> Self: __private::Value,
    {
        const HOLDS_ENTITIES: ::core::primitive::bool = false
            || <Teacher as __private::Branch<__Held1>>::HOLDS
            || <Vec<Student> as __private::Branch<__Held2>>::HOLDS
            || <Option<Ref<Course>> as __private::Branch<__Held3>>::HOLDS;
        const TYPE: &'static __private::EntityType = {
            static __FIELDS: [__private::Field; 4usize] = [
                __private::Field::new::<
                    String,
                >("title", <__private::kind::Probe<String>>::SCHEMA),
                __private::Field::new::<
                    Teacher,
                >("teacher", <__private::kind::Probe<Teacher>>::SCHEMA)
                    .holding(<Teacher as __private::Branch<__Held1>>::HOLDS),
                __private::Field::new::<
                    Vec<Student>,
                >("students", <__private::kind::Probe<Vec<Student>>>::SCHEMA)
                    .holding(<Vec<Student> as __private::Branch<__Held2>>::HOLDS),
                __private::Field::new::<
                    Option<Ref<Course>>,
                >("successor", <__private::kind::Probe<Option<Ref<Course>>>>::SCHEMA)
                    .holding(<Option<Ref<Course>> as __private::Branch<__Held3>>::HOLDS),
            ];
            &__private::EntityType::new::<
                Self,
            >("school.course", "id", &__FIELDS, false, __private::here!())
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
                "title" => ::core::option::Option::Some(&self.title),
                "teacher" => ::core::option::Option::Some(&self.teacher),
                "students" => ::core::option::Option::Some(&self.students),
                "successor" => ::core::option::Option::Some(&self.successor),
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
                    <__private::kind::Probe<String>>::same(&self.title, &__other.title),
                )
            };
            let __same = if __private::Sameness::is_settled(__same) {
                __same
            } else {
                __private::Sameness::and(
                    __same,
                    if <Teacher as __private::Branch<__Held1>>::HOLDS {
                        __private::Sameness::Same
                    } else {
                        <__private::kind::Probe<
                            Teacher,
                        >>::same(&self.teacher, &__other.teacher)
                    },
                )
            };
            let __same = if __private::Sameness::is_settled(__same) {
                __same
            } else {
                __private::Sameness::and(
                    __same,
                    if <Vec<Student> as __private::Branch<__Held2>>::HOLDS {
                        __private::Sameness::Same
                    } else {
                        <__private::kind::Probe<
                            Vec<Student>,
                        >>::same(&self.students, &__other.students)
                    },
                )
            };
            let __same = if __private::Sameness::is_settled(__same) {
                __same
            } else {
                __private::Sameness::and(
                    __same,
                    if <Option<Ref<Course>> as __private::Branch<__Held3>>::HOLDS {
                        __private::Sameness::Same
                    } else {
                        <__private::kind::Probe<
                            Option<Ref<Course>>,
                        >>::same(&self.successor, &__other.successor)
                    },
                )
            };
            __same
        }
        fn parts<'a, __V: __private::EachPart<'a>>(&'a self, __each: &mut __V) {
            __private::EachPart::part::<
                Teacher,
                __Held1,
            >(__each, 1usize, "teacher", &self.teacher);
            __private::EachPart::part::<
                Vec<Student>,
                __Held2,
            >(__each, 2usize, "students", &self.students);
            __private::EachPart::part::<
                Option<Ref<Course>>,
                __Held3,
            >(__each, 3usize, "successor", &self.successor);
        }
        fn parts_mut<__V: __private::EachPartMut>(&mut self, __each: &mut __V) {
            __private::EachPartMut::part::<
                Teacher,
                __Held1,
            >(__each, 1usize, "teacher", &mut self.teacher);
            __private::EachPartMut::part::<
                Vec<Student>,
                __Held2,
            >(__each, 2usize, "students", &mut self.students);
            __private::EachPartMut::part::<
                Option<Ref<Course>>,
                __Held3,
            >(__each, 3usize, "successor", &mut self.successor);
        }
        fn pairs<'a, __V: __private::EachPair<'a>>(
            __old: &'a Self,
            __new: &'a Self,
            __each: &mut __V,
        ) {
            __private::EachPair::pair::<
                Teacher,
                __Held1,
            >(__each, 1usize, "teacher", &__old.teacher, &__new.teacher);
            __private::EachPair::pair::<
                Vec<Student>,
                __Held2,
            >(__each, 2usize, "students", &__old.students, &__new.students);
            __private::EachPair::pair::<
                Option<Ref<Course>>,
                __Held3,
            >(__each, 3usize, "successor", &__old.successor, &__new.successor);
        }
    }
    #[automatically_derived]
    impl __private::Holds for Course
    where
        for<'never> Self: __private::Value,
    {
        const ENTITIES: ::core::primitive::bool = true;
        type Marker = __private::Leaf<{ __private::kind::ENTITY }>;
    }
    __private::inventory::submit! {
        __private::EntityRegistration(__private::derived::registered(<
        __private::kind::Probe < Course >> ::ENTITY_TYPE))
    }
};

//! An entity that holds others.

#[doc(hidden)]
#[allow(non_local_definitions, clippy::all, clippy::pedantic)]
const _: () = {
    #[allow(path_statements)]
    const _: () = {
        <Course as ::ecs::__private::derived::WithClone<
            {
                ::ecs::__private::derived::lacks(
                    ::ecs::__private::probe!(Course, CLONE),
                    ::ecs::__private::probe!(Course, SERIALIZE),
                    ::ecs::__private::probe!(Course, DESERIALIZE),
                )
            },
        >>::CHECKED;
        <Course as ::ecs::__private::derived::WithSerialize<
            {
                ::ecs::__private::derived::lacks(
                    ::ecs::__private::probe!(Course, CLONE),
                    ::ecs::__private::probe!(Course, SERIALIZE),
                    ::ecs::__private::probe!(Course, DESERIALIZE),
                )
            },
        >>::CHECKED;
        <Course as ::ecs::__private::derived::WithDeserialize<
            {
                ::ecs::__private::derived::lacks(
                    ::ecs::__private::probe!(Course, CLONE),
                    ::ecs::__private::probe!(Course, SERIALIZE),
                    ::ecs::__private::probe!(Course, DESERIALIZE),
                )
            },
        >>::CHECKED;
        <Course as ::ecs::__private::derived::WithAll<
            {
                ::ecs::__private::derived::lacks(
                    ::ecs::__private::probe!(Course, CLONE),
                    ::ecs::__private::probe!(Course, SERIALIZE),
                    ::ecs::__private::probe!(Course, DESERIALIZE),
                )
            },
        >>::CHECKED;
        <Teacher as ::ecs::__private::derived::SharedField<
            {
                !::ecs::__private::probe!(Course, SENDABLE)
                    && !::ecs::__private::probe!(Teacher, SENDABLE)
            },
        >>::CHECKED;
        <Vec<
            Student,
        > as ::ecs::__private::derived::SharedField<
            {
                !::ecs::__private::probe!(Course, SENDABLE)
                    && !::ecs::__private::probe!(Vec < Student >, SENDABLE)
            },
        >>::CHECKED;
        <Option<
            Ref<Course>,
        > as ::ecs::__private::derived::SharedField<
            {
                !::ecs::__private::probe!(Course, SENDABLE)
                    && !::ecs::__private::probe!(Option < Ref < Course > >, SENDABLE)
            },
        >>::CHECKED;
    };
    type __Held1 = <::ecs::__private::Fold<
        { ::ecs::__private::kind_of!(Teacher) },
    > as ::ecs::__private::LeafOf<Teacher>>::Marker;
    #[allow(unused, clippy::all)]
    const _: () = {
        <Vec<
            Student,
        > as ::ecs::__private::HeldInSight<
            {
                ::ecs::__private::kind::is_unseen(
                    ::ecs::__private::probe!(Vec < Student >, CONTAINER),
                    ::ecs::__private::kind::within(
                        ::ecs::__private::probe!(Vec < Student >, CONTAINER),
                        ::ecs::__private::kind_of!(Vec < Student >),
                        &[::ecs::__private::kind_of!(Student)],
                    ),
                )
            },
        >>::CHECKED;
    };
    type __Held2 = <::ecs::__private::InSight<
        {
            ::ecs::__private::kind::is_unseen(
                ::ecs::__private::probe!(Vec < Student >, CONTAINER),
                ::ecs::__private::kind::within(
                    ::ecs::__private::probe!(Vec < Student >, CONTAINER),
                    ::ecs::__private::kind_of!(Vec < Student >),
                    &[::ecs::__private::kind_of!(Student)],
                ),
            )
        },
    > as ::ecs::__private::MarkerOf<
        <::ecs::__private::Fold<
            {
                ::ecs::__private::kind::within(
                    ::ecs::__private::probe!(Vec < Student >, CONTAINER),
                    ::ecs::__private::kind_of!(Vec < Student >),
                    &[::ecs::__private::kind_of!(Student)],
                )
            },
        > as ::ecs::__private::FoldTo<
            <::ecs::__private::Class<
                {
                    ::ecs::__private::kind::by_spelling(
                        ::ecs::__private::probe!(Vec < Student >, CONTAINER),
                        ::ecs::__private::kind_of!(Vec < Student >),
                    )
                },
            > as ::ecs::__private::Choose<
                (
                    <::ecs::__private::Fold<
                        { ::ecs::__private::kind_of!(Student) },
                    > as ::ecs::__private::LeafOf<Student>>::Marker,
                    (),
                ),
                <::ecs::__private::Fold<
                    { ::ecs::__private::kind_of!(Vec < Student >) },
                > as ::ecs::__private::LeafOf<Vec<Student>>>::Marker,
            >>::Marker,
        >>::Marker,
    >>::Marker;
    #[allow(unused, clippy::all)]
    const _: () = {
        <Option<
            Ref<Course>,
        > as ::ecs::__private::HeldInSight<
            {
                ::ecs::__private::kind::is_unseen(
                    ::ecs::__private::probe!(Option < Ref < Course > >, CONTAINER),
                    ::ecs::__private::kind::within(
                        ::ecs::__private::probe!(Option < Ref < Course > >, CONTAINER),
                        ::ecs::__private::kind_of!(Option < Ref < Course > >),
                        &[
                            ::ecs::__private::kind::within(
                                ::ecs::__private::probe!(Ref < Course >, CONTAINER),
                                ::ecs::__private::kind_of!(Ref < Course >),
                                &[::ecs::__private::kind_of!(Course)],
                            ),
                        ],
                    ),
                )
            },
        >>::CHECKED;
    };
    type __Held3 = <::ecs::__private::InSight<
        {
            ::ecs::__private::kind::is_unseen(
                ::ecs::__private::probe!(Option < Ref < Course > >, CONTAINER),
                ::ecs::__private::kind::within(
                    ::ecs::__private::probe!(Option < Ref < Course > >, CONTAINER),
                    ::ecs::__private::kind_of!(Option < Ref < Course > >),
                    &[
                        ::ecs::__private::kind::within(
                            ::ecs::__private::probe!(Ref < Course >, CONTAINER),
                            ::ecs::__private::kind_of!(Ref < Course >),
                            &[::ecs::__private::kind_of!(Course)],
                        ),
                    ],
                ),
            )
        },
    > as ::ecs::__private::MarkerOf<
        <::ecs::__private::Fold<
            {
                ::ecs::__private::kind::within(
                    ::ecs::__private::probe!(Option < Ref < Course > >, CONTAINER),
                    ::ecs::__private::kind_of!(Option < Ref < Course > >),
                    &[
                        ::ecs::__private::kind::within(
                            ::ecs::__private::probe!(Ref < Course >, CONTAINER),
                            ::ecs::__private::kind_of!(Ref < Course >),
                            &[::ecs::__private::kind_of!(Course)],
                        ),
                    ],
                )
            },
        > as ::ecs::__private::FoldTo<
            <::ecs::__private::Class<
                {
                    ::ecs::__private::kind::by_spelling(
                        ::ecs::__private::probe!(Option < Ref < Course > >, CONTAINER),
                        ::ecs::__private::kind_of!(Option < Ref < Course > >),
                    )
                },
            > as ::ecs::__private::Choose<
                (
                    <::ecs::__private::Fold<
                        {
                            ::ecs::__private::kind::within(
                                ::ecs::__private::probe!(Ref < Course >, CONTAINER),
                                ::ecs::__private::kind_of!(Ref < Course >),
                                &[::ecs::__private::kind_of!(Course)],
                            )
                        },
                    > as ::ecs::__private::FoldTo<
                        <::ecs::__private::Class<
                            {
                                ::ecs::__private::kind::by_spelling(
                                    ::ecs::__private::probe!(Ref < Course >, CONTAINER),
                                    ::ecs::__private::kind_of!(Ref < Course >),
                                )
                            },
                        > as ::ecs::__private::Choose<
                            (
                                <::ecs::__private::Fold<
                                    { ::ecs::__private::kind_of!(Course) },
                                > as ::ecs::__private::LeafOf<Course>>::Marker,
                                (),
                            ),
                            <::ecs::__private::Fold<
                                { ::ecs::__private::kind_of!(Ref < Course >) },
                            > as ::ecs::__private::LeafOf<Ref<Course>>>::Marker,
                        >>::Marker,
                    >>::Marker,
                    (),
                ),
                <::ecs::__private::Fold<
                    { ::ecs::__private::kind_of!(Option < Ref < Course > >) },
                > as ::ecs::__private::LeafOf<Option<Ref<Course>>>>::Marker,
            >>::Marker,
        >>::Marker,
    >>::Marker;
    #[automatically_derived]
    impl ::ecs::__private::Entity for Course
    where
        for<'never> Self: ::ecs::__private::Value,
    {
        const HOLDS_ENTITIES: ::core::primitive::bool = false
            || <Teacher as ::ecs::__private::Branch<__Held1>>::HOLDS
            || <Vec<Student> as ::ecs::__private::Branch<__Held2>>::HOLDS
            || <Option<Ref<Course>> as ::ecs::__private::Branch<__Held3>>::HOLDS;
        const TYPE: &'static ::ecs::__private::EntityType = {
            const __FIELDS: &[::ecs::__private::Field] = &[
                ::ecs::__private::Field::new::<
                    String,
                >("title", ::ecs::__private::probe!(String, SCHEMA)),
                ::ecs::__private::Field::new::<
                    Teacher,
                >("teacher", ::ecs::__private::probe!(Teacher, SCHEMA))
                    .holding(<Teacher as ::ecs::__private::Branch<__Held1>>::HOLDS),
                ::ecs::__private::Field::new::<
                    Vec<Student>,
                >("students", ::ecs::__private::probe!(Vec < Student >, SCHEMA))
                    .holding(<Vec<Student> as ::ecs::__private::Branch<__Held2>>::HOLDS),
                ::ecs::__private::Field::new::<
                    Option<Ref<Course>>,
                >(
                        "successor",
                        ::ecs::__private::probe!(Option < Ref < Course > >, SCHEMA),
                    )
                    .holding(
                        <Option<Ref<Course>> as ::ecs::__private::Branch<__Held3>>::HOLDS,
                    ),
            ];
            &::ecs::__private::EntityType::new::<
                Self,
            >("school.course", "id", __FIELDS, false, ::ecs::__private::here!())
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
                "title" => ::core::option::Option::Some(&self.title),
                "teacher" => ::core::option::Option::Some(&self.teacher),
                "students" => ::core::option::Option::Some(&self.students),
                "successor" => ::core::option::Option::Some(&self.successor),
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
                    >>::same(&self.title, &__other.title)
                })
                .and(|| {
                    ::ecs::__private::same!(
                        Teacher, __Held1, & self.teacher, & __other.teacher
                    )
                })
                .and(|| {
                    ::ecs::__private::same!(
                        Vec < Student >, __Held2, & self.students, & __other.students
                    )
                })
                .and(|| {
                    ::ecs::__private::same!(
                        Option < Ref < Course > >, __Held3, & self.successor, & __other
                        .successor
                    )
                })
        }
        fn parts<'a, __V: ::ecs::__private::EachPart<'a>>(&'a self, __each: &mut __V) {
            ::ecs::__private::EachPart::part::<
                Teacher,
                __Held1,
            >(__each, 1usize, "teacher", &self.teacher);
            ::ecs::__private::EachPart::part::<
                Vec<Student>,
                __Held2,
            >(__each, 2usize, "students", &self.students);
            ::ecs::__private::EachPart::part::<
                Option<Ref<Course>>,
                __Held3,
            >(__each, 3usize, "successor", &self.successor);
        }
        fn parts_mut<__V: ::ecs::__private::EachPartMut>(&mut self, __each: &mut __V) {
            ::ecs::__private::EachPartMut::part::<
                Teacher,
                __Held1,
            >(__each, 1usize, "teacher", &mut self.teacher);
            ::ecs::__private::EachPartMut::part::<
                Vec<Student>,
                __Held2,
            >(__each, 2usize, "students", &mut self.students);
            ::ecs::__private::EachPartMut::part::<
                Option<Ref<Course>>,
                __Held3,
            >(__each, 3usize, "successor", &mut self.successor);
        }
        fn pairs<'a, __V: ::ecs::__private::EachPair<'a>>(
            __old: &'a Self,
            __new: &'a Self,
            __each: &mut __V,
        ) {
            ::ecs::__private::EachPair::pair::<
                Teacher,
                __Held1,
            >(__each, 1usize, "teacher", &__old.teacher, &__new.teacher);
            ::ecs::__private::EachPair::pair::<
                Vec<Student>,
                __Held2,
            >(__each, 2usize, "students", &__old.students, &__new.students);
            ::ecs::__private::EachPair::pair::<
                Option<Ref<Course>>,
                __Held3,
            >(__each, 3usize, "successor", &__old.successor, &__new.successor);
        }
    }
    #[automatically_derived]
    impl ::ecs::__private::Holds for Course
    where
        for<'never> Self: ::ecs::__private::Value,
    {
        const ENTITIES: ::core::primitive::bool = true;
        type Marker = ::ecs::__private::Leaf<{ ::ecs::__private::kind::ENTITY }>;
    }
    ::ecs::__private::inventory::submit! {
        ::ecs::__private::EntityRegistration(::ecs::__private::derived::registered(::ecs::__private::probe!(Course,
        ENTITY_TYPE)))
    }
};

//! An enum that carries entities, from a facade of another name.

#[doc(hidden)]
#[allow(non_local_definitions, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    #[allow(unused_imports)]
    use facade::__private::asking::*;
    const __LACKS: ::core::primitive::u8 = facade::__private::derived::lacks(
        <facade::__private::kind::Probe<Assignment>>::CLONE,
        <facade::__private::kind::Probe<Assignment>>::SERIALIZE,
        <facade::__private::kind::Probe<Assignment>>::DESERIALIZE,
    );
    #[allow(dead_code)]
    struct __Checked(
        <Assignment as facade::__private::check::WithClone<{ __LACKS }>>::Checked,
        <Assignment as facade::__private::check::WithSerialize<{ __LACKS }>>::Checked,
        <Assignment as facade::__private::check::WithDeserialize<{ __LACKS }>>::Checked,
        <Assignment as facade::__private::check::WithAll<{ __LACKS }>>::Checked,
        <Student as facade::__private::check::SharedField<
            {
                !<facade::__private::kind::Probe<Assignment>>::SENDABLE
                    && !<facade::__private::kind::Probe<Student>>::SENDABLE
            },
        >>::Checked,
        <Student as facade::__private::check::SharedField<
            {
                !<facade::__private::kind::Probe<Assignment>>::SENDABLE
                    && !<facade::__private::kind::Probe<Student>>::SENDABLE
            },
        >>::Checked,
        <Student as facade::__private::check::SharedField<
            {
                !<facade::__private::kind::Probe<Assignment>>::SENDABLE
                    && !<facade::__private::kind::Probe<Student>>::SENDABLE
            },
        >>::Checked,
        <Student as facade::__private::check::SharedField<
            {
                !<facade::__private::kind::Probe<Assignment>>::SENDABLE
                    && !<facade::__private::kind::Probe<Student>>::SENDABLE
            },
        >>::Checked,
        <Vec<
            Student,
        > as facade::__private::check::SharedField<
            {
                !<facade::__private::kind::Probe<Assignment>>::SENDABLE
                    && !<facade::__private::kind::Probe<Vec<Student>>>::SENDABLE
            },
        >>::Checked,
        <Student as facade::__private::check::SerdeField<
            {
                facade::__private::derived::breaks_serde(
                    [
                        <facade::__private::kind::Probe<Assignment>>::SERIALIZE,
                        <facade::__private::kind::Probe<Assignment>>::DESERIALIZE,
                    ],
                    [
                        <facade::__private::kind::Probe<Student>>::SERIALIZE,
                        <facade::__private::kind::Probe<Student>>::DESERIALIZE,
                    ],
                )
            },
        >>::Checked,
        <Student as facade::__private::check::SerdeField<
            {
                facade::__private::derived::breaks_serde(
                    [
                        <facade::__private::kind::Probe<Assignment>>::SERIALIZE,
                        <facade::__private::kind::Probe<Assignment>>::DESERIALIZE,
                    ],
                    [
                        <facade::__private::kind::Probe<Student>>::SERIALIZE,
                        <facade::__private::kind::Probe<Student>>::DESERIALIZE,
                    ],
                )
            },
        >>::Checked,
        <Student as facade::__private::check::SerdeField<
            {
                facade::__private::derived::breaks_serde(
                    [
                        <facade::__private::kind::Probe<Assignment>>::SERIALIZE,
                        <facade::__private::kind::Probe<Assignment>>::DESERIALIZE,
                    ],
                    [
                        <facade::__private::kind::Probe<Student>>::SERIALIZE,
                        <facade::__private::kind::Probe<Student>>::DESERIALIZE,
                    ],
                )
            },
        >>::Checked,
        <Student as facade::__private::check::SerdeField<
            {
                facade::__private::derived::breaks_serde(
                    [
                        <facade::__private::kind::Probe<Assignment>>::SERIALIZE,
                        <facade::__private::kind::Probe<Assignment>>::DESERIALIZE,
                    ],
                    [
                        <facade::__private::kind::Probe<Student>>::SERIALIZE,
                        <facade::__private::kind::Probe<Student>>::DESERIALIZE,
                    ],
                )
            },
        >>::Checked,
        <Vec<
            Student,
        > as facade::__private::check::SerdeField<
            {
                facade::__private::derived::breaks_serde(
                    [
                        <facade::__private::kind::Probe<Assignment>>::SERIALIZE,
                        <facade::__private::kind::Probe<Assignment>>::DESERIALIZE,
                    ],
                    [
                        <facade::__private::kind::Probe<Vec<Student>>>::SERIALIZE,
                        <facade::__private::kind::Probe<Vec<Student>>>::DESERIALIZE,
                    ],
                )
            },
        >>::Checked,
    );
    type __Held0 = <facade::__private::Fold<
        {
            facade::__private::kind::leaf(
                <facade::__private::kind::Probe<Student>>::ENTITY,
                <facade::__private::kind::Probe<Student>>::CONFIG,
                <facade::__private::kind::Probe<Student>>::CONTEXT,
                <facade::__private::kind::Probe<Student>>::HOLDS_ENTITIES,
                <facade::__private::kind::Probe<Student>>::VALUE,
            )
        },
    > as facade::__private::LeafOf<Student>>::Marker;
    type __Held1 = <facade::__private::Fold<
        {
            facade::__private::kind::leaf(
                <facade::__private::kind::Probe<Student>>::ENTITY,
                <facade::__private::kind::Probe<Student>>::CONFIG,
                <facade::__private::kind::Probe<Student>>::CONTEXT,
                <facade::__private::kind::Probe<Student>>::HOLDS_ENTITIES,
                <facade::__private::kind::Probe<Student>>::VALUE,
            )
        },
    > as facade::__private::LeafOf<Student>>::Marker;
    type __Held2 = <facade::__private::Fold<
        {
            facade::__private::kind::leaf(
                <facade::__private::kind::Probe<Student>>::ENTITY,
                <facade::__private::kind::Probe<Student>>::CONFIG,
                <facade::__private::kind::Probe<Student>>::CONTEXT,
                <facade::__private::kind::Probe<Student>>::HOLDS_ENTITIES,
                <facade::__private::kind::Probe<Student>>::VALUE,
            )
        },
    > as facade::__private::LeafOf<Student>>::Marker;
    type __Held3 = <facade::__private::Fold<
        {
            facade::__private::kind::leaf(
                <facade::__private::kind::Probe<Student>>::ENTITY,
                <facade::__private::kind::Probe<Student>>::CONFIG,
                <facade::__private::kind::Probe<Student>>::CONTEXT,
                <facade::__private::kind::Probe<Student>>::HOLDS_ENTITIES,
                <facade::__private::kind::Probe<Student>>::VALUE,
            )
        },
    > as facade::__private::LeafOf<Student>>::Marker;
    #[allow(unused, clippy::all)]
    const _: () = {
        <Vec<
            Student,
        > as facade::__private::check::HeldInSight<
            {
                facade::__private::kind::is_unseen(
                    <facade::__private::kind::Probe<Vec<Student>>>::CONTAINER,
                    facade::__private::kind::within(
                        <facade::__private::kind::Probe<Vec<Student>>>::CONTAINER,
                        facade::__private::kind::leaf(
                            <facade::__private::kind::Probe<Vec<Student>>>::ENTITY,
                            <facade::__private::kind::Probe<Vec<Student>>>::CONFIG,
                            <facade::__private::kind::Probe<Vec<Student>>>::CONTEXT,
                            <facade::__private::kind::Probe<
                                Vec<Student>,
                            >>::HOLDS_ENTITIES,
                            <facade::__private::kind::Probe<Vec<Student>>>::VALUE,
                        ),
                        &[
                            facade::__private::kind::leaf(
                                <facade::__private::kind::Probe<Student>>::ENTITY,
                                <facade::__private::kind::Probe<Student>>::CONFIG,
                                <facade::__private::kind::Probe<Student>>::CONTEXT,
                                <facade::__private::kind::Probe<Student>>::HOLDS_ENTITIES,
                                <facade::__private::kind::Probe<Student>>::VALUE,
                            ),
                        ],
                    ),
                )
            },
        >>::CHECKED;
    };
    type __Held4 = <facade::__private::InSight<
        {
            facade::__private::kind::is_unseen(
                <facade::__private::kind::Probe<Vec<Student>>>::CONTAINER,
                facade::__private::kind::within(
                    <facade::__private::kind::Probe<Vec<Student>>>::CONTAINER,
                    facade::__private::kind::leaf(
                        <facade::__private::kind::Probe<Vec<Student>>>::ENTITY,
                        <facade::__private::kind::Probe<Vec<Student>>>::CONFIG,
                        <facade::__private::kind::Probe<Vec<Student>>>::CONTEXT,
                        <facade::__private::kind::Probe<Vec<Student>>>::HOLDS_ENTITIES,
                        <facade::__private::kind::Probe<Vec<Student>>>::VALUE,
                    ),
                    &[
                        facade::__private::kind::leaf(
                            <facade::__private::kind::Probe<Student>>::ENTITY,
                            <facade::__private::kind::Probe<Student>>::CONFIG,
                            <facade::__private::kind::Probe<Student>>::CONTEXT,
                            <facade::__private::kind::Probe<Student>>::HOLDS_ENTITIES,
                            <facade::__private::kind::Probe<Student>>::VALUE,
                        ),
                    ],
                ),
            )
        },
    > as facade::__private::MarkerOf<
        <facade::__private::Fold<
            {
                facade::__private::kind::within(
                    <facade::__private::kind::Probe<Vec<Student>>>::CONTAINER,
                    facade::__private::kind::leaf(
                        <facade::__private::kind::Probe<Vec<Student>>>::ENTITY,
                        <facade::__private::kind::Probe<Vec<Student>>>::CONFIG,
                        <facade::__private::kind::Probe<Vec<Student>>>::CONTEXT,
                        <facade::__private::kind::Probe<Vec<Student>>>::HOLDS_ENTITIES,
                        <facade::__private::kind::Probe<Vec<Student>>>::VALUE,
                    ),
                    &[
                        facade::__private::kind::leaf(
                            <facade::__private::kind::Probe<Student>>::ENTITY,
                            <facade::__private::kind::Probe<Student>>::CONFIG,
                            <facade::__private::kind::Probe<Student>>::CONTEXT,
                            <facade::__private::kind::Probe<Student>>::HOLDS_ENTITIES,
                            <facade::__private::kind::Probe<Student>>::VALUE,
                        ),
                    ],
                )
            },
        > as facade::__private::FoldTo<
            <facade::__private::Class<
                {
                    facade::__private::kind::by_spelling(
                        <facade::__private::kind::Probe<Vec<Student>>>::CONTAINER,
                        facade::__private::kind::leaf(
                            <facade::__private::kind::Probe<Vec<Student>>>::ENTITY,
                            <facade::__private::kind::Probe<Vec<Student>>>::CONFIG,
                            <facade::__private::kind::Probe<Vec<Student>>>::CONTEXT,
                            <facade::__private::kind::Probe<
                                Vec<Student>,
                            >>::HOLDS_ENTITIES,
                            <facade::__private::kind::Probe<Vec<Student>>>::VALUE,
                        ),
                    )
                },
            > as facade::__private::Choose<
                (
                    <facade::__private::Fold<
                        {
                            facade::__private::kind::leaf(
                                <facade::__private::kind::Probe<Student>>::ENTITY,
                                <facade::__private::kind::Probe<Student>>::CONFIG,
                                <facade::__private::kind::Probe<Student>>::CONTEXT,
                                <facade::__private::kind::Probe<Student>>::HOLDS_ENTITIES,
                                <facade::__private::kind::Probe<Student>>::VALUE,
                            )
                        },
                    > as facade::__private::LeafOf<Student>>::Marker,
                    (),
                ),
                <facade::__private::Fold<
                    {
                        facade::__private::kind::leaf(
                            <facade::__private::kind::Probe<Vec<Student>>>::ENTITY,
                            <facade::__private::kind::Probe<Vec<Student>>>::CONFIG,
                            <facade::__private::kind::Probe<Vec<Student>>>::CONTEXT,
                            <facade::__private::kind::Probe<
                                Vec<Student>,
                            >>::HOLDS_ENTITIES,
                            <facade::__private::kind::Probe<Vec<Student>>>::VALUE,
                        )
                    },
                > as facade::__private::LeafOf<Vec<Student>>>::Marker,
            >>::Marker,
        >>::Marker,
    >>::Marker;
    type __Held5 = <facade::__private::Fold<
        {
            facade::__private::kind::leaf(
                <facade::__private::kind::Probe<u8>>::ENTITY,
                <facade::__private::kind::Probe<u8>>::CONFIG,
                <facade::__private::kind::Probe<u8>>::CONTEXT,
                <facade::__private::kind::Probe<u8>>::HOLDS_ENTITIES,
                <facade::__private::kind::Probe<u8>>::VALUE,
            )
        },
    > as facade::__private::LeafOf<u8>>::Marker;
    #[automatically_derived]
    impl facade::__private::EntityParts for Assignment
    where
        for<'never> Self: facade::__private::Value,
    {
        fn shape(
            &self,
        ) -> (
            ::core::option::Option<&'static ::core::primitive::str>,
            facade::__private::PartsShape,
        ) {
            match self {
                Self::Nobody { .. } => {
                    (
                        ::core::option::Option::Some("Nobody"),
                        facade::__private::PartsShape::Unit,
                    )
                }
                Self::One { .. } => {
                    (
                        ::core::option::Option::Some("One"),
                        facade::__private::PartsShape::Newtype,
                    )
                }
                Self::Pair { .. } => {
                    (
                        ::core::option::Option::Some("Pair"),
                        facade::__private::PartsShape::Positional,
                    )
                }
                Self::Group { .. } => {
                    (
                        ::core::option::Option::Some("Group"),
                        facade::__private::PartsShape::Named,
                    )
                }
            }
        }
        fn parts<'a, __V: facade::__private::EachPart<'a>>(&'a self, __each: &mut __V) {
            match self {
                Self::Nobody {} => {}
                Self::One { 0: __part0 } => {
                    facade::__private::EachPart::part::<
                        Student,
                        __Held0,
                    >(__each, 0usize, "0", __part0);
                }
                Self::Pair { 0: __part0, 1: __part1 } => {
                    facade::__private::EachPart::part::<
                        Student,
                        __Held1,
                    >(__each, 0usize, "0", __part0);
                    facade::__private::EachPart::part::<
                        Student,
                        __Held2,
                    >(__each, 1usize, "1", __part1);
                }
                Self::Group { leader: __part0, others: __part1, size: __part2 } => {
                    facade::__private::EachPart::part::<
                        Student,
                        __Held3,
                    >(__each, 0usize, "leader", __part0);
                    facade::__private::EachPart::part::<
                        Vec<Student>,
                        __Held4,
                    >(__each, 1usize, "others", __part1);
                    facade::__private::EachPart::part::<
                        u8,
                        __Held5,
                    >(__each, 2usize, "size", __part2);
                }
            }
        }
        fn parts_mut<__V: facade::__private::EachPartMut>(&mut self, __each: &mut __V) {
            match self {
                Self::Nobody {} => {}
                Self::One { 0: __part0 } => {
                    facade::__private::EachPartMut::part::<
                        Student,
                        __Held0,
                    >(__each, 0usize, "0", __part0);
                }
                Self::Pair { 0: __part0, 1: __part1 } => {
                    facade::__private::EachPartMut::part::<
                        Student,
                        __Held1,
                    >(__each, 0usize, "0", __part0);
                    facade::__private::EachPartMut::part::<
                        Student,
                        __Held2,
                    >(__each, 1usize, "1", __part1);
                }
                Self::Group { leader: __part0, others: __part1, size: __part2 } => {
                    facade::__private::EachPartMut::part::<
                        Student,
                        __Held3,
                    >(__each, 0usize, "leader", __part0);
                    facade::__private::EachPartMut::part::<
                        Vec<Student>,
                        __Held4,
                    >(__each, 1usize, "others", __part1);
                    facade::__private::EachPartMut::part::<
                        u8,
                        __Held5,
                    >(__each, 2usize, "size", __part2);
                }
            }
        }
        fn pairs<'a, __V: facade::__private::EachPair<'a>>(
            __old: &'a Self,
            __new: &'a Self,
            __each: &mut __V,
        ) {
            #[allow(unreachable_patterns)]
            match (__old, __new) {
                (Self::Nobody {}, Self::Nobody {}) => {}
                (Self::One { 0: __old0 }, Self::One { 0: __new0 }) => {
                    facade::__private::EachPair::pair::<
                        Student,
                        __Held0,
                    >(__each, 0usize, "0", __old0, __new0);
                }
                (
                    Self::Pair { 0: __old0, 1: __old1 },
                    Self::Pair { 0: __new0, 1: __new1 },
                ) => {
                    facade::__private::EachPair::pair::<
                        Student,
                        __Held1,
                    >(__each, 0usize, "0", __old0, __new0);
                    facade::__private::EachPair::pair::<
                        Student,
                        __Held2,
                    >(__each, 1usize, "1", __old1, __new1);
                }
                (
                    Self::Group { leader: __old0, others: __old1, size: __old2 },
                    Self::Group { leader: __new0, others: __new1, size: __new2 },
                ) => {
                    facade::__private::EachPair::pair::<
                        Student,
                        __Held3,
                    >(__each, 0usize, "leader", __old0, __new0);
                    facade::__private::EachPair::pair::<
                        Vec<Student>,
                        __Held4,
                    >(__each, 1usize, "others", __old1, __new1);
                    facade::__private::EachPair::pair::<
                        u8,
                        __Held5,
                    >(__each, 2usize, "size", __old2, __new2);
                }
                _ => {}
            }
        }
    }
    #[automatically_derived]
    impl facade::__private::Holds for Assignment
    where
        for<'never> Self: facade::__private::Value,
    {
        const ENTITIES: ::core::primitive::bool = true;
        const PARTS: ::core::primitive::bool = true;
        type Marker = facade::__private::Leaf<{ facade::__private::kind::PARTS }>;
    }
};

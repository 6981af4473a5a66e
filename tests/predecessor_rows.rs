//! Where each situation is tested that the predecessor of this framework got wrong, or that users meet in trees. The
//! numbers are those of the list of its cases that this project was begun with.

/// The row, what it is about, and the tests that show ours: file and function.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const ROWS: &[Row] = &[
    (
        "1.3 A3",
        "a child as an argument, read and changed; it knows its root",
        &[
            ("detachment", "a_child_changed_on_its_own_is_a_root_and_its_holder_stays_as_it_was"),
            ("trees", "everything_in_a_new_tree_has_an_id_and_knows_where_it_is"),
        ],
    ),
    (
        "1.3 A4",
        "a whole entity by address, changed",
        &[
            ("parameters", "a_mutation_through_an_address_is_not_lost"),
            ("semantics", "a_mutation_through_an_address_is_not_lost"),
        ],
    ),
    (
        "1.3 A5",
        "a child by address: field, list index, map key, own id",
        &[
            ("addresses", "a_child_is_found_by_every_kind_of_step"),
            ("addresses", "children_fields_and_elements_are_arguments_typed_and_by_name"),
        ],
    ),
    (
        "1.3 A6, A6+",
        "an entity with parameters, some by address; wrong types",
        &[
            ("parameters", "an_address_beside_an_entity_is_resolved_and_its_source_recorded"),
            ("parameters", "a_value_of_the_wrong_type_is_refused_and_the_refusal_is_recorded"),
            ("parameters", "an_entity_of_the_wrong_type_is_refused_before_the_function_runs"),
        ],
    ),
    (
        "1.3 A7",
        "everything mixed",
        &[
            ("parameters", "values_handles_and_addresses_mix_in_one_call"),
            ("addresses", "children_fields_and_elements_are_arguments_typed_and_by_name"),
            ("containers", "nested_containers_take_a_mix_at_every_depth"),
        ],
    ),
    (
        "1.3",
        "one entity twice; lists of entities whose members change",
        &[
            ("parameters", "one_entity_may_be_given_for_two_parameters"),
            ("parameters", "members_of_a_list_of_entities_that_are_changed_get_their_next_versions"),
            ("containers", "trees_in_a_container_are_versioned_like_any_other"),
        ],
    ),
    (
        "1.4 B2",
        "a tuple of entities, one of them twice",
        &[
            ("results", "a_tuple_of_entities_comes_back_as_a_tuple_of_siblings"),
            ("semantics", "equal_content_twice_is_one_version_referred_to_twice"),
            ("detachment", "several_children_are_detached_at_once_in_any_shape"),
        ],
    ),
    (
        "1.4 B3, B4",
        "lists and maps of entities, each with its provenance",
        &[
            ("results", "a_vec_of_entities_comes_back_as_a_vec_of_siblings"),
            ("results", "a_map_of_entities_keeps_its_keys"),
        ],
    ),
    (
        "1.4 B5",
        "values beside entities, in pairs and lists",
        &[
            ("results", "a_value_beside_an_entity_in_a_pair_is_not_lost"),
            ("results", "values_beside_entities_inside_a_list_are_not_lost"),
        ],
    ),
    (
        "1.4 B6",
        "entities two containers deep",
        &[
            ("results", "entities_two_containers_deep_are_roots_of_their_own"),
            ("tree_properties", "a_version_is_what_was_committed_and_only_what_differs_gets_an_id"),
        ],
    ),
    (
        "1.5 mutation",
        "a copy returned, changed or not; an input dropped",
        &[
            ("semantics", "a_changed_input_is_the_next_version_however_it_comes_back"),
            ("semantics", "an_unchanged_input_stays_the_same_version_and_says_so"),
            ("semantics", "a_change_to_an_input_that_is_dropped_never_happened"),
        ],
    ),
    (
        "1.5 detachment",
        "a child returned, popped or not; the parent is versioned",
        &[
            ("detachment", "a_child_given_out_of_a_read_parent_is_the_same_version_and_stays_where_it_is"),
            ("detachment", "a_child_taken_out_leaves_a_version_of_the_parent_without_it"),
            ("detachment", "a_child_taken_out_and_changed_is_a_new_version_that_continues_the_one_inside"),
            ("detachment", "a_child_of_a_consumed_parent_is_detached_and_the_parent_stays_as_it_was"),
        ],
    ),
    (
        "1.5 creation",
        "another stored entity returned; an input wrapped in a new entity",
        &[
            ("semantics", "a_stored_entity_that_is_no_input_may_be_returned_unchanged"),
            ("detachment", "a_new_entity_around_inputs_is_a_creation_whose_parts_continue_the_inputs"),
        ],
    ),
    (
        "1.9 changes",
        "root, middle, leaf, nothing; removed, reordered, renamed, swapped, moved",
        &[
            ("trees", "what_changed_was_added_or_moved_gets_a_new_id_and_so_does_what_holds_it"),
            ("trees", "it_is_the_same_for_what_is_changed_outside_of_any_callable"),
            ("trees", "every_edit_follows_on_every_other"),
        ],
    ),
    (
        "1.9 hidden",
        "entities in lists of lists, or inside a plain field",
        &[
            ("hidden", "an_entity_in_a_plain_value_is_refused_wherever_that_is"),
            ("hidden", "the_derive_of_entity_parts_cures_it"),
        ],
    ),
    (
        "1.9 shared",
        "one child twice, and circles",
        &[
            ("trees", "one_thing_twice_in_a_tree_is_refused_with_both_paths"),
            ("provenance", "circles_of_references_end"),
        ],
    ),
    (
        "1.9 depth",
        "trees deeper than the stack; sets whose members change",
        &[
            ("deep_and_wide", "a_deep_tree_is_stored_changed_and_read_in_every_container"),
            ("addresses", "a_member_of_a_set_is_addressed_by_its_lineage"),
        ],
    ),
    (
        "1.9 attach, detach",
        "one history of the child, none in the lineage of the root",
        &[
            ("detachment", "attaching_and_detaching_again_is_one_history"),
            ("detachment", "a_stored_root_put_into_a_tree_continues_its_lineage_there"),
        ],
    ),
    (
        "1.10",
        "spellings of ids, indices, keys with dots, names that mean methods elsewhere",
        &[
            ("addresses", "every_spelling_of_an_id_leads_into_the_tree"),
            ("addresses", "a_key_may_be_any_text_and_is_only_ever_a_key"),
            ("addresses", "a_path_that_leads_nowhere_says_what_there_is"),
            ("addresses", "a_whole_container_of_children_is_an_argument_by_its_address"),
        ],
    ),
];

#[test]
fn every_row_has_its_tests() {
    for (row, about, tests) in ROWS {
        for (file, test) in *tests {
            let path = format!("{}/tests/{file}.rs", env!("CARGO_MANIFEST_DIR"));
            let source = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{row}: {path}: {error}"));
            assert!(source.contains(&format!("fn {test}(")), "{row}, {about}: no test `{test}` in {path}");
        }
    }
}

//! What is meant is found by some digits of its id, or it is said why not.

mod common;

use self::common::{School, school, short};

#[test]
fn an_id_is_found_by_its_beginning_or_its_end() {
    let School { file, alice, .. } = school();
    let whole = file.answer(&["show", &alice[2].to_string()]);
    let id = alice[2].ecs_id().to_string();
    for part in
        [&id, &id[..35], &id[24..], &id[20..], &format!("@{}", short(&id)), &id.to_uppercase(), &id.replace('-', "")]
    {
        assert_eq!(file.answer(&["show", part]), whole, "{part}");
    }
    let lineage = alice[2].lineage_id();
    for part in [lineage.to_string(), short(lineage), format!("@head:{}", short(lineage)), format!("@{lineage}")] {
        assert_eq!(file.answer(&["show", &part]), whole, "{part} is a thing, whose head is shown");
    }
    assert_eq!(file.answer(&["show", &format!("@{}.gpa", short(&id))]), "3.75\n");
    let execution = alice[2].execution_id().expect("a call made it");
    let shown = file.answer(&["show", &short(execution)]);
    assert!(shown.starts_with(&format!("raise {execution}")), "{shown}");
}

#[test]
fn what_may_be_several_things_lists_them() {
    let School { file, alice, .. } = school();
    let id = alice[0].ecs_id().to_string();
    let answer = file.ask(&["show", &id[..4]]);
    assert_eq!((answer.code, &*answer.text), (2, ""));
    assert!(answer.errors.contains("may be any of these") && answer.errors.contains("…and more"), "{answer:?}");
    assert!(answer.errors.contains(&format!("version {} of a ", alice[0])), "{answer:?}");
    assert!(answer.errors.lines().count() <= 12, "{answer:?}");
    let only_executions = file.ask(&["log", "--lineage", &id[..4]]);
    assert!(!only_executions.errors.contains("execution "), "only what is asked for is listed: {only_executions:?}");
}

#[test]
fn what_is_not_there_is_not_found() {
    let School { file, alice, .. } = school();
    let answer = file.ask(&["show", "ffffffffffff"]);
    assert_eq!(answer.code, 1);
    assert!(answer.errors.contains("no version, lineage or execution here whose id begins or ends"), "{answer:?}");
    let execution = alice[2].execution_id().expect("a call made it").to_string();
    let answer = file.ask(&["blame", &execution]);
    assert_eq!(answer.code, 1);
    assert!(answer.errors.contains(&format!("is the execution {execution} of raise")), "{answer:?}");
    assert!(answer.errors.contains("a version or lineage is asked for"), "{answer:?}");
    let answer = file.ask(&["show", &format!("{}.grade", alice[2])]);
    assert_eq!((answer.code, answer.errors.contains("`gpa`")), (1, true), "it says what is there: {answer:?}");
}

#[test]
fn what_is_no_id_is_wrong_usage() {
    let School { file, .. } = school();
    for given in ["Alice", "", "@", "@head:", "@head:x.y", "0123456789abcdef0123456789abcdef0", "@..", "é"] {
        let answer = file.ask(&["show", given]);
        assert_eq!(answer.code, 2, "{given}: {answer:?}");
        assert!(answer.errors.contains("is no id"), "{given}: {answer:?}");
    }
}

#[test]
fn a_name_that_is_nearly_right_is_told_the_right_one() {
    let School { file, .. } = school();
    for (arguments, said) in [
        (&["log", "--callable", "rais"][..], "did you mean `raise`?"),
        (&["export", "--csv", "student"], "did you mean `Student`?"),
    ] {
        let answer = file.ask(arguments);
        assert_eq!((answer.code, answer.errors.contains(said)), (1, true), "{answer:?}");
    }
    for (arguments, said) in [
        (&["histry"][..], "'history'"),
        (&["log", "--outcom", "failed"], "'--outcome'"),
        (&["log", "--outcome", "fail"], "'failed'"),
        (&["log", "--since", "yesterday"], "2h"),
        (&["verify", "--kept", "12"], "head of a chain"),
    ] {
        let answer = file.ask(arguments);
        assert_eq!((answer.code, answer.errors.contains(said)), (2, true), "{answer:?}");
    }
}

//! The examples of the written pages, compiled and run as tests.
//!
//! Those that are not `standalone_crate` are compiled into one program, so the names of their entities and
//! callables are unique among all pages. One that is not makes each of them compile on its own, which takes minutes.

macro_rules! pages {
    ($($(#[$attribute:meta])* $page:ident $file:literal)+) => {
        $($(#[$attribute])* #[doc = include_str!(concat!("../", $file))] struct $page;)+
    };
}

pages! {
    Readme "README.md"
    Running "docs/running.md"
    ContentHash "docs/content-hash.md"
    Events "docs/events.md"
    #[cfg(feature = "sqlite")]
    StoreInAFile "docs/store.md"
    Replay "docs/replay.md"
}

pages! {
    Identity "docs/concepts/identity.md"
    Versions "docs/concepts/versions.md"
    Trees "docs/concepts/trees.md"
    Semantics "docs/concepts/semantics.md"
    Config "docs/concepts/config.md"
    Provenance "docs/concepts/provenance.md"
    Conflicts "docs/concepts/conflicts.md"
    Memo "docs/concepts/memo.md"
    #[cfg(feature = "sqlite")]
    Durability "docs/concepts/durability.md"
    DataCleaning "docs/recipes/data-cleaning.md"
    TrainingRuns "docs/recipes/training-runs.md"
    Approval "docs/recipes/approval.md"
    Agent "docs/recipes/agent.md"
    ComingFromAbstractions "docs/coming-from/abstractions.md"
    ComingFromAiida "docs/coming-from/aiida.md"
    ComingFromRedun "docs/coming-from/redun.md"
    ComingFromSalsa "docs/coming-from/salsa.md"
    ComingFromBevyEcs "docs/coming-from/bevy-ecs.md"
}

pages! {
    MalformedAddress "docs/errors/malformed-address.md"
    UnknownVersion "docs/errors/unknown-version.md"
    UnknownLineage "docs/errors/unknown-lineage.md"
    UnknownExecution "docs/errors/unknown-execution.md"
    UnknownField "docs/errors/unknown-field.md"
    IndexOutOfRange "docs/errors/index-out-of-range.md"
    StepIntoValue "docs/errors/step-into-value.md"
    WrongTypeAtAddress "docs/errors/wrong-type-at-address.md"
    WrongEntityType "docs/errors/wrong-entity-type.md"
    NotAnEntity "docs/errors/not-an-entity.md"
    NotJson "docs/errors/not-json.md"
    NeverStored "docs/errors/never-stored.md"
    EventWithoutVersion "docs/errors/event-without-version.md"
    DifferentLineages "docs/errors/different-lineages.md"
    WrongVersion "docs/errors/wrong-version.md"
    AlreadyStored "docs/errors/already-stored.md"
    NeverRead "docs/errors/never-read.md"
    ForeignEntity "docs/errors/foreign-entity.md"
    EntityHeldTwice "docs/errors/entity-held-twice.md"
    HiddenEntity "docs/errors/hidden-entity.md"
    NotRecordable "docs/errors/not-recordable.md"
    #[cfg(feature = "sqlite")]
    ChangedType "docs/errors/changed-type.md"
    #[cfg(feature = "sqlite")]
    FailedUpgrade "docs/errors/failed-upgrade.md"
    #[cfg(feature = "sqlite")]
    LaterType "docs/errors/later-type.md"
    #[cfg(feature = "sqlite")]
    OtherShape "docs/errors/other-shape.md"
    #[cfg(feature = "sqlite")]
    StoreError "docs/errors/store.md"
    #[cfg(feature = "sqlite")]
    NoLongerKept "docs/errors/no-longer-kept.md"
    #[cfg(feature = "sqlite")]
    UnreadableVersion "docs/errors/unreadable-version.md"
    #[cfg(feature = "sqlite")]
    UnreadableExecution "docs/errors/unreadable-execution.md"
    UnknownCallable "docs/errors/unknown-callable.md"
    DuplicateCallable "docs/errors/duplicate-callable.md"
    DuplicateEntityType "docs/errors/duplicate-entity-type.md"
    UnknownArgument "docs/errors/unknown-argument.md"
    MissingArgument "docs/errors/missing-argument.md"
    ArgumentGivenTwice "docs/errors/argument-given-twice.md"
    WrongArgumentType "docs/errors/wrong-argument-type.md"
    ArgumentsNotAnObject "docs/errors/arguments-not-an-object.md"
    ArgumentNotJson "docs/errors/argument-not-json.md"
    MissingConfigField "docs/errors/missing-config-field.md"
    ConfigGivenTwice "docs/errors/config-given-twice.md"
    ConflictError "docs/errors/conflict.md"
    AmbiguousIdentity "docs/errors/ambiguous-identity.md"
    IdentityReplaced "docs/errors/identity-replaced.md"
    CallableFailed "docs/errors/callable-failed.md"
    Panicked "docs/errors/panicked.md"
    TimedOut "docs/errors/timed-out.md"
    Cancelled "docs/errors/cancelled.md"
    TooDeep "docs/errors/too-deep.md"
    NoRuntime "docs/errors/no-runtime.md"
    NoSuchOutput "docs/errors/no-such-output.md"
}

//! What the macros write keeps apart from what the user names, whatever those names are.
#![deny(warnings, rust_2018_idioms, unreachable_pub, unused_qualifications, missing_debug_implementations)]
#![allow(clippy::non_minimal_cfg, clippy::too_many_arguments, clippy::upper_case_acronyms)]

use ecs::World;
use serde_json::json;

/// Types of the user's own, under the names of the prelude and of what the macros write.
mod types {
    use serde::{Deserialize, Serialize};

    macro_rules! values {
        ($($name:ident)*) => {$(
            #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
            #[allow(dead_code, non_camel_case_types)]
            pub(crate) struct $name {
                pub(crate) of: u8,
            }
        )*};
    }

    values! {
        Result Option Vec Box String Arc Some None Ok Err Field Probe Unknown EntityType Location Entity EntityParts Value
        Sameness Configured Recorded Callable Definition Param Source TypedSlot Refused Context Stored Arg
        S D V A B C K T HowHeld0 HowHeld1 KIND_0 KIND_1 KINDS CONFIGS SENDABLE PARAMS FIELDS PRESENT COUNT ALL TYPE
    }
}

/// Plain values under those names, in each kind of item.
mod of_plain_values {
    use super::types::*;
    use serde::{Deserialize, Serialize};

    #[derive(::ecs::Entity, ::core::clone::Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct Thing {
        pub(super) id: ::ecs::Id,
        pub(super) result: Result,
        pub(super) option: Option,
        pub(super) vec: Vec,
        pub(super) boxed: Box,
        pub(super) text: String,
        pub(super) shared: Arc,
        pub(super) some: Some,
        pub(super) field: Field,
        pub(super) probe: Probe,
        pub(super) unknown: Unknown,
        pub(super) entity_type: EntityType,
        pub(super) entity: Entity,
        pub(super) value: Value,
        pub(super) held: HowHeld0,
        pub(super) held_more: HowHeld1,
        pub(super) s: S,
        pub(super) d: D,
        pub(super) v: V,
        pub(super) fields: FIELDS,
        pub(super) kind: KIND_0,
    }

    #[derive(::ecs::ConfigEntity, ::core::clone::Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct Setting {
        id: ::ecs::Id,
        #[config(default = Probe { of: 1 })]
        probed: Probe,
        #[config(default = V { of: 2 })]
        v: V,
        #[config(default = default_rate())]
        pub(super) rate: f64,
        #[config(default = default())]
        pub(super) default: u8,
        #[config(default = "given")]
        pub(super) text: ::std::string::String,
    }

    fn default_rate() -> f64 {
        0.25
    }

    fn default() -> u8 {
        3
    }

    #[::ecs::callable]
    pub(super) fn of_thing(
        thing: &mut Thing,
        s: S,
        probe: &Probe,
        kind: KIND_0,
        kind_1: KIND_1,
        configs: CONFIGS,
        option: Option,
        vec: &[Vec],
        setting: &Setting,
        #[default(default())] given: u8,
    ) -> Result {
        thing.s = s;
        thing.probe = probe.clone();
        thing.kind = kind;
        Result { of: kind_1.of + configs.of + option.of + vec[0].of + setting.default + given }
    }

    #[::ecs::callable]
    pub(super) fn of_values(none: None, ok: Ok, err: Err, count: COUNT, all: ALL, text: &String) -> (Some, Box) {
        (Some { of: none.of + ok.of }, Box { of: err.of + count.of + all.of + text.of })
    }

    #[::ecs::callable]
    pub(super) async fn of_sendable(sendable: SENDABLE, kinds: KINDS, params: PARAMS) -> ::std::vec::Vec<T> {
        ::std::vec![T { of: sendable.of + kinds.of + params.of }]
    }
}

#[test]
fn plain_values_under_the_names_of_the_prelude_and_of_the_macros() -> ecs::Result<()> {
    use of_plain_values::{Setting, of_sendable, of_thing, of_values};
    use types::*;

    let world = World::in_memory()?;
    let thing: of_plain_values::Thing = serde_json::from_value(json!({
        "id": ecs::Id::new(), "result": {"of": 1}, "option": {"of": 1}, "vec": {"of": 1}, "boxed": {"of": 1},
        "text": {"of": 1}, "shared": {"of": 1}, "some": {"of": 1}, "field": {"of": 1}, "probe": {"of": 1},
        "unknown": {"of": 1}, "entity_type": {"of": 1}, "entity": {"of": 1}, "value": {"of": 1}, "held": {"of": 1},
        "held_more": {"of": 1}, "s": {"of": 1}, "d": {"of": 1}, "v": {"of": 1}, "fields": {"of": 1}, "kind": {"of": 1},
    }))
    .expect("a thing");
    let thing = world.insert(thing)?;
    let setting = Setting::default();
    assert_eq!((setting.rate, setting.default, setting.text.as_str()), (0.25, 3, "given"));
    let (thing, sum) = of_thing::call(
        &world,
        &thing,
        S { of: 7 },
        Probe { of: 8 },
        KIND_0 { of: 9 },
        KIND_1 { of: 1 },
        CONFIGS { of: 1 },
        Option { of: 1 },
        vec![Vec { of: 1 }],
        setting,
        ecs::Arg::Default,
    )
    .wait()?;
    assert_eq!((thing.s.of, thing.probe.of, thing.kind.of, sum.of), (7, 8, 9, 10));
    let (some, boxed) = of_values::call(
        &world,
        None { of: 1 },
        Ok { of: 2 },
        Err { of: 3 },
        COUNT { of: 4 },
        ALL { of: 5 },
        String { of: 6 },
    )
    .wait()?;
    assert_eq!((some.of, boxed.of), (3, 18));
    let sendable = of_sendable::call(&world, SENDABLE { of: 1 }, KINDS { of: 2 }, PARAMS { of: 3 }).wait()?;
    assert_eq!(sendable[0].of, 6);
    Ok(())
}

/// Entities under those names, in fields and in signatures.
mod of_entities {
    use serde::{Deserialize, Serialize};

    macro_rules! entities {
        ($($name:ident)*) => {$(
            #[derive(::ecs::Entity, ::core::clone::Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
            pub(super) struct $name {
                pub(super) id: ::ecs::Id,
                pub(super) of: u8,
            }

            #[allow(dead_code)]
            impl $name {
                pub(super) fn new(of: u8) -> Self {
                    Self { id: ::ecs::Id::new(), of }
                }
            }
        )*};
    }

    entities!(Option Box Vec Result Arc Entity Id Probe V HowHeld0 KINDS S Field Some None Marker Slot);

    #[derive(::ecs::Entity, ::core::clone::Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct Tree {
        pub(super) this: ::ecs::Id,
        pub(super) option: Option,
        pub(super) boxed: Box,
        pub(super) v: V,
        pub(super) vs: ::std::vec::Vec<V>,
        pub(super) held: HowHeld0,
        pub(super) probe: Parts,
        pub(super) each: (Entity, ::std::option::Option<Probe>),
    }

    #[derive(::ecs::EntityParts, ::core::clone::Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) enum Parts {
        Some(V, Probe),
        None { each: HowHeld0, other: u8, old: S, new: S },
        Ok,
        Err(KINDS),
    }

    #[::ecs::callable]
    pub(super) fn grow(
        tree: &mut Tree,
        some: Some,
        result: &Result,
        field: &[Field],
    ) -> (None, ::std::vec::Vec<Marker>) {
        tree.v.of += some.of + result.of;
        (None::new(field[0].of), ::std::vec![Marker::new(1)])
    }

    #[::ecs::callable]
    pub(super) fn of_slot(slot: &Slot) -> ::core::result::Result<V, ::std::string::String> {
        ::core::result::Result::Ok(V::new(slot.of))
    }
}

#[test]
fn entities_under_the_names_of_the_prelude_and_of_the_macros() -> ecs::Result<()> {
    use of_entities::*;

    let world = World::in_memory()?;
    let tree = world.insert(Tree {
        this: ecs::Id::new(),
        option: Option::new(1),
        boxed: Box::new(2),
        v: V::new(3),
        vs: vec![V::new(4)],
        held: HowHeld0::new(5),
        probe: Parts::None { each: HowHeld0::new(6), other: 7, old: S::new(8), new: S::new(9) },
        each: (Entity::new(10), std::option::Option::<Probe>::Some(Probe::new(11))),
    })?;
    let (grown, (none, markers)) =
        grow::call(&world, &tree, Some::new(1), Result::new(2), vec![Field::new(3)]).wait()?;
    assert_eq!((grown.v.of, none.of, markers[0].of), (6, 3, 1));
    assert_eq!(grown.v.id.lineage_id(), tree.v.id.lineage_id());
    assert_ne!(grown.v.id.ecs_id(), tree.v.id.ecs_id());
    assert_eq!(grown.held.id.ecs_id(), tree.held.id.ecs_id());
    assert_eq!(of_slot::call(&world, Slot::new(3)).wait()?.of, 3);
    Ok(())
}

/// Constants of the user's own as lengths and as defaults.
mod of_constants {
    pub(super) const COUNT: usize = 1;
    const KINDS: usize = 2;
    const KIND_0: usize = 3;
    const CONFIGS: usize = 4;
    const SENDABLE: usize = 5;
    const PARAMS: usize = 6;
    const FIELDS: usize = 7;
    const PRESENT: usize = 8;
    const ALL: usize = 9;
    #[expect(non_upper_case_globals)]
    const HowHeld0: usize = 10;

    #[::ecs::callable]
    pub(super) fn of_lengths(
        a: [u8; COUNT],
        b: [u8; KINDS],
        c: [u8; KIND_0],
        d: [u8; CONFIGS],
        e: [u8; SENDABLE],
        #[default([1; PARAMS])] f: [u8; PARAMS],
        g: [u8; FIELDS],
        h: [u8; PRESENT],
        i: [u8; ALL],
        #[default(CONFIGS + PARAMS + KINDS)] j: usize,
    ) -> [usize; HowHeld0] {
        [a.len(), b.len(), c.len(), d.len(), e.len(), f.len(), g.len(), h.len(), i.len(), j]
    }

    #[derive(::ecs::ConfigEntity, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    pub(super) struct Lengths {
        id: ::ecs::Id,
        #[config(default = [1; PRESENT])]
        pub(super) fields: [u8; PRESENT],
    }
}

#[test]
fn constants_under_the_names_of_the_macros() -> ecs::Result<()> {
    use of_constants::{COUNT, Lengths, of_lengths};

    let world = World::in_memory()?;
    let given = ecs::Arg::Default;
    let lengths =
        of_lengths::call(&world, [0; COUNT], [0; 2], [0; 3], [0; 4], [0; 5], given, [0; 7], [0; 8], [0; 9], 12);
    assert_eq!(lengths.wait()?, [1, 2, 3, 4, 5, 6, 7, 8, 9, 12]);
    assert_eq!(Lengths::default().fields, [1; 8]);
    Ok(())
}

/// Statics and constants under the names that functions which are written could bind: no binding may have
/// the name of one.
#[expect(non_upper_case_globals)]
mod of_statics {
    use serde::{Deserialize, Serialize};

    macro_rules! statics {
        ($($name:ident)*) => {$(
            #[allow(dead_code)]
            static $name: &str = "";
        )*};
    }

    macro_rules! constants {
        ($($name:ident)*) => {$(
            #[allow(dead_code)]
            const $name: &str = "";
        )*};
    }

    statics!(world bound id id_mut field arguments slots each part index result output to visitor serializer);
    constants!(context other old new name config input value given this definition record fields text p0 a b f v);

    #[derive(::ecs::Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct Pupil {
        pub(super) id: ::ecs::Id,
        pub(super) name: String,
        pub(super) seats: Vec<Seat>,
    }

    #[derive(::ecs::EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[allow(dead_code)]
    pub(super) enum Seat {
        Taken { by: Pupil, since: u8 },
        Pair(Pupil, Pupil),
        Free,
    }

    #[derive(::ecs::ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct Rise {
        id: ::ecs::Id,
        #[config(default = "Dr. ")]
        pub(super) text: String,
    }

    #[::ecs::callable]
    pub(super) fn entitle(pupil: &mut Pupil, rise: &Rise, #[default("!")] after: String) -> usize {
        pupil.name = format!("{}{}{after}", rise.text, pupil.name);
        pupil.name.len()
    }

    #[::ecs::callable]
    pub(super) async fn measure(pupil: &Pupil, _surroundings: &::ecs::Context) -> Result<usize, String> {
        Ok(pupil.name.len())
    }
}

#[tokio::test]
async fn statics_and_constants_under_the_names_that_functions_bind() -> ecs::Result<()> {
    use of_statics::*;

    let world = World::in_memory()?;
    let pupil = world.insert(Pupil { id: ecs::Id::new(), name: "Ada".into(), seats: vec![Seat::Free] })?;
    let (pupil, length) = entitle::with(Rise::default()).call(&world, &pupil, ecs::Arg::Default).await?;
    assert_eq!((pupil.name.as_str(), length), ("Dr. Ada!", 8));
    assert_eq!(measure::call(&world, &pupil).await?, 8);
    Ok(())
}

/// Functions, parameters and fields under the names of what the macros bind.
mod of_names {
    use serde::{Deserialize, Serialize};

    #[derive(::ecs::Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct Names {
        pub(super) r#type: ::ecs::Id,
        pub(super) world: u8,
        pub(super) slots: u8,
        pub(super) each: u8,
        pub(super) other: u8,
        pub(super) name: u8,
        pub(super) r#fn: u8,
        pub(super) default: u8,
        pub(super) id: u8,
        pub(super) r#struct: Option<Leaf>,
        pub(super) old: Vec<Leaf>,
    }

    #[derive(::ecs::Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct Leaf {
        pub(super) id: ::ecs::Id,
        pub(super) r#match: u8,
    }

    #[derive(::ecs::Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[expect(non_camel_case_types)]
    pub(super) struct r#enum {
        pub(super) id: ::ecs::Id,
    }

    #[derive(::ecs::ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct Raw {
        id: ::ecs::Id,
        #[config(default = 1)]
        pub(super) r#use: u8,
        #[config(default = 2)]
        pub(super) arguments: u8,
    }

    #[::ecs::callable]
    pub(super) fn r#loop(r#type: &mut Names, r#in: u8, r#const: &Raw) -> r#enum {
        r#type.r#fn += r#in + r#const.r#use;
        r#enum { id: ::ecs::Id::new() }
    }

    #[::ecs::callable]
    pub(super) fn r#move(r#ref: &r#enum) -> u8 {
        u8::from(r#ref.id.ecs_id().is_some())
    }

    macro_rules! sums {
        ($($name:ident)*) => {$(
            #[::ecs::callable]
            pub(super) fn $name(
                id: u8,
                world: u8,
                slots: u8,
                context: u8,
                each: u8,
                name: u8,
                other: u8,
                default: u8,
                p0: u8,
                arguments: u8,
                bound: u8,
                result: u8,
                $name: u8,
            ) -> u8 {
                id + world + slots + context + each + name + other + default + p0 + arguments + bound + result + $name
            }
        )*};
    }

    sums!(call with partial world slots context each name other default p0 arguments bound result apply input config output definition field);

    #[::ecs::callable]
    pub(super) fn remember(names: &mut Names, id: u8, world: u8, bound: u8, slots: u8) {
        names.world = id + world + bound + slots;
    }
}

#[tokio::test]
async fn functions_parameters_and_fields_under_the_names_that_the_macros_bind() -> ecs::Result<()> {
    use of_names::*;

    let world = World::in_memory()?;
    let names = world.insert(Names {
        r#type: ecs::Id::new(),
        world: 1,
        slots: 1,
        each: 1,
        other: 1,
        name: 1,
        r#fn: 1,
        default: 1,
        id: 1,
        r#struct: Some(Leaf { id: ecs::Id::new(), r#match: 1 }),
        old: Vec::new(),
    })?;
    let (names, made) = r#loop::call(&world, &names, 2, Raw::default()).await?;
    assert_eq!(names.r#fn, 4);
    assert_eq!(r#move::call(&world, &made).await?, 1);
    let by_name = world.execute("loop", ecs::args! { type: &names, in: 1, use: 2 }).await?;
    let names = by_name.output::<Names>(0)?;
    assert_eq!(names.r#fn, 7);
    assert_eq!(p0::call(&world, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1).await?, 13);
    let given = ecs::args! {
        id: 1, world: 1, slots: 1, context: 1, each: 1, name: 1, other: 1, default: 1, p0: 1, arguments: 1, bound: 1,
        result: 1, field: 1,
    };
    assert_eq!(world.execute("field", given).await?.value()?, json!(13));
    let call = remember::call(&world, &names, 1, 2, 3, 4).recorded().await?;
    assert_eq!(call.output.world, 10);
    // The identity of what is generated steps aside.
    let config = world.get::<RememberConfig>(call.execution.configs[0])?;
    assert_eq!((config.id, config.record_id.ecs_id()), (1, Some(config.ecs_id())));
    let written = serde_json::to_value(&*config).expect("JSON");
    assert_eq!(written["id"], json!(1));
    assert_eq!(serde_json::from_value::<RememberConfig>(written).expect("a config").record_id, config.record_id);
    Ok(())
}

/// What is there only sometimes.
mod of_conditions {
    use serde::{Deserialize, Serialize};

    #[derive(::ecs::Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct Sometimes {
        pub(super) id: ::ecs::Id,
        #[cfg(any())]
        pub(super) never: NotThere,
        #[cfg(all())]
        pub(super) always: u8,
        #[cfg_attr(all(), cfg(any()))]
        pub(super) nor_this: NotThere,
        #[cfg(all())]
        pub(super) held: Option<Box<Sometimes>>,
    }

    #[derive(::ecs::EntityParts, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) enum Some {
        #[cfg(any())]
        Never(NotThere),
        Times(#[cfg(any())] NotThere, Sometimes),
    }

    #[derive(::ecs::Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct Holds {
        pub(super) id: ::ecs::Id,
        pub(super) some: Some,
    }

    #[derive(::ecs::ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct Conditions {
        id: ::ecs::Id,
        #[cfg(any())]
        #[config(default = not_there())]
        never: NotThere,
        #[cfg_attr(all(), config(default = 4))]
        pub(super) always: u8,
    }

    #[::ecs::callable]
    #[cfg(all())]
    pub(super) fn sometimes(
        #[cfg(any())] never: NotThere,
        sometimes: &mut Sometimes,
        #[cfg(all())] always: u8,
        #[cfg(not(all()))]
        #[default(not_there())]
        not_this: NotThere,
        #[cfg(all())]
        #[default(2)]
        twice: u8,
    ) {
        sometimes.always = always * twice;
    }

    #[::ecs::callable]
    pub(super) fn with_conditional_attributes(
        #[cfg_attr(all(), default(2), cfg_attr(any(), cfg(any())))] two: u8,
        #[cfg_attr(any(), default(not_there()))] given: u8,
        #[cfg_attr(true, cfg(false))] never: NotThere,
        #[cfg_attr(all(), expect(unused))] unused: u8,
    ) -> u8 {
        two * given
    }

    #[::ecs::callable(name = "never")]
    #[cfg(any())]
    pub(super) fn sometimes(never: NotThere) {}
}

#[test]
fn what_is_there_only_sometimes() -> ecs::Result<()> {
    use of_conditions::*;

    let world = World::in_memory()?;
    let holds = world.insert(Holds {
        id: ecs::Id::new(),
        some: Some::Times(Sometimes { id: ecs::Id::new(), always: 1, held: None }),
    })?;
    let Some::Times(held) = &holds.some;
    assert!(held.id.ecs_id().is_some());
    let made = sometimes::call(&world, Sometimes { id: ecs::Id::new(), always: 1, held: None }, 3, ecs::Arg::Default);
    assert_eq!(made.wait()?.always, 6);
    assert_eq!(world.callable("sometimes")?.input().parameters().count(), 3);
    assert_eq!(Conditions::default().always, 4);
    let two = with_conditional_attributes::call(&world, ecs::Arg::Default, 3, 1);
    assert_eq!(two.wait()?, 6);
    Ok(())
}

/// Modules and traits in scope under the names of crates, tools and methods.
#[expect(dead_code)]
mod of_modules {
    mod core {}
    mod std {}
    mod ecs {}
    mod serde {}
    mod inventory {}
    mod diagnostic {}
    mod clippy {}
    mod kind {}
    mod __private {}

    /// Methods that everything has.
    trait Everything: Sized {
        fn part(self) {}
        fn pair(self) {}
        fn field(self) {}
        fn pass(self) {}
        fn call(self) {}
        fn recorded(self) {}
        fn configured(self) {}
        fn is_same(&self) {}
        fn into_arg(self) {}
    }

    impl<T> Everything for T {}

    #[derive(::ecs::Entity, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    pub(super) struct Module {
        pub(super) id: ::ecs::Id,
        pub(super) size: u8,
        pub(super) within: Option<Box<Module>>,
    }

    #[derive(::ecs::ConfigEntity, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    pub(super) struct Step {
        id: ::ecs::Id,
        #[config(default = 2)]
        pub(super) by: u8,
    }

    #[::ecs::callable]
    pub(super) fn enlarge(module: &mut Module, step: &Step, #[default(1)] times: u8) -> Option<u8> {
        module.size += step.by * times;
        Some(module.size)
    }
}

#[test]
fn modules_and_traits_under_the_names_of_crates_and_methods() -> ecs::Result<()> {
    use of_modules::*;

    let world = World::in_memory()?;
    let within = Module { id: ecs::Id::new(), size: 0, within: None };
    let module = world.insert(Module { id: ecs::Id::new(), size: 1, within: Some(Box::new(within)) })?;
    let (module, size) = enlarge::with(Step::default()).call(&world, &module, 3).wait()?;
    assert_eq!((module.size, size), (7, Some(7)));
    Ok(())
}

/// Callables in the bodies of functions, of generic ones, of closures and of methods.
#[test]
fn callables_in_bodies() -> ecs::Result<()> {
    fn generic<T: Into<u64>>(world: &World, given: T) -> ecs::Result<u64> {
        #[ecs::callable]
        fn in_a_generic_function(given: u64) -> u64 {
            given + 1
        }
        in_a_generic_function::call(world, given.into()).wait()
    }

    trait Doubles {
        fn doubled(self, world: &World) -> ecs::Result<u64>;
    }

    impl Doubles for u64 {
        fn doubled(self, world: &World) -> ecs::Result<u64> {
            #[ecs::callable]
            fn in_a_method(given: u64) -> u64 {
                2 * given
            }
            in_a_method::call(world, self).wait()
        }
    }

    let world = World::in_memory()?;
    let in_a_closure = |given: u64| {
        #[ecs::callable]
        /// Documented
        /** in two ways. */
        #[doc = "And a third."]
        fn in_a_closure(given: u64) -> u64 {
            given * given
        }
        in_a_closure::call(&world, given).wait()
    };
    assert_eq!((generic(&world, 1_u8)?, 3_u64.doubled(&world)?, in_a_closure(4)?), (2, 6, 16));
    assert_eq!(world.callable("in_a_closure")?.docs(), "Documented\nin two ways. \nAnd a third.");
    Ok(())
}

/// Items that the user's macros write, of every kind of fragment.
mod of_macros {
    macro_rules! entity {
        ($vis:vis $name:ident: $($field:ident: $type:ty),*) => {
            #[derive(::ecs::Entity, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
            $vis struct $name { $vis id: ::ecs::Id, $($vis $field: $type),* }
        };
    }

    macro_rules! config {
        ($vis:vis $name:ident: $($field:ident: $type:ty = $default:expr),*) => {
            #[derive(::ecs::ConfigEntity, Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
            $vis struct $name { $vis id: ::ecs::Id, $(#[config(default = $default)] $vis $field: $type),* }
        };
    }

    macro_rules! callable {
        ($(#[$attribute:meta])* $vis:vis $name:ident($($parameter:ident: $type:ty = $($default:expr)?),*) -> $result:ty $body:block) => {
            $(#[$attribute])*
            #[::ecs::callable]
            $vis fn $name($($(#[default($default)])? $parameter: $type),*) -> $result $body
        };
    }

    macro_rules! with_the_context {
        ($name:ident, $context:ty, $entity:path, $text:literal, $lifetime:lifetime) => {
            #[::ecs::callable(name = $text)]
            pub(super) async fn $name(context: &$context, mut entity: $entity) -> $entity {
                $lifetime: loop {
                    entity.size += u8::from(context.world().callable($text).is_ok());
                    break $lifetime;
                }
                entity
            }
        };
    }

    entity!(pub(super) Bud: size: u8);
    entity!(pub(super) Branch: bud: Bud, leaves: Vec<Bud>, label: String, maybe: Option<std::collections::BTreeMap<u8, Bud>>);
    config!(pub(super) Growth: rate: u8 = 1 + 1, label: String = "grown");
    callable!(
        /// Grows.
        pub(super) grow_branch(branch: &mut Branch = , growth: &Growth = , by: u8 = 1, more: &[u8] = vec![1]) -> (Bud, u8) {
            branch.bud.size += growth.rate + by;
            (::ecs::Entity::fork(&branch.bud), more[0])
        }
    );
    callable!(pub(super) texts(text: &str = "text", texts: Vec<String> = ) -> Result<String, std::fmt::Error> {
        Ok(format!("{text}{}", texts.len()))
    });
    with_the_context!(with_context, ::ecs::Context, Bud, "with.context", 'outer);
}

#[tokio::test]
async fn items_that_macros_write() -> ecs::Result<()> {
    use of_macros::*;

    let world = World::in_memory()?;
    let bud = || Bud { id: ecs::Id::new(), size: 1 };
    let branch = world.insert(Branch {
        id: ecs::Id::new(),
        bud: bud(),
        leaves: vec![bud()],
        label: "b".into(),
        maybe: Some([(1, bud())].into()),
    })?;
    let given = ecs::Arg::Default;
    let (branch, (grown, more)) = grow_branch::call(&world, &branch, Growth::default(), 3, ecs::Arg::Default).await?;
    assert_eq!((branch.bud.size, grown.size, more), (6, 6, 1));
    assert_eq!(world.callable("grow_branch")?.docs(), "Grows.");
    assert_eq!(texts::call(&world, given, vec!["a".to_owned()]).await?, "text1");
    assert_eq!(with_context::call(&world, bud()).await?.size, 2);
    Ok(())
}

/// Callables and entities where items can be, and nothing but what they name in scope.
mod of_places {
    #![no_implicit_prelude]

    #[derive(::ecs::Entity, ::std::clone::Clone, ::serde::Serialize, ::serde::Deserialize)]
    pub(super) struct Place {
        pub(super) id: ::ecs::Id,
        pub(super) name: ::std::string::String,
        pub(super) within: ::std::option::Option<::std::boxed::Box<Place>>,
    }

    #[derive(::ecs::ConfigEntity, ::std::clone::Clone, ::serde::Serialize, ::serde::Deserialize)]
    pub(super) struct Naming {
        id: ::ecs::Id,
        #[config(default = "the ")]
        pub(super) prefix: ::std::string::String,
    }

    #[derive(::ecs::EntityParts, ::std::clone::Clone, ::serde::Serialize, ::serde::Deserialize)]
    pub(super) enum Either {
        Left(Place),
        Right { place: Place },
    }

    #[derive(::ecs::Entity, ::std::clone::Clone, ::serde::Serialize, ::serde::Deserialize)]
    pub(super) struct Way {
        pub(super) id: ::ecs::Id,
        pub(super) either: Either,
    }

    #[::ecs::callable]
    pub(super) fn name_place(place: &mut Place, naming: &Naming, #[default("place")] named: &str) -> u8 {
        place.name.clear();
        place.name.push_str(&naming.prefix);
        place.name.push_str(named);
        1
    }

    #[::ecs::callable]
    pub(super) async fn fork_place(
        place: Place,
        _context: &::ecs::Context,
    ) -> ::std::result::Result<::std::vec::Vec<Place>, ::std::string::String> {
        ::std::result::Result::Ok(::std::vec![place])
    }
}

#[test]
fn where_nothing_is_in_scope() -> ecs::Result<()> {
    use of_places::*;

    let world = World::in_memory()?;
    let place = || Place { id: ecs::Id::new(), name: String::new(), within: None };
    let (named, one) = name_place::call(&world, place(), Naming::default(), ecs::Arg::Default).wait()?;
    assert_eq!((named.name.as_str(), one), ("the place", 1));
    assert_eq!(fork_place::call(&world, &named).wait()?[0].ecs_id(), named.ecs_id());
    for either in [Either::Left(place()), Either::Right { place: place() }] {
        let way = world.insert(Way { id: ecs::Id::new(), either })?;
        let (Either::Left(place) | Either::Right { place }) = &way.either;
        assert!(place.id.ecs_id().is_some());
    }
    Ok(())
}

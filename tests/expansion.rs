//! What the macros write works wherever it is written, and leaves what the user wrote as it is.
#![deny(missing_docs, warnings)]

use ecs::prelude::*;
use serde_json::json;

/// A facade under another name.
pub mod facade {
    pub use ecs as renamed;
}

/// A plot of land.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plot {
    /// The identity.
    pub id: Id,
    /// How wide it is.
    pub width: f64,
    /// How deep it is.
    pub depth: f64,
}

/// How to price land.
#[derive(ConfigEntity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pricing {
    /// The identity.
    pub id: Id,
    /// The price of one square.
    #[config(default = 10.0)]
    pub per_square: f64,
}

/// What a plot costs.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// The identity.
    pub id: Id,
    /// The price.
    pub price: f64,
}

fn plot(width: f64, depth: f64) -> Plot {
    Plot { id: Id::new(), width, depth }
}

/// The area of a plot.
///
/// Width times depth,
/// in squares.
#[callable]
pub fn area(plot: &Plot) -> f64 {
    plot.width * plot.depth
}

/// What a plot costs.
#[callable]
pub fn quote(plot: &Plot, pricing: &Pricing) -> Quote {
    Quote { id: Id::new(), price: area(plot) * pricing.per_square }
}

/// Widens a plot.
#[callable]
pub fn widen(plot: &mut Plot, by: f64) {
    plot.width += by;
}

/// The side of a plot that lies on the street.
#[callable]
pub fn frontage(plot: &Plot) -> f64 {
    plot.width
}

#[callable]
fn undocumented_and_never_called(_plot: &Plot, mut unused: f64) -> f64 {
    unused += 1.0;
    unused
}

/// A callable with attributes of its own.
#[must_use]
#[inline]
#[callable]
pub fn perimeter(#[allow(unused_mut)] mut plot: Plot) -> f64 {
    2.0 * (plot.width + plot.depth)
}

/// Modules in modules.
pub mod outer {
    /// The inner one, which imports nothing but what it uses.
    pub mod inner {
        /// The longer side of a plot.
        #[ecs::callable]
        pub fn longer_side(plot: &crate::Plot, #[default(1.0)] scale: f64) -> f64 {
            plot.width.max(plot.depth) * scale
        }

        #[ecs::callable]
        pub(super) fn shorter_side(plot: &super::super::Plot) -> f64 {
            plot.width.min(plot.depth)
        }
    }

    /// The shorter side, by the plain function that only this module sees.
    #[must_use]
    pub fn shorter(plot: &crate::Plot) -> f64 {
        inner::shorter_side(plot)
    }
}

/// Everything here comes through a facade of another name.
pub mod renamed {
    use serde::{Deserialize, Serialize};

    use crate::facade::renamed::{Id, Result};

    /// A fence.
    #[derive(crate::facade::renamed::Entity, Clone, Debug, Serialize, Deserialize)]
    #[entity(crate = crate::facade::renamed)]
    pub struct Fence {
        /// The identity.
        pub id: Id,
        /// How long it is.
        pub length: f64,
    }

    /// How to build fences.
    #[derive(crate::facade::renamed::ConfigEntity, Clone, Debug, Serialize, Deserialize)]
    #[entity(crate = crate::facade::renamed)]
    pub struct Carpentry {
        /// The identity.
        pub id: Id,
        /// What is cut off.
        #[config(default = 0.5)]
        pub waste: f64,
    }

    /// Builds a fence.
    #[crate::facade::renamed::callable(crate = crate::facade::renamed)]
    pub fn build_fence(length: f64, carpentry: &Carpentry) -> Result<Fence> {
        Ok(Fence { id: Id::new(), length: length - carpentry.waste })
    }

    /// Lengthens a fence.
    #[crate::facade::renamed::callable(crate = crate::facade::renamed)]
    pub async fn lengthen(fence: &mut Fence, #[default(1.0)] by: f64) {
        fence.length += by;
    }
}

/// Names of the standard library mean something else here.
#[expect(dead_code, reason = "they only stand in the way")]
mod hostile {
    struct Option;
    struct Some;
    struct None;
    struct Ok;
    struct Err;
    struct Result;
    struct Box;
    struct Vec;
    struct String;
    struct Default;
    struct Stored;
    struct Arg;
    trait Into {}
    trait From {}
    trait Clone {}
    mod core {}
    mod std {}
    mod ecs {}
    mod serde {}

    #[::ecs::callable]
    pub(super) fn doubled_width(plot: &super::Plot, #[default(2.0)] factor: f64) -> f64 {
        plot.width * factor
    }

    #[derive(::ecs::Entity, ::core::clone::Clone, ::serde::Serialize, ::serde::Deserialize)]
    pub(super) struct Marker {
        pub(super) id: ::ecs::Id,
        pub(super) at: f64,
    }

    #[::ecs::callable]
    pub(super) async fn mark(plot: &mut super::Plot, at: f64) -> Marker {
        plot.width += at;
        Marker { id: ::ecs::Id::new(), at }
    }
}

macro_rules! scaled {
    ($name:ident, $plot:ty, $factor:ty) => {
        /// Made by a macro.
        #[callable]
        pub fn $name(plot: &$plot, factor: $factor) -> f64 {
            plot.width * f64::from(factor)
        }
    };
}

scaled!(scaled_by_float, Plot, f32);
scaled!(scaled_by_number, Plot, u8);

#[test]
fn the_untouched_function_is_a_plain_function() {
    let mut small = plot(2.0, 3.0);
    assert_eq!(area(&small), 6.0);
    widen(&mut small, 1.0);
    assert_eq!((small.width, perimeter(small.clone())), (3.0, 12.0));
    assert_eq!(quote(&small, &Pricing::default()).price, 90.0);

    let as_pointer: fn(&mut Plot, f64) = widen;
    as_pointer(&mut small, 1.0);
    assert_eq!([small].iter().map(area).sum::<f64>(), 12.0);
}

#[test]
fn one_use_brings_the_function_and_the_callable() -> ecs::Result<()> {
    use outer::inner::longer_side;

    let world = World::in_memory()?;
    assert_eq!(longer_side(&plot(2.0, 3.0), 2.0), 6.0);
    assert_eq!(longer_side::call(&world, plot(2.0, 3.0), 2.0).wait()?, 6.0);
    Ok(())
}

#[test]
fn doc_comments_are_kept_on_the_listing() -> ecs::Result<()> {
    let world = World::in_memory()?;
    assert_eq!(world.callable("area")?.docs(), "The area of a plot.\n\nWidth times depth,\nin squares.");
    assert_eq!(world.callable("widen")?.docs(), "Widens a plot.");
    assert_eq!(world.callable("undocumented_and_never_called")?.docs(), "");
    assert_eq!(world.callable("scaled_by_number")?.docs(), "Made by a macro.");
    Ok(())
}

#[tokio::test]
async fn callables_are_registered_from_any_module_with_their_place() -> ecs::Result<()> {
    let world = World::in_memory()?;
    for (callable, module) in [
        ("area", "expansion"),
        ("longer_side", "expansion::outer::inner"),
        ("shorter_side", "expansion::outer::inner"),
        ("build_fence", "expansion::renamed"),
        ("doubled_width", "expansion::hostile"),
    ] {
        let listed = world.callable(callable)?;
        assert_eq!(listed.module(), module);
        assert!(listed.location().file.ends_with("expansion.rs"), "{}", listed.location());
    }
    let plot = world.insert(plot(2.0, 3.0))?;
    assert_eq!(outer::shorter(&plot), 2.0);
    let called = world.execute("shorter_side", args! { plot: &plot }).await?;
    assert_eq!(called.value()?, json!(2.0));
    Ok(())
}

#[tokio::test]
async fn entities_configs_and_callables_work_inside_function_bodies() -> ecs::Result<()> {
    #[derive(Entity, Clone, Serialize, Deserialize)]
    struct Well {
        id: Id,
        depth: f64,
    }

    #[derive(ConfigEntity, Clone, Serialize, Deserialize)]
    struct Drill {
        id: Id,
        #[config(default = 2.0)]
        step: f64,
    }

    #[callable]
    fn deepen(well: &mut Well, drill: &Drill) {
        well.depth += drill.step;
    }

    let world = World::in_memory()?;
    let well = world.insert(Well { id: Id::new(), depth: 1.0 })?;
    let deeper = deepen::call(&world, &well, Drill::default()).await?;
    assert_eq!(deeper.depth, 3.0);
    let by_name = world.execute("deepen", args! { well: &deeper, step: 0.5 }).await?;
    assert_eq!(by_name.output::<Well>(0)?.depth, 3.5);
    Ok(())
}

#[tokio::test]
async fn everything_works_under_a_renamed_facade() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let fence = renamed::build_fence::call(&world, 4.0, renamed::Carpentry::default()).await?;
    assert_eq!(fence.length, 3.5);
    let longer = renamed::lengthen::call(&world, &fence, Arg::Default).await?;
    assert_eq!(longer.length, 4.5);
    let built = world.execute("build_fence", args! { length: 4.0, waste: 1.0 }).await?;
    assert_eq!(built.output::<renamed::Fence>(0)?.length, 3.0);
    let exact = renamed::build_fence::with(renamed::Carpentry { waste: 0.0, ..renamed::Carpentry::default() });
    assert_eq!(exact.call(&world, 4.0).await?.length, 4.0);
    Ok(())
}

#[tokio::test]
async fn names_of_the_standard_library_may_mean_something_else() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let land = world.insert(plot(2.0, 3.0))?;
    assert_eq!(hostile::doubled_width::call(&world, &land, Arg::Default).await?, 4.0);
    let (moved, marker) = hostile::mark::call(&world, &land, 1.5).await?;
    assert_eq!((moved.width, marker.at), (3.5, 1.5));
    Ok(())
}

#[tokio::test]
async fn callables_written_by_a_macro_are_callables() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let land = world.insert(plot(2.0, 3.0))?;
    assert_eq!(scaled_by_float::call(&world, &land, 1.5).await?, 3.0);
    let by_name = world.execute("scaled_by_number", args! { plot: &land, factor: 2 }).await?;
    assert_eq!(by_name.value()?, json!(4.0));
    Ok(())
}

#[tokio::test]
async fn generated_types_are_named_after_the_function_and_hold_what_was_given() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let land = world.insert(plot(2.0, 3.0))?;
    let call = widen::call(&world, &land, 0.5).recorded().await?;
    let config = world.get::<WidenConfig>(call.execution.configs[0])?;
    assert_eq!(config.by, 0.5);
    let borrowed = widen::call(&world, call.output.at(""), 0.25).recorded().await?;
    let input = world.get::<WidenInput>(borrowed.execution.input.expect("a generated input"))?;
    assert_eq!((input.plot.ecs_id(), input.by), (call.output.ecs_id(), 0.25));
    let measured = world.execute("area", args! { plot: &land }).await?;
    let output = measured.output_entity().expect("a generated output").clone().downcast::<AreaOutput>()?;
    assert_eq!(output.result, 6.0);
    Ok(())
}

// predecessor 1.1: two functions of one signature shared a generated type with the first one's name.
#[tokio::test]
async fn callables_of_one_signature_have_generated_types_of_their_own() -> ecs::Result<()> {
    let world = World::in_memory()?;
    let land = world.insert(plot(2.0, 3.0))?;
    for (callable, input, output) in
        [("area", "AreaInput", "AreaOutput"), ("frontage", "FrontageInput", "FrontageOutput")]
    {
        let call = world.execute(callable, args! { plot: land.address() }).await?;
        let given = world.version(call.execution().input.expect("a generated input"))?;
        assert_eq!(given.entity_type().name(), input);
        assert_eq!(call.output_entity().expect("a generated output").entity_type().name(), output);
    }
    assert_eq!(world.callable("area")?.input().hash(), world.callable("frontage")?.input().hash());
    Ok(())
}

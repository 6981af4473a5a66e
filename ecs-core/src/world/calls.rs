//! Calls by name, many calls at once, and what can be called.

use super::World;
use crate::argument::Args;
use crate::batch::Batch;
use crate::callable::{BatchCall, CallableInfo, NamedCall, Scope};
use crate::error::Result;
use crate::memo::Memo;

/// Callables, and calling them by name.
impl World {
    /// Calls a callable by its name.
    ///
    /// The arguments come from [`args!`](crate::args) or a JSON object. A text that starts with `@`
    /// is an address; a literal text that starts with `@` is written `@@…`.
    ///
    /// # Errors
    ///
    /// Awaiting the call fails with `unknown-callable`, or whatever the callable fails with.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// /// Raises a student by a step.
    /// #[callable]
    /// fn raise(student: &mut Student, #[default(0.1)] step: f64) { student.gpa += step; }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let outcome = world.execute("raise", args! { student: &alice, step: 0.25 }).await?;
    /// assert_eq!(outcome.output::<Student>(0)?.gpa, 3.75);
    /// let outcome = world.execute("raise", serde_json::json!({ "student": format!("@head:{}", alice.lineage_id()) })).await?;
    /// assert_eq!(outcome.output::<Student>(0)?.gpa, 3.85);
    /// # Ok::<(), ecs::Error>(())
    /// # })?;
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn execute(&self, callable: &str, arguments: impl Into<Args>) -> NamedCall<'_> {
        NamedCall::new(Scope::from(self), callable, arguments.into())
    }

    /// Many calls, some at a time, their results in order.
    ///
    /// Each call is made as it is outside a batch, and runs in the world, or below the execution, that it
    /// was made with. The iterator is pulled as the calls are run, never far ahead of the results.
    ///
    /// # Panics
    ///
    /// When it runs, if a call among them had begun before.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// #[callable]
    /// fn square(x: u64) -> u64 { x * x }
    ///
    /// #[tokio::main(flavor = "current_thread")]
    /// async fn main() -> ecs::Result<()> {
    ///     let world = World::in_memory()?;
    ///     let squares = world.batch((1..=4).map(|x| square::call(&world, x))).await;
    ///     assert_eq!(squares.into_iter().collect::<ecs::Result<Vec<_>>>()?, [1, 4, 9, 16]);
    ///
    ///     // By name, of as many callables as you like.
    ///     let by_name = world.batch((1..=4).map(|x| world.execute("square", args! { x: x }))).await;
    ///     assert!(by_name.iter().all(Result::is_ok));
    ///     Ok(())
    /// }
    /// ```
    pub fn batch<'b, C: IntoIterator<Item: BatchCall>>(&self, calls: C) -> Batch<'b, C::IntoIter> {
        Batch::new(calls.into_iter())
    }

    /// Every callable of the program, by name.
    #[must_use]
    pub fn callables(&self) -> Vec<CallableInfo> {
        self.0.registry.list()
    }

    /// One callable of the program.
    ///
    /// # Errors
    ///
    /// `unknown-callable`, with the name most like the one asked for.
    ///
    /// ```standalone_crate
    /// # use ecs::prelude::*;
    /// # #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// # struct Student { id: Id, name: String, gpa: f64 }
    /// # let world = World::in_memory()?;
    /// # let alice = world.insert(Student { id: Id::new(), name: "Alice".into(), gpa: 3.5 })?;
    /// #[callable]
    /// fn raise(student: &mut Student, #[default(0.1)] step: f64) { student.gpa += step; }
    ///
    /// let raise = world.callable("raise")?;
    /// let step = raise.input().parameters().nth(1).expect("the second parameter");
    /// assert_eq!((step.name(), step.type_name()), ("step", "f64"));
    /// assert!(world.callable("rise").unwrap_err().to_string().contains("did you mean `raise`?"));
    /// # Ok::<(), ecs::Error>(())
    /// ```
    pub fn callable(&self, name: &str) -> Result<CallableInfo> {
        self.0.registry.callable(name).map(CallableInfo::of)
    }

    /// The results that are kept of callables with `memo`: statistics, and how to forget them.
    #[must_use]
    pub fn memo(&self) -> Memo<'_> {
        Memo::new(self)
    }
}

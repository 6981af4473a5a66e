//! The command `ecs`: asks any world file how its values came to be, without the program that wrote it.
//!
//! ```console
//! $ ecs --db audit.db log -n 3 --oneline
//! $ ecs --db audit.db blame @7d31f0a9c2be
//! ```
//!
//! What it can be asked is described on the page `docs/command.md`, and by `ecs help`.
//!
//! # In a program of your own
//!
//! A program can offer the same command over its own world. Types that it has are read as what they are, and its
//! callables can be called and replayed:
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use ecs_core::World; // `ecs::World` is the same
//!
//! fn main() -> ExitCode {
//!     match World::in_memory() {
//!         Ok(world) => ecs_cli::run(&world, std::env::args_os()),
//!         Err(error) => {
//!             eprintln!("{error}");
//!             ExitCode::FAILURE
//!         }
//!     }
//! }
//! ```
//!
//! A program that has a command line of its own, made with `clap`, takes [`Command`] for a subcommand of it:
//!
//! ```no_run
//! use clap::Parser;
//! # use ecs_core::World;
//!
//! #[derive(Parser)]
//! enum Program {
//!     /// Does what the program is for
//!     Work,
//!     /// Asks what was done
//!     #[command(subcommand)]
//!     Record(ecs_cli::Command),
//! }
//!
//! # fn answer(world: &World, program: Program) -> std::process::ExitCode {
//! match program {
//!     Program::Work => std::process::ExitCode::SUCCESS,
//!     Program::Record(command) => command.run(world, ecs_cli::PageOptions::default()),
//! }
//! # }
//! ```

mod ask;
mod command;
mod failure;
mod given;
mod list;
mod page;
mod progress;
mod runtime;
mod shape;
mod when;

pub use self::ask::{
    Blame, Call, Dependents, Deps, Diff, Export, Filters, Graph, GraphFormat, GraphKind, History, Log, Outcome, Replay,
    Show, Stats,
};
pub use self::command::{Command, Question, run, run_on_file};
pub use self::page::{Color, PageOptions};

//! What comes from outside, wrong in every way that chance finds: it is refused or understood, in time and in little
//! memory, and nothing panics.
//!
//! Each test takes seeds that are right, edits them at random, and tries what comes of it for `ECS_FUZZ_SECONDS`,
//! two by default. `harness` says how a finding is told.
#![allow(clippy::print_stdout, reason = "how many inputs were tried is for people")]

mod addresses;
mod arguments;
mod command_line;
mod edits;
mod files;
mod harness;
mod payloads;
mod school;

use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

//! The command `ecs`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ecs_cli::run_on_file(std::env::args_os())
}

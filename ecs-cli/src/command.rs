//! What can be asked, and running it.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use ecs_core::World;
use ecs_sqlite::{Options, SqliteStore};

use crate::ask::{
    Backup, Blame, Call, Dependents, Deps, Diff, Export, Graph, History, Log, Prune, Replay, Show, Stats, Verify,
};
use crate::failure::{Answer, Failure, Result};
use crate::page::{Page, PageOptions};

/// What is said below the help.
const ABOUT_IDS: &str = "\
Ids are given in full, by their first digits or by their last ones, with or without `@`. Ids that were made at the same \
time begin alike, so tables show the last group of digits, which is enough to ask again. `@head:ID` or the id of a \
lineage is its newest version, and `@ID.field.0` is what is inside one. Times are in UTC.

Exit codes: 0 all is well; 1 nothing was found, or `verify` found something; 2 the command was used in a wrong way; 3 the file cannot be read, or not be pruned.";

/// A question about a world, which its values and its record answer.
#[derive(Clone, Debug, Subcommand)]
#[non_exhaustive]
pub enum Question {
    /// List executions, the last to start first
    Log(Log),
    /// Show a version, a value inside one, or an execution
    Show(Show),
    /// Show the versions of a thing, the newest first, with what each changed
    History(History),
    /// Show what differs between two versions of a thing
    Diff(Diff),
    /// Show who wrote each field of a version
    Blame(Blame),
    /// Draw a derivation, a history or a tree
    Graph(Graph),
    /// Show what a version was derived from
    Deps(Deps),
    /// Show what was derived from a version
    Dependents(Dependents),
    /// Count what there is
    Stats(Stats),
    /// Write everything as JSON Lines, or the versions of one type as CSV
    Export(Export),
}

/// What a program can offer over its own world: every [`Question`], and calls and replays of its callables.
#[derive(Clone, Debug, Subcommand)]
#[non_exhaustive]
pub enum Command {
    /// A question.
    #[command(flatten)]
    Question(Question),
    /// Call a callable by its name
    Call(Call),
    /// Run recorded executions again, to see whether they give the same; nothing of it is kept
    Replay(Replay),
}

impl Command {
    /// Answers on stdout; what is wrong is said on stderr.
    ///
    /// A callable that needs a runtime finds the one that this is called in. If that has one thread, which waits for the
    /// answer, calls and replays run on another thread, in a runtime beside it.
    #[must_use]
    pub fn run(&self, world: &World, options: PageOptions) -> ExitCode {
        answer(options, |page| match self {
            Self::Question(question) => question.answer(world, None, page),
            Self::Call(call) => call.answer(world, page),
            Self::Replay(replay) => replay.answer(world, page),
        })
    }
}

impl Question {
    /// Answers on stdout; what is wrong is said on stderr.
    #[must_use]
    pub fn run(&self, world: &World, options: PageOptions) -> ExitCode {
        answer(options, |page| self.answer(world, None, page))
    }

    /// `file` is where the world is, if it is in one.
    fn answer(&self, world: &World, file: Option<&Path>, page: &mut Page<'_>) -> Result<Answer> {
        match self {
            Self::Log(log) => log.answer(world, page),
            Self::Show(show) => show.answer(world, page),
            Self::History(history) => history.answer(world, page),
            Self::Diff(diff) => diff.answer(world, page),
            Self::Blame(blame) => blame.answer(world, page),
            Self::Graph(graph) => graph.answer(world, page),
            Self::Deps(deps) => deps.answer(world, page),
            Self::Dependents(dependents) => dependents.answer(world, page),
            Self::Stats(stats) => stats.answer(world, file, page),
            Self::Export(export) => export.answer(world, page),
        }
    }
}

/// The command of a program over its own world.
#[derive(Debug, Parser)]
#[command(about = "Asks how the values of this world came to be", after_help = ABOUT_IDS)]
struct Mounted {
    #[command(flatten)]
    options: PageOptions,
    #[command(subcommand)]
    command: MountedCommand,
}

#[derive(Debug, Subcommand)]
enum MountedCommand {
    #[command(flatten)]
    Command(Command),
    /// Write a script that completes this command in a shell
    Completions { shell: Shell },
}

/// The command over a file.
#[derive(Debug, Parser)]
#[command(
    name = "ecs",
    version,
    about = "Asks a world file how its values came to be; only `prune` changes the file",
    after_help = ABOUT_IDS
)]
struct OnFile {
    /// The file of the world
    #[arg(long, global = true, env = "ECS_DB", hide_env_values = true, value_name = "FILE")]
    db: Option<PathBuf>,
    #[command(flatten)]
    options: PageOptions,
    #[command(subcommand)]
    command: FileCommand,
}

#[derive(Debug, Subcommand)]
enum FileCommand {
    #[command(flatten)]
    Question(Question),
    /// Check that everything in the file is as it was written
    Verify(Verify),
    /// Copy the file to a new one, while others write to it, and check the copy
    Backup(Backup),
    /// Remove what is not to be kept, or say what that would be; nobody may have the file open
    Prune(Prune),
    /// Write a script that completes this command in a shell
    Completions { shell: Shell },
}

/// Runs the command of a program over its own world: the arguments are those of the process, the name of the
/// program first.
///
/// Answers are written on stdout, and what is wrong is said on stderr. The code is 0 if all is well, 1 if nothing
/// was found or a call failed, 2 if the command was used in a wrong way, and 3 if the store cannot be read.
#[must_use]
pub fn run<A: Into<OsString> + Clone>(world: &World, arguments: impl IntoIterator<Item = A>) -> ExitCode {
    let Mounted { options, command } = match Mounted::try_parse_from(arguments) {
        Ok(mounted) => mounted,
        Err(error) => return refuse(&error),
    };
    match command {
        MountedCommand::Command(command) => command.run(world, options),
        MountedCommand::Completions { shell } => complete(options, shell, Mounted::command()),
    }
}

/// Runs the command `ecs`, which opens a file for reading only and answers from what is in it, unless it is to prune
/// the file.
#[must_use]
pub fn run_on_file<A: Into<OsString> + Clone>(arguments: impl IntoIterator<Item = A>) -> ExitCode {
    let OnFile { db, options, command } = match OnFile::try_parse_from(arguments) {
        Ok(on_file) => on_file,
        Err(error) => return refuse(&error),
    };
    let file = db.ok_or_else(|| {
        Failure::Usage("no file is given: say `--db FILE`, or set the environment variable ECS_DB".to_owned())
    });
    match command {
        FileCommand::Question(question) => answer(options, |page| {
            let file = file?;
            let world = World::with_store(Arc::new(SqliteStore::open_read_only(&file, Options::new())?))?;
            question.answer(&world, Some(&file), page)
        }),
        FileCommand::Verify(verify) => answer(options, |page| verify.answer(&file?, page)),
        FileCommand::Backup(backup) => answer(options, |page| backup.answer(&file?, page)),
        FileCommand::Prune(prune) => answer(options, |page| prune.answer(&file?, page)),
        FileCommand::Completions { shell } => complete(options, shell, OnFile::command()),
    }
}

/// Says what is wrong with the arguments, or the help that was asked for.
fn refuse(error: &clap::Error) -> ExitCode {
    // Nobody may be listening.
    drop(error.print());
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn complete(options: PageOptions, shell: Shell, mut command: clap::Command) -> ExitCode {
    answer(options, |page| {
        let name = command.get_name().to_owned();
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command, name, &mut script);
        page.writer().write_all(&script)?;
        Ok(Answer::Found)
    })
}

/// Writes an answer on stdout, or says on stderr why there is none.
fn answer(options: PageOptions, ask: impl FnOnce(&mut Page<'_>) -> Result<Answer>) -> ExitCode {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut page = Page::new(&mut out, options);
    let answered = ask(&mut page).and_then(|answer| page.flush().map(|()| answer));
    let code = match answered {
        Ok(answer) => answer.exit_code(),
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            // What was answered so far comes before what is wrong.
            drop(page.flush());
            drop(writeln!(io::stderr(), "error: {failure}"));
            failure.exit_code()
        }
    };
    // What a closed pipe did not take is not tried again.
    drop(out.into_parts());
    code
}

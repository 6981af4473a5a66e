//! The command line.

use std::fmt;
use std::process::ExitCode;

use ecs::{OpenWorld as _, World};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

use crate::edits::{characters, edited, edits};
use crate::harness::target;
use crate::school::School;

/// Command lines that are right; `$ALICE` stands for an id.
const SEEDS: &[&str] = &[
    "--db w.db log",
    "--db w.db log -n 3 --oneline",
    "--db w.db log --callable raise --since 2026-01-01 --json",
    "--db w.db log --tree --until 9999-01-01T00:00:00Z",
    "--db w.db log --outcome failed --lineage @$ALICE",
    "--db w.db show @$ALICE",
    "--db w.db show @$EVERYTHING.plain.json.a --json",
    "--db w.db show $RUN",
    "--db w.db history @head:$COURSE --json",
    "--db w.db diff @$LATIN @$GREEK",
    "--db w.db blame @$GREEK --json",
    "--db w.db graph @$ALICE --format dot",
    "--db w.db graph @head:$WHO --of history",
    "--db w.db graph @$GREEK --of tree --against @$LATIN",
    "--db w.db deps @$ALICE --depth 2",
    "--db w.db dependents @$FIRST --json",
    "--db w.db stats --json",
    "--db w.db export --csv Student",
    "--db w.db export --csv Course --all",
    "--db w.db export",
    "--db w.db verify --json",
    "--db w.db verify --kept 2:0000000000000000000000000000000000000000000000000000000000000000",
    "--db w.db completions bash",
    "--db w.db backup copy.db",
    "--db w.db --color always log",
    "help log",
    "--version",
    "call raise --args {\"student\":\"@$ALICE\",\"step\":0.5}",
    "call nothing",
    "replay $RUN",
    "replay --callable raise",
];

/// The arguments of a process.
#[derive(Clone)]
struct Line(Vec<String>);

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn lines() -> impl Strategy<Value = Line> {
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<String>>();
    let mut known: Vec<String> = SEEDS.iter().flat_map(|line| words(line)).collect();
    known.extend(
        [
            "$WHO",
            "@",
            "-",
            "--",
            "",
            "-n",
            "18446744073709551615",
            "-1",
            "1e400",
            "9999-12-31T23:59:59Z",
            "1969-12-31",
            "3000y",
            "now",
            "2h ago",
            "99999999999999 years ago",
            "ALICE",
        ]
        .map(str::to_owned),
    );
    let word = (select(known), prop_oneof![3 => Just(Vec::new()).boxed(), 2 => edits(characters(), 3).boxed()])
        .prop_map(|(word, edits)| vec![edited(word.chars().collect(), &edits).into_iter().collect::<String>()]);
    let seed = select(SEEDS).prop_map(words);
    let changed = (seed, edits(word, 3)).prop_map(|(line, edits)| edited(line, &edits));
    let within = (select(SEEDS).prop_map(words), any::<proptest::sample::Index>(), edits(characters(), 3)).prop_map(
        |(mut line, at, edits)| {
            let word = at.get_mut(&mut line);
            *word = edited(word.chars().collect(), &edits).into_iter().collect();
            line
        },
    );
    let free = vec(any::<String>(), 0..5);
    prop_oneof![5 => changed, 4 => within, 1 => free].prop_map(Line)
}

/// Whether a command may write outside of the folder of this process.
fn may_write_elsewhere(line: &[String]) -> bool {
    line.iter().any(|word| word.contains("backup")) && line.iter().any(|word| word.contains('/') || word.contains(".."))
}

#[test]
fn whatever_is_written_after_the_command_is_answered() {
    target("command_line::whatever_is_written_after_the_command_is_answered", |trying| {
        let school = School::fill(&World::open("w.db").expect("a world")).expect("it is filled");
        let world = World::in_memory().expect("a world");
        let own = School::fill(&world).expect("it is filled");
        let of = |school: &School, line: &[String]| {
            let words = line.iter().map(|word| school.with_ids(word));
            std::iter::once("ecs".to_owned()).chain(words).collect::<Vec<String>>()
        };
        for seed in SEEDS {
            let line: Vec<String> = seed.split(' ').map(str::to_owned).collect();
            let code = match &*line[0] {
                "call" | "replay" => ecs_cli::run(&world, of(&own, &line)),
                _ => ecs_cli::run_on_file(of(&school, &line)),
            };
            let is_understood =
                [0, 1].map(ExitCode::from).iter().any(|fine| format!("{fine:?}") == format!("{code:?}"));
            assert!(is_understood, "{seed}: {code:?}");
        }
        trying.each(&lines(), |Line(line)| {
            if may_write_elsewhere(&line) {
                return;
            }
            let _ = std::fs::remove_file("copy.db");
            // What it says is in its code; that it says it is what is tried here.
            let _ = ecs_cli::run_on_file(of(&school, &line));
            let mounted = of(&own, &line).into_iter().filter(|word| word != "--db" && word != "w.db");
            let _ = ecs_cli::run(&world, mounted);
        });
    });
}

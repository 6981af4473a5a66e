//! `ecs graph`: a derivation, a history or a tree as a picture.

use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::thread;

use clap::{Args, ValueEnum};
use ecs_core::{GraphOf, World};

use crate::failure::{Answer, Failure, Result};
use crate::given;
use crate::page::Page;
use crate::shape::GraphShape;

/// What to draw, and how.
#[derive(Clone, Debug, Args)]
pub struct Graph {
    /// The version, or the thing
    #[arg(value_name = "ADDRESS")]
    what: String,
    /// What to draw of it
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    of: GraphKind,
    /// In a tree: mark what differs from this version
    #[arg(long, value_name = "@VERSION")]
    against: Option<String>,
    /// In a derivation: no further than this many steps
    #[arg(long, value_name = "STEPS")]
    depth: Option<usize>,
    /// The language of the picture; `svg` is drawn by `dot` of Graphviz
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t, conflicts_with = "json")]
    format: GraphFormat,
}

/// What to draw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum GraphKind {
    /// What the version was derived from.
    #[default]
    Derivation,
    /// The versions of the thing.
    History,
    /// What the version holds.
    Tree,
}

/// The language of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum GraphFormat {
    /// For Markdown, as many sites render it.
    #[default]
    Mermaid,
    /// For Graphviz.
    Dot,
    /// For browsers.
    Svg,
}

impl Graph {
    pub(crate) fn answer(&self, world: &World, page: &mut Page<'_>) -> Result<Answer> {
        let version = given::version(world, &self.what)?;
        let mut of = match self.of {
            GraphKind::Derivation => GraphOf::derivation(&version),
            GraphKind::History => GraphOf::history(&version),
            GraphKind::Tree => GraphOf::tree(&version),
        };
        self.refuse_what_means_nothing()?;
        if let Some(against) = &self.against {
            of = of.against(&given::version(world, against)?);
        }
        if let Some(depth) = self.depth {
            of = of.depth(depth);
        }
        let graph = world.graph(&of)?;
        if page.is_json {
            page.json(&GraphShape::of(&graph))?;
            return Ok(Answer::Found);
        }
        match self.format {
            GraphFormat::Mermaid => page.text(&graph.to_mermaid())?,
            GraphFormat::Dot => page.text(&graph.to_dot())?,
            GraphFormat::Svg => page.text(&drawn(graph.to_dot())?)?,
        }
        Ok(Answer::Found)
    }

    fn refuse_what_means_nothing(&self) -> Result<()> {
        if self.against.is_some() && self.of != GraphKind::Tree {
            return Err(Failure::Usage("`--against` marks a tree: say `--of tree` as well".to_owned()));
        }
        if self.depth.is_some() && self.of != GraphKind::Derivation {
            return Err(Failure::Usage("`--depth` limits a derivation: say `--of derivation`, or nothing".to_owned()));
        }
        Ok(())
    }
}

/// The picture as SVG, drawn by Graphviz.
fn drawn(dot: String) -> Result<String> {
    let spawned = Command::new("dot").arg("-Tsvg").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::Usage(
            "`svg` is drawn by `dot` of Graphviz, and it is not installed here; install it, or say `--format dot` or \
             `--format mermaid`"
                .to_owned(),
        ),
        _ => Failure::Usage(format!("`dot` of Graphviz cannot be run: {error}")),
    })?;
    // Both pipes are served at once, so that neither fills up while the other is waited for.
    let writer = child.stdin.take().map(|mut stdin| thread::spawn(move || stdin.write_all(dot.as_bytes())));
    let output = child.wait_with_output()?;
    if let Some(writer) = writer {
        // What `dot` did not read it has complained about.
        drop(writer.join());
    }
    if !output.status.success() {
        return Err(Failure::Usage(format!("`dot` of Graphviz could not draw it: {}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

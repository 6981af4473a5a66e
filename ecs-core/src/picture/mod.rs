//! Pictures of things and how they hang together, written as text for the tools that draw.
//!
//! This module knows nothing of entities or worlds. What a text needs so that a tool draws it as it
//! was given is settled in [`drawable_lines`] for all tools, and in `mermaid` and `dot` for each.

mod dot;
mod mermaid;

use std::collections::HashMap;

/// A picture of things and how they hang together, as text for the tools that draw.
///
/// Any text may stand in a key, a label or the title. A line break in a label starts a new line of
/// it. A control character, which no tool draws, is drawn as its picture, such as `␛`.
///
/// ```
/// use ecs_core::{Graph, Line, Mark, Shape};
///
/// let mut graph = Graph::new("What became of Alice");
/// graph.node("v1", ["Alice", "gpa 3.5"], Shape::Entity, Mark::Unmarked);
/// graph.node("v2", ["Alice", "gpa 3.8"], Shape::Entity, Mark::Changed);
/// graph.node("run", ["update_gpa"], Shape::Execution, Mark::Unmarked);
/// graph.edge("v1", "v2", "", Line::Bold);
/// graph.edge("v2", "run", "made by", Line::Dashed);
///
/// assert_eq!(
///     graph.to_mermaid(),
///     r##"---
/// title: "What became of Alice"
/// ---
/// flowchart TD
///   n0["Alice
/// gpa 3.5"]
///   n1["Alice
/// gpa 3.8
/// (changed)"]:::changed
///   n2(["update_gpa"])
///   n0 ==> n1
///   n1 -.->|"made by"| n2
///   classDef changed fill:#fff3c4,stroke:#8a6100,color:#000,stroke-width:2px,stroke-dasharray:8 3
/// "##
/// );
/// assert!(graph.to_dot().starts_with("digraph picture {\n"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    title: String,
    nodes: Vec<GraphNode>,
    positions: HashMap<String, usize>,
    edges: Vec<GraphEdge>,
}

/// One thing in a [`Graph`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GraphNode {
    /// What edges call it.
    pub key: String,
    /// What is written in it, line by line.
    pub label_lines: Vec<String>,
    /// What kind of thing it is.
    pub shape: Shape,
    /// How it differs from what it was.
    pub mark: Mark,
}

/// How one thing in a [`Graph`] hangs together with another.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GraphEdge {
    /// The key of the node where it starts.
    pub from: String,
    /// The key of the node it points to.
    pub to: String,
    /// What is written beside it; nothing if empty.
    pub label: String,
    /// What kind of edge it is.
    pub line: Line,
}

/// What kind of thing a node is, drawn as its outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Shape {
    /// An entity: a box.
    Entity,
    /// An execution: a box with round ends.
    Execution,
    /// A config: a hexagon.
    Config,
}

/// How a node differs from what it was: drawn as a colour and an outline, and, so that it reads
/// without colours, written as the last line of the label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mark {
    /// It does not differ, or nothing is said of it.
    Unmarked,
    /// It was not there before.
    Added,
    /// It was there, with other content.
    Changed,
    /// It is there no more.
    Removed,
    /// It was elsewhere.
    Moved,
}

/// What kind of edge it is, drawn as the stroke of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Line {
    /// One holds the other.
    Solid,
    /// One refers to the other.
    Dashed,
    /// One is the next version of the other.
    Bold,
}

impl Graph {
    /// A picture with nothing in it yet. An empty title is not drawn.
    #[must_use]
    pub fn new(title: &str) -> Self {
        Self { title: title.to_owned(), ..Self::default() }
    }

    /// Adds a node. Of two with the same key, the first is kept.
    pub fn node<L: Into<String>>(
        &mut self,
        key: &str,
        label_lines: impl IntoIterator<Item = L>,
        shape: Shape,
        mark: Mark,
    ) {
        if self.positions.contains_key(key) {
            return;
        }
        self.positions.insert(key.to_owned(), self.nodes.len());
        let label_lines = label_lines.into_iter().map(Into::into).collect();
        self.nodes.push(GraphNode { key: key.to_owned(), label_lines, shape, mark });
    }

    /// Adds an edge. Its nodes may be added later; one that never is, is drawn as a plain box with
    /// its key in it, after all others.
    pub fn edge(&mut self, from: &str, to: &str, label: &str, line: Line) {
        self.edges.push(GraphEdge { from: from.to_owned(), to: to.to_owned(), label: label.to_owned(), line });
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The nodes, as they were added.
    #[must_use]
    pub fn nodes(&self) -> &[GraphNode] {
        &self.nodes
    }

    /// The edges, as they were added.
    #[must_use]
    pub fn edges(&self) -> &[GraphEdge] {
        &self.edges
    }

    /// The picture as a [Mermaid](https://mermaid.js.org) flowchart, which many sites draw where it
    /// stands in a Markdown text.
    ///
    /// It is meant for Mermaid 11 or newer, with labels in HTML as it draws them unless told
    /// otherwise. As it comes, Mermaid refuses a picture with more than 500 edges or 50,000
    /// characters; [`to_dot`](Self::to_dot) has no such limit. It cannot draw `<`, `>` and `&` in a
    /// title, so the title has their wide forms `＜`, `＞` and `＆`; labels are not so limited.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        mermaid::write(self)
    }

    /// The picture in the DOT language of [Graphviz](https://graphviz.org).
    #[must_use]
    pub fn to_dot(&self) -> String {
        dot::write(self)
    }

    /// What is drawn: the nodes, those that only edges name included, and the edges between their
    /// positions.
    fn drawn(&self) -> (Vec<DrawnNode>, Vec<DrawnEdge>) {
        let mut nodes: Vec<_> = self.nodes.iter().map(DrawnNode::of).collect();
        let mut only_named = HashMap::new();
        let mut position = |key| match self.positions.get(key) {
            Some(&position) => position,
            None => *only_named.entry(key).or_insert_with(|| {
                nodes.push(DrawnNode { lines: drawable_lines(key), shape: Shape::Entity, mark: Mark::Unmarked });
                nodes.len() - 1
            }),
        };
        let edges = self.edges.iter().map(|GraphEdge { from, to, label, line }| {
            let lines = if label.is_empty() { Vec::new() } else { drawable_lines(label) };
            DrawnEdge { from: position(from.as_str()), to: position(to.as_str()), lines, line: *line }
        });
        let edges = edges.collect();
        (nodes, edges)
    }
}

impl Mark {
    /// The mark as a word; none for a node that has none.
    fn word(self) -> Option<&'static str> {
        match self {
            Self::Unmarked => None,
            Self::Added => Some("added"),
            Self::Changed => Some("changed"),
            Self::Removed => Some("removed"),
            Self::Moved => Some("moved"),
        }
    }
}

/// A node as it is drawn.
struct DrawnNode {
    lines: Vec<String>,
    shape: Shape,
    mark: Mark,
}

/// An edge as it is drawn, between the positions of two nodes.
struct DrawnEdge {
    from: usize,
    to: usize,
    lines: Vec<String>,
    line: Line,
}

impl DrawnNode {
    fn of(node: &GraphNode) -> Self {
        let mut lines: Vec<_> = node.label_lines.iter().flat_map(|line| drawable_lines(line)).collect();
        lines.extend(node.mark.word().map(|word| format!("({word})")));
        Self { lines, shape: node.shape, mark: node.mark }
    }
}

/// The lines of a text, without the characters that no tool can draw: a control character becomes
/// its picture, or `�` if it has none.
fn drawable_lines(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let lines = text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
    lines.map(|line| line.chars().map(drawable).collect()).collect()
}

fn drawable(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '␡',
        // The rest has no picture, or is nothing that XML, and so SVG, may hold.
        '\u{80}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

/// The title in one line, or none.
fn drawable_title(graph: &Graph) -> Option<String> {
    (!graph.title.is_empty()).then(|| drawable_lines(&graph.title).join(" "))
}

/// Whether a character says how others are laid out, so that text with it in a file would not read
/// as it is.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// Text of any characters, and of what the tools could take for something else.
    pub(super) fn hostile() -> impl Strategy<Value = String> {
        const PIECES: &[&str] = &[
            "\"",
            "\\",
            "\\n",
            "\\N",
            "\n",
            "\r\n",
            " ",
            "  ",
            "<b>",
            "<br/>",
            "&amp;",
            "&#60;",
            "#quot;",
            "#35;",
            ";",
            "]",
            "}",
            ")",
            "|",
            "`",
            "**x**",
            "_x_",
            "1. ",
            "1) ",
            "- ",
            "---",
            "%%",
            "%%{init: {}}%%",
            "end",
            "direction TB",
            "C4Container",
            "style",
            "classDef",
            "www.",
            ":",
            ":::",
            "@",
            "fa:fa-car",
            "$$",
            "ﬂ",
            "°",
            "¶",
            "ß",
            "🐧",
            "\u{202e}",
            "\u{a0}",
            "\u{2028}",
            "\0",
            "\u{1b}",
            "\u{85}",
            "\u{ffff}",
        ];
        let piece =
            prop_oneof![select(PIECES).prop_map(str::to_owned), any::<char>().prop_map(String::from), "[ -~]{1,4}",];
        proptest::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
    }

    /// A picture with each shape, mark and kind of line, with one text in all labels and one key.
    pub(super) fn one_of_each(title: &str, label: &str) -> Graph {
        let mut graph = Graph::new(title);
        graph.node("plain", [label], Shape::Entity, Mark::Unmarked);
        graph.node("added", [label, label], Shape::Execution, Mark::Added);
        graph.node("changed", [label], Shape::Config, Mark::Changed);
        graph.node("removed", [label], Shape::Entity, Mark::Removed);
        graph.node("moved", [label], Shape::Entity, Mark::Moved);
        graph.edge("plain", "added", label, Line::Solid);
        graph.edge("added", "changed", label, Line::Dashed);
        graph.edge("changed", label, label, Line::Bold);
        graph.edge(label, "plain", "", Line::Solid);
        graph
    }

    /// The lines of every label in the order in which they are written.
    pub(super) fn drawn_lines(graph: &Graph) -> Vec<Vec<String>> {
        let (nodes, edges) = graph.drawn();
        let edges = edges.into_iter().map(|edge| edge.lines).filter(|lines| !lines.is_empty());
        nodes.into_iter().map(|node| node.lines).chain(edges).collect()
    }

    #[test]
    fn of_two_nodes_with_one_key_the_first_is_kept() {
        let mut graph = Graph::new("");
        graph.node("a", ["first"], Shape::Entity, Mark::Added);
        graph.node("a", ["second"], Shape::Config, Mark::Moved);
        assert_eq!(graph.nodes().len(), 1);
        assert_eq!(graph.nodes()[0].label_lines, ["first"]);
        assert_eq!(graph.nodes()[0].shape, Shape::Entity);
    }

    #[test]
    fn a_node_that_only_edges_name_is_drawn_after_the_others() {
        let mut graph = Graph::new("");
        graph.edge("nowhere", "late", "", Line::Solid);
        graph.edge("nowhere", "nowhere", "", Line::Solid);
        graph.node("late", ["late"], Shape::Config, Mark::Unmarked);
        assert_eq!(graph.nodes().len(), 1);
        assert_eq!(graph.to_mermaid(), "flowchart TD\n  n0{{\"late\"}}\n  n1[\"nowhere\"]\n  n1 --> n0\n  n1 --> n1\n");
    }

    #[test]
    fn every_kind_of_line_break_starts_a_line() {
        assert_eq!(drawable_lines("a\nb\r\nc\rd\u{85}e\u{2028}f\u{2029}"), ["a", "b", "c", "d", "e", "f", ""]);
        assert_eq!(drawable_lines(""), [""]);
    }

    #[test]
    fn a_control_character_is_drawn_as_its_picture() {
        assert_eq!(drawable_lines("\0\t\u{1b}[31m\u{7f}"), ["␀␉␛[31m␡"]);
        assert_eq!(drawable_lines("\u{9b}\u{ffff}"), ["\u{fffd}\u{fffd}"]);
    }

    proptest! {
        #[test]
        fn what_can_be_drawn_stays_as_it_is(text in "[^\\p{Cc}\\u{2028}\\u{2029}\\u{fffe}\\u{ffff}]*") {
            prop_assert_eq!(drawable_lines(&text), [text]);
        }

        #[test]
        fn equal_graphs_are_written_equally(title in hostile(), label in hostile()) {
            let (a, b) = (one_of_each(&title, &label), one_of_each(&title, &label));
            prop_assert_eq!(&a, &b);
            prop_assert_eq!(a.to_mermaid(), b.to_mermaid());
            prop_assert_eq!(a.to_dot(), b.to_dot());
        }
    }
}

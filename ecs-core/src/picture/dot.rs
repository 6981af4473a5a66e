//! A graph in the DOT language of Graphviz.

use std::fmt::Write as _;

use super::{DrawnEdge, DrawnNode, Graph, Line, Mark, Shape, drawable_title, turns_text};

pub(super) fn write(graph: &Graph) -> String {
    let (nodes, edges) = graph.drawn();
    let mut text = String::from("digraph picture {\n");
    if let Some(title) = drawable_title(graph) {
        _ = writeln!(text, "  graph [label={} labelloc=t fontname=\"sans-serif\"]", quoted(&[title]));
    }
    text.push_str("  node [fontname=\"sans-serif\"]\n  edge [fontname=\"sans-serif\"]\n");
    for (i, DrawnNode { lines, shape, mark }) in nodes.iter().enumerate() {
        let shape = match shape {
            Shape::Entity => "box",
            Shape::Execution => "ellipse",
            Shape::Config => "hexagon",
        };
        _ = writeln!(text, "  n{i} [label={} shape={shape}{}]", quoted(lines), style(*mark));
    }
    for DrawnEdge { from, to, lines, line } in &edges {
        let label = if lines.is_empty() { String::new() } else { format!("label={} ", quoted(lines)) };
        let line = match line {
            Line::Solid => "solid",
            Line::Dashed => "dashed",
            Line::Bold => "bold",
        };
        _ = writeln!(text, "  n{from} -> n{to} [{label}style={line}]");
    }
    text + "}\n"
}

fn style(mark: Mark) -> &'static str {
    match mark {
        Mark::Unmarked => "",
        Mark::Added => r##" color="#1a6e3c" fillcolor="#d7f0df" style="filled,bold""##,
        Mark::Changed => r##" color="#8a6100" fillcolor="#fff3c4" style="filled,bold,dashed""##,
        Mark::Removed => r##" color="#a3231a" fillcolor="#fadcd9" style="filled,dashed""##,
        Mark::Moved => r##" color="#1f4e9c" fillcolor="#dbe7fb" style="filled,dotted""##,
    }
}

/// A text in quotes. In a label a backslash starts an escape of its own, and an ampersand an entity
/// as in HTML.
fn quoted(lines: &[String]) -> String {
    let mut text = String::from("\"");
    for (i, line) in lines.iter().enumerate() {
        if i > 0 {
            text.push_str("\\n");
        }
        for c in line.chars() {
            match c {
                '"' | '\\' => text.extend(['\\', c]),
                '&' => text.push_str("&amp;"),
                _ if turns_text(c) => _ = write!(text, "&#{};", u32::from(c)),
                _ => text.push(c),
            }
        }
    }
    text + "\""
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{drawn_lines, hostile, one_of_each};
    use super::*;

    /// What stands outside quotes and what within, these as Graphviz reads labels.
    fn read(text: &str) -> (String, Vec<Vec<String>>) {
        let mut outside = String::new();
        let mut labels = Vec::new();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            outside.push(c);
            if c != '"' {
                continue;
            }
            let mut label = vec![String::new()];
            while let Some(c) = rest.next() {
                let line = label.last_mut().expect("there is a first line");
                match c {
                    '"' => break,
                    '\\' => match rest.next() {
                        Some('n') => label.push(String::new()),
                        Some(c @ ('"' | '\\')) => line.push(c),
                        other => panic!("no escape that is written: {other:?}"),
                    },
                    '&' => {
                        let entity: String = rest.by_ref().take_while(|&c| c != ';').collect();
                        line.extend(match entity.strip_prefix('#') {
                            Some(number) => number.parse().ok().and_then(char::from_u32),
                            None => (entity == "amp").then_some('&'),
                        });
                    }
                    '\n' => panic!("a label is written in one line"),
                    _ => line.push(c),
                }
            }
            labels.push(label);
        }
        (outside, labels)
    }

    #[track_caller]
    fn assert_written(line: &str, expected: &str) {
        assert_eq!(quoted(&[line.to_owned()]), format!("\"{expected}\""));
    }

    #[test]
    fn what_starts_an_escape_is_escaped() {
        assert_written("", "");
        assert_written("a \"b\"", r#"a \"b\""#);
        assert_written(r"\N \l \", r"\\N \\l \\");
        assert_written(r#"\""#, r#"\\\""#);
        assert_written("&amp; &#60;", "&amp;amp; &amp;#60;");
        assert_written("\u{202e}x", "&#8238;x");
        assert_eq!(quoted(&["a".to_owned(), String::new(), "b".to_owned()]), r#""a\n\nb""#);
    }

    #[test]
    fn all_else_is_written_as_it_is() {
        for line in ["<b>", "]};", "%% // /* #", "end", "  two  spaces  ", "Ünïcödé 漢字 🐧", "שלום"] {
            assert_written(line, line);
        }
    }

    #[test]
    fn every_shape_mark_and_line_has_its_own_look() {
        assert_eq!(
            one_of_each("t", "x").to_dot(),
            r##"digraph picture {
  graph [label="t" labelloc=t fontname="sans-serif"]
  node [fontname="sans-serif"]
  edge [fontname="sans-serif"]
  n0 [label="x" shape=box]
  n1 [label="x\nx\n(added)" shape=ellipse color="#1a6e3c" fillcolor="#d7f0df" style="filled,bold"]
  n2 [label="x\n(changed)" shape=hexagon color="#8a6100" fillcolor="#fff3c4" style="filled,bold,dashed"]
  n3 [label="x\n(removed)" shape=box color="#a3231a" fillcolor="#fadcd9" style="filled,dashed"]
  n4 [label="x\n(moved)" shape=box color="#1f4e9c" fillcolor="#dbe7fb" style="filled,dotted"]
  n5 [label="x" shape=box]
  n0 -> n1 [label="x" style=solid]
  n1 -> n2 [label="x" style=dashed]
  n2 -> n5 [label="x" style=bold]
  n5 -> n0 [style=solid]
}
"##
        );
    }

    proptest! {
        #[test]
        fn any_label_survives_and_nothing_else_comes_of_it(title in hostile(), label in hostile()) {
            let graph = one_of_each(&title, &label);
            let text = graph.to_dot();
            let (outside, quoted) = read(&text);
            let plain = one_of_each("t", "x").to_dot();
            let (outside_of_plain, quoted_in_plain) = read(&plain);
            prop_assert_eq!(outside, outside_of_plain);

            // Beside labels, the names of fonts, colours and styles are quoted.
            let expected = [vec![drawable_title(&graph).unwrap_or_default()]].into_iter().chain(drawn_lines(&graph));
            let mut expected = expected.collect::<Vec<_>>().into_iter();
            let labels_of_plain = [vec!["t".to_owned()]].into_iter().chain(drawn_lines(&one_of_each("t", "x")));
            let mut labels_of_plain = labels_of_plain.collect::<Vec<_>>().into_iter().peekable();
            for (quoted, in_plain) in quoted.into_iter().zip(quoted_in_plain) {
                if labels_of_plain.next_if_eq(&in_plain).is_some() {
                    prop_assert_eq!(Some(quoted), expected.next());
                } else {
                    prop_assert_eq!(quoted, in_plain);
                }
            }
            prop_assert_eq!(expected.next(), None);
        }
    }
}

//! A graph as a Mermaid flowchart.

use std::fmt::Write as _;

use super::{DrawnEdge, DrawnNode, Graph, Line, Mark, Shape, drawable_title, turns_text};

/// Words that Mermaid or its Markdown looks for everywhere, and so within quotes too.
const WORDS_READ_ANYWHERE: [&str; 5] = ["C4", "classDef", "direction", "style", "www"];

pub(super) fn write(graph: &Graph) -> String {
    let (nodes, edges) = graph.drawn();
    let mut text = String::new();
    if let Some(title) = drawable_title(graph) {
        _ = writeln!(text, "---\ntitle: {}\n---", quoted_title(&title));
    }
    text.push_str("flowchart TD\n");
    for (i, DrawnNode { lines, shape, mark }) in nodes.iter().enumerate() {
        let (open, close) = match shape {
            Shape::Entity => ("[", "]"),
            Shape::Execution => ("([", "])"),
            Shape::Config => ("{{", "}}"),
        };
        _ = write!(text, "  n{i}{open}{}{close}", quoted(lines));
        _ = writeln!(text, "{}", mark.word().map(|word| format!(":::{word}")).unwrap_or_default());
    }
    for DrawnEdge { from, to, lines, line } in &edges {
        let arrow = match line {
            Line::Solid => "-->",
            Line::Dashed => "-.->",
            Line::Bold => "==>",
        };
        let label = if lines.is_empty() { String::new() } else { format!("|{}|", quoted(lines)) };
        _ = writeln!(text, "  n{from} {arrow}{label} n{to}");
    }
    for mark in [Mark::Added, Mark::Changed, Mark::Removed, Mark::Moved] {
        if nodes.iter().any(|node| node.mark == mark)
            && let (Some(word), Some(style)) = (mark.word(), style(mark))
        {
            _ = writeln!(text, "  classDef {word} {style}");
        }
    }
    text
}

fn style(mark: Mark) -> Option<&'static str> {
    match mark {
        Mark::Unmarked => None,
        Mark::Added => Some("fill:#d7f0df,stroke:#1a6e3c,color:#000,stroke-width:3px"),
        Mark::Changed => Some("fill:#fff3c4,stroke:#8a6100,color:#000,stroke-width:2px,stroke-dasharray:8 3"),
        Mark::Removed => Some("fill:#fadcd9,stroke:#a3231a,color:#000,stroke-width:2px,stroke-dasharray:4 4"),
        Mark::Moved => Some("fill:#dbe7fb,stroke:#1f4e9c,color:#000,stroke-width:2px,stroke-dasharray:1 3"),
    }
}

/// A label in quotes, its lines apart as they are: at a `<br/>` among them Mermaid would clean the
/// label as if it were HTML, and take for markup what is written as numbers.
fn quoted(lines: &[String]) -> String {
    let label = match lines {
        // Mermaid does not read a label with nothing in it.
        [] => " ".to_owned(),
        [line] if line.is_empty() => " ".to_owned(),
        // Nor does every version of it keep a line with nothing in it.
        _ => lines.iter().map(|line| escaped(if line.is_empty() { " " } else { line })).collect::<Vec<_>>().join("\n"),
    };
    format!("\"{label}\"")
}

/// A line in which all that Mermaid, its Markdown or HTML could take for something else is written
/// as a number.
fn escaped(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut before = None;
    for (i, c) in line.char_indices() {
        let after = line[i + c.len_utf8()..].chars().next();
        text.extend(parting(before, c));
        let starts_word = WORDS_READ_ANYWHERE.iter().any(|word| line[i..].starts_with(word));
        match c {
            // HTML swallows a space at either end and after another: these must not break.
            ' ' if matches!(before, None | Some(' ')) || after.is_none() => text.push_str("#160;"),
            _ if !starts_word && stands_for_itself(before, c, after) => text.push(c),
            _ => _ = write!(text, "#{};", u32::from(c)),
        }
        before = Some(c);
    }
    text
}

/// An invisible word joiner between two characters that Mermaid takes for marks of its own, in the
/// finished drawing too.
fn parting(before: Option<char>, c: char) -> Option<char> {
    matches!((before, c), (Some('ﬂ'), '°') | (Some('¶'), 'ß')).then_some('\u{2060}')
}

/// Whether a character between two others is never anything but itself.
fn stands_for_itself(before: Option<char>, c: char, after: Option<char>) -> bool {
    let alphanumeric = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    match c {
        ' ' | ',' | '/' | '(' => true,
        // As in `record.gpa`, `snake_case` and `2024-05-01`, but not in `1. first`, `_this_` or `- this`.
        '.' | '_' | '-' => alphanumeric(before) && alphanumeric(after),
        // As in `(changed)`, but not in `1) first`.
        ')' => before.is_some_and(|c| c.is_ascii_alphabetic()),
        // As in `gpa: 3.8`, but not in `https://`.
        ':' => alphanumeric(before) && after == Some(' '),
        // As in `@0192`, but not in `alice@example.com`.
        '@' => matches!(before, None | Some(' ')) && alphanumeric(after),
        '°' | '¶' | 'ß' => false,
        _ if c.is_ascii() => c.is_ascii_alphanumeric(),
        _ => !c.is_whitespace() && !turns_text(c),
    }
}

/// A title in the quotes of YAML. Mermaid cleans it as if it were HTML, and then draws what comes of
/// that as plain text: `&` comes out as `&amp;`, and `<b>` as nothing.
fn quoted_title(title: &str) -> String {
    let mut text = String::from("\"");
    let mut before = None;
    for c in title.chars() {
        text.extend(parting(before, c));
        before = Some(c);
        match c {
            '<' => text.push('＜'),
            '>' => text.push('＞'),
            '&' => text.push('＆'),
            '"' | '\\' => text.extend(['\\', c]),
            _ if turns_text(c) => _ = write!(text, "\\u{:04x}", u32::from(c)),
            _ => text.push(c),
        }
    }
    text + "\""
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{drawn_lines, hostile, one_of_each};
    use super::*;

    /// A label as Mermaid and HTML read it, each kind of space as a plain one.
    fn read(label: &str) -> Vec<String> {
        let mut text = String::new();
        let mut pieces = label.split('#');
        text += pieces.next().unwrap_or_default();
        for piece in pieces {
            let (number, rest) = piece.split_once(';').expect("a number ends in a semicolon");
            text.extend(number.parse().ok().and_then(char::from_u32));
            text += rest;
        }
        let text = text.replace("ﬂ\u{2060}°", "ﬂ°").replace("¶\u{2060}ß", "¶ß").replace('\u{a0}', " ");
        text.split('\n').map(str::to_owned).collect()
    }

    /// What is to be read of lines: an empty one is a space.
    fn readable(lines: &[String]) -> Vec<String> {
        lines.iter().map(|l| if l.is_empty() { " ".to_owned() } else { l.replace('\u{a0}', " ") }).collect()
    }

    #[track_caller]
    fn assert_written(line: &str, expected: &str) {
        assert_eq!(quoted(&[line.to_owned()]), format!("\"{expected}\""));
    }

    #[test]
    fn what_is_safe_is_written_as_it_is() {
        for line in
            ["update_gpa", "gpa: 3.5 → 3.8", "(changed)", "@0192.record.gpa", "2024-05-01, 10/12", "Ünïcödé 漢字 🐧"]
        {
            assert_written(line, line);
        }
    }

    #[test]
    fn what_could_be_taken_for_something_else_is_written_as_a_number() {
        assert_written("", " ");
        assert_written("\"]", "#34;#93;");
        assert_written("<b>&amp;", "#60;b#62;#38;amp#59;");
        assert_written("#quot;", "#35;quot#59;");
        assert_written("1. one", "1#46; one");
        assert_written("1) one", "1#41; one");
        assert_written("- one", "#45; one");
        assert_written("**x** _y_", "#42;#42;x#42;#42; #95;y#95;");
        assert_written("`x`", "#96;x#96;");
        assert_written("%%{init}%%", "#37;#37;#123;init#125;#37;#37;");
        assert_written("fa:fa-car", "fa#58;fa-car");
        assert_written("$$x$$", "#36;#36;x#36;#36;");
        assert_written("C:\\new", "C#58;#92;new");
        assert_written("\u{202e}x\u{3000}", "#8238;x#12288;");
    }

    #[test]
    fn words_that_mermaid_reads_in_labels_are_broken() {
        assert_written("C4Container", "#67;4Container");
        assert_written("direction TB", "#100;irection TB");
        assert_written("style: a", "#115;tyle: a");
        assert_written("classDef", "#99;lassDef");
        assert_written("www.example.com", "#119;ww.example.com");
    }

    #[test]
    fn spaces_that_html_swallows_do_not_break() {
        assert_written(" a b   c ", "#160;a b #160;#160;c#160;");
    }

    #[test]
    fn the_marks_of_mermaid_itself_are_parted() {
        assert_written("ﬂ°x¶ß", "ﬂ\u{2060}#176;x#182;\u{2060}#223;");
    }

    #[test]
    fn an_empty_line_among_others_is_kept() {
        assert_eq!(quoted(&["a".to_owned(), String::new(), "b".to_owned()]), "\"a\n#160;\nb\"");
        assert_eq!(quoted(&[]), "\" \"");
    }

    #[test]
    fn a_title_is_one_quoted_line() {
        assert_eq!(
            Graph::new("a: \"b\"\\\n---\n<c> & d").to_mermaid(),
            "---\ntitle: \"a: \\\"b\\\"\\\\ --- ＜c＞ ＆ d\"\n---\nflowchart TD\n"
        );
        assert_eq!(Graph::new("").to_mermaid(), "flowchart TD\n");
    }

    #[test]
    fn every_shape_mark_and_line_has_its_own_look() {
        assert_eq!(
            one_of_each("t", "x").to_mermaid(),
            "---
title: \"t\"
---
flowchart TD
  n0[\"x\"]
  n1([\"x
x
(added)\"]):::added
  n2{{\"x
(changed)\"}}:::changed
  n3[\"x
(removed)\"]:::removed
  n4[\"x
(moved)\"]:::moved
  n5[\"x\"]
  n0 -->|\"x\"| n1
  n1 -.->|\"x\"| n2
  n2 ==>|\"x\"| n5
  n5 --> n0
  classDef added fill:#d7f0df,stroke:#1a6e3c,color:#000,stroke-width:3px
  classDef changed fill:#fff3c4,stroke:#8a6100,color:#000,stroke-width:2px,stroke-dasharray:8 3
  classDef removed fill:#fadcd9,stroke:#a3231a,color:#000,stroke-width:2px,stroke-dasharray:4 4
  classDef moved fill:#dbe7fb,stroke:#1f4e9c,color:#000,stroke-width:2px,stroke-dasharray:1 3
"
        );
    }

    proptest! {
        #[test]
        fn any_label_survives_and_nothing_else_comes_of_it(title in hostile(), label in hostile()) {
            let graph = one_of_each(&title, &label);
            let text = graph.to_mermaid();
            let mut lines = text.splitn(4, '\n');
            prop_assert_eq!(lines.next(), Some("---"));
            let title_line = lines.next().and_then(|line| line.strip_prefix("title: ")).unwrap_or_default();
            let read_title: String = serde_json::from_str(title_line)?;
            let wide = drawable_title(&graph).unwrap_or_default().replace('<', "＜").replace('>', "＞").replace('&', "＆");
            prop_assert_eq!(
                read_title.replace("ﬂ\u{2060}°", "ﬂ°").replace("¶\u{2060}ß", "¶ß"),
                wide
            );
            prop_assert_eq!(lines.next(), Some("---"));

            let body: Vec<_> = lines.next().unwrap_or_default().split('"').collect();
            let plain = one_of_each("t", "x").to_mermaid();
            let plain: Vec<_> = plain.splitn(4, '\n').nth(3).unwrap_or_default().split('"').collect();
            let outside = |pieces: &[&str]| pieces.iter().step_by(2).map(|piece| piece.to_string()).collect::<Vec<_>>();
            prop_assert_eq!(outside(&body), outside(&plain));
            let labels: Vec<_> = body.iter().skip(1).step_by(2).collect();
            for label in &labels {
                let read_by_mermaid = label.contains(['<', '>', '&', '%', '`', '\\', '*', '[', ']', '{', '}', '|', '$', '\r']);
                prop_assert!(!read_by_mermaid, "{}", label);
                prop_assert!(!WORDS_READ_ANYWHERE.iter().any(|word| label.contains(word)));
            }
            let labels: Vec<_> = labels.into_iter().map(|label| read(label)).collect();
            let expected: Vec<_> = drawn_lines(&graph).iter().map(|lines| readable(lines)).collect();
            prop_assert_eq!(labels, expected);
        }
    }
}

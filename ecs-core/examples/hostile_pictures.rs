//! Writes pictures full of text that drawing tools could take for something else, for
//! `tests/pictures/check`: to a folder, as `0.mmd`, `0.dot` and so on, with what was given to each
//! in `given.json`.

use std::path::Path;
use std::{env, error, fs};

use ecs_core::{Graph, Line, Mark, Shape};
use serde_json::{Value, json};

/// Texts that a tool could take for something else.
const HOSTILE: &[&str] = &[
    "",
    " ",
    "   ",
    "plain",
    "  two  spaces   everywhere  ",
    "\"",
    "\"quoted\"",
    "'",
    "\\",
    "\\\\",
    "ends in a backslash\\",
    "\\\"",
    "\\n",
    "\\N \\G \\E \\T \\H \\L \\l \\r \\ n",
    "two\nlines",
    "\n",
    "\n\nlines\r\nof\rall\u{2028}kinds\u{85}\n",
    "<b>bold</b>",
    "<br/>",
    "<script>alert(1)</script>",
    "<img src=x onerror=\"alert(1)\">",
    "<a b=\"c\">",
    "Stored<Option<Student>>",
    "a < b && c > d",
    "&amp;",
    "&#60;b&#62; &lt; &quot &nbsp;",
    "#quot;",
    "#35; #x41; ##35;; #",
    ";",
    "]",
    "\"] --> n9[\"",
    "\"]:::evil",
    "}",
    "}}",
    ")]",
    "|pipe|",
    "`",
    "`wrapped`",
    "\"`wrapped twice`\"",
    "**bold** __bold__ *x* _x_ ~~x~~",
    "1. one",
    "1) one",
    "- one",
    "* one",
    "+ one",
    "# heading",
    "> quote",
    "    code",
    "---",
    "===",
    "title\n---",
    "--- \ntitle: other\n---\n",
    "[link](http://example.com)",
    "http://example.com/?a=b&c=d",
    "www.example.com",
    "someone@example.com",
    "![image](x.png)",
    "<!-- comment",
    "// comment /* comment */",
    "%% comment",
    "x %% comment",
    "%%{init: {\"theme\": \"dark\"}}%%",
    "%%{wrap}%%",
    "end",
    "graph",
    "digraph { a -> b }",
    "subgraph x",
    "flowchart LR",
    "direction TB",
    "direction\nTB",
    "C4Context",
    "C4Container in C4Component, C4Dynamic, C4Deployment",
    "click n0 \"x\"",
    "style n0 fill:#f00;",
    "style: a:#b; c",
    "classDef x:y#z;",
    "class n0 added",
    ":::added",
    "@{ shape: circle }",
    "@0192.record[\"key with.dot\"].gpa",
    "accTitle: x",
    "fa:fa-car fab:fa-github",
    "$$x^2$$",
    "$$",
    "ﬂ°60¶ßscriptﬂ°°62¶ß",
    "20°, Straße, ¶, ﬂ",
    "C:\\temp\\new.txt",
    "update_gpa 3.5 → 3.8",
    "Ünïcödé 漢字 ไทย",
    "🐧 👩‍👩‍👧‍👦 🏳️‍🌈",
    "שלום עולם",
    "مرحبا بالعالم",
    "\u{202e}desrever\u{202c} \u{2066}x\u{2069} \u{feff}mark\u{feff}",
    "\u{a0}not breaking\u{a0}\u{3000}wide\u{2003}",
    "\u{338}combines",
    "tab\there",
    "\0\u{1}\u{7}\u{8}\u{b}\u{c}\u{1b}[31m\u{1f}\u{7f}\u{80}\u{9f}",
    "\u{fffd}\u{fffe}\u{ffff}\u{1fffe}\u{fdd0}\u{10ffff}",
    "null",
    "true",
    "1",
    "~",
    "{}",
    "[]",
    "!tag &anchor *alias",
    "__proto__",
    "constructor",
    "toString",
];

fn main() -> Result<(), Box<dyn error::Error>> {
    let folder = env::args().nth(1).ok_or("give the folder to write to")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;

    let long = HOSTILE.concat().repeat(3);
    let mut graphs: Vec<_> = HOSTILE.iter().copied().chain([&*long]).map(graph_of).collect();
    let mut random = fastrand::Rng::with_seed(7);
    graphs.extend((0..200).map(|_| random_graph(&mut random)));

    for (i, graph) in graphs.iter().enumerate() {
        fs::write(folder.join(format!("{i}.mmd")), graph.to_mermaid())?;
        fs::write(folder.join(format!("{i}.dot")), graph.to_dot())?;
    }
    let given: Vec<_> = graphs.iter().map(given).collect();
    fs::write(folder.join("given.json"), serde_json::to_string(&given)?)?;
    Ok(())
}

/// One text wherever a picture can have one.
fn graph_of(text: &str) -> Graph {
    let mut graph = Graph::new(text);
    graph.node(text, [text], Shape::Entity, Mark::Unmarked);
    graph.node("first", [text, "after"], Shape::Execution, Mark::Added);
    graph.node("last", ["before", text], Shape::Config, Mark::Changed);
    graph.node("twice", [text, text], Shape::Entity, Mark::Removed);
    graph.node("beside", [&format!("x{text}y"), ""], Shape::Execution, Mark::Moved);
    graph.node("nothing", [""; 0], Shape::Config, Mark::Unmarked);
    graph.edge(text, "first", text, Line::Solid);
    graph.edge("first", "last", &format!("{text}{text}"), Line::Dashed);
    graph.edge("last", text, "", Line::Bold);
    graph.edge("twice", &format!("no node: {text}"), text, Line::Solid);
    graph.edge("twice", "twice", text, Line::Bold);
    graph
}

/// Hostile texts and characters in any order.
fn random_graph(random: &mut fastrand::Rng) -> Graph {
    let texts: Vec<_> = (0..4)
        .map(|_| {
            let mut text = String::new();
            for _ in 0..random.usize(0..8) {
                match random.u8(0..4) {
                    0 => text += HOSTILE[random.usize(..HOSTILE.len())],
                    1 => text.push(random.char('\0'..='\u{ff}')),
                    2 => text.push(random.char(..)),
                    _ => text.push(random.char(' '..='~')),
                }
            }
            text
        })
        .collect();
    let mut graph = Graph::new(&texts[0]);
    graph.node("a", [&texts[1]], Shape::Entity, Mark::Unmarked);
    graph.node("b", [&texts[2], &texts[3]], Shape::Execution, Mark::Changed);
    graph.node("c", [&texts[3]], Shape::Config, Mark::Removed);
    graph.edge("a", "b", &texts[2], Line::Bold);
    graph.edge("b", &texts[1], &texts[3], Line::Dashed);
    graph
}

fn given(graph: &Graph) -> Value {
    let nodes = graph.nodes().iter().map(|node| {
        json!({
            "key": node.key,
            "lines": node.label_lines,
            "shape": format!("{:?}", node.shape),
            "mark": format!("{:?}", node.mark),
        })
    });
    let edges = graph.edges().iter().map(
        |edge| json!({ "from": edge.from, "to": edge.to, "label": edge.label, "line": format!("{:?}", edge.line) }),
    );
    json!({ "title": graph.title(), "nodes": nodes.collect::<Value>(), "edges": edges.collect::<Value>() })
}

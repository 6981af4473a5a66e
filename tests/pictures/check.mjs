// Reads the pictures of a folder with the tools that draw them, and compares what these would draw
// with what was given: `node check.mjs FOLDER`. `check` beside this file makes the folder.
//
// What is expected is worked out here anew, from the documentation of `Graph`, and not by its code.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { JSDOM } from 'jsdom';

const folder = process.argv[2];
const pictures = JSON.parse(readFileSync(`${folder}/given.json`, 'utf8'));
let mismatches = 0;

function compare(what, drawn, expected) {
    if (isDeepStrictEqual(drawn, expected)) return;
    mismatches += 1;
    console.error(`${what}\n  expected ${JSON.stringify(expected)}\n  drawn    ${JSON.stringify(drawn)}`);
}

// What is to be drawn.

const lines = (text) => text.split(/\r\n|[\n\r\u0085\u2028\u2029]/).map(drawable);

const drawable = (line) =>
    line
        .replace(/[\0-\x1f]/g, (c) => String.fromCodePoint(0x2400 + c.codePointAt(0)))
        .replace(/\x7f/g, '\u2421')
        .replace(/[\x80-\x9f\ufffe\uffff]/g, '\ufffd');

function expectation({ title, nodes, edges }) {
    const marked = (mark) => (mark === 'Unmarked' ? [] : [`(${mark.toLowerCase()})`]);
    const keys = [];
    const drawnNodes = [];
    for (const { key, lines: label, shape, mark } of nodes) {
        if (keys.includes(key)) continue;
        keys.push(key);
        drawnNodes.push({ lines: [...label.flatMap(lines), ...marked(mark)], shape, mark });
    }
    const position = (key) => {
        if (!keys.includes(key)) {
            keys.push(key);
            drawnNodes.push({ lines: lines(key), shape: 'Entity', mark: 'Unmarked' });
        }
        return `n${keys.indexOf(key)}`;
    };
    const drawnEdges = edges.map(({ from, to, label, line }) => ({
        from: position(from),
        to: position(to),
        lines: label === '' ? [] : lines(label),
        line,
    }));
    return { title: title === '' ? null : lines(title).join(' '), nodes: drawnNodes, edges: drawnEdges };
}

// A label with nothing in it is one empty line, and which kind of space was drawn does not count.
const asDrawn = (text) => (text.length === 0 ? [''] : text).map((line) => line.replaceAll('\xa0', ' '));

// Graphviz.

// It writes no text element for an empty line, so lines are compared without these.
const filled = (text) => asDrawn(text).filter((line) => line !== '');

function checkDot(name, expected) {
    const run = (format) => execFileSync('dot', [`-T${format}`, `${folder}/${name}`], { encoding: 'utf8', maxBuffer: 1e9 });
    const svg = new JSDOM(run('svg'), { contentType: 'image/svg+xml' }).window.document;
    const parts = (selector) =>
        [...svg.querySelectorAll(selector)].map((part) => [
            part.querySelector('title').textContent,
            filled([...part.querySelectorAll('text')].map((text) => text.textContent)),
        ]);
    const title = [...svg.querySelectorAll('g.graph > text')].map((text) => text.textContent);
    compare(`${name}: title`, filled(title), filled([expected.title ?? '']));
    // In the drawing the edges come in the order of the nodes.
    const sorted = (edges) => edges.map((edge) => JSON.stringify(edge)).sort();
    compare(`${name}: nodes`, parts('g.node').sort(), expected.nodes.map((node, i) => [`n${i}`, filled(node.lines)]).sort());
    compare(
        `${name}: edges`,
        sorted(parts('g.edge')),
        sorted(expected.edges.map((edge) => [`${edge.from}->${edge.to}`, filled(edge.lines)])),
    );

    const { objects, edges } = JSON.parse(run('json0'));
    const shapes = { Entity: 'box', Execution: 'ellipse', Config: 'hexagon' };
    const styles = { Unmarked: '', Added: 'filled,bold', Changed: 'filled,bold,dashed', Removed: 'filled,dashed', Moved: 'filled,dotted' };
    compare(
        `${name}: shapes and marks`,
        objects.map(({ name, shape, style }) => [name, shape, style ?? '']),
        expected.nodes.map(({ shape, mark }, i) => [`n${i}`, shapes[shape], styles[mark]]),
    );
    compare(
        `${name}: lines`,
        sorted(edges.map(({ tail, head, style }) => [objects[tail].name, objects[head].name, style])),
        sorted(expected.edges.map(({ from, to, line }) => [from, to, line.toLowerCase()])),
    );
}

// Mermaid.

// An invisible word joiner parts what Mermaid would take for its own.
const joined = (text) => text.replaceAll('ﬂ\u2060°', 'ﬂ°').replaceAll('¶\u2060ß', '¶ß');

// An empty line among others is drawn as a space.
const joinedLines = (text) => asDrawn(text).map((line, _, all) => (all.length > 1 && line === '' ? ' ' : joined(line)));

/// The lines of an element whose text has `br` elements in it.
function linesOf(element) {
    if (!element) return [''];
    const text = [''];
    const walk = (node) => {
        if (node.nodeType === 3) text[text.length - 1] += node.data;
        else if (node.nodeName.toLowerCase() === 'br') text.push('');
        else node.childNodes.forEach(walk);
    };
    walk(element);
    return text;
}

async function mermaidOf(version) {
    const { window } = new JSDOM('<!DOCTYPE html><body></body>', { pretendToBeVisual: true });
    // Only what is drawn where is lost with these: nothing here asks for it.
    const box = () => ({ x: 0, y: 0, width: 10, height: 10 });
    window.SVGElement.prototype.getBBox = box;
    window.SVGElement.prototype.getComputedTextLength = () => 10;
    window.CSSStyleSheet = class {
        cssRules = [];
        insertRule() {}
        replaceSync() {}
    };
    for (const name of ['window', 'document', 'CSSStyleSheet', 'DOMParser', 'XMLSerializer', 'Element', 'HTMLElement', 'SVGElement', 'Node']) {
        globalThis[name] = name === 'window' ? window : window[name];
    }
    const { default: mermaid } = await import(version);
    return { mermaid, window };
}

async function checkMermaid(version, { mermaid, window }, name, expected) {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const what = `${name} in ${version}`;
    try {
        const parsed = await mermaid.parse(text);
        compare(`${what}: kind and config`, [parsed.diagramType, parsed.config], ['flowchart-v2', {}]);

        const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
        const shapes = { Entity: 'square', Execution: 'stadium', Config: 'hexagon' };
        const classes = (mark) => (mark === 'Unmarked' ? [] : [mark.toLowerCase()]);
        compare(
            `${what}: nodes`,
            [...db.getVertices().values()].map(({ id, type, classes, styles, link }) => [id, type, classes, styles, link ?? null]),
            expected.nodes.map(({ shape, mark }, i) => [`n${i}`, shapes[shape], classes(mark), [], null]),
        );
        const strokes = { Solid: 'normal', Dashed: 'dotted', Bold: 'thick' };
        compare(
            `${what}: edges`,
            db.getEdges().map(({ start, end, stroke, type, length }) => [start, end, stroke, type, length]),
            expected.edges.map(({ from, to, line }) => [from, to, strokes[line], 'arrow_point', 1]),
        );
        compare(`${what}: subgraphs`, db.getSubGraphs(), []);
        const marks = new Set(expected.nodes.flatMap(({ mark }) => classes(mark)));
        compare(`${what}: classes`, [...db.getClasses().keys()].sort(), [...marks].sort());

        const { svg } = await mermaid.render('picture', text);
        window.document.body.innerHTML = `<div id="drawn">${svg}</div>`;
        const drawn = window.document.getElementById('drawn');
        compare(
            `${what}: labels of nodes`,
            [...drawn.querySelectorAll('g.node')].map((node) => joinedLines(linesOf(node.querySelector('.nodeLabel')))),
            expected.nodes.map((node) => joinedLines(node.lines)),
        );
        // An edge without a label may have an empty one in the drawing, or none.
        const labelled = (edges) => edges.filter((text) => !isDeepStrictEqual(text, ['']));
        compare(
            `${what}: labels of edges`,
            labelled([...drawn.querySelectorAll('span.edgeLabel')].map((edge) => joinedLines(linesOf(edge)))),
            labelled(expected.edges.map((edge) => joinedLines(edge.lines))),
        );
        const wide = (text) => text.replaceAll('<', '＜').replaceAll('>', '＞').replaceAll('&', '＆');
        compare(
            `${what}: title`,
            joined(drawn.querySelector('.flowchartTitleText')?.textContent ?? ''),
            joined(wide(expected.title ?? '')),
        );
    } catch (error) {
        compare(what, `${error.stack ?? error}`, 'a picture');
    }
    window.document.body.innerHTML = '';
}

const expected = pictures.map(expectation);
expected.forEach((picture, i) => checkDot(`${i}.dot`, picture));
console.log(`graphviz: ${pictures.length} pictures read`);
for (const version of ['mermaid-11', 'mermaid-12']) {
    const page = await mermaidOf(version);
    // The longest of the pictures is longer than it takes as it comes.
    page.mermaid.initialize({ startOnLoad: false, maxTextSize: 1e7, logLevel: 'fatal' });
    for (const [i, picture] of expected.entries()) await checkMermaid(version, page, `${i}.mmd`, picture);
    console.log(`${version}: ${pictures.length} pictures read`);
}
if (mismatches > 0) {
    console.error(`${mismatches} mismatches`);
    process.exit(1);
}

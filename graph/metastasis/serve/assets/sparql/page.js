/* The SPARQL page: an editor in place of the field, answers below it, on a server and among files. */

import { Fault, browserBackend, serverBackend } from "./backends.js";
import { pairsOf, picture } from "./picture.js";
import { placeOf } from "./reading.js";
import { FIRST_ROWS, csv, make, save, table, tsv } from "./results.js";

const ROOT = new URL("../../", import.meta.url);
const KEYWORDS = `SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS GRAPH VALUES BIND AS ORDER BY GROUP HAVING LIMIT OFFSET ASK
CONSTRUCT DESCRIBE PREFIX FROM NAMED EXISTS NOT IN COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG BOUND IF COALESCE REGEX
CONTAINS STRSTARTS STRENDS LCASE UCASE CONCAT REPLACE ABS ROUND`.split(/\s+/);
const SHORT = 200; // characters of a cell that are shown at once

const form = document.getElementById("sparql");
const field = document.getElementById("query");
const said = document.getElementById("said");
const answer = document.getElementById("answer");
const cancel = document.getElementById("cancel");
const share = document.getElementById("share");
const { backend, base, notice } = form.dataset;
const isStatic = backend === "browser";
const deadline = Number(form.dataset.deadline);

let editor = null;
let stop = null; // of the query that runs
let words = [];
let prefixes = {};
let labels = new Map();

const completion = fetch(new URL("completion.json", ROOT)).then((reply) => reply.json()).then((told) => {
  prefixes = told.prefixes;
  labels = new Map(told.words.map(([name, , label]) => [expanded(name), label]));
  words = [
    ...told.words.map(([label, type, detail, more]) => ({ label, type, detail: `${detail} (${type})`, search: `${detail} ${more ?? ""}` })),
    ...Object.entries(prefixes).map(([name, iri]) => ({ label: `${name}:`, type: "prefix", detail: iri, search: "" })),
    ...KEYWORDS.map((label) => ({ label, type: "keyword", search: "" })),
  ];
}).catch(() => {}); // without it the editor completes nothing

const asked = isStatic
  ? browserBackend({
      worker: new URL("worker.js", import.meta.url),
      deadline,
      settings: async () => {
        await completion;
        return { engine: new URL("oxigraph.wasm.gz", import.meta.url).href, graph: new URL("metastasis.nq.gz", ROOT).href, base, prefixes };
      },
      onLoading: (isLoading) => { if (stop) tell(isLoading ? "Loading the graph and the engine into your browser …" : "Running …"); },
    })
  : serverBackend(new URL("sparql", ROOT));

function expanded(name) {
  const colon = name.indexOf(":");
  return (prefixes[name.slice(0, colon)] ?? "") + name.slice(colon + 1);
}

const text = () => (editor ? editor.text : field.value);

function setText(query) {
  field.value = query;
  if (editor) editor.text = query;
}

async function startEditor() {
  const host = document.getElementById("editor");
  const { makeEditor } = await import("./editor.js");
  editor = makeEditor({
    host, text: field.value, label: "SPARQL query", words: () => words, onRun: run,
    onChange: (query) => { field.value = query; setShare(); },
  });
  host.hidden = false;
  field.hidden = true;
  form.querySelector("label").hidden = true;
  host.addEventListener("focusin", () => asked.prepare(), { once: true });
}

function setShare() {
  share.href = `#query=${encodeURIComponent(text())}`;
}

function readHash() {
  const query = new URLSearchParams(location.hash.slice(1)).get("query");
  if (query) setText(query);
  return Boolean(query);
}

function tell(sentence, isFault = false) {
  said.textContent = sentence;
  said.classList.toggle("fault", isFault);
}

async function run() {
  stop?.abort();
  const mine = (stop = new AbortController());
  const query = text();
  editor?.mark(null);
  answer.replaceChildren();
  cancel.hidden = false;
  tell("Running …");
  const began = performance.now();
  try {
    const found = await asked.ask(query, mine.signal);
    if (stop !== mine) return;
    await completion;
    show(found, query, (performance.now() - began) / 1000);
  } catch (error) {
    if (stop !== mine) return;
    if (mine.signal.aborted) tell("Canceled; there is no answer.");
    else if (error instanceof Fault) refuse(error.message);
    else refuse(`the page failed: ${error.message}`);
  } finally {
    if (stop === mine) {
      stop = null;
      cancel.hidden = true;
    }
  }
}

function refuse(sentence) {
  tell(sentence[0].toUpperCase() + sentence.slice(1) + (/[.!?]$/.test(sentence) ? "" : "."), true);
  const place = placeOf(sentence);
  if (place) editor?.mark(place);
}

const counted = (number, name) => `${number.toLocaleString("en")} ${name}${number === 1 ? "" : "s"}`;

function show({ form: kind, data }, query, seconds) {
  const time = `in ${seconds.toFixed(seconds < 1 ? 3 : 1)} s`;
  if (kind === "triples") return showTriples(data, query, time);
  const { head, results, boolean } = JSON.parse(data);
  if (boolean !== undefined) {
    tell(boolean ? `Yes (${time}).` : `No: nothing in the graph fits (${time}). What is not recorded is not denied.`);
    answer.replaceChildren(taken(query, [["JSON", () => save("metastasis-answer.srj", "application/sparql-results+json", data)]]));
    return;
  }
  const names = head.vars, rows = results.bindings;
  tell(`${counted(rows.length, "row")} ${time}.${rows.length ? "" : " What is not recorded is not denied."}`);
  const drawn = table(names, rows, cell, "Answer");
  const region = make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Answer" }, drawn.whole);
  answer.replaceChildren(
    taken(query, [
      ["CSV", () => save("metastasis-answer.csv", "text/csv", csv(names, rows))],
      ["TSV", () => save("metastasis-answer.tsv", "text/tab-separated-values", tsv(names, rows))],
      ["JSON", () => save("metastasis-answer.srj", "application/sparql-results+json", data)],
    ]),
    region, ...rest(rows.length, drawn.addRest), ...pictured(names, rows));
}

function rest(count, addRest) {
  if (count <= FIRST_ROWS) return [];
  const more = make("button", { type: "button" }, `Show all ${count.toLocaleString("en")} rows`);
  const line = make("p", {}, `The first ${FIRST_ROWS} rows are shown; a download has all. `, more);
  more.addEventListener("click", () => { addRest(); line.remove(); });
  return [line];
}

function showTriples(data, query, time) {
  tell(`${data ? "Triples" : "No triples"} ${time}.`);
  answer.replaceChildren(
    taken(query, [["Turtle", () => save("metastasis-answer.ttl", "text/turtle", data)]]),
    make("pre", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Answer in Turtle" }, data));
}

function pictured(names, rows) {
  const found = pairsOf(names, rows, base);
  if (!found) return [];
  const label = (iri) => found.labels.get(iri) ?? labels.get(iri) ?? iri.slice(iri.lastIndexOf("/") + 1);
  const { svg, told } = picture(found, label, linkOf, notice);
  const figure = make("figure", { class: "drawing" }, ...(svg ? [svg] : []), make("figcaption", {}, told));
  if (!svg) return [figure];
  const taking = make("button", { type: "button" }, "SVG of this picture");
  taking.addEventListener("click", () => save("metastasis-answer.svg", "image/svg+xml", alone(svg)));
  return [make("h2", {}, "Picture"), figure, make("p", {}, taking)];
}

// A picture that stands alone leads to the web, and not to a neighbor that is not there.
function alone(svg) {
  const copy = svg.cloneNode(true);
  for (const link of copy.querySelectorAll("a")) link.setAttribute("href", new URL(link.getAttribute("href"), location.href).href);
  return new XMLSerializer().serializeToString(copy);
}

function taken(query, files) {
  const buttons = files.map(([name, take]) => {
    const button = make("button", { type: "button" }, name);
    button.addEventListener("click", take);
    return button;
  });
  const python = `import metastasis as mets\n\nkg = mets.load()\nprint(kg.query(r"""\n${query.trim().replaceAll('"""', '""\\"')}\n"""))`;
  return make("div", { class: "taken" }, make("p", {}, "Take it as ", ...buttons),
    make("details", {}, make("summary", {}, "In Python"), make("pre", { tabindex: "0", role: "region", "aria-label": "In Python" }, python)));
}

function cell(term) {
  if (!term) return "";
  if (term.type === "uri") return linked(term.value);
  if (term.type === "bnode") return `_:${term.value}`;
  if (term.type === "triple") return make("span", {}, "<< ", cell(term.value.subject), " ", cell(term.value.predicate), " ", cell(term.value.object), " >>");
  const language = term["xml:lang"] && term["xml:lang"] !== "en" ? [" ", make("small", {}, `@${term["xml:lang"]}`)] : [];
  if (term.value.length <= SHORT) return make("span", { title: term.datatype ? shortened(term.datatype) : null }, term.value, ...language);
  return make("details", {}, make("summary", {}, `${term.value.slice(0, SHORT)} …`), term.value, ...language);
}

function linked(iri) {
  const name = shortened(iri);
  const address = linkOf(iri);
  return address ? make("a", { href: address, title: labels.get(iri) ?? null }, name) : name;
}

// What is ours has a page here; among files it has the ending of one.
function linkOf(iri) {
  if (!iri.startsWith(base)) return /^https?:/.test(iri) ? iri : null;
  const [path, fragment] = iri.slice(base.length).split("#");
  const file = isStatic ? `${path || "index"}.html` : path;
  return new URL(file, ROOT).pathname + (fragment ? `#${fragment}` : "");
}

function shortened(iri) {
  let best = "";
  for (const [name, space] of Object.entries(prefixes)) {
    const local = iri.startsWith(space) ? iri.slice(space.length) : "/";
    if (/^[\w-][\w.-]*$/.test(local) && (!best || space.length > prefixes[best].length)) best = name;
  }
  return best ? `${best}:${iri.slice(prefixes[best].length)}` : iri;
}

// The questions are forms of their own, each with its query, so that they work without a script.
function startQuestions() {
  const search = document.getElementById("search-questions");
  const questions = [...document.querySelectorAll("#questions form")];
  search.parentElement.hidden = false;
  search.addEventListener("input", () => {
    const wanted = search.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const one of questions) {
      const item = one.closest("li");
      const held = `${item.textContent} ${one.elements.query.value}`.toLowerCase();
      item.hidden = !wanted.every((word) => held.includes(word));
      count += !item.hidden;
    }
    document.getElementById("found-questions").textContent = counted(count, "question");
  });
  for (const one of questions) {
    one.addEventListener("submit", (event) => {
      event.preventDefault();
      setText(one.elements.query.value.trimEnd());
      setShare();
      form.scrollIntoView();
      run();
    });
  }
}

form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); }
});
field.addEventListener("input", setShare);
field.addEventListener("focus", () => asked.prepare(), { once: true });
cancel.addEventListener("click", () => stop?.abort());
window.addEventListener("hashchange", () => { if (readHash()) run(); });
share.parentElement.hidden = false;
startQuestions();
const isShared = readHash();
setShare();
startEditor().catch(() => {}).finally(() => { // where it cannot start the field stays
  form.dataset.ready = "";
  if (isShared) run();
});

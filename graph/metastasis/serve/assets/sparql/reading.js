/* What the text of a query holds, and its faults in one sentence. Knows no page and no engine. */

export const MOST_DEPTH = 500; // as kg.query: the engine calls itself for each bracket

const SPACE = String.raw`[ \t\r\n]+|#[^\r\n]*`;
const TEXT = String.raw`"""(?:[^"\\]|\\[^]|"(?!""))*"""|'''(?:[^'\\]|\\[^]|'(?!''))*'''`
  + String.raw`|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'`;
const IRI = String.raw`<[^<>"{}|^\x60\x00-\x20]*>`;
const NAME = String.raw`(?:[\p{L}_][\p{L}\p{N}_.-]*)?:(?:[\p{L}\p{N}_:%.-]|\\.)*`;
const TOKEN = new RegExp(
  `(?<space>${SPACE})|(?<text>${TEXT})|(?<iri>${IRI})|(?<variable>[?$][\\p{L}\\p{N}_]+)|(?<name>${NAME})`
  + String.raw`|@[A-Za-z][A-Za-z0-9-]*|(?<word>[\p{L}_][\p{L}\p{N}_]*)|[^]`, "gu");
const FORMS = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"];

/** Return how deep a query nests, its form, whether it asks another machine, and its graphs. */
export function readQuery(text) {
  const read = { depth: 0, form: "", isService: false, graphs: [] };
  let open = 0, isFrom = false;
  for (const { 0: said, groups } of text.matchAll(TOKEN)) {
    if (groups.space !== undefined) continue;
    const word = groups.word?.toUpperCase();
    if (isFrom && (groups.iri || groups.name)) read.graphs.push(said);
    isFrom = (word === "FROM" && open === 0) || (isFrom && word === "NAMED");
    if (word === "SERVICE") read.isService = true;
    if (!read.form && open === 0 && FORMS.includes(word)) read.form = word;
    if ("({[".includes(said)) read.depth = Math.max(read.depth, ++open);
    else if (")}]".includes(said)) open = Math.max(open - 1, 0);
  }
  return read;
}

/** Return why a query is not asked at all, or nothing; `graphs` are the names of those there are. */
export function refusal(read, graphs, prefixes, base) {
  if (read.depth > MOST_DEPTH) return `the query nests deeper than ${MOST_DEPTH} brackets; write it flatter`;
  if (read.isService) return SERVICE_REFUSED;
  const foreign = read.graphs.map((name) => expanded(name, prefixes, base)).filter((name) => !graphs.has(name));
  if (foreign.length) return `FROM ${foreign.join(", ")} names no graph of this site`;
  return "";
}

export const SERVICE_REFUSED = "SERVICE would ask another machine, and this page asks the graph in your browser only; "
  + "take it out, or run the query with: metastasis query --federate";

function expanded(name, prefixes, base) {
  if (name.startsWith("<")) return new URL(name.slice(1, -1), base).href;
  const colon = name.indexOf(":");
  return (prefixes[name.slice(0, colon)] ?? "") + name.slice(colon + 1);
}

/** Return the prefixes that a query declares. */
export function declared(text) {
  const found = text.matchAll(/\bPREFIX\s+([^\s:<>]*):\s*<([^>]*)>/gi);
  return Object.fromEntries([...found].map(([, name, iri]) => [name, iri]));
}

/** Return declarations of the prefixes that a text may use, on one line without an end. */
export function prologue(text, prefixes) {
  const used = Object.entries(prefixes).filter(([name]) => text.includes(`${name}:`));
  return used.map(([name, iri]) => `PREFIX ${name}: <${iri}> `).join("");
}

const TOLD = /^error at (\d+):(\d+): expected (?:one of )?([^]*)$/;
const ROOM = " ".repeat(24); // more than any keyword has
const PIECE = new RegExp(`${IRI}|${TEXT}|#[^\\r\\n]*|(?<gap>[ \\t\\r\\n]+)|(?<open>[({\\[,;](?!\\||[ \\t\\r\\n]))`
  + String.raw`|[^\s<"'#({\[,;]+|[^]`, "g");

/** Return one sentence for what the engine says; `parse` gives its message for a text, or "". */
export function plainFault(message, query, before, parse) {
  if (/is not supported$/.test(message) && message.startsWith("The service")) return SERVICE_REFUSED;
  const told = TOLD.exec(message);
  if (!told) return `the query failed: ${message.split("\n")[0]}`;
  const end = offset(before + query, told) - before.length;
  const invalid = "the query is not valid SPARQL";
  if (told[3].includes("Prefix not found")) {
    const name = /([\w.-]*):[\w.-]*$/.exec(query.slice(0, end));
    if (name) return `${invalid}: the prefix ${name[1]}: is not declared`;
  }
  const reason = /(?:^|, )(The [\w ]+|[A-Z]\w+ [a-z][\w ]+)(?:,|$)/.exec(told[3]);
  if (reason?.[1].startsWith("The ")) return `${invalid}: ${reason[1]}`;
  const start = startOfFault(query, end, told[3], before, parse);
  const line = query.slice(0, start).split("\n").length;
  const column = start - query.lastIndexOf("\n", start - 1);
  const near = query.slice(start).split("\n")[0].trim().slice(0, 30);
  return `${invalid} at line ${line}, column ${column}: `
    + (near ? `near '${near}'` : "the query ends too soon") + (reason ? ` (${reason[1]})` : "");
}

function offset(text, told) {
  const lines = text.split("\n").slice(0, Number(told[1]) - 1);
  return lines.reduce((sum, line) => sum + line.length + 1, 0) + Number(told[2]) - 1;
}

// Where the engine looks for a keyword it takes as many characters as that has, and tells how far it
// has read; with room between the words it ends at the word at fault.
function startOfFault(query, end, expected, before, parse) {
  const keywords = /(?:^|, )([A-Za-z_]+\d?)(?=,|$)/.test(expected);
  if ((expected.includes('"') || expected.includes("['")) && !keywords) return Math.max(end, 0);
  let roomy = "", starts = [[0, 0]];
  for (const found of query.matchAll(PIECE)) {
    roomy += found[0];
    if (found.groups.gap === undefined && found.groups.open === undefined) continue;
    roomy += ROOM;
    starts.push([roomy.length, found.index + found[0].length]);
  }
  const told = query.length > 20000 ? null : TOLD.exec(parse(before + roomy));
  if (!told) return Math.max(Math.min(end, query.length), 0);
  const place = offset(before + roomy, told) - before.length;
  return Math.max(...starts.filter(([there]) => there <= place).map(([, here]) => here), 0);
}

/** Return the place that a sentence names, if it names one. */
export function placeOf(sentence) {
  const found = /\bline (\d+), column (\d+)/.exec(sentence);
  return found && { line: Number(found[1]), column: Number(found[2]) };
}

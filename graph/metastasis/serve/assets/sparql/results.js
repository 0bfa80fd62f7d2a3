/* Answers as tables and as files. */

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger",
  "positiveInteger", "negativeInteger", "nonPositiveInteger", "unsignedInt", "unsignedLong", "byte"].map((name) => XSD + name));
export const FIRST_ROWS = 500; // more are drawn when they are asked for

/** Make an element; text stays text. */
export function make(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

export const isNumber = (term) => term?.type === "literal" && NUMBERS.has(term.datatype);

/** Return a table of rows; `show(term)` gives what stands in a cell. */
export function table(names, rows, show, caption) {
  const numeric = new Set(names.filter((name) => rows.some((row) => row[name]) && rows.every((row) => !row[name] || isNumber(row[name]))));
  const kind = (name) => (numeric.has(name) ? "number" : null);
  const head = names.map((name) => make("th", { scope: "col", class: kind(name) }, name));
  const body = make("tbody");
  const add = (some) => body.append(...some.map((row) =>
    make("tr", {}, ...names.map((name) => make("td", { class: kind(name) }, show(row[name]))))));
  add(rows.slice(0, FIRST_ROWS));
  const whole = make("table", {}, make("caption", { class: "unseen" }, caption), make("thead", {}, make("tr", {}, ...head)), body);
  return { whole, addRest: () => add(rows.slice(FIRST_ROWS)) };
}

/** Return an answer as CSV, as SPARQL's standard has it: values without their kinds. */
export function csv(names, rows) {
  const cell = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [names, ...rows.map((row) => names.map((name) => plain(row[name])))].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function plain(term) {
  if (!term) return "";
  if (term.type === "triple") return turtle(term);
  return term.type === "bnode" ? `_:${term.value}` : term.value;
}

/** Return an answer as TSV, as SPARQL's standard has it: terms as in Turtle. */
export function tsv(names, rows) {
  const line = (row) => names.map((name) => (row[name] ? turtle(row[name]) : "")).join("\t");
  return [names.map((name) => `?${name}`).join("\t"), ...rows.map(line)].join("\n") + "\n";
}

function turtle(term) {
  if (term.type === "uri") return `<${term.value}>`;
  if (term.type === "bnode") return `_:${term.value}`;
  if (term.type === "triple") return `<<( ${["subject", "predicate", "object"].map((part) => turtle(term.value[part])).join(" ")} )>>`;
  if (isNumber(term) && /^[+-]?[\d.]+(?:[eE][+-]?\d+)?$/.test(term.value) && /\d$/.test(term.value)) return term.value;
  const text = term.value.replace(/["\\\n\r\t]/g, (one) => ({ '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" })[one]);
  const kind = term["xml:lang"] ? `@${term["xml:lang"]}` : term.datatype && term.datatype !== `${XSD}string` ? `^^<${term.datatype}>` : "";
  return `"${text}"${kind}`;
}

/** Have the browser save a text as a file. */
export function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

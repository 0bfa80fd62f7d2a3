// How many statements N3.js reads in each file, in how many graphs, and the terms that RDF tells apart.
import { readFileSync } from "node:fs";
import { Parser } from "n3";

const formats = { nq: "N-Quads", nt: "N-Triples", ttl: "Turtle", trig: "TriG" };
const term = (one) =>
  one.termType === "Literal"
    ? [one.value, one.language || one.datatype.value].join("|")
    : one.value;
const found = process.argv.slice(2).map((path) => {
  const format = formats[path.split(".").pop()];
  const quads = new Parser({ format }).parse(readFileSync(path, "utf8"));
  return {
    format,
    quads: quads.map((q) => [q.subject, q.predicate, q.object, q.graph].map(term)),
  };
});
console.log(JSON.stringify(found));

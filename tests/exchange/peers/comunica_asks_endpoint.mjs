// What Comunica is answered by an endpoint to each query of a JSON file.
import { readFileSync } from "node:fs";
import { QueryEngine } from "@comunica/query-sparql";

const [endpoint, list] = process.argv.slice(2);
const engine = new QueryEngine();
const answers = {};
const failed = {};
const context = { sources: [{ type: "sparql", value: endpoint }] };
for (const [name, [query, kind]] of Object.entries(JSON.parse(readFileSync(list, "utf8")))) {
  try {
    const form = kind === "construct" ? "application/n-triples" : "application/sparql-results+json";
    const { data } = await engine.resultToString(await engine.query(query, context), form, context);
    let text = "";
    for await (const piece of data) text += piece;
    answers[name] = kind === "construct" ? text : JSON.parse(text);
  } catch (error) {
    failed[name] = String(error).slice(0, 300);
  }
}
// It keeps connections open, on which Node.js would wait.
process.stdout.write(`${JSON.stringify({ answers, failed })}\n`, () => process.exit(0));

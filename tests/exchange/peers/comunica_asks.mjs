// What Comunica answers to each query of a JSON file, over a file of RDF as one union.
import { readFileSync } from "node:fs";
import { QueryEngine } from "@comunica/query-sparql-file";

const [data, list] = process.argv.slice(2);
const engine = new QueryEngine();
const answers = {};
for (const [name, query] of Object.entries(JSON.parse(readFileSync(list, "utf8")))) {
  const context = { sources: [data], unionDefaultGraph: true };
  const { data: stream } = await engine.resultToString(
    await engine.query(query, context),
    "application/sparql-results+json",
    context,
  );
  let text = "";
  for await (const piece of stream) text += piece;
  answers[name] = JSON.parse(text);
}
console.log(JSON.stringify(answers));

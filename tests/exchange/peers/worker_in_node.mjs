// What the worker of the SPARQL page answers, in Node.js in place of a browser.
//
// The plan is a JSON file: {worker, engine, graph, base, prefixes, queries}: three paths, and texts.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));
const said = [];
globalThis.self = globalThis;
globalThis.postMessage = (answer) => said.push(answer);
globalThis.fetch = async (path) => new Response(readFileSync(path));

await import(pathToFileURL(plan.worker));
const { engine, graph, base, prefixes } = plan;
await self.onmessage({ data: { load: { engine, graph, base, prefixes } } });
for (const query of plan.queries) await self.onmessage({ data: { query } });
console.log(JSON.stringify(said));

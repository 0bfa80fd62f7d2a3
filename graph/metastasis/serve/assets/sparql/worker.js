/* The graph and the engine in a thread of their own, which the page ends when time is up. */

import start, { Store } from "./oxigraph.js";
import { declared, plainFault, prologue, readQuery, refusal } from "./reading.js";

let store, graphs, settings;

self.onmessage = async ({ data }) => {
  try {
    if (data.load) self.postMessage({ ready: await load(data.load) });
    else self.postMessage(answer(data.query));
  } catch (error) {
    self.postMessage({ fault: `the graph cannot be read: ${error.message}` });
  }
};

async function load(given) {
  settings = given;
  const [engine, quads] = await Promise.all([plainBytes(given.engine), plainBytes(given.graph)]);
  await start({ module_or_path: engine });
  store = new Store();
  store.load(quads, { format: "application/n-quads", no_transaction: true });
  graphs = new Set(store.query("SELECT DISTINCT ?g { GRAPH ?g { } }").map((row) => row.get("g").value));
  return store.size;
}

// A host that knows the ending sends it unpacked.
async function plainBytes(address) {
  const reply = await fetch(address);
  if (!reply.ok) throw new Error(`${address} answers ${reply.status}`);
  const data = new Uint8Array(await reply.arrayBuffer());
  if (data[0] !== 0x1f || data[1] !== 0x8b) return data;
  const plain = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

function answer(query) {
  const { prefixes, base } = settings;
  const read = readQuery(query);
  const refused = refusal(read, graphs, { ...prefixes, ...declared(query) }, base);
  if (refused) return { fault: refused };
  const before = prologue(query, prefixes);
  const isTriples = read.form === "CONSTRUCT" || read.form === "DESCRIBE";
  const options = {
    base_iri: base,
    use_default_graph_as_union: read.graphs.length === 0,
    results_format: isTriples ? "text/turtle" : "application/sparql-results+json",
  };
  try {
    return { form: isTriples ? "triples" : "rows", data: store.query(before + query, options) };
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError)
      return { fault: "the query needs more memory than the engine has in a browser; ask for less", isBroken: true };
    return { fault: plainFault(error.message, query, before, parsed) };
  }
}

function parsed(text) {
  try {
    new Store().query(text, { base_iri: settings.base });
    return "";
  } catch (error) {
    return error.message;
  }
}

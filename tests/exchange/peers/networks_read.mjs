// What Cytoscape.js and graphology read of the network files in a folder.
//
//     node networks_read.mjs FOLDER
//
// Cytoscape.js gets the file as it is, without a screen; what it warns of is told as well.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import cytoscape from "cytoscape";
import Graph from "graphology";
import gexf from "graphology-gexf/node/index.js";

const folder = process.argv[2];
const warnings = [];
console.warn = (...words) => warnings.push(words.join(" "));
console.error = console.warn;

function ofCytoscape(name) {
  const file = JSON.parse(readFileSync(join(folder, name), "utf-8"));
  const cy = cytoscape({ headless: true, styleEnabled: true, ...file });
  return {
    nodes: cy.nodes().map((one) => ({
      ...one.data(),
      ...one.position(),
      shown: {
        label: one.style("label"),
        width: one.numericStyle("width"),
        color: one.style("background-color"),
        side: one.style("text-halign"),
      },
    })),
    edges: cy.edges().map((one) => ({
      ...one.data(),
      shown: { width: one.numericStyle("width"), dashes: one.style("line-style") },
    })),
    about: cy.data(),
  };
}

function ofGraphology(name) {
  const graph = gexf.parse(Graph, readFileSync(join(folder, name), "utf-8"));
  return {
    nodes: graph.mapNodes((id, data) => ({ ...data, id })),
    edges: graph.mapEdges((id, data, source, target) => ({ ...data, id, source, target })),
    about: graph.getAttributes(),
    kind: graph.type,
  };
}

const answer = {
  cytoscape: ofCytoscape("metastasis.cyjs"),
  "cytoscape-assertions": ofCytoscape("metastasis.assertions.cyjs"),
  gexf: ofGraphology("metastasis.gexf"),
};
// With styles, Cytoscape.js goes on waiting for a screen to draw on.
process.stdout.write(JSON.stringify({ ...answer, warnings }) + "\n", () => process.exit(0));

// The SHA-256 of the canonical N-Quads (RDFC-1.0) of each file, by rdf-canonize.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import canonize from "rdf-canonize";

const hashes = [];
for (const path of process.argv.slice(2)) {
  const input = readFileSync(path, "utf8").replace(/^#.*\n/gm, "");
  const lines = await canonize.canonize(input, {
    algorithm: "RDFC-1.0",
    inputFormat: "application/n-quads",
    format: "application/n-quads",
  });
  hashes.push(createHash("sha256").update(lines).digest("hex"));
}
console.log(JSON.stringify(hashes));

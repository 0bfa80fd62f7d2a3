/* An answer that has cancers and sites, as a picture: a line for each pair that is in it. */

const SVG = "http://www.w3.org/2000/svg";
const MOST = 60; // names on a side that can still be read
const ROW = 22, WIDTH = 640, LEFT = 230, RIGHT = 410, TOP = 34;

function draw(name, attributes, ...content) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

/** Return the pairs of an answer, or nothing where no column holds cancers or none holds sites. */
export function pairsOf(names, rows, base) {
  const column = (kind) => names.find((name) => rows.some((row) => row[name])
    && rows.every((row) => !row[name] || (row[name].type === "uri" && row[name].value.startsWith(`${base}${kind}/`))));
  const primary = column("primary"), site = column("site");
  if (!primary || !site) return null;
  const pairs = new Map();
  const labels = new Map();
  for (const row of rows) {
    if (!row[primary] || !row[site]) continue;
    const pair = [row[primary].value, row[site].value];
    pairs.set(pair.join(" "), pair);
    for (const name of [primary, site]) if (row[`${name}Label`]) labels.set(row[name].value, row[`${name}Label`].value);
  }
  return pairs.size ? { pairs: [...pairs.values()], labels } : null;
}

/** Return a figure of pairs; `label` and `link` give name and address of what an IRI stands for. */
export function picture({ pairs }, label, link, notice) {
  const primaries = [...new Set(pairs.map(([primary]) => primary))];
  const place = new Map(primaries.map((primary, index) => [primary, index / primaries.length]));
  const sites = middles(pairs, place);
  const told = `${counted(primaries.length, "cancer")}, ${counted(sites.length, "site")} and ${counted(pairs.length, "pair")} of this answer`;
  if (Math.max(primaries.length, sites.length) > MOST)
    return { told: `The answer has ${told.replace(" of this answer", "")}: too many to draw. Ask for fewer.` };
  const rows = Math.max(primaries.length, sites.length);
  const height = TOP + rows * ROW + 40;
  const at = new Map();
  for (const side of [primaries, sites]) side.forEach((iri, index) => at.set(iri, TOP + ((index + 0.5) * rows * ROW) / side.length));
  const lines = pairs.map(([primary, site]) => {
    const [from, to, middle] = [at.get(primary), at.get(site), (LEFT + RIGHT) / 2];
    return draw("path", { class: "edge", d: `M${LEFT} ${from}C${middle} ${from} ${middle} ${to} ${RIGHT} ${to}`, fill: "none", stroke: "#888" },
      draw("title", {}, `${label(primary)} – ${label(site)}`));
  });
  const name = (iri, x, anchor) => draw("a", { href: link(iri) },
    draw("text", { x, y: at.get(iri) + 4, "text-anchor": anchor, "font-size": 13, fill: "#1b1f24" }, label(iri)));
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "group", "aria-label": `Cancers and sites: ${told}`, class: "pairs", "font-family": "sans-serif" },
    draw("text", { x: LEFT - 8, y: 16, "text-anchor": "end", "font-size": 13, "font-weight": "bold", fill: "#1b1f24" }, "Cancer"),
    draw("text", { x: RIGHT + 8, y: 16, "font-size": 13, "font-weight": "bold", fill: "#1b1f24" }, "Site"),
    ...lines, ...primaries.map((iri) => name(iri, LEFT - 8, "end")), ...sites.map((iri) => name(iri, RIGHT + 8, "start")),
    draw("text", { x: 8, y: height - 10, "font-size": 11, fill: "#545d68" }, notice));
  return { svg, told: `${told[0].toUpperCase()}${told.slice(1)}: a line says that the pair is in a row, and nothing else. No line does not say that there is no spread.` };
}

const counted = (number, name) => `${number.toLocaleString("en")} ${name}${number === 1 ? "" : "s"}`;

// Sites in the order of the middle of what leads to them: fewer lines cross.
function middles(pairs, place) {
  const sums = new Map();
  for (const [primary, site] of pairs) {
    const [sum, count] = sums.get(site) ?? [0, 0];
    sums.set(site, [sum + place.get(primary), count + 1]);
  }
  return [...sums.keys()].sort((one, other) => sums.get(one)[0] / sums.get(one)[1] - sums.get(other)[0] / sums.get(other)[1] || (one < other ? -1 : 1));
}

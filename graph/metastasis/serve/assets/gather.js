/* Comparing cancers, and cancers that share sites, among files: no server can be asked there. The
   tables are put together as a server does it (compare.py, sharing.py), of the cells in pairs.json;
   what is chosen stands in the address, so that a link gives the same table. */
"use strict";

(() => {
  const form = document.querySelector("#compare, #shared");
  if (!form || !form.dataset.pairs) return;
  const isComparing = form.id === "compare";
  const place = document.getElementById(isComparing ? "compared" : "shared-found");
  const MOST = 6;
  const COMBINED = 4;

  // Everything is text or an element: no label is ever markup.
  const make = (name, attributes, ...content) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined) made.setAttribute(key, value);
    }
    made.append(...content.filter((one) => one !== null && one !== undefined));
    return made;
  };
  const page = (path) => `${path.split("/").map(encodeURIComponent).join("/")}.html`;
  const link = (path, ...content) => make("a", { href: page(path) }, ...content);
  const compared = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const byLabel = (labels) => (a, b) =>
    compared(labels[a].toLowerCase(), labels[b].toLowerCase()) || compared(a, b);
  const listed = (names) =>
    names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names.join("");
  const scrolling = (table, label) =>
    make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": label }, table);
  const heading = (...names) =>
    make("thead", {}, make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name))));
  const small = (text) => (text ? make("small", {}, ` ${text}`) : null);
  const edgeMark = (edge) => make("span", { class: `edge ${edge}` }, edge);
  const note = (text, kind) => make("p", { class: kind }, text);

  const plain = (name) => name.toLowerCase().replace(/[_-]/g, " ").replace(/\s+/g, " ").trim();
  const keyOf = (labels, name) => {
    if (Object.hasOwn(labels, name)) return name;
    const wanted = plain(name);
    return Object.keys(labels).find((key) => plain(labels[key]) === wanted || plain(key) === wanted);
  };
  const keysOf = (labels, names, faults, kind) => {
    const keys = [];
    for (const name of names.filter(Boolean)) {
      const key = keyOf(labels, name);
      if (key === undefined) faults.push(`Unknown ${kind} '${name}'.`);
      else if (!keys.includes(key)) keys.push(key);
    }
    return keys;
  };

  // Comparing

  const compare = (data, asked) => {
    const faults = [];
    let keys = keysOf(data.primaries, asked.getAll("primary"), faults, "primary");
    if (keys.length > MOST) {
      faults.push(`At most ${MOST} cancers are compared, and ${keys.length} were named.`);
      keys = keys.slice(0, MOST);
    }
    let by = asked.get("by") || "edge";
    if (by !== "edge" && !Object.hasOwn(data.frames, by)) {
      faults.push(`Nothing is counted by '${by}': choose one of the list.`);
      by = "edge";
    }
    offer(data, keys, by);
    form.querySelectorAll("[name=primary]").forEach((field, at) => {
      field.value = at < keys.length ? data.primaries[keys[at]] : "";
    });
    if (!keys.length) return [...told(faults), note("Choose two cancers or more.", "none")];
    const has = (cell) => cell && (by === "edge" || Object.hasOwn(cell[3], by));
    const sites = new Set();
    for (const key of keys) {
      for (const [site, cell] of Object.entries(data.pairs[key] || {})) if (has(cell)) sites.add(site);
    }
    const rows = [...sites].sort(byLabel(data.sites)).map((site) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, link(`site/${site}`, data.sites[site])),
        ...keys.map((key) => {
          const cell = (data.pairs[key] || {})[site];
          if (!has(cell)) return make("td", {});
          const pair = `disease/${key}--${site}`;
          if (by !== "edge") return make("td", {}, link(pair, cell[3][by]));
          const said = cell[0] ? edgeMark(cell[0]) : cell[1];
          return make("td", {}, link(pair, said), small(cell[2]));
        }),
      ),
    );
    const head = heading("Site", ...keys.map((key) => link(`primary/${key}`, data.primaries[key])));
    const table = make("table", { class: "compared" }, head, make("tbody", {}, ...rows));
    const words =
      by === "edge"
        ? "A blank cell was not studied: spread is not ruled out."
        : `Share of ${data.frames[by]}, with n/N and its 95 % Wilson interval; a blank cell has no ` +
          "such number. Of several, one is shown, never a mean; the page of the pair has all.";
    const aside = data.asides[by.split(".")[0]];
    const frame = by === "edge" ? "" : `, frame=mets.Frame(${quoted(by.split("."))})`;
    const call = `kg.${by === "edge" ? "pairs" : "numbers"}([${quoted(keys)}]${frame})`;
    return [
      ...told(faults),
      note(words, "note"),
      aside === undefined ? null : note(aside, "note"),
      scrolling(table, "Cancers side by side"),
      taking(table, call),
    ];
  };

  // Of frames those are offered that have numbers on what is compared, the fullest first.
  const offer = (data, keys, by) => {
    const counts = {};
    for (const key of keys) {
      for (const cell of Object.values(data.pairs[key] || {})) {
        for (const frame of Object.keys(cell[3])) counts[frame] = (counts[frame] || 0) + 1;
      }
    }
    const order = Object.keys(data.frames);
    const frames = order.filter((one) => counts[one] || one === by);
    frames.sort((a, b) => (counts[b] || 0) - (counts[a] || 0) || order.indexOf(a) - order.indexOf(b));
    const options = frames.map((frame) => {
      const count = counts[frame] || 0;
      const words = `% of ${data.frames[frame]} (${count} pair${count === 1 ? "" : "s"})`;
      return make("option", { value: frame }, words);
    });
    const choice = form.querySelector("[name=by]");
    choice.replaceChildren(make("option", { value: "edge" }, "edge"), ...options);
    choice.value = by;
  };

  // Sharing

  const share = (data, asked) => {
    const faults = [];
    const sites = keysOf(data.sites, asked.getAll("site"), faults, "site");
    const how = asked.get("how") === "any" ? "any" : "all";
    const edge = ["commonly", "possibly", "rarely"].includes(asked.get("edge"))
      ? asked.get("edge")
      : "any";
    form.querySelectorAll("[name=site]").forEach((box) => {
      box.checked = sites.includes(box.value);
    });
    form.querySelectorAll("[name=how]").forEach((box) => {
      box.checked = box.value === how;
    });
    form.querySelector("[name=edge]").value = edge;
    if (!sites.length) return [...told(faults), note("Choose one site or more.", "none")];
    const found = Object.fromEntries(sites.map((site) => [site, reaching(data, site, edge)]));
    const reached = sites.map((site) => new Set(Object.keys(found[site])));
    const every = new Set(reached.flatMap((one) => [...one]));
    const answer = [...every].filter(
      (key) => how === "any" || reached.every((one) => one.has(key)),
    );
    const labels = sites.map((site) => data.sites[site]);
    const cancers = `${answer.length} cancer${answer.length === 1 ? " spreads" : "s spread"}`;
    const whom = `${sites.length > 1 ? `${how} of ` : ""}${listed(labels)}`;
    const shown = [
      ...told(faults),
      note(`${cancers} to ${whom}.`, "lead"),
      note(data.studied, "note"),
      ...unions(data, sites, reached, every),
    ];
    if (!answer.length) return shown;
    const rows = answer.sort(byLabel(data.primaries)).map((key) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, link(`primary/${key}`, data.primaries[key])),
        ...sites.map((site) => make("td", {}, ...(found[site][key] || []).map((one) => reachedBy(data, key, site, one)))),
      ),
    );
    const head = heading("Cancer", ...sites.map((site) => link(`site/${site}`, data.sites[site])));
    const table = make("table", { class: "shared" }, head, make("tbody", {}, ...rows));
    const call = `kg.primaries_with([${quoted(sites)}], how='${how}', edge='${edge}')`;
    return [...shown, scrolling(table, "Cancers by site"), taking(table, call)];
  };

  // By cancer, the sites that count: this one, or what lies in it.
  const reaching = (data, site, edge) => {
    const within = new Set(data.parts[site] || []);
    const found = {};
    for (const [key, cells] of Object.entries(data.pairs)) {
      for (const [one, cell] of Object.entries(cells)) {
        if (within.has(one) && cell[4] && (edge === "any" || cell[0] === edge)) {
          (found[key] = found[key] || []).push(one);
        }
      }
    }
    return found;
  };

  const reachedBy = (data, key, site, one) => {
    const cell = data.pairs[key][one];
    const words = [one === site ? "" : data.sites[one], cell[2]].filter(Boolean).join(", ");
    return make("div", {}, link(`disease/${key}--${one}`, edgeMark(cell[0])), small(words));
  };

  const unions = (data, sites, reached, every) => {
    if (sites.length < 2) return [];
    const groups = [];
    const most = sites.length <= COMBINED ? sites.length : 1;
    for (let many = 1; many <= most; many += 1) groups.push(...combinations(sites.length, many));
    if (most === 1) groups.push(sites.map((_, at) => at));
    const rows = groups.map((group) => {
      const [first, ...rest] = group.map((at) => reached[at]);
      const meeting = [...first].filter((key) => rest.every((one) => one.has(key)));
      return [group.map((at) => data.sites[sites[at]]).join(" and "), meeting.length];
    });
    rows.push(["any of them", every.size]);
    const body = rows.map(([words, count]) =>
      make("tr", {}, make("th", { scope: "row" }, words), make("td", { class: "n" }, String(count))),
    );
    const table = make("table", { class: "unions" }, heading("Reaching", "Cancers"), make("tbody", {}, ...body));
    return [note(data.counted, "note"), scrolling(table, "How many")];
  };

  const combinations = (count, many, from = 0) => {
    if (!many) return [[]];
    const found = [];
    for (let at = from; at < count; at += 1) {
      for (const rest of combinations(count, many - 1, at + 1)) found.push([at, ...rest]);
    }
    return found;
  };

  // Alike in both

  const told = (faults) => faults.map((fault) => make("p", { class: "fault", role: "alert" }, fault));

  const quoted = (keys) => keys.map((key) => `'${key}'`).join(", ");

  const taking = (table, call) => {
    const button = make("button", { type: "button" }, "CSV");
    button.addEventListener("click", () => {
      const cells = [...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText));
      // A cell that begins like a formula is none in a spreadsheet.
      const safe = (text) => (/^[=+\-@\t]/.test(text) ? `'${text}` : text);
      const line = (row) => row.map((text) => `"${safe(text).replaceAll('"', '""')}"`).join(",");
      const blob = new Blob([`${cells.map(line).join("\n")}\n`], { type: "text/csv" });
      const address = URL.createObjectURL(blob);
      const anchor = make("a", { href: address, download: `${form.id}.csv` });
      anchor.click();
      URL.revokeObjectURL(address);
    });
    const python = make("code", {}, call);
    return make("p", { class: "take" }, "Take these rows as ", button, " or in Python ", python);
  };

  const asked = () => {
    const chosen = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) chosen.append(name, value);
    return chosen;
  };

  fetch(form.dataset.pairs)
    .then((answer) => {
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      return answer.json();
    })
    .then((data) => {
      const show = (chosen) =>
        place.replaceChildren(
          ...(isComparing ? compare(data, chosen) : share(data, chosen)).filter(Boolean),
        );
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const chosen = asked();
        history.pushState(null, "", `?${chosen}`);
        show(chosen);
      });
      window.addEventListener("popstate", () => show(new URLSearchParams(location.search)));
      show(new URLSearchParams(location.search));
      place.dataset.ready = "yes";
    })
    .catch((fault) => {
      place.replaceChildren(note(`The data could not be loaded: ${fault.message}.`, "fault"));
    });
})();

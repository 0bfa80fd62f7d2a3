/* The search box: as it is typed, cancers, sites and sources by any of their names and codes, to be
   chosen with the keyboard (the combobox pattern of WAI-ARIA). On the page of a search among files
   it also shows what is found. Names are ranked as a server ranks them (_find.py). */
"use strict";

(() => {
  const box = document.getElementById("search-box");
  const form = box && box.form;
  if (!box || !form.dataset.index) return;
  const isStatic = form.dataset.files === "yes";
  const KINDS = { primary: "cancer", site: "site", source: "source" };
  const BARE = new Set(["ICD10CM", "NCIT", "ONCOTREE", "DOI", "PMID"]);
  const SHOWN = 8;
  const MOST = 60;
  let names = null;
  let loading = null;
  let found = [];
  let active = -1;

  const plain = (text) => text.toLowerCase().replace(/[_-]/g, " ").replace(/\s+/g, " ").trim();
  const root = form.dataset.root || "";
  const page = (one) => {
    const path = `${one.kind}/${encodeURIComponent(one.key)}`;
    return `${root}${path}${isStatic ? ".html" : ""}`;
  };

  const load = () => {
    loading =
      loading ||
      fetch(form.dataset.index)
        .then((answer) => {
          if (!answer.ok) throw new Error(`status ${answer.status}`);
          return answer.json();
        })
        .then((data) => {
          names = [];
          const add = (entry, written, compared) => names.push({ entry, written, compared });
          const entries = data.entries.map(([kind, key, label, others, codes]) => ({
            kind, key, label, others, codes,
          }));
          for (const one of entries) add(one, one.label, plain(one.label));
          for (const one of entries) {
            for (const name of [one.key, ...one.others]) add(one, name, plain(name));
          }
          for (const one of entries) {
            for (const code of one.codes) add(one, code, code.toLowerCase());
          }
          for (const one of entries) {
            for (const code of one.codes) {
              const at = code.indexOf(":");
              if (BARE.has(code.slice(0, at))) add(one, code, code.slice(at + 1).toLowerCase());
            }
          }
        })
        .catch(() => {
          loading = null;
          names = null;
        });
    return loading;
  };

  const rank = (name, text, code) => {
    if (name === text || name === code) return 0;
    if (name.startsWith(text) || name.startsWith(code)) return 1;
    if (name.includes(` ${text}`)) return 2;
    return name.includes(text) || name.includes(code) ? 3 : null;
  };

  const find = (written, most) => {
    const text = plain(written);
    const code = written.trim().toLowerCase();
    if (!text || !names) return [];
    const ranked = [];
    names.forEach((name, place) => {
      const order = rank(name.compared, text, code);
      if (order === null) return;
      ranked.push([order, Number(name.entry.kind === "source"), order ? name.compared.length : 0, place]);
    });
    ranked.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]);
    const best = new Map();
    for (const [, , , place] of ranked) {
      const { entry, written: matched } = names[place];
      const id = `${entry.kind}/${entry.key}`;
      if (!best.has(id)) best.set(id, { ...entry, matched });
      if (best.size === most) break;
    }
    return [...best.values()];
  };

  // The list below the box

  const list = document.createElement("ul");
  list.id = "search-list";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Names found");
  list.hidden = true;
  const status = document.createElement("div");
  status.className = "unseen";
  status.setAttribute("role", "status");
  form.append(list, status);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("aria-controls", list.id);

  const other = (one) => (one.matched === one.label ? "" : `, as “${one.matched}”`);

  const close = () => {
    list.hidden = true;
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };

  const mark = (at) => {
    active = at;
    [...list.children].forEach((one, place) => {
      one.setAttribute("aria-selected", String(place === at));
      if (place === at) one.scrollIntoView({ block: "nearest" });
    });
    if (at < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", list.children[at].id);
  };

  const show = () => {
    found = find(box.value, SHOWN);
    list.replaceChildren(
      ...found.map((one, at) => {
        const entry = document.createElement("li");
        entry.id = `search-option-${at}`;
        entry.setAttribute("role", "option");
        entry.setAttribute("aria-selected", "false");
        const label = document.createElement("span");
        label.textContent = one.label;
        const kind = document.createElement("small");
        kind.textContent = ` ${KINDS[one.kind]}${other(one)}`;
        entry.append(label, kind);
        entry.addEventListener("mousedown", (event) => event.preventDefault());
        entry.addEventListener("click", () => go(one));
        return entry;
      }),
    );
    const isOpen = found.length > 0;
    list.hidden = !isOpen;
    active = -1;
    box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-expanded", String(isOpen));
    status.textContent = box.value.trim() ? `${found.length} name${found.length === 1 ? "" : "s"}` : "";
  };

  const go = (one) => {
    close();
    location.href = page(one);
  };

  box.addEventListener("focus", load);
  box.addEventListener("input", () => {
    const typed = box.value;
    load().then(() => {
      if (typed === box.value) show();
    });
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) {
        load().then(show);
      } else {
        const step = event.key === "ArrowDown" ? 1 : -1;
        const places = found.length + 1;
        mark(((active + 1 + step + places) % places) - 1);
      }
      event.preventDefault();
    } else if (event.key === "Escape" && !list.hidden) {
      close();
      event.preventDefault();
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      go(found[active]);
    }
  });

  // The page of a search among files

  const place = document.getElementById("found");
  if (!place || !isStatic) return;
  const text = (new URLSearchParams(location.search).get("q") || "").trim();
  box.value = text;
  if (!text) return;
  load().then(() => {
    const results = find(text, MOST);
    const told = document.createElement("p");
    const count = `${results.length} name${results.length === 1 ? "" : "s"}`;
    told.className = "told";
    told.textContent = results.length
      ? `${count}${results.length === MOST ? " at least" : ""} for “${text}”, the best first.`
      : `Nothing here is called “${text}”.`;
    const entries = document.createElement("ol");
    entries.className = "results";
    for (const one of results) {
      const entry = document.createElement("li");
      const anchor = document.createElement("a");
      anchor.href = page(one);
      anchor.textContent = one.label;
      const kind = document.createElement("small");
      kind.textContent = `${KINDS[one.kind]}${other(one)}`;
      entry.append(anchor, " ", kind);
      entries.append(entry);
    }
    place.replaceChildren(told, ...(results.length ? [entries] : []));
    place.dataset.ready = "yes";
  });
})();

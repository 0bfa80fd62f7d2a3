/* What pages of files cannot ask a server: rows are chosen, and tables and pictures saved, in the
   reader's browser. A server does both by itself, and without this script. */
"use strict";
(() => {
  const isFiles = document.documentElement.hasAttribute("data-files");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const made = (name, text, values = {}) => {
    const one = document.createElement(name);
    one.textContent = text;
    for (const [key, value] of Object.entries(values)) one.setAttribute(key, value);
    return one;
  };

  /* The list of contents is folded where it would fill the screen. */
  if (matchMedia("(max-width: 63.99rem)").matches) {
    for (const one of all(".contents > details")) one.open = false;
  }
  if (!isFiles) return;

  /* ---- Choosing rows ---- */
  const NAMES = ["edge", "basis", "denominator", "setting", "occurrence"];
  const form = document.querySelector("form.filters");

  const FALLBACK = { setting: "unspecified", occurrence: "any", edge: "none" };
  const linkOf = (row) => row.querySelector("th a")?.getAttribute("href").split("#")[0];
  const pairs = new Map(all("#pairs tbody tr").map((row) => [linkOf(row), row]));

  /* Edge and basis stand on the row of the pair; the frame on a row, or on the body of its table. */
  function said(row, name) {
    if (name === "edge" || name === "basis") return (pairs.get(linkOf(row)) ?? row).dataset[name] ?? FALLBACK[name] ?? "";
    return row.dataset[name] ?? row.parentElement.dataset[name] ?? FALLBACK[name] ?? "";
  }

  function fits(row, asked) {
    const isPair = row.closest("#pairs") !== null;
    return asked.every(([name, value]) => (isPair && !["edge", "basis"].includes(name)) || said(row, name) === value);
  }

  function choose() {
    const asked = NAMES.map((name) => [name, form.elements[name]?.value ?? ""]).filter(([, value]) => value);
    const rows = all("#pairs tbody tr, #evidence tbody tr, #extension tbody tr");
    const isOfNumbers = asked.some(([name]) => !["edge", "basis"].includes(name));
    for (const row of rows) {
      const isGrowth = row.closest("#extension") !== null;
      const here = isGrowth ? asked.filter(([name]) => !["edge", "basis"].includes(name)) : asked;
      row.hidden = !fits(row, here);
    }
    if (isOfNumbers) {
      const counted = new Set(all("#evidence tbody tr:not([hidden])").map(linkOf));
      for (const row of all("#pairs tbody tr")) row.hidden ||= !counted.has(linkOf(row));
    }
    for (const part of all("#evidence .part, #extension .part")) {
      part.hidden = all("tbody tr", part).every((row) => row.hidden);
    }
    const count = rows.filter((row) => !row.hidden).length;
    const words = asked.map(([name]) => form.elements[name].selectedOptions[0].textContent);
    form.querySelector(".told").textContent = asked.length
      ? `${count} of ${rows.length} rows are shown: ${words.join("; ")}.`
      : `All ${rows.length} rows are shown.`;
    keep(asked);
  }

  /* The address says what is chosen, so that it can be passed on; a browser may not allow it. */
  function keep(asked) {
    const query = new URLSearchParams(asked).toString();
    try {
      history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
    } catch { /* among files on a disk */ }
  }

  if (form) {
    const given = new URLSearchParams(location.search);
    form.hidden = false;
    form.querySelector("button").hidden = true;
    const clear = made("button", "Show all", { type: "reset" });
    form.querySelector("button").after(clear);
    for (const name of NAMES) {
      const field = form.elements[name];
      if (field && given.get(name)) field.value = given.get(name);
      if (field && field.selectedIndex < 0) field.selectedIndex = 0;
    }
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", choose);
    form.addEventListener("reset", () => setTimeout(choose));
    if (NAMES.some((name) => given.get(name))) choose();
  }

  /* ---- Taking tables along ---- */
  const FORMULA = /^'*[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-]./s;
  const NUMBER = /^'*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/;
  const safe = (text) => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);
  const cell = (text) => (/[",\r\n]/.test(safe(text)) ? `"${safe(text).replaceAll('"', '""')}"` : safe(text));
  const plain = (node) => node.textContent.replace(/\s+/g, " ").trim();
  const NOTICE = "Not for clinical use: a research resource, not a diagnostic or treatment tool.";

  function recordsOf(table) {
    const heads = all("thead tr > *", table).map(plain);
    let group = "";
    const records = [];
    for (const row of all("tbody tr", table)) {
      if (row.hidden) continue;
      const cells = [...row.children];
      if (cells.length === 1) {
        group = plain(cells[0].querySelector("a") ?? cells[0]);
        continue;
      }
      const record = group ? { Source: group } : {};
      cells.forEach((one, i) => { if (heads[i]) record[heads[i]] = plain(one); });
      /* A number never goes without who is counted, when and as what. */
      const told = !table.matches(".numbers, .words") ? [] : form ? NAMES : NAMES.slice(2);
      for (const name of told) if (said(row, name)) record[name] = said(row, name);
      if (row.id) record.assertion = row.id.replace(/^assertion-/, "");
      records.push(record);
    }
    return records;
  }

  function csvOf(records) {
    const names = [...new Set(records.flatMap(Object.keys))];
    return [names, ...records.map((one) => names.map((name) => one[name] ?? ""))]
      .map((row) => row.map(cell).join(",")).join("\n") + "\n";
  }

  function save(data, type, name) {
    const address = URL.createObjectURL(data instanceof Blob ? data : new Blob([data], { type }));
    const link = made("a", "", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  const stem = () => decodeURIComponent(location.pathname.split("/").pop().replace(/\.html$/, "")) || "page";

  function offer(after, what, ways) {
    const line = made("p", `Take ${what} as `, { class: "take" });
    for (const [words, act] of ways) {
      const button = made("button", words, { type: "button" });
      button.addEventListener("click", act);
      line.append(button, " ");
    }
    after.after(line);
  }

  for (const box of all("main .scroll")) {
    const table = box.querySelector("table");
    if (!table || box.closest("[data-own-take]")) continue;
    const name = `${stem()}-${box.closest("[id]")?.id ?? "table"}`;
    offer(box, "the rows shown", [
      ["CSV", () => save(csvOf(recordsOf(table)), "text/csv;charset=utf-8", `${name}.csv`)],
      ["JSON", () => save(JSON.stringify({ notice: NOTICE, page: location.href, table: box.getAttribute("aria-label"), rows: recordsOf(table) }, null, 1), "application/json", `${name}.json`)],
    ]);
  }

  /* ---- Taking pictures along ---- */
  const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline"];
  const SVG = "http://www.w3.org/2000/svg";

  /* A picture that stands alone has its looks inside, as they are on the page. */
  function alone(svg) {
    const copy = svg.cloneNode(true);
    const [from, to] = [[svg, ...all("*", svg)], [copy, ...all("*", copy)]];
    from.forEach((one, i) => {
      const looks = getComputedStyle(one);
      for (const name of LOOKS) {
        const value = looks.getPropertyValue(name);
        if (value) to[i].setAttribute(name, value);
      }
      to[i].removeAttribute("class");
    });
    const { width, height } = svg.viewBox.baseVal;
    copy.setAttribute("xmlns", SVG);
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    const ground = document.createElementNS(SVG, "rect");
    const { x, y } = svg.viewBox.baseVal;
    for (const [name, value] of Object.entries({ x, y, width, height, fill: getComputedStyle(document.body).backgroundColor })) ground.setAttribute(name, value);
    copy.prepend(ground);
    const note = document.createElementNS(SVG, "desc");
    note.textContent = `${NOTICE} ${location.href}`;
    copy.prepend(note);
    return [new XMLSerializer().serializeToString(copy), width, height];
  }

  async function png(svg, name) {
    const [text, width, height] = alone(svg);
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = made("canvas", "", { width: width * 3, height: height * 3 });
    canvas.getContext("2d").drawImage(image, 0, 0, width * 3, height * 3);
    canvas.toBlob((blob) => save(blob, "image/png", name), "image/png");
  }

  for (const figure of all("figure.drawing")) {
    const svg = figure.querySelector("svg");
    if (!svg) continue;
    const name = `${stem()}-${figure.id || "picture"}`;
    offer(svg, "the picture", [
      ["SVG", () => save(alone(svg)[0], "image/svg+xml", `${name}.svg`)],
      ["PNG", () => png(svg, `${name}.png`)],
    ]);
  }
})();

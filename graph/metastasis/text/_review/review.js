"use strict";
// Decisions on the rows of this page: by keys or buttons, kept in this browser, written as CSV.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = Object.fromEntries(data.columns.map((name, index) => [name, index]));
  const cards = [...document.querySelectorAll(".row")];
  const rows = data.rows.map((cells, index) => ({
    cells,
    card: cards[index],
    id: ["document_sha256", "start", "end", "read_as", "route", "count", "percent"]
      .map((name) => cells[at[name]]).join("|"),
    decision: "",
    changes: {},
  }));
  const MOST_KEPT_MS = 60000; // the address of a saved file is of no use longer than that
  let current = -1;
  let isKept = true;
  let isUnsaved = false;

  const make = (name, attributes = {}, ...content) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "onclick") made.addEventListener("click", value);
      else if (value !== false) made.setAttribute(key, value);
    }
    made.append(...content);
    return made;
  };

  // What is kept: decisions by row, so that a page made anew from the same text still knows them.

  const remembered = () => {
    try {
      return JSON.parse(localStorage.getItem(data.key)) || {};
    } catch {
      return null;
    }
  };

  const keep = () => {
    isUnsaved = true;
    const decided = rows.filter((row) => row.decision);
    const kept = Object.fromEntries(decided.map((row) => [row.id, [row.decision, row.changes]]));
    try {
      localStorage.setItem(data.key, JSON.stringify({ reviewer: reviewer.value, rows: kept }));
      isKept = true;
    } catch {
      isKept = false;
    }
  };

  // The table, as the command line writes it.

  const FORMULA = /^'*[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-][^]/u;
  const NUMBER = /^'*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/;
  const cell = (text) => {
    const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const value = (row, name) => row.changes[name] ?? row.cells[at[name]];
  const csv = () => {
    const lines = rows.map((row) => data.columns.map((name) => {
      if (name === "decision") return row.decision;
      if (name === "reviewer") return row.decision ? reviewer.value.trim() : "";
      return value(row, name);
    }));
    return [data.columns, ...lines].map((cells) => `${cells.map(cell).join(",")}\n`).join("");
  };

  const save = () => {
    if (rows.some((row) => row.decision) && !reviewer.value.trim()) {
      tell("Write your name first: each decision says whose it is.");
      reviewer.focus();
      return;
    }
    const address = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    make("a", { href: address, download: data.file }).click();
    setTimeout(() => URL.revokeObjectURL(address), MOST_KEPT_MS);
    isUnsaved = false;
    const left = rows.filter((row) => !row.decision).length;
    tell(left ? `Saved; ${left} of ${rows.length} rows are not decided.` : `Saved: ${data.then}`);
  };

  // What is shown.

  const words = { accept: "accepted", reject: "rejected", edit: "mended and accepted", "": "" };
  const tell = (text) => { told.textContent = text; };
  const show = () => {
    const decided = rows.filter((row) => row.decision).length;
    status.textContent = `${decided} of ${rows.length} decided`;
    for (const row of rows) {
      row.card.dataset.decision = row.decision;
      row.state.textContent = words[row.decision];
      for (const [name, button] of Object.entries(row.buttons)) {
        button.setAttribute("aria-pressed", String(row.decision === name));
      }
      const mended = Object.entries(row.changes)
        .map(([name, now]) => `${name}: ${row.cells[at[name]] || "(blank)"} → ${now || "(blank)"}`);
      row.mended.textContent = mended.length ? `Mended: ${mended.join("; ")}` : "";
      row.card.hidden = { undecided: Boolean(row.decision), decided: !row.decision }[which.value] || false;
    }
    if (!isKept) tell("This browser keeps nothing: save the CSV before you close the page.");
  };

  const stand = (index) => {
    rows[current]?.card.classList.remove("current");
    current = index;
    rows[current].card.classList.add("current");
  };

  const go = (index) => {
    if (!rows[index]) return;
    stand(index);
    rows[current].card.focus({ preventScroll: true });
    rows[current].card.scrollIntoView({ block: "nearest" });
  };

  const move = (step) => {
    let next = current + step;
    while (rows[next]?.card.hidden) next += step;
    go(next);
  };

  const decide = (row, decision) => {
    row.decision = row.decision === decision ? "" : decision;
    if (decision !== "edit") row.changes = {};
    keep();
    show();
  };

  const lacks = (row) => {
    const has = (name) => value(row, name) !== "";
    if (has("frequency")) return "";
    if (!["count", "total", "percent"].some(has)) return "What does it say? Give a frequency or the number, or reject it.";
    if (has("denominator") && (has("total") || !has("count"))) return "";
    return "Whom does this number count? Say so (denominator, and the total of a count), or reject it.";
  };

  const decideHere = (decision, step = 1) => {
    const row = rows[current];
    if (!row) return;
    if (decision === "accept" && row.decision !== "accept" && lacks(row)) {
      tell(lacks(row));
      if (!row.fields) edit(row);
      return;
    }
    decide(row, decision);
    if (row.decision && step) move(step);
  };

  // Mending: closed lists to choose from, keys of the catalog to type.

  const field = (row, name) => {
    const options = data.lists[name];
    let input;
    if (Array.isArray(options)) {
      const all = data.needed.includes(name) ? options : ["", ...options];
      input = make("select", {}, ...all.map((one) => make("option", { value: one }, one.replaceAll("_", " "))));
    } else {
      input = make("input", options ? { list: `keys-${name}`, autocomplete: "off" } : {});
    }
    input.name = name;
    input.value = value(row, name);
    return make("label", {}, name.replaceAll("_", " "), input);
  };

  const faultOf = (input) => {
    const keys = data.lists[input.name];
    if (keys && !Array.isArray(keys) && !(input.value in keys)) return `no ${input.name} has the key ${input.value || "(blank)"}`;
    if (["count", "total"].includes(input.name) && !/^[0-9]{0,15}$/.test(input.value)) return `${input.name}: digits only`;
    if (input.name === "percent" && !/^([0-9]{1,3}(\.[0-9]{1,15})?)?$/.test(input.value)) return "percent: such as 12.5, without %";
    return "";
  };

  const edit = (row) => {
    if (row.fields) return close(row);
    const fault = make("p", { class: "fault", role: "alert" });
    const done = make("button", { type: "button", onclick: () => finish(row, fault) }, "Done");
    const cancel = make("button", { type: "button", onclick: () => close(row) }, "Cancel");
    const acts = make("div", { class: "acts" }, done, cancel, fault);
    row.fields = make("fieldset", { class: "fields" }, make("legend", {}, "Mend"), ...data.edited.map((name) => field(row, name)), acts);
    row.fields.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close(row);
      if (event.key === "Enter" && event.target.tagName !== "BUTTON") finish(row, fault);
    });
    row.card.append(row.fields);
    row.fields.querySelector("input").focus();
  };

  const finish = (row, fault) => {
    const inputs = [...row.fields.querySelectorAll("input, select")];
    const wrong = inputs.filter((input) => {
      input.value = input.value.trim();
      input.toggleAttribute("aria-invalid", false);
      if (faultOf(input)) input.setAttribute("aria-invalid", "true");
      return faultOf(input);
    });
    fault.textContent = wrong.map(faultOf).join("; ");
    if (wrong.length) return wrong[0].focus();
    const missing = lacks({ cells: row.cells, changes: Object.fromEntries(inputs.map((input) => [input.name, input.value])) });
    if (missing) {
      fault.textContent = missing;
      return;
    }
    const changed = inputs.filter((input) => input.value !== row.cells[at[input.name]]);
    row.changes = Object.fromEntries(changed.map((input) => [input.name, input.value]));
    row.decision = changed.length ? "edit" : "accept";
    close(row);
    keep();
    show();
  };

  const close = (row) => {
    row.fields.remove();
    row.fields = null;
    row.card.focus();
  };

  // The bar and the buttons of each row.

  const status = make("p", { role: "status" });
  const told = make("p", { class: "told", role: "alert" });
  const reviewer = make("input", { id: "reviewer", autocomplete: "name" });
  reviewer.addEventListener("input", keep);
  const which = make("select", {}, ...["all", "undecided", "decided"].map((one) => make("option", {}, one)));
  which.addEventListener("change", show);
  const keys = make("input", { type: "checkbox", checked: "" });
  const help = document.getElementById("help");
  const open = () => help.showModal();
  document.getElementById("bar").replaceWith(make("div", { class: "bar", role: "region", "aria-label": "Decisions" },
    status,
    make("label", {}, "Your name ", reviewer),
    make("label", {}, "Show ", which),
    make("label", {}, keys, " Keys"),
    make("button", { type: "button", onclick: open }, "Help ", make("kbd", { "aria-hidden": "true" }, "?")),
    make("button", { type: "button", onclick: save }, "Save the CSV"),
    told));
  document.getElementById("close-help").addEventListener("click", () => help.close());
  for (const name of ["primary", "site"]) {
    document.body.append(make("datalist", { id: `keys-${name}` }, ...Object.entries(data.lists[name]).map(([key, label]) => make("option", { value: key }, label))));
  }

  const letters = { accept: "a", reject: "r", edit: "e" };
  rows.forEach((row, index) => {
    row.buttons = {};
    for (const decision of ["accept", "reject", "edit"]) {
      const act = () => {
        go(index);
        if (decision === "edit") edit(row);
        else decideHere(decision, 0);
      };
      const word = decision[0].toUpperCase() + decision.slice(1);
      row.buttons[decision] = make("button", { type: "button", "aria-describedby": `pair-${index + 1}`, onclick: act }, `${word} `, make("kbd", { "aria-hidden": "true" }, letters[decision]));
    }
    row.state = make("strong", {});
    row.mended = make("p", { class: "soft" });
    row.card.append(make("div", { class: "acts" }, ...Object.values(row.buttons), row.state), row.mended);
    row.card.tabIndex = -1;
    row.card.addEventListener("focusin", () => { if (current !== index) stand(index); });
  });

  const PRESSED = {
    j: () => move(1),
    k: () => move(-1),
    a: () => decideHere("accept"),
    r: () => decideHere("reject"),
    e: () => rows[current] && edit(rows[current]),
    s: save,
    "?": open,
  };
  document.addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target !== keys;
    if (isTyping || help.open || !keys.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = PRESSED[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  addEventListener("beforeunload", (event) => { if (isUnsaved && !isKept) event.preventDefault(); });

  const before = remembered();
  if (before === null) isKept = false;
  else {
    reviewer.value = before.reviewer || "";
    for (const row of rows) [row.decision, row.changes] = before.rows?.[row.id] || ["", {}];
  }
  show();
})();

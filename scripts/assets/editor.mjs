// The editor of the SPARQL page: CodeMirror with SPARQL, our completion and a mark for an error.
// scripts/assets.py bundles it into graph/metastasis/serve/assets/sparql/editor.js.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

// Colors are the page's: custom properties reach into the shadow tree.
const colors = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: tags.variableName, color: "var(--code-variable)" },
  { tag: [tags.string, tags.annotation], color: "var(--code-string)" },
  { tag: [tags.integer, tags.float, tags.bool], color: "var(--code-number)" },
  { tag: [tags.namespace, tags.url, tags.typeName], color: "var(--code-name)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--code-text)", backgroundColor: "var(--code-paper)", fontSize: "0.9375rem" },
  "&.cm-focused": { outline: "2px solid var(--code-focus)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--code-font)", lineHeight: "1.5", maxHeight: "32rem", minHeight: "12rem" },
  ".cm-content": { caretColor: "var(--code-text)" },
  ".cm-cursor": { borderLeftColor: "var(--code-text)" },
  ".cm-gutters": { color: "var(--code-comment)", backgroundColor: "var(--code-paper)", border: "none" },
  "& .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "var(--code-selection)",
  },
  "&.cm-focused .cm-matchingBracket, .cm-matchingBracket": { backgroundColor: "var(--code-selection)" },
  ".cm-fault-line": { backgroundColor: "var(--code-fault-paper)" },
  ".cm-fault": { textDecoration: "underline wavy var(--code-fault) 2px", textUnderlineOffset: "4px" },
  ".cm-tooltip": {
    color: "var(--code-text)", backgroundColor: "var(--code-paper)", border: "1px solid var(--code-comment)",
    maxWidth: "min(44rem, 92vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--code-font)", maxHeight: "16rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    color: "var(--code-paper)", backgroundColor: "var(--code-focus)",
  },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "1" },
  ".cm-completionMatchedText": { textDecoration: "underline" },
});

const setFault = StateEffect.define();
const fault = StateField.define({
  create: () => Decoration.none,
  update(marks, change) {
    for (const effect of change.effects) if (effect.is(setFault)) return marked(change.state.doc, effect.value);
    return change.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function marked(text, place) {
  if (!place || place.line > text.lines) return Decoration.none;
  const line = text.line(place.line);
  const marks = [Decoration.line({ class: "cm-fault-line" }).range(line.from)];
  const from = Math.min(line.from + place.column - 1, line.to);
  const to = from + (/^(?:\w+|\S)?/.exec(line.text.slice(from - line.from))[0].length || 0);
  if (to > from) marks.push(Decoration.mark({ class: "cm-fault" }).range(from, to));
  return Decoration.set(marks);
}

// What may stand at a place: `words` are {label, detail, type, search}; a name of the graph is found
// by its label too, so that "liver" leads to site:liver.
function completing(words) {
  return (context) => {
    const typed = context.matchBefore(/[?$]?[\w-]*:?[\w.-]*/);
    if (!typed || (typed.from === typed.to && !context.explicit)) return null;
    if (inText(context.state.sliceDoc(0, typed.from))) return null;
    const wanted = typed.text.toLowerCase();
    const options = /^[?$]/.test(typed.text) ? variables(context.state.doc.toString(), typed.text) : words();
    const found = options.map((one) => [rank(one, wanted), one]).filter(([place]) => place > 0);
    found.sort((one, other) => other[0] - one[0] || (one[1].label < other[1].label ? -1 : 1));
    return { from: typed.from, options: found.slice(0, 60).map(([, one]) => one), filter: false };
  };
}

// Sources and questions are many and rarely meant: what a query is about comes first.
const LAST = new Set(["source", "query", "graph"]);

function rank(word, wanted) {
  const found = likeness(word, wanted);
  return found && LAST.has(word.type) ? found - 0.5 : found;
}

function likeness(word, wanted) {
  const label = word.label.toLowerCase();
  if (label.startsWith(wanted)) return 4;
  if (label.includes(`:${wanted}`)) return 3;
  if (wanted.length < 3) return 0;
  const said = (word.search || word.detail || "").toLowerCase();
  return said.startsWith(wanted) ? 3 : label.includes(wanted) || said.includes(wanted) ? 1 : 0;
}

function variables(text, typed) {
  const names = new Set(text.match(/[?$]\w+/g));
  names.delete(typed);
  return [...names].map((label) => ({ label, type: "variable" }));
}

// Chromium gives what is typed over colored text a style of its own, which the policy of the page stops
// and reports. So what is selected is replaced here, as the editor itself would.
function replaceSelection(event, view) {
  const { from, to, empty } = view.state.selection.main;
  if (empty || event.inputType !== "insertText" || !event.data || event.isComposing) return false;
  event.preventDefault();
  const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert))) view.dispatch(insert());
  return true;
}

// Whether a place is in a comment, a string or an IRI.
function inText(before) {
  const rest = before.replace(/"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\s]*>|#[^\n]*\n/g, " ");
  const line = rest.slice(rest.lastIndexOf("\n") + 1);
  return /["'#]|<[^\s]*$/.test(line);
}

/** Put an editor into a shadow tree of `host`, where a strict policy lets it have its styles. */
export function makeEditor({ host, text, label, words, onRun, onChange }) {
  const root = host.shadowRoot || host.attachShadow({ mode: "open", delegatesFocus: true });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(),
        closeBrackets(), EditorView.lineWrapping, sparql(), syntaxHighlighting(colors), look, fault,
        autocompletion({ override: [completing(words)], icons: false }),
        // Tab leaves the editor, as it leaves any field.
        keymap.of([
          { key: "Mod-Enter", run: () => (onRun(), true), preventDefault: true },
          ...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap,
        ]),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
        EditorView.domEventHandlers({ beforeinput: replaceSelection }),
        EditorView.updateListener.of((change) => change.docChanged && onChange(change.state.doc.toString())),
      ],
    }),
  });
  return {
    get text() { return view.state.doc.toString(); },
    set text(value) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } }); },
    mark(place) { view.dispatch({ effects: setFault.of(place) }); },
    focus() { view.focus(); },
  };
}

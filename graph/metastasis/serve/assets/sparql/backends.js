/* Who answers a query: a server, or the engine in this browser. Both give {form, data} or throw. */

/** A refusal or a failure, in one sentence. */
export class Fault extends Error {}

/** Ask the server that the page is from. */
export function serverBackend(address) {
  return {
    prepare() {},
    async ask(query, stop) {
      const reply = await fetch(address, {
        method: "POST",
        headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9" },
        body: new URLSearchParams({ query }),
        signal: stop,
      }).catch((error) => { throw stop.aborted ? error : new Fault("the server does not answer; try again"); });
      const data = await reply.text();
      if (!reply.ok) throw new Fault(sentence(data) || `the server answers ${reply.status}`);
      const isTriples = (reply.headers.get("Content-Type") || "").startsWith("text/turtle");
      return { form: isTriples ? "triples" : "rows", data };
    },
  };
}

function sentence(data) {
  try {
    return JSON.parse(data).detail;
  } catch {
    return "";
  }
}

/** Ask the engine in a worker, which is loaded at the first need and ended at the deadline. */
export function browserBackend({ worker, deadline, settings, onLoading }) {
  let ready = null; // a promise of a worker that has the graph
  let thread = null;

  function end() {
    thread?.terminate();
    ready = thread = null;
  }

  function reply(of, message, stop) {
    return new Promise((resolve, reject) => {
      const stopped = () => { end(); reject(stop.reason); };
      stop?.addEventListener("abort", stopped, { once: true });
      of.onmessage = ({ data }) => { stop?.removeEventListener("abort", stopped); resolve(data); };
      of.onerror = (event) => { end(); reject(new Fault(`the engine cannot be started: ${event.message || "no reason is given"}`)); };
      of.postMessage(message);
    });
  }

  async function load() {
    const began = (thread = new Worker(worker, { type: "module" }));
    onLoading(true);
    try {
      const loaded = await reply(began, { load: await settings() });
      if (loaded.fault) throw new Fault(loaded.fault);
      return began;
    } catch (error) {
      end();
      throw error;
    } finally {
      onLoading(false);
    }
  }

  const prepare = () => (ready ??= load());

  return {
    prepare() { prepare().catch(() => {}); },
    async ask(query, stop) {
      const of = await prepare();
      if (stop.aborted) throw stop.reason;
      const late = setTimeout(() => {
        end();
        fail(new Fault(`the query took longer than ${deadline} seconds and was ended; there is no answer. Ask for less, `
          + "or run it with: metastasis query --timeout"));
      }, deadline * 1000);
      let fail;
      const time = new Promise((_, reject) => { fail = reject; });
      try {
        const found = await Promise.race([reply(of, { query }, stop), time]);
        if (found.isBroken) end();
        if (found.fault) throw new Fault(found.fault);
        return found;
      } finally {
        clearTimeout(late);
        if (!ready) prepare().catch(() => {}); // the next question need not wait
      }
    },
  };
}

// What a browser finds on pages: axe's violations, errors, what a policy stops, what would leave.
//
// The plan is a JSON file: {chromium, origin, folder, javascript, axe, patience, views: [{scheme, width,
// height, scale}], pages: [{name, path, steps: [[what, ...arguments]], reads: {name: expression}}]}.
// A step is one of: press KEY, type TEXT, fill SELECTOR TEXT, click SELECTOR, wait SELECTOR,
// until EXPRESSION, read NAME EXPRESSION, large-text. After the steps, each of reads is read.
import { readFileSync } from "node:fs";
import axe from "axe-core";
import { chromium } from "playwright-core";

const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));
const OFFLINE = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

// Of a picture; the rest of a longer page is looked at all the same.
const TALLEST = 6000;

const steps = {
  press: (page, key) => page.keyboard.press(key),
  type: (page, text) => page.keyboard.type(text),
  fill: (page, selector, text) => page.fill(selector, text),
  click: (page, selector) => page.click(selector),
  wait: (page, selector) => page.waitForSelector(selector),
  // Not waitForFunction, which evaluates text in the page: the policy of ours forbids that.
  until: async (page, expression) => {
    // While a page leaves for the next one there is nothing that could be asked.
    const holds = () => page.evaluate(expression).catch(() => false);
    for (const end = Date.now() + plan.patience; !(await holds()); ) {
      if (Date.now() > end) throw new Error(`it never came to ${expression}`);
      await page.waitForTimeout(50);
    }
  },
  "large-text": (page) => page.evaluate("document.documentElement.style.fontSize = '200%'"),
};

// What stands out of the window to the right, and in nothing that scrolls by itself.
const OUTSIDE = `(() => {
  const root = document.documentElement, found = [];
  const scrolls = (one) => {
    for (let at = one; at && at !== document.body; at = at.parentElement)
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(at).overflowX)) return true;
    return false;
  };
  if (root.scrollWidth > root.clientWidth)
    for (const one of document.body.querySelectorAll("*"))
      if (one.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(one))
        found.push([one.tagName.toLowerCase(), ...one.classList].join("."));
  return { pixels: root.scrollWidth - root.clientWidth, elements: found.slice(0, 5) };
})()`;

async function look(browser, view, one) {
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.height },
    deviceScaleFactor: view.scale,
    colorScheme: view.scheme,
    javaScriptEnabled: plan.javascript,
  });
  context.setDefaultTimeout(plan.patience);
  const errors = [], stopped = [], left = [], failed = [];
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(plan.origin) && !/^(data|blob|about):/.test(url)) left.push(url);
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (said) => {
    if (said.type() !== "error" && said.type() !== "warning") return;
    (/content security policy/i.test(said.text()) ? stopped : errors).push(said.text());
  });
  page.on("response", (answer) => {
    if (answer.status() >= 400) failed.push([answer.status(), answer.url()]);
  });
  const answer = await page.goto(plan.origin + one.path, { waitUntil: "load" });
  const reads = {};
  let fault = null;
  try {
    for (const [what, ...rest] of one.steps)
      if (what === "read") reads[rest[0]] = await page.evaluate(rest[1]);
      else await steps[what](page, ...rest);
    for (const [name, expression] of Object.entries(one.reads))
      reads[name] = await page.evaluate(expression);
  } catch (error) {
    fault = String(error);
  }
  const outside = await page.evaluate(OUTSIDE);
  const name = `${one.name}-${view.scheme}-${view.width}${plan.javascript ? "" : "-plain"}`;
  const picture = `${plan.folder}/${name}.png`;
  const height = Math.min(TALLEST, await page.evaluate("document.documentElement.scrollHeight"));
  const clip = { x: 0, y: 0, width: view.width, height };
  await page.screenshot({ path: picture, fullPage: true, clip });
  // What axe itself does is not the page's doing.
  const told = { errors: [...errors], stopped: [...stopped], left: [...left], failed: [...failed] };
  let violations = [];
  if (plan.axe && plan.javascript) {
    await page.evaluate(axe.source);
    const found = await page.evaluate("axe.run({ resultTypes: ['violations'] })");
    violations = found.violations.flatMap((rule) =>
      rule.nodes.map((node) => `${rule.id} (${rule.impact}): ${node.target.join(" ")}`),
    );
  }
  await context.close();
  const { scheme, width } = view;
  const address = page.url();
  return {
    page: one.name, scheme, width, status: answer?.status() ?? 0, address, fault,
    violations, ...told, outside, reads, picture,
  };
}

const browser = await chromium.launch({ executablePath: plan.chromium, args: OFFLINE });
const found = [];
try {
  for (const one of plan.pages)
    for (const view of plan.views) found.push(await look(browser, view, one));
} finally {
  await browser.close();
}
console.log(JSON.stringify(found));

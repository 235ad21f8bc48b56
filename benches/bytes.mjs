// What a browser loads: `node benches/bytes.mjs B9|B10 ORIGIN` against a server with the demo data; and how soon it shows
// that one has done something: `node benches/bytes.mjs B14 ORIGIN EMAIL PASSWORD`.
// Prints a line of JSON for each case. Bytes are what came over the wire, headers and compression included.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { existsSync } from "node:fs";

const { chromium } = createRequire(new URL("../end2end/package.json", import.meta.url))("@playwright/test");

/** Loads that the figures are the median of. */
const LOADS = 5;
/** Until everything that a page loads by itself has come. */
const CALM = 1500;
const OPERATOR = { email: "olga@demo.test", password: "demo-demo-demo" };
const WIDGET_KEY = "demo-shop";
const SYSTEM_CHROMIUM = "/usr/bin/chromium";
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Counts what a page loads, from now on. */
async function count(page) {
  const session = await page.context().newCDPSession(page);
  const requests = new Map();
  session.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (/^https?:/.test(request.url)) requests.set(requestId, { url: request.url, bytes: 0 });
  });
  const add = (requestId, change) => {
    const request = requests.get(requestId);
    if (request) request.bytes = change(request.bytes);
  };
  session.on("Network.responseReceived", ({ requestId, response }) => add(requestId, () => response.encodedDataLength));
  // A stream never finishes: what has come of it counts.
  session.on("Network.dataReceived", ({ requestId, encodedDataLength }) => add(requestId, (sum) => sum + encodedDataLength));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => add(requestId, () => encodedDataLength));
  await session.send("Network.enable");
  return {
    /** Kilobytes and requests of an origin. */
    of(origin, ends = "") {
      const own = [...requests.values()].filter(({ url }) => {
        const { origin: from, pathname } = new URL(url);
        return from === origin && pathname.endsWith(ends);
      });
      return { requests: own.length, kilobytes: own.reduce((sum, { bytes }) => sum + bytes, 0) / 1000 };
    },
    /** Requests to anywhere but these origins. */
    strangers: (...origins) => [...requests.values()].filter(({ url }) => !origins.includes(new URL(url).origin)).length,
  };
}

/** Notes, by the page's own clock, when the first row stands on screen and when a click works. */
function watchInbox() {
  const times = {};
  const look = () => {
    const row = document.querySelector('[data-testid="conversation-row"]');
    if (row && !times.row && row.getBoundingClientRect().height > 0) times.row = performance.now();
    if (!times.usable && document.documentElement?.dataset.hydrated === "true") times.usable = performance.now();
    if (!times.row || !times.usable) requestAnimationFrame(look);
    window.benchTimes = times;
  };
  look();
}

/** A new browser in which somebody is signed in. */
async function signIn(browser, origin, operator) {
  const context = await browser.newContext();
  const signedIn = await context.request.post(`${origin}/fn/sign_in`, {
    form: operator,
    headers: { origin },
    maxRedirects: 0,
  });
  if (signedIn.status() >= 400) throw new Error(`signing in was answered with ${signedIn.status()}`);
  return context;
}

async function loadInbox(browser, origin) {
  const context = await signIn(browser, origin, OPERATOR);
  const page = await context.newPage();
  await page.addInitScript(watchInbox);
  const counter = await count(page);
  await page.goto(`${origin}/inbox`);
  await page.waitForFunction(() => window.benchTimes?.row && window.benchTimes?.usable);
  await page.waitForTimeout(CALM);
  const times = await page.evaluate(() => window.benchTimes);
  const { requests, kilobytes } = counter.of(origin);
  const figures = {
    "kB": kilobytes,
    "wasm kB": counter.of(origin, ".wasm").kilobytes,
    "page kB": counter.of(origin, "/inbox").kilobytes,
    "requests": requests,
    "elsewhere": counter.strangers(origin),
    "row ms": times.row,
    "usable ms": times.usable,
  };
  // What shows it comes at the first sign of somebody, and that is the click itself here.
  const clicked = performance.now();
  await page.getByTestId("conversation-row").first().getByRole("link").first().click();
  await page.getByTestId("message").first().waitFor();
  figures["conversation ms"] = performance.now() - clicked;
  await page.waitForTimeout(CALM);
  figures["conversation kB"] = counter.of(origin).kilobytes - kilobytes;
  await context.close();
  return figures;
}

/** A host page on an origin of its own, with nothing but the widget's tag. */
async function hostPage(origin) {
  const html = `<!DOCTYPE html><html lang="en"><head><title>Host</title><link rel="icon" href="data:,"></head><body>
    <h1>A page</h1><p>With a text.</p>
    <script async src="${origin}/widget.js" data-channel="${WIDGET_KEY}"></script></body></html>`;
  const server = createServer((_, response) => response.setHeader("content-type", "text/html").end(html));
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

function watchShifts() {
  window.benchShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.benchShift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}

async function loadWidget(browser, origin, opened) {
  const host = await hostPage(origin);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(watchShifts);
  const counter = await count(page);
  await page.goto(host.url);
  const launcher = page.getByRole("button", { name: "Chat with us" });
  await launcher.waitFor();
  if (opened) {
    await launcher.click();
    await page.frameLocator('iframe[title="Chat"]').getByRole("textbox", { name: "Message" }).waitFor();
  }
  await page.waitForTimeout(CALM);
  const { requests, kilobytes } = counter.of(origin);
  const shift = await page.evaluate(() => window.benchShift);
  const elsewhere = counter.strangers(origin, host.url);
  await context.close();
  host.close();
  return { "kB": kilobytes, "requests": requests, "elsewhere": elsewhere, "layout shift": shift };
}

/** Notes, for each key and click, how long it took until the next frame was on screen (Event Timing API). */
function watchInteractions() {
  const longest = new Map();
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (interactionId) longest.set(interactionId, Math.max(duration, longest.get(interactionId) ?? 0));
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
  window.benchInteractions = longest;
}

async function workInInbox(browser, origin, operator) {
  const context = await signIn(browser, origin, operator);
  const page = await context.newPage();
  await page.addInitScript(watchInteractions);
  await page.goto(`${origin}/inbox?queue=all`);
  await page.locator('html[data-hydrated="true"]').waitFor();
  let done = 0;
  const press = async (key) => {
    await page.keyboard.press(key);
    // What it brings is on screen.
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
    done += 1;
  };
  for (let row = 0; row < 10; row += 1) await press("j");
  for (const number of [2, 4, 6, 8]) {
    await page.getByTestId("conversation-row").nth(number).getByRole("link").first().click();
    done += 1;
    await page.getByTestId("message").first().waitFor();
  }
  for (const key of ["x", "j", "x", "Escape", "f", "Escape", "k", "]", "]", "r"]) await press(key);
  for (const letter of "How are you today?") await press(letter);
  await press("Escape");
  await page.waitForTimeout(CALM);
  const noted = await page.evaluate(() => [...window.benchInteractions.values()]);
  await context.close();
  // What took less than a frame is not noted.
  const all = [...noted, ...Array(Math.max(0, done - noted.length)).fill(16)];
  return { "interactions": done, "median ms": median(all), "longest ms": Math.max(...all) };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Prints the median of several loads, figure by figure. */
async function report(bench, name, load) {
  const loads = [];
  for (let number = 0; number < LOADS; number += 1) loads.push(await load());
  const figures = Object.keys(loads[0]).map((figure) => [figure, median(loads.map((one) => one[figure]))]);
  console.log(JSON.stringify({ bench, case: name, figures }));
}

const [bench, origin, email, password] = process.argv.slice(2);
const executablePath = process.env.CHROMIUM_PATH ?? (existsSync(SYSTEM_CHROMIUM) ? SYSTEM_CHROMIUM : undefined);
const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
try {
  if (bench === "B9") {
    await report(bench, "inbox, cold", () => loadInbox(browser, origin));
  } else if (bench === "B14") {
    await report(bench, "keys and clicks in the inbox", () => workInInbox(browser, origin, { email, password }));
  } else {
    await report(bench, "closed", () => loadWidget(browser, origin, false));
    await report(bench, "opened", () => loadWidget(browser, origin, true));
  }
} finally {
  await browser.close();
}

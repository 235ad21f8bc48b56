// The demo's mail client: shows what lies in one address's mailbox, asks for news while it is looked at, and writes.

import { ask, element, find, setText, timeOf } from "./kit.js";

const POLL_MS = 1000;
const PATH = "/demo/mailbox/mails";
const MOST_MB = 5;

const [client, screen, rows, log, send] = ["client", "screen", "rows", "log", "send"].map(find);
const fields = Object.fromEntries(["to", "cc", "title", "text"].map((id) => [id, find(id)]));
const shop = client.dataset.shop;

/** Whose mailbox is open. */
let holder = { address: "", name: null };
/** Counts the mailboxes that were opened: an answer for an earlier one is dropped. */
let hand = 0;
/** The newest mail that was asked for. */
let after = 0;
/** The hand for which news are being asked for. */
let asking = 0;
/** By id, in the order in which they came. */
let mails = new Map();
/** The ids of mails that have been on screen. */
let seen = new Set();
/** The thread that was opened last. */
let thread = "";
/** What is being written: the mail that it answers, its files, and whether anything has been put in. */
let draft = { answers: null, files: [], isBegun: false };

const lower = (address) => address.toLowerCase();
/** Whether an address is the shop's, with or without what names a conversation in it. */
const isShop = (address) => lower(address).replace(/\+[^@]*@/, "@") === shop;
const nameOf = ({ name, address }) => name ?? address;
const textOf = ({ passages }) => passages.map(({ text }) => text).join("");

/** All threads, the one with the newest mail first. */
function threads() {
  const all = new Map();
  for (const mail of [...mails.values()].sort((one, other) => one.changed - other.changed)) {
    all.set(mail.thread, [...(all.get(mail.thread) ?? []), mail]);
  }
  return [...all.values()].sort((one, other) => other.at(-1).changed - one.at(-1).changed);
}

function sizeLabel(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const [size, unit] = bytes < 1e6 ? [bytes / 1000, "kB"] : [bytes / 1e6, "MB"];
  return `${size.toFixed(size < 10 ? 1 : 0)} ${unit}`;
}

// The list.

/** The other side's name: of whoever wrote last, or of whom the mail went to. */
function partyOf(exchange) {
  const came = exchange.findLast(({ sent }) => !sent);
  return came ? nameOf(came.from) : `To ${exchange.at(-1).to.map(nameOf).join(", ")}`;
}

function fillRow(row, exchange) {
  const newest = exchange.at(-1);
  const isNew = exchange.some(({ id, sent }) => !sent && !seen.has(id));
  const isOpen = exchange[0].thread === thread && screen.dataset.view === "mail";
  const words = newest.passages.find(({ folded, text }) => !folded && text.trim())?.text ?? "";
  const parts = [
    ["row-new", isNew ? "New: " : ""],
    ["row-party", partyOf(exchange)],
    ["row-count", exchange.length > 1 ? `${exchange.length} mails` : ""],
    ["row-time", timeOf(newest.at)],
    ["row-subject", newest.subject || "(no subject)"],
    ["row-words", words.trim().slice(0, 200)],
    ["row-files", exchange.some(({ files }) => files.length > 0) ? "with files" : ""],
  ];
  for (const [name, text] of parts) setText(row.querySelector(`.${name}`), text);
  row.dataset.new = isNew;
  row.setAttribute("aria-current", isOpen);
}

function makeRow(id) {
  const spans = ["who row-new", "row-party", "row-time", "row-subject", "row-count", "row-words", "row-files"];
  const parts = spans.flatMap((className) => [element("span", { className, dir: "auto" }), " "]);
  const row = element("button", { type: "button", className: "row" }, ...parts);
  Object.assign(row.dataset, { testid: "mail-thread", thread: id });
  row.addEventListener("click", () => read(id));
  return row;
}

function drawList() {
  const focused = document.activeElement;
  const exchanges = threads();
  find("empty").hidden = exchanges.length > 0;
  exchanges.forEach((exchange, place) => {
    const id = exchange[0].thread;
    const known = [...rows.querySelectorAll(".row")].find((row) => row.dataset.thread === id);
    const row = known ?? makeRow(id);
    fillRow(row, exchange);
    const item = row.parentElement ?? element("li", {}, row);
    if (rows.children[place] !== item) rows.insertBefore(item, rows.children[place] ?? null);
  });
  // What is moved loses the focus.
  if (rows.contains(focused)) focused.focus();
}

// A thread.

/** People by name, with their addresses where there is a name. */
function people(parties) {
  return parties.flatMap(({ name, address }, place) => [
    place > 0 ? ", " : "",
    element("bdi", {}, name ?? address),
    name ? " " : "",
    name ? element("bdi", { className: "mail-address" }, `<${address}>`) : "",
  ]);
}

function passage({ text, folded }) {
  const words = element("p", { className: "passage", dir: "auto" }, text.replace(/^\n+|\s+$/g, ""));
  if (words.textContent === "") return [];
  return folded ? [element("details", {}, element("summary", {}, "Quoted text"), words)] : [words];
}

function savable(mail, { name, size }, number) {
  const href = `${PATH}/${mail.id}/files/${number}`;
  const link = element("a", { className: "file", href, download: name }, element("bdi", {}, name));
  link.dataset.testid = "mail-file";
  return element("li", {}, link, " ", element("span", { className: "file-size" }, sizeLabel(size)));
}

function article(mail) {
  const from = element("p", { className: "mail-from" }, ...people([mail.from]));
  const time = element("time", { dateTime: new Date(mail.at).toISOString() }, timeOf(mail.at));
  const to = element("p", { className: "mail-to" }, "To ", ...people(mail.to));
  if (mail.cc.length > 0) to.append("; copied to ", ...people(mail.cc));
  const node = element("article", { className: "mail" }, from, time, to, ...mail.passages.flatMap(passage));
  if (mail.files.length > 0) {
    const files = mail.files.map((file, number) => savable(mail, file, number));
    node.append(element("ul", { className: "files", ariaLabel: "Files" }, ...files));
  }
  const writer = mail.sent ? "me" : isShop(mail.from.address) ? "shop" : "other";
  Object.assign(node.dataset, { testid: "mail", from: writer, id: mail.id });
  return node;
}

function drawThread() {
  if (screen.dataset.view !== "mail") return;
  const exchange = threads().find(([first]) => first.thread === thread) ?? [];
  if (log.dataset.thread !== thread) {
    log.replaceChildren();
    log.dataset.thread = thread;
  }
  setText(find("subject"), exchange[0]?.subject || "(no subject)");
  const shown = new Set([...log.children].map(({ dataset }) => dataset.id));
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const fresh = exchange.filter(({ id }) => !shown.has(id)).map(article);
  log.append(...fresh);
  for (const { id } of exchange) seen.add(id);
  // A mail is read from its start.
  if (isAtEnd && fresh.length > 0) log.scrollTop = fresh.at(-1).offsetTop - log.offsetTop;
  find("reply-all").hidden = exchange.length === 0 || answerTo(answered(exchange), true).cc === "";
}

function draw() {
  drawThread();
  drawList();
}

function view(name) {
  screen.dataset.view = name;
  find("blank").hidden = name !== "list";
  find("reading").hidden = name !== "mail";
  find("write").hidden = name !== "write";
  draw();
}

function read(id) {
  thread = id;
  view("mail");
  // In a narrow client the list has gone, and the focus with it.
  if (!rows.checkVisibility()) find("subject").focus();
}

/** Goes back to the list, to where one came from. */
function goBack() {
  view("list");
  const row = [...rows.querySelectorAll(".row")].find(({ dataset }) => dataset.thread === thread);
  (row ?? find("new")).focus();
}

// Writing.

/** The mail of an exchange that an answer is to: the newest that came, or else the newest of one's own. */
const answered = (exchange) => exchange.findLast(({ sent }) => !sent) ?? exchange.at(-1);

/** Whom an answer goes to. */
function answerTo(mail, all) {
  const wanted = mail.reply_to.length > 0 ? mail.reply_to : [mail.from];
  const addresses = (parties) => [...new Set(parties.map(({ address }) => lower(address)))];
  const to = addresses(mail.sent ? mail.to : wanted);
  const others = addresses([...mail.to, ...mail.cc]).filter((one) => one !== holder.address && !to.includes(one));
  return { to: to.join(", "), cc: all ? others.join(", ") : "" };
}

/** Empties the form, and fills in what is known of the next mail. */
function fill(filledIn = {}, answers = null) {
  for (const [id, field] of Object.entries(fields)) field.value = filledIn[id] ?? "";
  draft = { answers, files: [], isBegun: false };
  setText(find("kind"), answers ? "Reply" : "New mail");
  setText(find("quoting"), answers ? `What ${nameOf(answers.from)} wrote is quoted below.` : "");
  setText(find("problem"), "");
  drawFiles();
}

/** Opens the form. What was begun before comes first: it is sent or discarded. */
function begin(filledIn, answers, first) {
  const { isBegun } = draft;
  if (!isBegun) fill(filledIn, answers);
  view("write");
  (isBegun ? fields.text : first).focus();
}

function reply(all) {
  const exchange = threads().find(([first]) => first.thread === thread);
  if (!exchange) return;
  const mail = answered(exchange);
  const title = `Re: ${mail.subject.replace(/^(re:\s*)+/i, "")}`.trim();
  begin({ ...answerTo(mail, all), title }, mail, fields.text);
}

function discard() {
  const { answers } = draft;
  fill();
  if (answers) read(answers.thread);
  else goBack();
}

function drawFiles() {
  const chosen = draft.files.map((one) => {
    const remove = element("button", { type: "button", className: "remove" }, "Remove");
    remove.setAttribute("aria-label", `Remove ${one.name}`);
    remove.addEventListener("click", () => {
      draft.files = draft.files.filter((other) => other !== one);
      drawFiles();
      find("files").focus();
    });
    const size = element("span", { className: "file-size" }, sizeLabel(one.size));
    return element("li", {}, element("bdi", {}, one.name), " ", size, " ", remove);
  });
  find("chosen").replaceChildren(...chosen);
}

function attach(files) {
  const all = [...draft.files, ...files];
  const isTooMuch = all.reduce((sum, { size }) => sum + size, 0) > MOST_MB * 1024 * 1024;
  setText(find("problem"), isTooMuch ? `Not attached: all files together have at most ${MOST_MB} MB.` : "");
  if (!isTooMuch) draft.files = all;
  drawFiles();
}

function upload(one) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const content = reader.result.split(",")[1] ?? "";
      resolve({ name: one.name, content_type: one.type, content });
    };
    reader.onerror = () => reject(new Error(`“${one.name}” cannot be read.`));
    reader.readAsDataURL(one);
  });
}

/** What an answer says of the mail that it answers. */
function quoted(mail) {
  const { name, address } = mail.from;
  return {
    message_id: mail.message_id,
    references: mail.references,
    author: name ? `${name} <${address}>` : address,
    at: mail.at,
    text: textOf(mail),
  };
}

async function write() {
  if (send.disabled) return;
  const mine = hand;
  send.disabled = true;
  setText(find("problem"), "");
  try {
    const mail = {
      from: holder,
      to: fields.to.value,
      cc: fields.cc.value,
      subject: fields.title.value,
      text: fields.text.value,
      answers: draft.answers && quoted(draft.answers),
      files: await Promise.all(draft.files.map(upload)),
    };
    const headers = { "Content-Type": "application/json" };
    const sent = await ask(PATH, { method: "POST", headers, body: JSON.stringify(mail) });
    if (mine !== hand) return;
    mails.set(sent.id, sent);
    fill();
    read(sent.thread);
    find("subject").focus();
  } catch (error) {
    // What could not be sent stays in the form.
    if (mine === hand) setText(find("problem"), `Not sent: ${error.message}`);
  } finally {
    send.disabled = false;
  }
}

// The mailbox.

/** Asks for news, unless nobody looks or an answer is on its way. */
async function look() {
  const mine = hand;
  if (document.visibilityState !== "visible" || asking === mine) return;
  asking = mine;
  let trouble = "";
  try {
    const news = await ask(`${PATH}?${new URLSearchParams({ address: holder.address, after })}`);
    if (mine !== hand) return;
    for (const mail of news) {
      mails.set(mail.id, mail);
      after = Math.max(after, mail.changed);
    }
    if (news.length > 0) draw();
  } catch (error) {
    trouble = error.message;
  } finally {
    if (asking === mine) asking = 0;
  }
  if (mine === hand) setText(find("link"), trouble);
}

function open(address) {
  const options = [...document.getElementsByName("holder")];
  holder = { address: lower(address.trim()), name: null };
  hand += 1;
  after = 0;
  mails = new Map();
  seen = new Set();
  thread = "";
  fill();
  for (const option of options) {
    option.checked = option.value === holder.address;
    if (option.checked) holder.name = option.dataset.name;
  }
  rows.replaceChildren();
  log.replaceChildren();
  client.dataset.address = holder.address;
  setText(find("holding"), holder.address);
  setText(find("link"), "");
  history.replaceState(null, "", `?${new URLSearchParams({ address: holder.address })}`);
  view("list");
  look();
}

find("new").addEventListener("click", () => begin({ to: shop }, null, fields.title));
find("reply").addEventListener("click", () => reply(false));
find("reply-all").addEventListener("click", () => reply(true));
find("back").addEventListener("click", goBack);
find("leave").addEventListener("click", goBack);
find("discard").addEventListener("click", discard);
find("files").addEventListener("change", ({ target }) => {
  attach(target.files);
  // The same file may be chosen again.
  target.value = "";
});
find("write").addEventListener("input", () => {
  draft.isBegun = true;
});
find("write").addEventListener("submit", (event) => {
  event.preventDefault();
  write();
});
find("other").addEventListener("submit", (event) => {
  event.preventDefault();
  open(find("address").value);
});
for (const option of document.getElementsByName("holder")) {
  option.addEventListener("change", () => open(option.value));
}
document.addEventListener("visibilitychange", look);
setInterval(look, POLL_MS);

const wanted = new URLSearchParams(location.search).get("address");
open(wanted ?? document.querySelector("[name=holder]:checked").value);

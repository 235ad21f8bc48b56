// The log: greeting, messages, day lines, who is typing. Rows are kept and patched, so that a screen
// reader hears each message once and nothing moves that is being read.

import { filesView } from "./files.js";
import { hasFiles } from "./memory.js";
import { dateAndTime, dayLabel, el, isSameDay, linkified, setText, timeOfDay } from "./page.js";

const GROUP_WITHIN_MS = 2 * 60_000;
/** Closer than this to the end counts as reading the end. */
const NEAR_END_PX = 48;

export class Thread {
  element;
  #actions;
  #rows = new Map();
  #log;
  #greeting;
  #skeleton;
  #typing;
  #typingText;
  #pill;
  #newsCount = 0;
  #followsEnd = true;

  /** Actions: `retry(id)` and `discard(id)` of a message that was refused. */
  constructor(settings, actions) {
    this.#actions = actions;
    this.#greeting = greetingOf(settings);
    this.#skeleton = el("div.skeleton", { ariaHidden: true }, el("i"), el("i"), el("i"));
    this.#typingText = el("span");
    this.#typing = el(
      "p.typing",
      { hidden: true, ariaLive: "off", dataset: { testid: "typing" } },
      el("span.dots", { ariaHidden: true }, el("i"), el("i"), el("i")),
      this.#typingText,
    );
    this.#log = el(
      "div.log",
      { role: "log", ariaLabel: "Conversation", ariaLive: "polite", tabIndex: 0 },
      this.#greeting,
      this.#skeleton,
      this.#typing,
    );
    this.#pill = el("button.pill", { type: "button", hidden: true, onclick: () => this.showEnd() });
    this.element = el("main.thread", { ariaLabel: "Chat" }, this.#log, this.#pill);
    this.#log.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    new ResizeObserver(() => this.#followsEnd && this.showEnd()).observe(this.#log);
  }

  render({ isLoaded, messages, outgoing, typing, answer }) {
    this.#greeting.hidden = !isLoaded || this.#greeting.textContent === "";
    this.#skeleton.hidden = isLoaded;
    this.#log.ariaBusy = !isLoaded;
    this.#renderTyping(typing, answer);
    const added = this.#renderRows(entriesOf(messages, answer, outgoing));
    if (this.#followsEnd || added.some(({ state }) => state === "sending")) return this.showEnd();
    this.#newsCount += added.filter(({ kind, state }) => kind !== "day" && state !== "live").length;
    this.#renderPill();
  }

  showEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#followsEnd = true;
    this.#newsCount = 0;
    this.#renderPill();
  }

  #onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    this.#followsEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (this.#followsEnd) this.#newsCount = 0;
    this.#renderPill();
  }

  #renderPill() {
    this.#pill.hidden = this.#newsCount === 0;
    setText(this.#pill, `${this.#newsCount} new`);
  }

  #renderTyping(typing, answer) {
    const isThinking = answer && !answer.text;
    this.#typing.hidden = !typing && !isThinking;
    if (typing?.who === "operator") setText(this.#typingText, `${typing.name} is typing…`);
    else if (typing || isThinking) setText(this.#typingText, "AI is answering…");
  }

  /** Brings the rows in line with the entries; gives the entries that are new. */
  #renderRows(entries) {
    const added = [];
    const gone = new Set(this.#rows.keys());
    let next = this.#skeleton.nextSibling;
    for (const entry of entries) {
      gone.delete(entry.key);
      let row = this.#rows.get(entry.key);
      if (!row) {
        row = this.#rowFor(entry);
        this.#rows.set(entry.key, row);
        added.push(entry);
      }
      row.update(entry);
      if (row.element === next) next = next.nextSibling;
      else this.#log.insertBefore(row.element, next);
    }
    for (const key of gone) {
      this.#rows.get(key).element.remove();
      this.#rows.delete(key);
    }
    return added;
  }

  #rowFor(entry) {
    return entry.kind === "message" ? new MessageRow(entry, this.#actions) : new LineRow(entry);
  }
}

/** A small centred line: a day, something that happened, or what the team lets the visitor know. */
class LineRow {
  constructor({ kind }) {
    this.element = el(`p.${kind}`);
  }

  update({ text, at, kind }) {
    if (this.element.textContent !== text) this.element.replaceChildren(...linkified(text));
    if (kind !== "day") this.element.title = dateAndTime(at);
  }
}

class MessageRow {
  #actions;
  #name = el("p.name");
  #sender = el("span");
  #quote = null;
  #bubble = el("div.bubble", { dir: "auto" });
  #body = "";
  #time = el("time");
  #state = el("span.state", { ariaLive: "off" });
  #meta = el("p.meta", {}, this.#time, this.#state);
  #files = null;
  #shownFiles = "";
  #failure = null;

  constructor({ sender, state }, actions) {
    const isLive = state === "live";
    this.#actions = actions;
    this.#name.append(this.#sender);
    if (sender === "bot") this.#name.append(" ", el("span.ai", {}, "AI"));
    this.element = el(
      "div.message",
      // Who listens hears an answer once, when it is whole.
      { ariaLive: isLive ? "off" : null, dataset: { testid: isLive ? "answering" : "message", sender } },
      this.#name,
      this.#bubble,
      this.#meta,
    );
  }

  update(entry) {
    const { dataset } = this.element;
    const isOwn = entry.sender === "contact";
    if (entry.seq) dataset.seq = entry.seq;
    if (isOwn) dataset.delivery = entry.state;
    this.element.classList.toggle("first", entry.isFirst);
    this.element.classList.toggle("last", entry.isLast);
    setText(this.#sender, isOwn ? "You" : entry.name);
    // An own name is for those who listen; the others see it by the side and the colour.
    this.#name.classList.toggle("unseen", isOwn || !entry.isFirst);
    this.#time.dateTime = new Date(entry.at).toISOString();
    this.#time.title = dateAndTime(entry.at);
    setText(this.#time, timeOfDay(entry.at));
    setText(this.#state, entry.showsState ? STATE_WORDS[entry.isUploading ? "uploading" : entry.state] : "");
    this.#meta.hidden = entry.state === "failed" || !entry.isLast;
    this.#renderQuote(entry.answers);
    this.#renderBody(entry.body);
    this.#renderFiles(entry.files);
    this.#renderFailure(entry);
  }

  /** What the message answers does not change. */
  #renderQuote(answers) {
    if (!answers || this.#quote) return;
    this.#quote = quoteOf(answers);
    this.#bubble.before(this.#quote);
  }

  #renderBody(body) {
    this.#bubble.hidden = body === "";
    if (body !== this.#body) this.#bubble.replaceChildren(...linkified(body));
    this.#body = body;
  }

  /** They change once, from what is being uploaded to what the server has. */
  #renderFiles(files) {
    const shown = files.map(({ id }) => id ?? "").join();
    if (files.length === 0 || (this.#files && shown === this.#shownFiles)) return;
    const view = filesView(files);
    if (this.#files) this.#files.replaceWith(view);
    else this.#meta.before(view);
    this.#files = view;
    this.#shownFiles = shown;
  }

  #renderFailure({ state, key, error, retryLabel }) {
    if (state === "failed" && !this.#failure) {
      this.#failure = failureOf(error, retryLabel, {
        retry: () => this.#actions.retry(key),
        discard: () => this.#actions.discard(key),
      });
      this.element.append(this.#failure);
    } else if (state !== "failed") {
      this.#failure?.remove();
      this.#failure = null;
    }
  }
}

const STATE_WORDS = { uploading: "Uploading…", sending: "Sending…", sent: "Sent", live: "Answering…" };

/** The earlier message that is answered, in one line. */
function quoteOf({ sender, sender_name: name, text }) {
  return el(
    "p.quote",
    { dataset: { testid: "quote" } },
    el("span.unseen", {}, "In reply to "),
    el("bdi.whose", {}, sender === "contact" ? "You" : name),
    ": ",
    el("bdi", {}, text),
  );
}

function failureOf(error, retryLabel, { retry, discard }) {
  return el(
    "div.failure",
    { role: "alert" },
    el("span", {}, `Not sent. ${error}`),
    ...(retryLabel ? [el("button.text", { type: "button", onclick: retry }, retryLabel)] : []),
    el("button.text", { type: "button", onclick: discard }, "Discard"),
  );
}

function greetingOf({ name, greeting }) {
  if (!greeting) return el("div");
  return el(
    "div.message.first.last.greeting",
    {},
    el("p.name", {}, name),
    el("div.bubble", { dir: "auto" }, ...linkified(greeting)),
  );
}

/** What the log shows, top to bottom: messages with the day lines between them. */
function entriesOf(messages, answer, outgoing) {
  const live = answer?.text ? [liveEntry(answer)] : [];
  const all = [...messages.map(confirmedEntry), ...live, ...outgoing.map(outgoingEntry)];
  const lastOwn = all.findLast(({ sender }) => sender === "contact");
  return all.flatMap((entry, index) => {
    const before = all[index - 1];
    const after = all[index + 1];
    entry.isFirst = !before || !continues(before, entry);
    entry.isLast = !after || !continues(entry, after);
    entry.showsState = entry === lastOwn || entry.state === "live";
    if (before && isSameDay(before.at, entry.at)) return [entry];
    return [{ kind: "day", key: `day-${entry.key}`, text: dayLabel(entry.at) }, entry];
  });
}

function confirmedEntry(message) {
  const { id, client_msg_id, seq, sender, sender_name, body, attachments, sent_at, system } = message;
  if (sender === "system") return { kind: system ? "system" : "notice", key: id, text: body, at: sent_at };
  // The same key as while it was on its way: the row stays and only its state changes.
  const key = client_msg_id ?? id;
  const name = sender_name;
  const answers = message.in_reply_to;
  return { kind: "message", key, seq, sender, name, body, answers, files: attachments, at: sent_at, state: "sent" };
}

/** What the AI has written so far. The message that it becomes has the same place and the same height. */
function liveEntry({ name, text: body }) {
  return { kind: "message", key: "answer", sender: "bot", name, body, files: [], at: Date.now(), state: "live" };
}

function outgoingEntry(item) {
  const { client_msg_id: key, body, files, written_at: at, error } = item;
  const state = error ? "failed" : "sending";
  const progress = { state, isUploading: !hasFiles(item), error, retryLabel: retryLabelOf(item) };
  return { kind: "message", key, sender: "contact", body, files, at, ...progress };
}

/** Without files that are gone there may be nothing left to send. */
function retryLabelOf({ body, files, filesAreLost }) {
  if (!filesAreLost) return "Retry";
  return body !== "" || files.some(({ id }) => id) ? "Send the rest" : "";
}

function continues(before, entry) {
  if (before.kind !== "message" || entry.kind !== "message") return false;
  const isSameSender =
    before.sender === entry.sender && (entry.sender === "contact" || before.name === entry.name);
  return isSameSender && isSameDay(before.at, entry.at) && entry.at - before.at < GROUP_WITHIN_MS;
}

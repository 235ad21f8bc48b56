// What the browser keeps (the session, the draft, messages on their way out), and what is known of the
// conversation.

import { Backoff, withLock } from "./net.js";

/** localStorage under one prefix. Where a browser refuses that to iframes, the host page keeps it for us. */
export class BrowserStore {
  #prefix;
  #refused = new Map();
  #keep;

  /** `kept`: what the host page had of an earlier visit; `keep(entries)` asks it to keep these. */
  constructor(channelKey, kept, keep) {
    this.#prefix = `live-operator:${channelKey}:`;
    this.#keep = keep;
    for (const [name, value] of kept) this.set(name, value);
  }

  get(name) {
    return this.#refused.get(name) ?? attempt(() => localStorage.getItem(this.#prefix + name)) ?? null;
  }

  set(name, value) {
    const isStored = attempt(() => {
      localStorage.setItem(this.#prefix + name, value);
      return true;
    });
    if (!isStored) this.#refused.set(name, value);
    if (!isStored || this.#refused.delete(name)) this.#keep([...this.#refused]);
  }

  remove(name) {
    attempt(() => localStorage.removeItem(this.#prefix + name));
    if (this.#refused.delete(name)) this.#keep([...this.#refused]);
  }

  /** The names that begin with `start`, sorted. */
  names(start) {
    const stored = (attempt(() => Object.keys(localStorage)) ?? [])
      .filter((key) => key.startsWith(this.#prefix))
      .map((key) => key.slice(this.#prefix.length));
    return [...new Set([...stored, ...this.#refused.keys()])]
      .filter((name) => name.startsWith(start))
      .sort();
  }

  /** Calls back with the name of each entry that another tab changed. */
  watch(onChange) {
    window.addEventListener("storage", ({ key }) => {
      if (key?.startsWith(this.#prefix)) onChange(key.slice(this.#prefix.length));
    });
  }
}

function attempt(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** The visitor's secret: 32 random bytes, base64url. The server knows only its hash. */
export function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

export const isToken = (value) => typeof value === "string" && /^[\w-]{43}$/.test(value);

let lastMs = 0;
let counter = 0;

/** A UUIDv7 that sorts after every one made before it in this tab, also within a millisecond. */
export function uuidv7() {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  const random = crypto.getRandomValues(new Uint8Array(8));
  random[0] = (random[0] & 0x3f) | 0x80;
  const tail = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const head = lastMs.toString(16).padStart(12, "0") + (0x7000 + counter).toString(16);
  return (head + tail).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** One entry per message: tabs add and remove without overwriting each other's. */
const ENTRY = "outgoing:";

export class Outbox {
  #store;
  #api;
  #lockName;
  #handlers;
  #backoff = new Backoff();
  #isDraining = false;
  /** The uploads of messages that were written in this tab, until they are there. */
  #uploads = new Map();
  /** What settles once the store knows how they ended. */
  #uploading = new Map();

  /** Handlers: `onChange()`, `onSent(answer)`, `onTrouble()` when another try follows. */
  constructor(store, api, lockName, handlers) {
    this.#store = store;
    this.#api = api;
    this.#lockName = lockName;
    this.#handlers = handlers;
  }

  /** What is not confirmed yet, in the order of writing. */
  items() {
    return this.#store
      .names(ENTRY)
      .map((name) => parsed(this.#store.get(name)))
      .filter(Boolean);
  }

  /** `uploads`: the files of the message, whether they are on their way or there. */
  add({ uploads, ...message }) {
    const id = uuidv7();
    const files = uploads.map(({ known }) => known);
    const item = { client_msg_id: id, written_at: Date.now(), error: null, files, ...message };
    if (!hasFiles(item)) {
      this.#uploads.set(id, uploads);
      this.#awaitFiles(id);
    }
    this.#put(item);
    this.drain();
  }

  retry(id) {
    const item = this.#find(id);
    if (!item) return;
    const uploads = this.#uploads.get(id);
    if (item.filesAreLost) item.files = item.files.filter((file) => file.id);
    else if (uploads) this.#uploadAgain(id, uploads);
    this.#put({ ...item, error: null, filesAreLost: false });
    this.drain();
  }

  discard(id) {
    for (const upload of this.#uploads.get(id) ?? []) upload.stop();
    this.#uploads.delete(id);
    this.#store.remove(ENTRY + id);
    this.#handlers.onChange();
  }

  /** Forgets what the server has confirmed. */
  confirm(messages) {
    for (const { client_msg_id: id } of messages) {
      if (id) this.#store.remove(ENTRY + id);
    }
  }

  /** Sends all that waits, strictly in order; one tab at a time does it. A wait in progress ends now. */
  async drain() {
    this.#backoff.wake();
    if (this.#isDraining || !this.#next()) return;
    this.#isDraining = true;
    await withLock(this.#lockName, undefined, () => this.#sendAll());
    this.#isDraining = false;
    // A message may have been added after the last look and before the flag fell.
    this.drain();
  }

  #find(id) {
    return parsed(this.#store.get(ENTRY + id));
  }

  #next() {
    return this.items().find((item) => !item.error);
  }

  async #sendAll() {
    for (let item; (item = this.#next()); ) {
      if (hasFiles(item)) await this.#send(item);
      else await this.#untilUploaded(item.client_msg_id);
    }
  }

  async #send(item) {
    let answer;
    try {
      answer = await this.#api.sendMessage(requestOf(item));
    } catch (problem) {
      return this.#onFailure(item, problem);
    }
    this.#backoff.reset();
    this.#store.remove(ENTRY + item.client_msg_id);
    this.#handlers.onSent(answer);
  }

  async #onFailure(item, problem) {
    if (problem.isPassing(this.#backoff.attempt)) {
      this.#handlers.onTrouble();
      await this.#backoff.wait(problem.retryAfterMs);
    } else {
      this.#backoff.reset();
      this.#put({ ...item, error: problem.message });
    }
  }

  /** Holds a lock until the files of a message are uploaded or refused, so that other tabs wait for them too. */
  #awaitFiles(id) {
    const uploading = withLock(this.#filesLock(id), undefined, async () => {
      const uploads = this.#uploads.get(id);
      await Promise.all(uploads.map(({ settled }) => settled));
      const item = this.#find(id);
      if (!item) return;
      const failed = uploads.find(({ state }) => state === "failed");
      const error = failed ? `${failed.file.name}: ${failed.error}` : null;
      if (!failed) this.#uploads.delete(id);
      const files = uploads.map(({ known }) => known);
      this.#put({ ...item, files, filesAreLost: false, error });
    });
    this.#uploading.set(id, uploading);
    uploading.finally(() => this.#uploading.delete(id));
  }

  #uploadAgain(id, uploads) {
    for (const upload of uploads) if (upload.state === "failed") upload.start();
    this.#awaitFiles(id);
  }

  /** Waits for the tab that uploads the files. If that one is gone, so are they. */
  async #untilUploaded(id) {
    const uploading = this.#uploading.get(id);
    if (uploading) return uploading;
    await withLock(this.#filesLock(id), undefined, async () => {
      const item = this.#find(id);
      if (!item || item.error || hasFiles(item)) return;
      const lost = item.files.find((file) => !file.id).name;
      const error = `The page was closed before ${lost} was uploaded.`;
      this.#put({ ...item, error, filesAreLost: true });
    });
  }

  #filesLock(id) {
    return `${this.#lockName}:${id}`;
  }

  #put(item) {
    this.#store.set(ENTRY + item.client_msg_id, JSON.stringify(item));
    this.#handlers.onChange();
  }
}

/** Whether the server has all files of an outgoing message. */
export const hasFiles = ({ files }) => files.every(({ id }) => id);

export const isOutboxEntry = (name) => name.startsWith(ENTRY);

function requestOf({ client_msg_id, body, files, name, email, page_url, fresh }) {
  return { client_msg_id, body, files: files.map(({ id }) => id), name, email, page_url, fresh };
}

function parsed(text) {
  try {
    const item = JSON.parse(text);
    // Kept by a version that knew no files.
    return item && { files: [], ...item };
  } catch {
    return null;
  }
}

export class ConversationState {
  /** True once it is known what the server has of this visitor. */
  isLoaded = false;
  conversation = null;
  /** By `seq`, each id once. Numbers may be missing: internal notes never leave the server. */
  messages = [];
  contact = { name: null, email: null };
  /** True while some operator is online. */
  isStaffed = false;
  cursor = null;

  applySnapshot({ conversation, messages, cursor, online, contact }) {
    this.isLoaded = true;
    this.#follow(conversation);
    for (const message of messages) this.applyMessage(message);
    this.contact = contact;
    this.isStaffed = online;
    this.cursor = cursor;
  }

  /** The answer to a sent message, which may have begun a new conversation. */
  applyAnswer({ message, conversation }) {
    this.#follow(conversation);
    this.applyMessage(message);
  }

  /** False if the message cannot belong to the conversation known here: another has its place. */
  applyMessage(message) {
    const at = this.messages.findLastIndex((each) => each.seq <= message.seq);
    const before = this.messages[at];
    if (before?.seq === message.seq) return before.id === message.id;
    this.messages.splice(at + 1, 0, message);
    return true;
  }

  /** False if this is another conversation than the one known here. */
  applyConversation(conversation) {
    if (this.conversation?.id !== conversation.id) return false;
    // An event may come after an answer that is newer: who has the word changes with a higher epoch only.
    if (conversation.control_epoch >= this.conversation.control_epoch) this.conversation = conversation;
    return true;
  }

  /** True if the message that was sent under this id has come back from the server. */
  has(clientMessageId) {
    return this.messages.some((message) => message.client_msg_id === clientMessageId);
  }

  get lastSeq() {
    return this.messages.at(-1)?.seq ?? 0;
  }

  get isResolved() {
    return this.conversation?.status === "resolved";
  }

  unreadAfter(seq) {
    const isNews = ({ sender }) => sender === "operator" || sender === "bot";
    return this.messages.filter((message) => message.seq > seq && isNews(message)).length;
  }

  #follow(conversation) {
    if (this.conversation?.id !== conversation?.id) this.messages = [];
    this.conversation = conversation;
  }
}

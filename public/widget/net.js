// Everything between here and the server: requests, the live event stream, typing marks.

const ANSWER_WITHIN_MS = 20_000;
const NETWORK_FAILED = 0;
/** A 409 may be a twin of the same request still under way; past this many it is a real refusal. */
const CONFLICT_RETRIES = 4;

const LOST = "The connection was lost.";

/** A request that failed. `message` is a sentence for the visitor. */
class Problem extends Error {
  constructor(status, detail, retryAfterMs = 0) {
    super(detail || `The server could not do this (${status}).`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** The chat itself is closed to this visitor: trying again would change nothing. */
  get isFinal() {
    return [401, 403, 404].includes(this.status);
  }

  /** True if the same request may well succeed later. */
  isPassing(attempt) {
    if (this.status === 409) return attempt < CONFLICT_RETRIES;
    return [NETWORK_FAILED, 408, 429].includes(this.status) || this.status >= 500;
  }
}

export class Api {
  #base;
  #token;

  constructor(channelKey, token) {
    this.#base = `/widget/api/${encodeURIComponent(channelKey)}`;
    this.#token = token;
  }

  snapshot = () => this.#json("/conversation");
  sendMessage = (message) => this.#json("/messages", message);
  sendTyping = (text) => this.#request("/typing", postOf({ text }));
  askForPerson = () => this.#json("/person", {});

  /** The answer whose body is the event stream. */
  events(cursor, signal) {
    const query = cursor ? `?after=${encodeURIComponent(cursor)}` : "";
    return this.#request(`/events${query}`, { signal, headers: { Accept: "text/event-stream" } });
  }

  /** Sends a file, and tells `onShare` from 0 to 1 how much of it is sent: `fetch` could not. */
  uploadFile(file, onShare, signal) {
    const request = new XMLHttpRequest();
    request.open("POST", `${this.#base}/files?${new URLSearchParams({ name: file.name })}`);
    request.setRequestHeader("Authorization", `Bearer ${this.#token}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onShare(total && loaded / total);
    signal.addEventListener("abort", () => request.abort());
    return new Promise((resolve, reject) => {
      request.onload = () => {
        const { status, response } = request;
        if (status < 200 || status > 299) {
          reject(problemFrom(status, response, request.getResponseHeader("Retry-After")));
        } else if (response) {
          resolve(response);
        } else {
          reject(new Problem(NETWORK_FAILED, LOST));
        }
      };
      request.onerror = request.onabort = () => reject(new Problem(NETWORK_FAILED, LOST));
      request.send(file);
    });
  }

  async #json(path, body) {
    const answer = await this.#request(path, body && postOf(body));
    try {
      return await answer.json();
    } catch {
      throw new Problem(NETWORK_FAILED, LOST);
    }
  }

  async #request(path, options = {}) {
    const headers = { ...options.headers, Authorization: `Bearer ${this.#token}` };
    const signal = options.signal ?? AbortSignal.timeout(ANSWER_WITHIN_MS);
    let answer;
    try {
      answer = await fetch(this.#base + path, {
        ...options,
        headers,
        signal,
        credentials: "omit",
        cache: "no-store",
      });
    } catch {
      throw new Problem(NETWORK_FAILED, LOST);
    }
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  }
}

function postOf(body) {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
}

async function problemOf(answer) {
  const details = await answer.json().catch(() => null);
  return problemFrom(answer.status, details, answer.headers.get("Retry-After"));
}

function problemFrom(status, details, retryAfter) {
  return new Problem(status, details?.detail || details?.title, retryAfterMs(retryAfter));
}

function retryAfterMs(header) {
  if (!header) return 0;
  const ms = /^\d+$/.test(header) ? header * 1000 : Date.parse(header) - Date.now();
  return Math.max(0, ms || 0);
}

/** Waits between tries: full jitter, from 1 s up to 30 s. */
export class Backoff {
  attempt = 0;
  #wake = () => {};

  reset() {
    this.attempt = 0;
  }

  /** Ends a wait that is under way, though never before the time that the server asked for. */
  wake() {
    this.#wake();
  }

  async wait(atLeastMs = 0) {
    const longest = Math.min(30_000, 1_000 * 2 ** ++this.attempt);
    const jittered = 1_000 + Math.random() * (longest - 1_000);
    const woken = new Promise((resolve) => (this.#wake = resolve));
    const started = Date.now();
    await sleep(atLeastMs);
    await Promise.race([sleep(jittered - (Date.now() - started)), woken]);
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

/** The server sends a heartbeat every 15 s; this long without a byte means that the line is dead. */
const SILENCE_MS = 40_000;
/** A stream that ended sooner than this counts as one more failure, so that a flapping server is spared. */
const STEADY_MS = 5_000;

/** Reads server-sent events from bytes that may be cut anywhere, also inside a character or a CRLF. */
class EventParser {
  #decoder = new TextDecoder();
  #onEvent;
  #rest = "";
  #endedOnCr = false;
  #event = emptyEvent();

  constructor(onEvent) {
    this.#onEvent = onEvent;
  }

  push(bytes) {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === "") return;
    if (this.#endedOnCr && text.startsWith("\n")) text = text.slice(1);
    this.#endedOnCr = text === "" ? false : text.endsWith("\r");
    const lines = (this.#rest + text).split(/\r\n|\r|\n/);
    this.#rest = lines.pop();
    for (const line of lines) this.#line(line);
  }

  #line(line) {
    if (line === "") return this.#dispatch();
    const [, field, value] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line);
    if (field === "data") this.#event.data.push(value);
    if (field === "event") this.#event.type = value;
    if (field === "id") this.#event.id = value;
  }

  #dispatch() {
    const { type, id, data } = this.#event;
    this.#event = emptyEvent();
    if (data.length) this.#onEvent({ type, id, data: data.join("\n") });
  }
}

const emptyEvent = () => ({ type: "message", id: "", data: [] });

/** Runs `action` while no other tab holds the lock `name`; where a browser has or allows none, at once. */
export async function withLock(name, signal, action) {
  let isHeld = false;
  const holding = () => {
    isHeld = true;
    return action();
  };
  try {
    await navigator.locks.request(name, { signal }, holding);
  } catch (error) {
    if (isHeld) throw error;
    if (!signal?.aborted) await action();
  }
}

export class Live {
  #api;
  #name;
  #handlers;
  #channel;
  #backoff = new Backoff();
  #stopping = null;
  #leads = false;
  #state = "connecting";

  /**
   * Handlers: `cursor()`, `onEvent(event)`, `onShared(kind, data)`, `onState(state)` with "online" or
   * "connecting", `onRefused(problem)`, and `reload()`, which settles once a new snapshot is in place.
   */
  constructor(api, name, handlers) {
    this.#api = api;
    this.#name = name;
    this.#handlers = handlers;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }) => this.#onTab(data);
  }

  get isStarted() {
    return this.#stopping !== null;
  }

  get isOnline() {
    return this.isStarted && this.#state === "online";
  }

  /** Waits for the lead and then streams until `stop`. Until then the events come from the leader. */
  start() {
    if (this.#stopping) return;
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.#tell("hello");
    withLock(this.#name, stopping.signal, () => this.#lead(stopping.signal));
  }

  stop() {
    this.#stopping?.abort();
    this.#stopping = null;
    this.#backoff.wake();
  }

  /** Ends a wait for the next try, in whichever tab leads. */
  wake() {
    this.#backoff.wake();
    this.#tell("wake");
  }

  /** Lets the other tabs know at once what only this tab learned. */
  share(kind, data) {
    this.#tell(kind, data);
  }

  #tell(kind, data) {
    this.#channel.postMessage({ kind, data });
  }

  #onTab({ kind, data }) {
    if (kind === "hello") return this.#leads && this.#tell("state", this.#state);
    if (kind === "wake") return this.#backoff.wake();
    if (kind === "state") return this.#setState(data);
    if (kind !== "event") return this.#handlers.onShared(kind, data);
    if (data.type === "reset") this.#handlers.reload();
    else this.#handlers.onEvent(data);
  }

  #setState(state) {
    this.#state = state;
    this.#handlers.onState(state);
    if (this.#leads) this.#tell("state", state);
  }

  async #lead(signal) {
    this.#leads = true;
    while (!signal.aborted) {
      const problem = await this.#stream(signal);
      if (signal.aborted) break;
      if (problem?.isFinal) {
        this.#handlers.onRefused(problem);
        break;
      }
      this.#setState("connecting");
      await this.#backoff.wait(problem?.retryAfterMs);
    }
    this.#leads = false;
  }

  /** Holds one stream until it ends; gives the problem if it ended by one. */
  async #stream(signal) {
    const cut = new AbortController();
    const abort = () => cut.abort();
    signal.addEventListener("abort", abort);
    const startedAt = Date.now();
    try {
      await this.#read(cut);
    } catch (problem) {
      return problem;
    } finally {
      abort();
      signal.removeEventListener("abort", abort);
      if (this.#state === "online" && Date.now() - startedAt > STEADY_MS) this.#backoff.reset();
    }
  }

  async #read(cut) {
    let watchdog = setTimeout(() => cut.abort(), SILENCE_MS);
    try {
      const answer = await this.#api.events(this.#handlers.cursor(), cut.signal);
      this.#setState("online");
      let mustReload = false;
      const parser = new EventParser((event) => {
        if (event.type === "reset") mustReload = true;
        else this.#handlers.onEvent(event);
        this.#tell("event", event);
      });
      const reader = answer.body.getReader();
      for (let part; !(part = await reader.read()).done; ) {
        clearTimeout(watchdog);
        watchdog = setTimeout(() => cut.abort(), SILENCE_MS);
        parser.push(part.value);
        // The cursor was too old: the next stream starts from the new snapshot's.
        if (mustReload) return await this.#handlers.reload();
      }
    } finally {
      clearTimeout(watchdog);
    }
  }
}

const PING_EVERY_MS = 3_000;
const MAX_PREVIEW = 500;

/** What somebody does right now. If it is not heard of again for so long, it has ended. */
export class Mark {
  current = null;
  #timer = 0;
  #lastsMs;
  #onChange;

  constructor(lastsMs, onChange) {
    this.#lastsMs = lastsMs;
    this.#onChange = onChange;
  }

  set({ on, ...what }) {
    clearTimeout(this.#timer);
    this.current = on ? what : null;
    if (on) this.#timer = setTimeout(() => this.clear(), this.#lastsMs);
    this.#onChange();
  }

  clear() {
    if (this.current) this.set({ on: false });
  }
}

/** Tells the operators what the visitor is writing: at most one ping in 3 s, and one at the end. */
export class TypingPings {
  #ping;
  #lastAt = 0;
  #timer = 0;
  #text = "";
  #isMarked = false;
  #last = Promise.resolve();

  /** `ping(text)` gives a promise; a ping that fails is not worth a word. */
  constructor(ping) {
    this.#ping = ping;
  }

  write(text) {
    this.#text = text;
    if (this.#timer || text === "") return;
    const wait = this.#lastAt + PING_EVERY_MS - Date.now();
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, wait));
  }

  end() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#text = "";
    if (this.#isMarked) this.#post("");
    this.#isMarked = false;
  }

  #tick() {
    this.#timer = 0;
    if (this.#text === "") return;
    this.#isMarked = true;
    this.#lastAt = Date.now();
    this.#post([...this.#text.slice(0, 2 * MAX_PREVIEW)].slice(0, MAX_PREVIEW).join(""));
  }

  /** One after the other, so that the end cannot overtake a ping. */
  #post(text) {
    this.#last = this.#last.then(() => this.#ping(text)).catch(() => {});
  }
}

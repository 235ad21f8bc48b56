// The chat inside the iframe: ties the conversation, the outbox, the live events and the view together.

import { Upload } from "./files.js";
import { connectToHost } from "./host.js";
import { BrowserStore, ConversationState, isOutboxEntry, isToken, newToken, Outbox } from "./memory.js";
import { Api, Backoff, Live, Mark, TypingPings } from "./net.js";
import { paint } from "./page.js";
import { View } from "./view.js";

const RECONNECTING = "Reconnecting… what you write is kept.";
const TYPING_LASTS_MS = 6_000;
/** A bot may think for long before its next word; the server ends it sooner than this. */
const ANSWERING_LASTS_MS = 60_000;
/** People answer already. */
const CONFLICT = 409;

class Chat {
  #settings;
  #host;
  #store;
  #token;
  #api;
  #outbox;
  #live;
  #view;
  #state = new ConversationState();
  #typing = new Mark(TYPING_LASTS_MS, () => this.#render());
  #answering = new Mark(ANSWERING_LASTS_MS, () => this.#render());
  #pings = new TypingPings((text) => this.#api.sendTyping(text));
  /** "new" until the first answer, then "online" or "connecting". */
  #link = "new";
  #refusal = null;
  #isOpen = false;
  #isAskingPerson = false;
  /** Asked for before there was anything to answer: the first message takes it along. */
  #wantsPerson = false;
  /** The visitor asked for a new conversation; the next message begins it. */
  #startsOver = false;
  #pageUrl;
  #shownUnread = 0;
  #loading = null;
  #mustLoadAgain = false;
  #loadBackoff = new Backoff();

  constructor(settings, host) {
    this.#settings = settings;
    this.#host = host;
    this.#store = new BrowserStore(settings.key, host.kept, (kept) => host.keep(kept));
    this.#token = this.#chooseToken();
    this.#api = new Api(settings.key, this.#token);
    // Tabs share only what belongs to the same session.
    const name = `live-operator:${settings.key}:${this.#token.slice(0, 8)}`;
    this.#outbox = new Outbox(this.#store, this.#api, `${name}:outbox`, {
      onChange: () => this.#render(),
      onSent: (answer) => this.#onSent(answer),
      onTrouble: () => this.#onTrouble(),
    });
    this.#live = new Live(this.#api, name, {
      cursor: () => this.#state.cursor,
      onEvent: (event) => this.#onEvent(event),
      onShared: (kind, answer) => kind === "sent" && this.#adopt(answer),
      onState: (state) => this.#onLink(state),
      onRefused: (problem) => this.#refuse(problem),
      reload: () => this.#load(),
    });
    this.#view = new View(settings, this.#store.get("draft") ?? "", this.#actions());
  }

  async start() {
    this.#host.listen({
      open: () => this.#setOpen(true),
      closed: () => this.#setOpen(false),
      page: ({ url }) => (this.#pageUrl = url),
    });
    this.#listen();
    this.#render();
    await this.#load();
    this.#outbox.drain();
  }

  /** What the host page remembers wins: it outlives the iframe's storage in some browsers. */
  #chooseToken() {
    const known = [this.#host.token, this.#store.get("session")].find(isToken);
    // The server cannot have anything of a new visitor: greet, and ask who it is, without a wait.
    this.#state.isLoaded = !known;
    const token = known ?? newToken();
    this.#store.set("session", token);
    return token;
  }

  #actions() {
    return {
      send: (message) => this.#send(message),
      upload: (file) => new Upload(this.#api, file),
      write: (text) => this.#write(text),
      leave: (text) => text === "" && this.#pings.end(),
      retry: (id) => this.#outbox.retry(id),
      discard: (id) => this.#outbox.discard(id),
      askForPerson: () => this.#askForPerson(),
      startOver: () => this.#startOver(),
      close: () => this.#host.close(),
    };
  }

  #listen() {
    this.#store.watch((name) => {
      // The tab that sends may close before it is done; the next in line then takes over.
      if (isOutboxEntry(name)) this.#outbox.drain();
      this.#render();
    });
    document.addEventListener("keydown", ({ key, isComposing }) => {
      if (key === "Escape" && !isComposing) this.#host.close();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#tryNow();
      this.#render();
    });
    window.addEventListener("online", () => this.#tryNow());
    window.addEventListener("offline", () => this.#render());
    window.addEventListener("pagehide", () => {
      this.#pings.end();
      this.#live.stop();
    });
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.#load());
  }

  // What the visitor does.

  #send(message) {
    this.#pings.end();
    this.#store.remove("draft");
    const fresh = this.#startsOver && !this.#hasFreshOutgoing();
    this.#host.rememberSession(this.#token);
    this.#outbox.add({ ...message, page_url: this.#pageUrl, fresh });
  }

  #write(text) {
    if (text === "") this.#store.remove("draft");
    else this.#store.set("draft", text);
    if (this.#state.conversation) this.#pings.write(text);
  }

  async #askForPerson() {
    this.#wantsPerson = !this.#shown;
    this.#isAskingPerson = !this.#wantsPerson;
    this.#render();
    if (this.#wantsPerson) {
      const isWritten = this.#outbox.items().length > 0;
      if (!isWritten) this.#view.composer.tell("Write what it is about. A person will answer.");
      return this.#view.composer.focus();
    }
    try {
      this.#onAnsweredConversation(await this.#api.askForPerson());
    } catch (problem) {
      if (problem.status !== CONFLICT) this.#view.composer.tell(problem.message);
    }
    this.#isAskingPerson = false;
    this.#render();
  }

  #startOver() {
    this.#startsOver = true;
    this.#render();
    this.#view.composer.focus();
  }

  #setOpen(isOpen) {
    this.#isOpen = isOpen;
    this.#render();
    if (isOpen) this.#view.composer.focus();
  }

  // What the server says.

  /** Takes a new snapshot, again and again until there is one. A call during a run asks for one more. */
  #load() {
    this.#mustLoadAgain = this.#loading !== null;
    this.#loading ??= this.#loadUntilDone().finally(() => (this.#loading = null));
    return this.#loading;
  }

  async #loadUntilDone() {
    do {
      this.#mustLoadAgain = false;
      try {
        this.#onSnapshot(await this.#api.snapshot());
      } catch (problem) {
        if (problem.isFinal) return this.#refuse(problem);
        this.#onTrouble();
        this.#mustLoadAgain = true;
        await this.#loadBackoff.wait(problem.retryAfterMs);
      }
    } while (this.#mustLoadAgain);
  }

  #onSnapshot(snapshot) {
    this.#loadBackoff.reset();
    this.#state.applySnapshot(snapshot);
    this.#outbox.confirm(this.#state.messages);
    this.#goOn();
  }

  #onSent(answer) {
    this.#adopt(answer);
    this.#live.share("sent", answer);
  }

  /** Takes in the answer to a message that this tab or another sent. */
  #adopt(answer) {
    if (this.#state.conversation?.id === answer.conversation.id) {
      this.#state.applyMessage(answer.message);
      this.#onAnsweredConversation(answer.conversation);
    } else {
      this.#state.applyAnswer(answer);
      this.#startsOver = false;
    }
    this.#goOn();
    if (this.#wantsPerson && this.#shown) this.#askForPerson();
  }

  /** An answer may be older than the last event: it counts while there are no events, or if its epoch is new. */
  #onAnsweredConversation(conversation) {
    const isNews = conversation.control_epoch > this.#state.conversation.control_epoch;
    if (isNews || !this.#live.isOnline) this.#onConversation(conversation);
  }

  /** After any good answer: the line works, and whoever has a conversation listens to it. */
  #goOn() {
    if (!this.#live.isStarted) this.#link = "online";
    if (this.#state.conversation) {
      this.#live.start();
      this.#host.rememberSession(this.#token);
    }
    this.#render();
  }

  #onEvent({ type, id, data }) {
    if (id) this.#state.cursor = id;
    const handle = {
      message: (message) => this.#onMessage(message),
      conversation: (conversation) => this.#onConversation(conversation),
      typing: (mark) => this.#typing.set(mark),
      answering: (mark) => this.#onAnswering(mark),
      presence: ({ online }) => (this.#state.isStaffed = online),
    }[type];
    if (!handle) return;
    handle(JSON.parse(data));
    this.#render();
  }

  #onMessage(message) {
    // Another tab leads and this one has not heard of the conversation yet, or a new one has begun.
    if (!this.#state.conversation || !this.#state.applyMessage(message)) return this.#load();
    this.#outbox.confirm([message]);
    if (message.sender === "contact") return;
    this.#typing.clear();
    if (message.sender === "bot") this.#answering.clear();
    if (message.sender !== "system") this.#startsOver = false;
  }

  #onAnswering(mark) {
    const { messages, lastSeq } = this.#state;
    const last = messages.at(-1);
    // It may come after the very message that has become of it.
    if (last?.sender === "bot" && last.body.startsWith(wordsOf(mark))) return;
    this.#answering.set({ ...mark, lastSeq });
  }

  #onConversation(conversation) {
    // A snapshot on its way may be older than this event: take one more after it.
    if (!this.#state.applyConversation(conversation) || this.#loading) this.#load();
  }

  #onLink(state) {
    this.#link = state;
    if (state === "online") {
      this.#outbox.drain();
    } else {
      this.#typing.clear();
      this.#answering.clear();
    }
    this.#render();
  }

  #onTrouble() {
    if (!this.#live.isStarted) this.#link = "connecting";
    this.#render();
  }

  #refuse(problem) {
    this.#refusal = problem;
    this.#render();
  }

  #tryNow() {
    this.#loadBackoff.wake();
    this.#live.wake();
    this.#outbox.drain();
    this.#render();
  }

  // What is shown.

  #hasFreshOutgoing() {
    return this.#outbox.items().some((item) => item.fresh);
  }

  get #beginsNew() {
    return this.#startsOver || this.#hasFreshOutgoing();
  }

  /** The conversation on screen: not the old one, once another is to begin. */
  get #shown() {
    return this.#beginsNew ? null : this.#state.conversation;
  }

  /** What the AI is at while it has the word: what it wrote before the visitor's last message comes to nothing. */
  #answerIn(conversation) {
    if (conversation?.handler !== "bot" || this.#link !== "online") return null;
    const mark = this.#answering.current;
    const { messages, lastSeq } = this.#state;
    const isHeard = mark?.control_epoch === conversation.control_epoch && mark.lastSeq === lastSeq;
    if (isHeard) return { name: mark.bot, text: wordsOf(mark) };
    // Its marks may have come before this was listening; that it owes an answer is known without them.
    return messages.at(-1)?.sender === "contact" ? { text: "" } : null;
  }

  #render() {
    const state = this.#state;
    const outgoing = this.#outbox.items();
    const beginsNew = this.#beginsNew;
    const conversation = beginsNew ? null : state.conversation;
    this.#view.render({
      isLoaded: state.isLoaded,
      isStaffed: state.isStaffed,
      conversation,
      isResolved: !beginsNew && state.isResolved,
      messages: beginsNew ? [] : state.messages,
      outgoing: outgoing.filter(({ client_msg_id: id }) => !state.has(id)),
      asksContact: this.#asksContact(outgoing),
      typing: this.#typing.current,
      answer: this.#answerIn(conversation),
      isAskingPerson: this.#isAskingPerson,
      wantsPerson: this.#wantsPerson,
      isClosed: this.#refusal !== null,
      connection: this.#connection(),
    });
    this.#renderUnread();
  }

  #asksContact(outgoing) {
    const { isLoaded, conversation, contact } = this.#state;
    const isNew = isLoaded && !conversation && outgoing.length === 0;
    return isNew && this.#settings.prechat !== "none" && !contact.email;
  }

  #connection() {
    if (this.#refusal) return { state: "offline", text: this.#refusal.message };
    if (!navigator.onLine) return { state: "offline", text: RECONNECTING };
    if (this.#link === "online") return { state: "online", text: "" };
    return { state: "connecting", text: this.#link === "new" ? "Connecting…" : RECONNECTING };
  }

  /** Only what was on the screen of an open, visible chat counts as seen. */
  #renderUnread() {
    const { conversation, lastSeq } = this.#state;
    if (!conversation) return;
    let seen = this.#seenSeq(conversation.id);
    if (this.#isOpen && document.visibilityState === "visible" && lastSeq > seen) {
      seen = lastSeq;
      this.#store.set("seen", JSON.stringify({ conversation: conversation.id, seq: seen }));
    }
    const unread = this.#state.unreadAfter(seen);
    if (unread === this.#shownUnread) return;
    this.#shownUnread = unread;
    this.#host.showUnread(unread);
  }

  #seenSeq(conversationId) {
    try {
      const { conversation, seq } = JSON.parse(this.#store.get("seen"));
      return conversation === conversationId ? seq : 0;
    } catch {
      return 0;
    }
  }
}

/** What there is of an answer, as its message will have it. */
const wordsOf = ({ text }) => text?.trim() ?? "";

const settings = JSON.parse(document.getElementById("settings").textContent);
paint(settings.colour);
new Chat(settings, await connectToHost()).start();

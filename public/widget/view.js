// The frame's page around the thread: who answers, the connection, the message box, what can be done.

import { el, icon, initialsOf, setText } from "./page.js";
import { Thread } from "./thread.js";
import { Tray } from "./tray.js";

const CLOSE_ICON = "m5.3 7.6 6.7 6.7 6.7-6.7 1.9 1.9-8.6 8.6-8.6-8.6z";
const SPARK_ICON = "M12 2c1 6 4 9 10 10-6 1-9 4-10 10-1-6-4-9-10-10 6-1 9-4 10-10z";

export class View {
  composer;
  #settings;
  #thread;
  #avatar = el("span.avatar", { ariaHidden: true });
  #answers = el("p.answers");
  #connection = el("p.connection", { role: "status", dataset: { testid: "connection" } });
  #askPerson;
  #resolved;

  constructor(settings, draft, actions) {
    this.#settings = settings;
    this.#thread = new Thread(settings, actions);
    this.composer = new Composer(settings, draft, actions);
    this.#askPerson = el(
      "button.quiet",
      { type: "button", hidden: true, onclick: actions.askForPerson },
      "Talk to a person",
    );
    this.#resolved = el(
      "div.resolved",
      { hidden: true },
      el("p", {}, "This conversation was resolved"),
      el("button.quiet", { type: "button", onclick: actions.startOver }, "Start a new conversation"),
    );
    document.getElementById("app").append(
      this.#header(actions),
      this.#connection,
      this.#thread.element,
      el("footer", { ariaLabel: "Write to us" }, this.#askPerson, this.#resolved, this.composer.element),
    );
    document.title = settings.name;
  }

  render(model) {
    const { connection } = model;
    const bot = this.#botOf(model);
    this.#renderAnswers(model, bot);
    this.#connection.dataset.state = connection.state;
    setText(this.#connection, connection.text);
    this.#askPerson.hidden = !bot || model.wantsPerson;
    this.#askPerson.disabled = model.isAskingPerson;
    this.#resolved.hidden = !model.isResolved;
    this.composer.render(model);
    this.#thread.render(model);
  }

  #header(actions) {
    return el(
      "header",
      { ariaLabel: "Chat" },
      this.#avatar,
      el("div.who", {}, el("h1", {}, this.#settings.name), this.#answers),
      el(
        "button.close",
        { type: "button", ariaLabel: "Close chat", onclick: actions.close },
        icon(CLOSE_ICON),
      ),
    );
  }

  /** The AI that answers, or will answer the first message; none while a person does. */
  #botOf({ conversation, isLoaded }) {
    if (!conversation) return isLoaded && this.#settings.bot;
    return conversation.handler === "bot" && conversation.bot;
  }

  #renderAnswers({ conversation, isStaffed }, bot) {
    const owner = bot ? null : conversation?.owner;
    const showsPresence = isStaffed && !bot && !owner;
    this.#avatar.classList.toggle("online", showsPresence);
    if (!bot) setText(this.#avatar, owner?.initials ?? initialsOf(this.#settings.name));
    else if (!this.#avatar.querySelector("svg")) this.#avatar.replaceChildren(icon(SPARK_ICON));

    if (bot) this.#tellAnswers(el("span.ai", { ariaHidden: true }, "AI"), ` ${bot} · AI assistant`);
    else if (owner) this.#tellAnswers(`${owner.name} answers you`);
    else if (showsPresence) this.#tellAnswers(el("span.unseen", {}, "Online now. "), this.#whenAnswered());
    else this.#tellAnswers(this.#whenAnswered());
  }

  #tellAnswers(...parts) {
    const text = parts.map((part) => part.textContent ?? part).join("");
    if (this.#answers.textContent !== text) this.#answers.replaceChildren(...parts);
  }

  #whenAnswered() {
    const { reply_time: replyTime } = this.#settings;
    return replyTime ? `We usually reply in ${replyTime}` : "Leave a message, we will answer";
  }
}

const MAX_CHARACTERS = 10_000;
/** From here on the visitor is told how much room is left. */
const TELL_ROOM_BELOW = 500;
const SEND_ICON = "M3.4 20.6 22 12 3.4 3.4l-.9 6.8L14 12 2.5 13.8z";

/** The message box with its files, and before the first message the fields for who the visitor is. */
class Composer {
  element;
  #actions;
  #fields;
  #contact;
  #text;
  #tray;
  #send;
  #notice = el("p.notice", { id: "notice", role: "status", hidden: true });

  /**
   * Actions: `send({ body, uploads, name, email })`, `write(text)` at each change, `leave(text)` at blur,
   * `upload(file)`, which gives the upload that it begins.
   */
  constructor(settings, draft, actions) {
    this.#actions = actions;
    const isRequired = settings.prechat === "required";
    this.#fields = [
      new Field("name", "Your name", "text", isRequired, "Write your name."),
      new Field("email", "Email", "email", isRequired, "Write an email address like name@example.com."),
    ];
    this.#contact = el(
      "fieldset.contact",
      { hidden: true },
      el("legend", {}, isRequired ? "Before we start" : "Who are you? (optional)"),
      ...this.#fields.map((field) => field.element),
    );
    this.#text = el("textarea", {
      id: "message",
      rows: 1,
      value: draft,
      placeholder: "Write a message…",
      enterKeyHint: "send",
      autocapitalize: "sentences",
      dir: "auto",
      oninput: () => this.#onInput(),
      onkeydown: (event) => this.#onKey(event),
      onpaste: (event) => this.#tray.onPaste(event),
      onblur: () => actions.leave(this.#text.value),
    });
    this.#text.setAttribute("aria-describedby", this.#notice.id);
    this.#tray = new Tray({
      begin: actions.upload,
      onChange: () => this.#showEmpty(),
      refuse: (sentence) => this.tell(sentence, sentence !== ""),
    });
    this.#send = el("button.send", { type: "submit", ariaLabel: "Send" }, icon(SEND_ICON));
    this.element = el(
      "form.composer",
      { noValidate: true, onsubmit: (event) => this.#onSubmit(event) },
      this.#contact,
      this.#notice,
      this.#tray.element,
      el(
        "div.box",
        {},
        ...this.#tray.controls,
        el("label.unseen", { htmlFor: this.#text.id }, "Message"),
        this.#text,
        this.#send,
      ),
    );
    // The height can only be measured once the box is in the page.
    requestAnimationFrame(() => this.#fit());
  }

  render({ asksContact, isClosed }) {
    this.#contact.hidden = !asksContact;
    this.#text.disabled = isClosed;
    this.#tray.button.disabled = isClosed;
    this.#send.disabled = isClosed;
  }

  focus() {
    this.#text.focus();
  }

  /** One sentence beside the text; empty to take it away. */
  tell(sentence, isWrong = false) {
    setText(this.#notice, sentence);
    this.#notice.hidden = sentence === "";
    this.#notice.classList.toggle("wrong", isWrong);
  }

  #onInput() {
    this.#fit();
    this.#tellRoom();
    this.#actions.write(this.#text.value);
  }

  #onKey(event) {
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || isComposing) return;
    event.preventDefault();
    this.element.requestSubmit();
  }

  #onSubmit(event) {
    event.preventDefault();
    const body = this.#text.value.trim();
    if ((body === "" && this.#tray.isEmpty) || excessOf(body) > 0) return this.focus();
    if (this.#tray.hasFailed) {
      return this.tell("A file could not be uploaded. Try again, or remove it.", true);
    }
    const contact = this.#contact.hidden ? {} : this.#readContact();
    if (!contact) return;
    this.#text.value = "";
    this.tell("");
    this.#fit();
    this.#actions.send({ body, uploads: this.#tray.take(), ...contact });
    this.focus();
  }

  /** Name and email as far as given; null, with the first wrong field in focus, if one is not right. */
  #readContact() {
    const wrong = this.#fields.filter((field) => !field.check());
    wrong[0]?.focus();
    if (wrong.length) return null;
    return Object.fromEntries(this.#fields.map(({ name, value }) => [name, value || undefined]));
  }

  #tellRoom() {
    const excess = excessOf(this.#text.value.trim());
    this.#text.ariaInvalid = excess > 0;
    if (excess > 0) {
      this.tell(`The message is ${plural(excess)} too long. Shorten it, or send it in parts.`, true);
    } else {
      this.tell(-excess < TELL_ROOM_BELOW ? `${plural(-excess)} left` : "");
    }
  }

  #fit() {
    const { style } = this.#text;
    style.height = "auto";
    style.height = `${this.#text.scrollHeight}px`;
    this.#showEmpty();
  }

  #showEmpty() {
    this.element.classList.toggle("empty", this.#text.value.trim() === "" && this.#tray.isEmpty);
  }
}

/** Characters as people and the server count them: an emoji outside the basic plane is one. */
function excessOf(text) {
  if (text.length < MAX_CHARACTERS - TELL_ROOM_BELOW) return text.length - MAX_CHARACTERS;
  return [...text].length - MAX_CHARACTERS;
}

const plural = (count) => `${count.toLocaleString()} ${count === 1 ? "character" : "characters"}`;

class Field {
  #input;
  #error;
  #advice;

  constructor(name, label, type, isRequired, advice) {
    this.name = name;
    this.#advice = advice;
    const autocomplete = type === "email" ? "email" : "name";
    this.#input = el("input", { id: name, type, autocomplete, required: isRequired, maxLength: 200 });
    this.#error = el("p.error", { id: `${name}-error`, hidden: true });
    this.#input.setAttribute("aria-describedby", this.#error.id);
    this.#input.addEventListener("input", () => this.#error.hidden || this.check());
    this.element = el(
      "div.field",
      {},
      el("label", { htmlFor: name }, label),
      this.#input,
      this.#error,
    );
  }

  get value() {
    return this.#input.value.trim();
  }

  focus() {
    this.#input.focus();
  }

  check() {
    const isGiven = this.value !== "" || !this.#input.required;
    const isRight = isGiven && this.#input.checkValidity();
    this.#error.hidden = isRight;
    setText(this.#error, isRight ? "" : this.#advice);
    this.#input.ariaInvalid = !isRight;
    return isRight;
  }
}

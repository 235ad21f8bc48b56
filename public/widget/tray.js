// The files that go with the next message: how they come there, and what becomes of each.

import { FILE_ICON, LARGEST_FILE, MOST_FILES, sizeLabel } from "./files.js";
import { el, icon, setText } from "./page.js";

const ATTACH_ICON =
  "M16 6v11a4 4 0 0 1-8 0V5.5a2.5 2.5 0 0 1 5 0V16a1 1 0 0 1-2 0V6H9.5v10a2.5 2.5 0 0 0 5 0V5.5a4 4 0 0 0-8 0V17a5.5 5.5 0 0 0 11 0V6z";
const REMOVE_ICON = "m6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z";
/** Pictures that every browser shows. */
const PICTURES = ["image/gif", "image/jpeg", "image/png", "image/webp"];

export class Tray {
  /** The list of the files. */
  element = el("ul.tray", { hidden: true, ariaLabel: "Files to send" });
  /** Opens the choice of files. */
  button;
  /** The same with what is chosen in. */
  controls;
  #chips = [];
  #field = el("input", { type: "file", multiple: true, hidden: true });
  #begin;
  #onChange;
  #refuse;

  /** `begin(file)` gives its upload; `onChange()` after files came or went; `refuse(sentence)` if some were not taken. */
  constructor({ begin, onChange, refuse }) {
    this.#begin = begin;
    this.#onChange = onChange;
    this.#refuse = refuse;
    this.button = el(
      "button.attach",
      { type: "button", ariaLabel: "Attach a file", onclick: () => this.#field.click() },
      icon(ATTACH_ICON),
    );
    this.controls = [this.#field, this.button];
    this.#field.addEventListener("change", () => {
      this.#add([...this.#field.files]);
      this.#field.value = "";
    });
    this.#listenToDrags();
  }

  get isEmpty() {
    return this.#chips.length === 0;
  }

  get hasFailed() {
    return this.#chips.some(({ upload }) => upload.state === "failed");
  }

  /** Gives the uploads, and is empty. */
  take() {
    const uploads = this.#chips.map(({ upload }) => upload);
    for (const chip of this.#chips) chip.leave();
    this.#show([]);
    return uploads;
  }

  /** Takes what is pasted, if it is files. A piece of a document comes as text and as a picture of it: text wins. */
  onPaste(event) {
    const { files, types } = event.clipboardData;
    const isText = types.includes("text/plain") && types.includes("text/html");
    if (files.length === 0 || isText) return;
    event.preventDefault();
    this.#add([...files]);
  }

  #add(files) {
    const small = files.filter(({ size }) => size <= LARGEST_FILE);
    const taken = small.slice(0, MOST_FILES - this.#chips.length);
    const chips = taken.map((file) => new Chip(this.#begin(file), () => this.#remove(file)));
    this.#show([...this.#chips, ...chips]);
    const sentences = [
      small.length < files.length && `A file may have at most ${sizeLabel(LARGEST_FILE)}.`,
      taken.length < small.length && `A message takes at most ${MOST_FILES} files.`,
    ];
    this.#refuse(sentences.filter(Boolean).join(" "));
  }

  #remove(file) {
    const chip = this.#chips.find(({ upload }) => upload.file === file);
    chip.upload.stop();
    chip.leave();
    this.#show(this.#chips.filter((each) => each !== chip));
    // The button that had the focus is gone.
    this.button.focus();
  }

  #show(chips) {
    this.#chips = chips;
    for (const chip of chips) {
      if (!chip.element.isConnected) this.element.append(chip.element);
    }
    this.element.hidden = this.isEmpty;
    this.#onChange();
  }

  #listenToDrags() {
    const target = el("div.drop", { hidden: true }, el("p", {}, "Drop to attach"));
    document.body.append(target);
    const carriesFiles = ({ dataTransfer }) => dataTransfer.types.includes("Files") && !this.button.disabled;
    document.addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      target.hidden = false;
    });
    document.addEventListener("dragleave", ({ relatedTarget }) => {
      if (!relatedTarget) target.hidden = true;
    });
    document.addEventListener("drop", (event) => {
      target.hidden = true;
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.#add([...event.dataTransfer.files]);
    });
  }
}

/** One file, patched while it is uploaded. */
class Chip {
  upload;
  element;
  #picture = null;
  #progress;
  #failure;
  #error = el("span");

  constructor(upload, onRemove) {
    const { name, size, type } = upload.file;
    this.upload = upload;
    if (PICTURES.includes(type)) this.#picture = URL.createObjectURL(upload.file);
    this.#progress = el("progress", { max: 1, ariaLabel: `Uploading ${name}` });
    this.#failure = el(
      "p.chip-failure",
      { role: "alert", hidden: true },
      this.#error,
      el("button.text", { type: "button", onclick: () => this.#tryAgain() }, "Try again"),
    );
    this.element = el(
      "li.chip",
      {},
      this.#picture ? el("img", { src: this.#picture, alt: "" }) : icon(FILE_ICON),
      el("span.file-name", { dir: "auto", title: name }, name),
      el("span.file-size", {}, sizeLabel(size)),
      el("button.remove", { type: "button", ariaLabel: `Remove ${name}`, onclick: onRemove }, icon(REMOVE_ICON)),
      this.#progress,
      this.#failure,
    );
    upload.onChange = () => this.#render();
    this.#render();
  }

  /** Takes it off the screen. The upload goes on. */
  leave() {
    this.upload.onChange = () => {};
    this.element.remove();
    if (this.#picture) URL.revokeObjectURL(this.#picture);
  }

  #tryAgain() {
    this.upload.start();
    this.#render();
  }

  #render() {
    const { state, share, error } = this.upload;
    this.element.dataset.state = state;
    this.#progress.hidden = state !== "uploading";
    this.#progress.value = share;
    this.#failure.hidden = state !== "failed";
    setText(this.#error, error);
  }
}

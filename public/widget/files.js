// Files of messages: on their way to the server, and as the log shows them.

import { Backoff } from "./net.js";
import { el, icon } from "./page.js";

/** As the server has them. */
export const MOST_FILES = 10;
export const LARGEST_FILE = 25_000_000;

export const FILE_ICON = "M6 2h8l5 5v13a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm7 1.5V8h4.5z";

/** "640 B", "1.4 MB". */
export function sizeLabel(bytes) {
  const unit = ["B", "kB", "MB"].at(bytes < 1e3 ? 0 : bytes < 1e6 ? 1 : 2);
  const count = bytes / { B: 1, kB: 1e3, MB: 1e6 }[unit];
  return `${unit === "B" || count >= 9.95 ? Math.round(count) : count.toFixed(1)} ${unit}`;
}

/** One after another: a browser has few connections to a server, and messages need one too. */
let line = Promise.resolve();

/** A file on its way to the server. It is tried again until it is there, or refused for good. */
export class Upload {
  file;
  /** "uploading", "done" or "failed". */
  state;
  /** How much of it is sent, from 0 to 1. */
  share = 0;
  /** Why it failed, as a sentence. */
  error = "";
  /** Settles when it is done, failed or stopped. */
  settled;
  /** Called at each change. */
  onChange = () => {};
  #api;
  #attachment = null;
  #backoff = new Backoff();
  #stopping = new AbortController();

  constructor(api, file) {
    this.#api = api;
    this.file = file;
    const { signal } = this.#stopping;
    window.addEventListener("online", () => this.#backoff.wake(), { signal });
    this.start();
  }

  /** What is known of the file: all as soon as the server has it, its `id` too. */
  get known() {
    return this.#attachment ?? { name: this.file.name, size: this.file.size };
  }

  start() {
    this.state = "uploading";
    this.settled = line = line.then(() => this.#run());
  }

  stop() {
    this.#stopping.abort();
    this.#backoff.wake();
  }

  async #run() {
    const { signal } = this.#stopping;
    while (!signal.aborted && this.state === "uploading") {
      try {
        this.#attachment = await this.#api.uploadFile(this.file, (share) => this.#tell({ share }), signal);
        this.#tell({ state: "done" });
      } catch (problem) {
        if (!signal.aborted) await this.#onFailure(problem);
      }
    }
  }

  async #onFailure(problem) {
    // A folder, or a file that has been taken away, fails as a lost connection does.
    const isReadable = await this.file.slice(0, 1).arrayBuffer().then(() => true, () => false);
    if (!isReadable) {
      this.#tell({ state: "failed", error: "This file cannot be read." });
    } else if (problem.isPassing(this.#backoff.attempt)) {
      this.#tell({ share: 0 });
      await this.#backoff.wait(problem.retryAfterMs);
    } else {
      this.#backoff.reset();
      this.#tell({ state: "failed", error: problem.message });
    }
  }

  #tell(news) {
    Object.assign(this, news);
    this.onChange();
  }
}

/** The room that a picture takes in the log, in pixels. */
const PICTURE = { width: 220, height: 180 };

/** The files of a message. Names come from strangers: they are text, and nothing else. */
export function filesView(files) {
  return el("ul.files", {}, ...files.map((file) => el("li", {}, fileView(file))));
}

function fileView({ key, name, size, image }) {
  if (!key) return el("span.file", {}, ...nameAndSize(name, size));
  const path = `/files/${encodeURIComponent(key)}`;
  const link = { href: path, target: "_blank", rel: "noopener noreferrer" };
  if (!image) return el("a.file", link, ...nameAndSize(name, size));
  const scale = Math.min(1, PICTURE.width / image.width, PICTURE.height / image.height);
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale)));
  const picture = el("img", { alt: name, loading: "lazy", draggable: false, width, height });
  picture.src = `${path}/thumbnail`;
  return el("a.picture", { ...link, title: name }, picture);
}

function nameAndSize(name, size) {
  return [icon(FILE_ICON), el("span.file-name", { dir: "auto" }, name), el("span.file-size", {}, sizeLabel(size))];
}

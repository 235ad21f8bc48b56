// The line to the loader on the host page: a MessagePort that it hands over after a bare ping.

/** Settles once the host page has told what it remembers of this visitor. */
export function connectToHost() {
  if (window.parent === window) return Promise.resolve(new Host(null, {}));
  return new Promise((resolve) => {
    const onConnect = ({ source, data, ports: [port] }) => {
      if (source !== window.parent || data?.type !== "connect" || !port) return;
      window.removeEventListener("message", onConnect);
      port.onmessage = ({ data: first }) => resolve(new Host(port, first));
    };
    window.addEventListener("message", onConnect);
    // Any page may hear this, and learns nothing from it. Who may embed us is for frame-ancestors.
    window.parent.postMessage("live-operator:ready", "*");
  });
}

class Host {
  /** The visitor's session, if the host page knows it. */
  token;
  /** What the host page keeps for us where the browser refuses storage to iframes. */
  kept;
  #port;

  constructor(port, { token, kept }) {
    this.token = token;
    this.kept = Array.isArray(kept) ? kept : [];
    this.#port = port;
  }

  /** Handlers by message type: `open`, `closed`, `page`. Without a host page the chat is just open. */
  listen(handlers) {
    if (!this.#port) return handlers.open();
    this.#port.onmessage = ({ data }) => {
      if (Object.hasOwn(handlers, data.type)) handlers[data.type](data);
    };
  }

  rememberSession(token) {
    this.#post({ type: "session", token });
  }

  keep(kept) {
    this.#post({ type: "keep", kept });
  }

  showUnread(count) {
    this.#post({ type: "unread", count });
  }

  close() {
    this.#post({ type: "close" });
  }

  #post(message) {
    this.#port?.postMessage(message);
  }
}

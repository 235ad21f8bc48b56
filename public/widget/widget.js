// The loader: a classic script for any website. It draws the launcher, and the chat's iframe once
// somebody shows interest. What is said in the chat stays inside the iframe. The host page's CSP
// has to allow scripts and frames of this script's origin, nothing else: no inline style, no fetch.
(() => {
  "use strict";
  const script = document.currentScript || document.querySelector("script[data-channel]");
  const key = script && script.dataset.channel;
  if (!key || window.LiveOperator) return;

  const READY_WITHIN_MS = 10_000;
  const CHAT_ICON = "M4 4h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z";
  const CLOSE_ICON = "m5.3 7.6 6.7 6.7 6.7-6.7 1.9 1.9-8.6 8.6-8.6-8.6z";
  const FULL_SCREEN = "(max-width:480px)";
  const CSS = `
:host{all:initial!important;display:contents!important}
[hidden]{display:none!important}
.root{position:fixed;z-index:2147483000;font:15px/1.5 system-ui,sans-serif;color-scheme:light dark}
button{position:fixed;inset-block-end:calc(20px + env(safe-area-inset-bottom,0px));inset-inline-end:20px;
 inline-size:56px;block-size:56px;padding:0;border:0;border-radius:50%;background:var(--brand);color:var(--on-brand);
 cursor:pointer;box-shadow:0 0 0 1px #0001,0 4px 16px #0004;transition:transform .12s ease-out;touch-action:manipulation}
button:hover{transform:scale(1.05)}
button:active{transform:scale(.96)}
button:focus-visible{outline:3px solid var(--on-brand);outline-offset:-6px;box-shadow:0 0 0 3px var(--brand),0 4px 16px #0004}
svg{inline-size:26px;block-size:26px;fill:currentColor;vertical-align:middle}
.badge{position:absolute;inset-block-start:-4px;inset-inline-end:-4px;min-inline-size:22px;box-sizing:border-box;
 padding-inline:6px;border-radius:11px;background:#c81e1e;color:#fff;font:600 12px/22px system-ui,sans-serif}
.panel{position:fixed;inset-block-end:calc(88px + env(safe-area-inset-bottom,0px));inset-inline-end:20px;
 inline-size:min(380px,100vw - 40px);block-size:min(600px,100dvh - 108px);border-radius:16px;overflow:hidden;
 background:#fff;color:#1d1f24;box-shadow:0 0 0 1px #0002,0 12px 40px #0004;
 visibility:hidden;opacity:0;transform:translateY(8px);
 transition:opacity .18s ease-out,transform .18s ease-out,visibility 0s .18s}
.panel::before{content:"";position:absolute;inset:0 0 auto;block-size:72px;background:var(--brand)}
.panel.open{visibility:visible;opacity:1;transform:none;transition:opacity .18s ease-out,transform .18s ease-out}
iframe{position:absolute;inset:0;inline-size:100%;block-size:100%;border:0;color-scheme:light dark}
.panel:not(.ready) iframe{opacity:0}
p{margin:96px 24px;text-align:center}
@media (max-height:520px){.panel{inset-block:0;block-size:auto;border-radius:0}.panel.ready.open~button{visibility:hidden}}
@media ${FULL_SCREEN}{.panel{inset:0;inline-size:auto;block-size:auto;border-radius:0}.panel.ready.open~button{visibility:hidden}}
@media (prefers-color-scheme:dark){.panel{background:#17181c;color:#eceef2}}
@media (prefers-reduced-motion:reduce){.panel,.panel.open,button{transition:none}}
@media (forced-colors:active){button,.panel{border:2px solid ButtonText}}
@media print{.root{display:none}}`;

  const origin = new URL(script.src).origin;
  const memory = `live-operator:${key}`;
  let settings, panel, notice, button, icon, badge, frame, port;
  let isOpen = false;
  let readyTimer = 0;

  // A page may be refused storage; the chat then lasts as long as the page.
  const stored = (name) => {
    try {
      return localStorage.getItem(memory + name);
    } catch {
      return null;
    }
  };
  const store = (name, value) => {
    try {
      localStorage.setItem(memory + name, value);
    } catch {}
  };

  const element = (name, properties) => Object.assign(document.createElement(name), properties);
  const post = (message) => port && port.postMessage(message);
  const postPage = () =>
    post({ type: "page", url: location.href.split("#")[0], title: document.title });

  // White unless black is needed to reach 4.5:1 (one of the two always does).
  const readableOn = (colour) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const part = parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    return 1.05 / (luminance + 0.05) >= 4.5 ? "#fff" : "#000";
  };

  const showUnread = (count) => {
    badge.hidden = !count;
    badge.textContent = count > 99 ? "99+" : count;
    const news = count === 1 ? "1 new message" : `${count} new messages`;
    button.ariaLabel = count ? `${settings.label}, ${news}` : settings.label;
  };

  // On phones the keyboard shrinks the visual viewport only; the message box has to stay above it.
  const fitKeyboard = () => {
    const view = window.visualViewport;
    const fits = isOpen && view && view.scale < 1.01 && matchMedia(FULL_SCREEN).matches;
    panel.style.height = fits ? `${view.height}px` : "";
    panel.style.top = fits ? `${view.offsetTop}px` : "";
  };

  const createFrame = () => {
    if (frame) return;
    frame = element("iframe", { title: "Chat", src: origin + settings.frame });
    panel.append(frame);
  };

  // A frame that never came is dropped, so that the next opening tries again.
  const dropFrame = () => {
    frame.remove();
    frame = port = null;
  };

  const awaitFrame = () => {
    clearTimeout(readyTimer);
    notice.hidden = true;
    readyTimer = setTimeout(() => (notice.hidden = Boolean(port)), READY_WITHIN_MS);
  };

  const setOpen = (next) => {
    if (next === isOpen) return;
    isOpen = next;
    panel.classList.toggle("open", isOpen);
    button.ariaExpanded = isOpen;
    icon.setAttribute("d", isOpen ? CLOSE_ICON : CHAT_ICON);
    fitKeyboard();
    if (isOpen) {
      createFrame();
      awaitFrame();
      postPage();
      post({ type: "open" });
      if (port) frame.focus();
    } else {
      post({ type: "closed" });
      if (!port) dropFrame();
      button.focus();
    }
  };

  const onFrameMessage = ({ data }) => {
    if (data.type === "session") store("", data.token);
    if (data.type === "keep") store(":kept", JSON.stringify(data.kept));
    if (data.type === "unread") showUnread(data.count);
    if (data.type === "close") setOpen(false);
  };

  // The frame asks with a bare ping; the port, and all that carries data, goes to our origin alone.
  const onWindowMessage = ({ origin: sender, source, data }) => {
    if (data !== "live-operator:ready" || sender !== origin) return;
    if (!frame || source !== frame.contentWindow) return;
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = onFrameMessage;
    source.postMessage({ type: "connect" }, origin, [channel.port2]);
    post({ type: "session", token: stored(""), kept: JSON.parse(stored(":kept")) });
    postPage();
    panel.classList.add("ready");
    if (isOpen) {
      post({ type: "open" });
      frame.focus();
    }
  };

  const build = () => {
    const host = element("live-operator");
    const shadow = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    shadow.adoptedStyleSheets = [sheet];

    const root = element("div", { className: "root", role: "region", ariaLabel: "Chat" });
    root.style.setProperty("--brand", settings.colour);
    root.style.setProperty("--on-brand", readableOn(settings.colour));
    notice = element("p", { hidden: true, role: "status" });
    notice.textContent = "The chat cannot be reached right now. Close it and try again in a moment.";
    panel = element("div", { className: "panel" });
    panel.append(notice);

    button = element("button", { type: "button", ariaExpanded: false });
    const image = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon = document.createElementNS(image.namespaceURI, "path");
    image.setAttribute("viewBox", "0 0 24 24");
    image.ariaHidden = true;
    icon.setAttribute("d", CHAT_ICON);
    image.append(icon);
    badge = element("span", { className: "badge", ariaHidden: true });
    button.append(image, badge);
    showUnread(0);

    root.append(panel, button);
    shadow.append(root);
    // Beside the body, not in it: this survives pages that swap or transform their body.
    document.documentElement.append(host);
  };

  const listen = () => {
    for (const intent of ["pointerenter", "pointerdown", "focus"]) {
      button.addEventListener(intent, createFrame);
    }
    button.addEventListener("click", () => setOpen(!isOpen));
    button.addEventListener("keydown", (event) => event.key === "Escape" && setOpen(false));
    window.addEventListener("message", onWindowMessage);
    window.visualViewport?.addEventListener("resize", fitKeyboard);
    window.visualViewport?.addEventListener("scroll", fitKeyboard);
  };

  // Somebody who has a conversation sees new messages on the launcher, also while it is closed.
  const createFrameWhenIdle = () =>
    window.requestIdleCallback ? requestIdleCallback(createFrame) : setTimeout(createFrame, 200);

  const mount = (given) => {
    if (settings || given.key !== key) return;
    settings = given;
    build();
    listen();
    if (!stored("")) return;
    if (document.readyState === "complete") createFrameWhenIdle();
    else window.addEventListener("load", createFrameWhenIdle);
  };

  // Nothing of the chat may ever break the page that it is on.
  const quietly = (action) => {
    try {
      action();
    } catch (error) {
      console.warn("Live Operator:", error);
    }
  };

  window.LiveOperator = Object.freeze({
    settings: (given) => quietly(() => mount(given)),
    open: () => quietly(() => settings && setOpen(true)),
    close: () => quietly(() => settings && setOpen(false)),
  });
  quietly(() => {
    const src = `${origin}/widget/${encodeURIComponent(key)}/settings.js`;
    document.head.append(element("script", { src, async: true }));
  });
})();

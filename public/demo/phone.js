// The demo's phone: shows what lies on one number's phone, asks for news while it is looked at, and sends.

import { ask, element, find, setText, timeOf } from "./kit.js";

const POLL_MS = 1000;
const PATH = "/demo/phone/messages";
/** The largest picture that is taken. */
const MOST_MB = 5;

const [phone, log, empty, box, send] = ["phone", "log", "empty", "text", "send"].map(find);

/** Whose phone is in the hand. */
let number = "";
/** Counts the phones that were picked up: an answer for an earlier one is dropped. */
let hand = 0;
/** The newest change that is on screen. */
let after = 0;
/** The hand for which news are being asked for. */
let asking = 0;
/** The picture that goes with the next text, as a data URL. */
let chosen = "";

/** Puts a text where its time belongs, or notes how far the one that is there has got. */
function show({ id, from_us: isOurs, text, picture, at, state }) {
  const shown = [...log.querySelectorAll(".text")];
  const known = shown.find((bubble) => bubble.dataset.id === id);
  if (known) {
    known.dataset.state = state;
    return;
  }
  const who = element("span", { className: "who" }, isOurs ? "Kiln & Fern: " : "You: ");
  const shot = picture && element("img", { className: "shot", alt: "A picture", src: `/demo/phone/pictures/${picture}` });
  const words = text && element("p", { dir: "auto" }, text);
  const time = element("time", { dateTime: new Date(at).toISOString() }, timeOf(at));
  const bubble = element("div", { className: "text" }, ...[who, shot, words, time].filter(Boolean));
  Object.assign(bubble.dataset, { testid: "text", from: isOurs ? "shop" : "me", id, at, state });
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  empty.hidden = true;
  log.insertBefore(bubble, shown.find((other) => Number(other.dataset.at) > at) ?? null);
  if (isAtEnd || !isOurs) log.scrollTop = log.scrollHeight;
}

/** Asks for news, unless nobody looks or an answer is on its way. */
async function look() {
  setText(find("clock"), timeOf(Date.now()));
  const mine = hand;
  if (document.visibilityState !== "visible" || asking === mine) return;
  asking = mine;
  let trouble = "";
  try {
    const texts = await ask(`${PATH}?${new URLSearchParams({ number, after })}`);
    if (mine !== hand) return;
    texts.forEach(show);
    after = Math.max(after, ...texts.map(({ changed }) => changed));
  } catch (error) {
    trouble = error.message;
  } finally {
    if (asking === mine) asking = 0;
  }
  if (mine === hand) setText(find("link"), trouble);
}

/** "+14155550123" as people write it, if it is a number of North America. */
function grouped(raw) {
  return raw.replace(/^\+1(\d{3})?(\d{3})(\d{4})$/, (_, area, middle, end) =>
    ["+1", area, middle, end].filter(Boolean).join(" "),
  );
}

function pickUp(chosen) {
  number = chosen.replace(/[^+\d]/g, "");
  hand += 1;
  after = 0;
  for (const bubble of log.querySelectorAll(".text")) bubble.remove();
  empty.hidden = false;
  phone.dataset.number = number;
  setText(find("holding"), grouped(number));
  setText(find("link"), "");
  setText(find("problem"), "");
  for (const holder of document.getElementsByName("holder")) holder.checked = holder.value === number;
  history.replaceState(null, "", `?${new URLSearchParams({ number })}`);
  look();
}

/** Puts a picture to the next text; none takes it away. */
function choose(picture) {
  chosen = picture;
  find("chosen").hidden = picture === "";
  if (picture === "") find("preview").removeAttribute("src");
  else find("preview").src = picture;
}

function attach(file) {
  if (!file) return;
  if (file.size > MOST_MB * 1024 * 1024) {
    setText(find("problem"), `Not attached: a picture has at most ${MOST_MB} MB.`);
    return;
  }
  const reader = new FileReader();
  reader.onload = () => {
    setText(find("problem"), "");
    choose(reader.result);
    box.focus();
  };
  reader.onerror = () => setText(find("problem"), `Not attached: “${file.name}” cannot be read.`);
  reader.readAsDataURL(file);
}

async function write() {
  const text = box.value.trim();
  const picture = chosen;
  if ((text === "" && picture === "") || send.disabled) return box.focus();
  const mine = hand;
  send.disabled = true;
  box.value = "";
  choose("");
  setText(find("problem"), "");
  try {
    const headers = { "Content-Type": "application/json" };
    // What stands before the comma of a data URL says what it is, which the server sees for itself.
    const body = JSON.stringify({ number, text, picture: picture.split(",")[1] });
    const sent = await ask(PATH, { method: "POST", headers, body });
    if (mine === hand) show(sent);
  } catch (error) {
    // What could not be sent is not lost.
    box.value = box.value === "" ? text : `${text}\n${box.value}`;
    if (chosen === "") choose(picture);
    setText(find("problem"), `Not sent: ${error.message}`);
  }
  send.disabled = false;
  if (document.activeElement === document.body) box.focus();
}

find("write").addEventListener("submit", (event) => {
  event.preventDefault();
  write();
});
box.addEventListener("keydown", (event) => {
  // Safari ends a composition before the key that ends it: then only the old key code tells.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  write();
});
find("picture").addEventListener("change", ({ target }) => {
  attach(target.files[0]);
  // The same picture may be chosen again.
  target.value = "";
});
find("remove").addEventListener("click", () => {
  choose("");
  box.focus();
});
find("other").addEventListener("submit", (event) => {
  event.preventDefault();
  pickUp(find("number").value);
});
for (const holder of document.getElementsByName("holder")) {
  holder.addEventListener("change", () => pickUp(holder.value));
}
document.addEventListener("visibilitychange", look);
setInterval(look, POLL_MS);

const wanted = new URLSearchParams(location.search).get("number");
pickUp(wanted ?? document.querySelector("[name=holder]:checked").value);

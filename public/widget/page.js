// Building blocks of the page: nodes, times, links, colours.

const SVG = "http://www.w3.org/2000/svg";

/** `el("p.note", { hidden: true, dataset: { testid: "x" } }, "text", child)` */
export function el(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  const { dataset, ...plain } = properties;
  node.className = classes.join(" ");
  Object.assign(node, plain);
  Object.assign(node.dataset, dataset);
  node.append(...children);
  return node;
}

export function icon(path) {
  const image = document.createElementNS(SVG, "svg");
  image.setAttribute("viewBox", "0 0 24 24");
  image.setAttribute("class", "icon");
  image.ariaHidden = true;
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  image.append(shape);
  return image;
}

/** Touches the text only when it changes, so that live regions don't announce it again. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const language = document.documentElement.lang || undefined;
// The page's language for words, the visitor's own habit for the clock.
const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();

const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", hourCycle });
const fullTime = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short", hourCycle });
const dayName = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
const dayWithYear = new Intl.DateTimeFormat(language, { dateStyle: "long" });
const relativeDay = new Intl.RelativeTimeFormat(language, { numeric: "auto" });

export const timeOfDay = (ms) => clock.format(ms);
export const dateAndTime = (ms) => fullTime.format(ms);

const midnight = (ms) => new Date(ms).setHours(0, 0, 0, 0);

export const isSameDay = (one, other) => midnight(one) === midnight(other);

/** "Today", "Yesterday", "Monday, November 16", or with the year if it is not this one. */
export function dayLabel(ms) {
  const now = Date.now();
  // Rounded, since a day of a clock change has 23 or 25 hours.
  const daysAgo = Math.round((midnight(now) - midnight(ms)) / 86_400_000);
  if (daysAgo === 0 || daysAgo === 1) return capitalised(relativeDay.format(-daysAgo, "day"));
  const isThisYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? dayName : dayWithYear).format(ms);
}

const capitalised = (text) => text.charAt(0).toLocaleUpperCase(language) + text.slice(1);

export function initialsOf(name) {
  const words = name.trim().split(/\s+/);
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => [...word][0] ?? "").join("").toLocaleUpperCase(language);
}

/** Text as nodes, with http and https addresses made links. What is shown is always what was written. */
export function linkified(text) {
  const nodes = [];
  let done = 0;
  for (const { 0: found, index } of text.matchAll(/\bhttps?:\/\/[\p{L}\p{N}[][^\s<>"]*/giu)) {
    const address = withoutClosingMarks(found);
    nodes.push(text.slice(done, index), linkTo(address));
    done = index + address.length;
  }
  nodes.push(text.slice(done));
  return nodes;
}

/** A full stop or bracket after an address belongs to the sentence, unless the bracket opened inside. */
function withoutClosingMarks(address) {
  let end = address.length;
  while (/[.,;:!?'*_\]}»”’)]/.test(address[end - 1])) {
    const head = address.slice(0, end);
    if (head.endsWith(")") && count(head, "(") >= count(head, ")")) break;
    end -= 1;
  }
  return address.slice(0, end);
}

const count = (text, mark) => text.split(mark).length - 1;

function linkTo(address) {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = address;
  return link;
}

/** Sets the frame's colours from the channel's one; text drawn in it always reaches 4.5:1. */
export function paint(colour) {
  const brand = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const isDarkEnough = contrast(brand, WHITE) >= READABLE;
  const properties = {
    "--brand": colour,
    "--on-brand": isDarkEnough ? "#fff" : "#000",
    "--ink-light": css(readableOn(LIGHT_SURFACE, brand, BLACK)),
    "--ink-dark": css(readableOn(DARK_SURFACE, brand, WHITE)),
  };
  for (const [name, value] of Object.entries(properties)) {
    document.documentElement.style.setProperty(name, value);
  }
}

const READABLE = 4.5;
const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];
/** The darkest light and the lightest dark surface of frame.css that ink is drawn on. */
const LIGHT_SURFACE = [241, 242, 245];
const DARK_SURFACE = [42, 44, 51];

function readableOn(surface, colour, towards) {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = colour.map((part, at) => Math.round(part + (towards[at] - part) * share));
    if (contrast(mixed, surface) >= READABLE) return mixed;
  }
  return towards;
}

const css = (parts) => `rgb(${parts.join(" ")})`;

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(parts) {
  const [red, green, blue] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// What the demo's pages share.

const language = document.documentElement.lang;
const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
const time = { hour: "numeric", minute: "2-digit", hourCycle };
const clock = new Intl.DateTimeFormat(language, time);
const dayAndClock = new Intl.DateTimeFormat(language, { weekday: "short", ...time });

export const find = (id) => document.getElementById(id);

/** Touches the text only when it changes, so that it is announced once. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function element(name, properties, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

/** The JSON of a good answer. */
export async function ask(address, options) {
  const answer = await fetch(address, { cache: "no-store", ...options }).catch(() => {
    throw new Error("The server cannot be reached.");
  });
  const told = await answer.json().catch(() => null);
  if (!answer.ok || told === null) throw new Error(told?.detail ?? "The server did not answer as it should.");
  return told;
}

/** The time of today's things, and the day of others'. */
export function timeOf(at) {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return (isToday ? clock : dayAndClock).format(at);
}

// Every page by the Tab key alone: all that can be used is reached, each with a visible focus, and nothing holds it.

import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures";
import { hydrated } from "../operator";

/** Marks what has to be reached, and counts it. */
function mark(page: Page): Promise<number> {
  return page.evaluate(() => {
    const usable =
      "a[href], button:enabled, input:enabled:not([type=hidden]), select:enabled, textarea:enabled, summary, [tabindex='0']";
    const seen = new Set<string>();
    let count = 0;
    for (const element of document.querySelectorAll<HTMLElement>(usable)) {
      const isShown = element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
      if (!isShown || element.tabIndex < 0 || element.closest("[inert]")) continue;
      // Of a group of radio buttons the arrows reach the others.
      const radio = element instanceof HTMLInputElement && element.type === "radio" ? `${element.form?.id} ${element.name}` : "";
      if (radio && seen.has(radio)) continue;
      seen.add(radio);
      element.dataset.toReach = radio || "it";
      count += 1;
    }
    return count;
  });
}

/** What has the focus now: whether one sees it, and what it is. It counts as reached. */
function look(page: Page): Promise<{ isMarked: boolean; label: string } | null> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    if (!element || element === document.body) return null;
    const group = element instanceof HTMLInputElement && element.type === "radio" ? `${element.form?.id} ${element.name}` : "";
    if (group) document.querySelector(`[data-to-reach="${CSS.escape(group)}"]`)?.removeAttribute("data-to-reach");
    element.removeAttribute("data-to-reach");
    // The mark may be around the card of a text box, or on what a hidden control stands for.
    const around = element.closest(".composer__card, label") ?? element;
    const styles = [
      getComputedStyle(element),
      getComputedStyle(element, "::after"),
      getComputedStyle(around),
      getComputedStyle(around, "::after"),
    ];
    const isMarked = styles.some(({ outlineStyle, boxShadow }) => outlineStyle !== "none" || boxShadow !== "none");
    return { isMarked, label: element.outerHTML.slice(0, 120) };
  });
}

async function walk(page: Page, place: string) {
  const count = await mark(page);
  expect(count, place).toBeGreaterThan(1);
  const left = page.locator("[data-to-reach]");
  // A date has several fields of its own.
  for (let presses = 0; presses < 3 * count + 20; presses += 1) {
    await page.keyboard.press("Tab");
    const focus = await look(page);
    if (focus) expect.soft(focus.isMarked, `${place}: the focus can be seen on ${focus.label}`).toBe(true);
    if (presses >= count - 1 && (await left.count()) === 0) break;
  }
  const missed = await left.evaluateAll((all) => all.map((element) => element.outerHTML.slice(0, 120)));
  expect.soft(missed, `${place}: never reached`).toEqual([]);
}

test("every page is walked by Tab", async ({ operator, stranger }) => {
  test.setTimeout(600_000);
  const ada = await operator("ada");
  const { page } = ada;
  const contact = await page.getByTestId("conversation-row").first().getByRole("link").first().getAttribute("href");
  const settings = [
    "channels",
    "channels/new",
    "bots",
    "bots/new",
    "faq",
    "faq/new",
    "tags",
    "api",
    "unread",
    "people",
    "workspace",
    "audit",
    "profile",
    "notifications",
  ];
  const places = [
    "/inbox?queue=unassigned",
    `${new URL(contact!, ada.home).pathname}?queue=unassigned`,
    "/search?q=bowl",
    "/contacts",
    "/canned",
    "/canned/new",
    "/teams",
    "/dashboard",
    ...settings.map((place) => `/settings/${place}`),
  ];
  for (const place of places) {
    await test.step(place, async () => {
      await ada.openInbox(place);
      await walk(page, place);
    });
  }
  const guest = await stranger();
  await guest.goto("/login");
  await hydrated(guest);
  await walk(guest, "/login");
});

import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures";
import { hydrated, Operator } from "../operator";

/** The files with what only rare pages need, with a content hash or without one. */
const PARTS = /\/pkg\/(split|chunk)_[^/]*\.wasm$/;

/** The parts that a page asks for from now on. */
function collectParts(page: Page): string[] {
  const parts: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (PARTS.test(pathname)) parts.push(pathname);
  });
  return parts;
}

const place = (page: Page, name: string) =>
  page.getByRole("navigation", { name: /^(Places|Settings)$/ }).getByRole("link", { name, exact: true });

const title = (page: Page, name: string) => page.getByRole("heading", { name, level: 1, exact: true });

test("the list comes first, and what one works with when somebody is there", async ({ operator }) => {
  const ada = await operator("ada");
  const parts = collectParts(ada.page);
  await ada.openInbox();
  await expect(ada.rows.first()).toBeVisible();
  await ada.page.keyboard.press("?");
  await expect(ada.page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  expect(parts.filter((part) => /split_/.test(part))).toEqual([expect.stringContaining("split_work")]);
  parts.length = 0;
  await ada.page.keyboard.press("Escape");
  await ada.rows.first().getByRole("link").first().click();
  await expect(ada.log).toBeVisible();
  expect(parts, "it is there already").toEqual([]);
});

test("a conversation waits for what shows it", async ({ server, stranger, visitor }) => {
  const vera = await visitor("Vera");
  await vera.say("Is anybody there?");
  // Without the fixture: what fails is told in the console.
  const olga = new Operator(await stranger(), "olga", server.url);
  const { page } = olga;
  await olga.signIn();

  await test.step("opened from the list", async () => {
    await page.route(PARTS, (route) => route.abort());
    await olga.openInbox();
    await olga.row(vera.name).getByRole("link").first().click();
    await expect(page.getByRole("alert")).toContainText("The conversation could not be loaded");
    await page.unroute(PARTS);
    await expect(olga.message("Is anybody there?"), "it is asked for again").toBeVisible();
    await olga.reply("I am");
  });

  await test.step("opened by its address", async () => {
    let lost = 0;
    await page.route(PARTS, async (route) => {
      lost += 1;
      if (lost === 1) await route.abort();
      else await route.continue();
    });
    await page.reload();
    await expect(olga.message("Is anybody there?"), "what the server rendered is read meanwhile").toBeVisible();
    await hydrated(page);
    expect(lost).toBeGreaterThan(1);
    await olga.reply("Still here");
    await expect(vera.message("Still here")).toBeVisible();
  });
});

test("what a page needs is loaded once, and goes with the reader from page to page", async ({ operator }) => {
  const ada = await operator("ada");
  const { page } = ada;
  const parts = collectParts(page);

  await test.step("the dashboard brings its part", async () => {
    await ada.openInbox("/dashboard");
    await expect(title(page, "Dashboard")).toBeVisible();
    expect(parts.filter((part) => /split_beside/.test(part))).toHaveLength(1);
    expect(new Set(parts).size, "each file once").toBe(parts.length);
  });

  await test.step("another page of the same part needs nothing more", async () => {
    await ada.openInbox("/search");
    parts.length = 0;
    const { loads } = ada;
    await place(page, "Contacts").click();
    await expect(title(page, "Contacts")).toBeVisible();
    expect(parts).toEqual([]);

    await place(page, "Notifications").click();
    await expect(title(page, "Notifications")).toBeVisible();
    expect(parts.filter((part) => /split_/.test(part)), "the settings are the other part").toHaveLength(1);
    parts.length = 0;

    await page.goBack();
    await expect(title(page, "Contacts")).toBeVisible();
    await page.goForward();
    await expect(title(page, "Notifications")).toBeVisible();
    await expect(page).toHaveURL(/\/settings\/notifications$/);
    expect(parts, "and both are there now").toEqual([]);
    expect(ada.loads, "all of it on one page").toBe(loads);
  });
});

test("settings that are opened by their address come to life", async ({ operator }) => {
  const ada = await operator("ada");
  const { page } = ada;
  const refused: string[] = [];
  await page.exposeFunction("noteRefused", (what: string) => refused.push(what));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      (window as unknown as { noteRefused(what: string): void }).noteRefused(
        `${event.violatedDirective}: ${event.blockedURI}`,
      );
    });
  });
  for (const path of ["/settings/channels", "/settings/workspace", "/dashboard", "/teams", "/canned/new"]) {
    await ada.openInbox(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
  await ada.openInbox("/settings/profile");
  const { loads } = ada;
  await place(page, "Tags").click();
  await expect(title(page, "Tags")).toBeVisible();
  expect(ada.loads, "by a click, not by loading it whole").toBe(loads);
  expect(refused, "by the page's own policy").toEqual([]);
});

test("a part that is lost on its way is asked for again", async ({ server, stranger }) => {
  // Without the fixture: what fails is told in the console.
  const ada = new Operator(await stranger(), "ada", server.url);
  const { page } = ada;
  await ada.signIn();
  let lost = 0;
  await page.route(PARTS, async (route) => {
    lost += 1;
    if (lost === 1) await route.abort();
    else await route.continue();
  });
  await ada.openInbox("/settings/tags");
  await expect(title(page, "Tags")).toBeVisible();
  expect(lost).toBeGreaterThan(1);
  const { loads } = ada;
  await place(page, "Channels").click();
  await expect(title(page, "Channels")).toBeVisible();
  expect(ada.loads, "the page is alive").toBe(loads);
});

test("who cannot get a part is told so, and can try again", async ({ server, stranger }) => {
  const ada = new Operator(await stranger(), "ada", server.url);
  const { page } = ada;
  await ada.signIn();
  await ada.openInbox("/contacts?q=Vera");
  await page.route(PARTS, (route) => route.abort());
  await place(page, "Notifications").click();
  await expect(page.getByRole("alert")).toContainText("This could not be loaded");
  await expect(page).toHaveURL(/\/settings\/notifications$/);

  await test.step("the pages that are there go on", async () => {
    await page.goBack();
    await expect(title(page, "Contacts")).toBeVisible();
    await expect(page).toHaveURL(/\/contacts\?q=Vera$/);
    await place(page, "Notifications").click();
    await expect(page.getByRole("alert")).toContainText("This could not be loaded");
  });

  await page.unroute(PARTS);
  await page.getByRole("link", { name: "Try again" }).click();
  await hydrated(page);
  await expect(title(page, "Notifications")).toBeVisible();
});

import { readFile } from "node:fs/promises";

import type { Locator, Page } from "@playwright/test";

import { expect, test } from "../fixtures";
import { hydrated, PEOPLE, type Operator } from "../operator";

/** A number of the dashboard. */
const tile = (page: Page, id: string): Locator => page.getByTestId(id);

/** A number in the row of a person, a team or a channel. */
function cell(page: Page, table: string, row: string, load: string): Locator {
  const rows = page.getByRole("table", { name: table, exact: true }).getByRole("row");
  return rows.filter({ has: page.getByRole("rowheader", { name: row }) }).locator(`[data-load="${load}"]`);
}

async function number(shown: Locator): Promise<number> {
  return Number(await shown.innerText());
}

async function openDashboard(someone: Operator) {
  await someone.page.getByRole("link", { name: "Dashboard" }).click();
  await expect(someone.page.getByRole("heading", { name: "Dashboard", level: 1 })).toBeVisible();
  await hydrated(someone.page);
}

/** Follows a number of a table to its list in another tab, and counts there. */
async function expectItsList(someone: Operator, shown: Locator) {
  const path = await shown.getByRole("link").getAttribute("href");
  const count = await number(shown);
  const tab = await someone.newTab(path!);
  await expect(tab.getByTestId("conversation-row")).toHaveCount(count);
  await tab.close();
}

test("a supervisor sees work come and go, and each number is the length of its list", async ({ operator, visitor }) => {
  const [sam, olga, vera] = await Promise.all([operator("sam"), operator("olga"), visitor("Vera")]);
  await openDashboard(sam);
  const { page } = sam;
  const loads = sam.loads;
  const waiting = tile(page, "waiting-now");
  const unassigned = tile(page, "unassigned-now");
  const ofOlga = cell(page, "Operators", olga.name, "active");
  const ofSupport = cell(page, "Teams", "Support", "needs_answer");
  const ofShop = cell(page, "Channels", "Kiln & Fern shop", "needs_answer");
  const before = {
    waiting: await number(waiting),
    unassigned: await number(unassigned),
    ofOlga: await number(ofOlga),
    ofSupport: await number(ofSupport),
    ofShop: await number(ofShop),
  };

  await test.step("a visitor writes: one more waits, in the team and on the channel too", async () => {
    await vera.say("Hello");
    await expect(waiting).toHaveText(String(before.waiting + 1));
    await expect(unassigned).toHaveText(String(before.unassigned + 1));
    await expect(ofSupport).toHaveText(String(before.ofSupport + 1));
    await expect(ofShop).toHaveText(String(before.ofShop + 1));
    await expect(ofOlga).toHaveText(String(before.ofOlga));
  });

  await test.step("an operator claims: it is hers, and still waits", async () => {
    await olga.open(vera.name);
    await olga.button("Claim").click();
    await expect(ofOlga).toHaveText(String(before.ofOlga + 1));
    await expect(unassigned).toHaveText(String(before.unassigned));
    await expect(waiting).toHaveText(String(before.waiting + 1));
  });

  await test.step("the numbers are those of the lists that they lead to", async () => {
    const queue = (await sam.newTab("/inbox")).getByRole("navigation", { name: "Queues" });
    const count = (name: string) => queue.getByRole("link", { name: new RegExp(`^${name}`) });
    await expect(count("Needs answer")).toHaveAttribute("data-count", await waiting.innerText());
    await expect(count("Unassigned")).toHaveAttribute("data-count", await unassigned.innerText());
    await expect(count("AI")).toHaveAttribute("data-count", await tile(page, "ai-now").innerText());
    await expectItsList(sam, ofOlga);
    await expectItsList(sam, cell(page, "Operators", PEOPLE.nina.name, "active"));
    await expectItsList(sam, cell(page, "Teams", "Sales", "needs_answer"));
  });

  await test.step("she answers: nobody waits there any more", async () => {
    await olga.reply("Hello Vera");
    await expect(waiting).toHaveText(String(before.waiting));
    await expect(ofOlga).toHaveText(String(before.ofOlga + 1));
  });

  await test.step("she resolves: it is out of everybody's hands", async () => {
    await olga.button("Resolve").click();
    await expect(ofOlga).toHaveText(String(before.ofOlga));
    await expect(ofSupport).toHaveText(String(before.ofSupport));
    await expect(page.getByTestId("announced"), "now and then it is said how it stands").toContainText("wait");
    expect(sam.loads, "all of it on one page").toBe(loads);
  });
});

test("the first in line leads to the conversation", async ({ operator }) => {
  const sam = await operator("sam");
  await openDashboard(sam);
  await expect(tile(sam.page, "oldest-wait")).toHaveText(/\d+ (min|h|d)/);
  const first = sam.page.getByRole("list", { name: "First in line" }).getByRole("link").first();
  const name = await first.innerText();
  await first.press("Enter");
  await expect(sam.page.getByRole("heading", { name })).toBeVisible();
  await expect(sam.log).toBeVisible();
});

test("days are chosen, compared and saved", async ({ operator }) => {
  const ada = await operator("ada");
  await openDashboard(ada);
  const { page } = ada;
  const loads = ada.loads;
  await expect(page.getByTestId("period")).toContainText("compared with the 28 days before");
  await page.getByRole("navigation", { name: "Days" }).getByRole("link", { name: "7 days" }).click();
  await expect(page.getByTestId("period")).toContainText("compared with the 7 days before");
  await expect(page).toHaveURL(/range=7$/);
  expect(ada.loads, "the page stays").toBe(loads);
  await expect(page.getByRole("img", { name: /^First response, a bar for each day/ })).toBeVisible();

  await page.getByText("Day by day, as a table").press("Enter");
  const days = page.getByRole("table", { name: "Day by day" });
  await expect(days.getByRole("row")).toHaveCount(8);
  await expect(page.getByRole("table", { name: "By operator" })).toContainText(PEOPLE.olga.name);

  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download CSV" }).click();
  const table = await readFile(await (await saved).path(), "utf8");
  expect(table.split("\r\n").filter((line) => line.startsWith("day,"))).toHaveLength(7);
  expect(table).toContain(`operator,${PEOPLE.olga.name},`);

  await page.getByLabel("From", { exact: true }).fill("2026-01-02");
  await page.getByLabel("To", { exact: true }).fill("2026-01-01");
  await ada.button("Show").click();
  await expect(page.getByRole("alert")).toContainText("The last day must not be before the first.");
  await expect(tile(page, "waiting-now")).toHaveText(/^\d+$/);
});

test("operators have no dashboard", async ({ operator }) => {
  const olga = await operator("olga");
  await expect(olga.page.getByRole("link", { name: "Dashboard" })).toHaveCount(0);
  await olga.openInbox("/dashboard");
  await expect(olga.page.getByRole("alert")).toContainText("What is yours to do is in the inbox.");
  await expect(tile(olga.page, "waiting-now")).toHaveCount(0);
});

import { readFile } from "node:fs/promises";

import { cell, expectItsList, number, openDashboard, tile } from "../dashboard";
import { expect, test } from "../fixtures";
import { PEOPLE } from "../operator";

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

test("who waits is given to somebody from the dashboard, and taken back", async ({ operator }) => {
  const [sam, omar] = await Promise.all([operator("sam"), operator("omar")]);
  await openDashboard(sam);
  const { page } = sam;
  // The menu of each line has everybody's name.
  const lines = page.getByTestId("line");
  const hers = lines.filter({ has: page.locator(".line__owner", { hasText: PEOPLE.olga.name }) });
  const name = await hers.first().getByRole("link").innerText();
  const owner = lines.filter({ has: page.getByRole("link", { name }) }).locator(".line__owner");
  const ofOmar = cell(page, "Operators", omar.name, "active");
  const before = await number(ofOmar);
  const button = page.getByRole("button", { name: `Assign ${name}` });

  await test.step("by the keyboard, from the list of colleagues with their load", async () => {
    await button.press("Enter");
    const menu = page.getByRole("menu", { name: "Assign to" });
    await expect(menu.getByRole("menuitemradio", { name: PEOPLE.olga.name })).toBeChecked();
    await menu.getByRole("menuitemradio", { name: omar.name }).press("Enter");
    await expect(owner).toHaveText(omar.name);
    await expect(ofOmar).toHaveText(String(before + 1));
    await expect(page.getByText(`Assigned to ${omar.name}.`)).toBeVisible();
    await expect(button).toBeFocused();
  });

  await test.step("and taken back", async () => {
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(owner).toHaveText(PEOPLE.olga.name);
    await expect(ofOmar).toHaveText(String(before));
  });

  await test.step("to another team", async () => {
    await button.press("Enter");
    await page.getByRole("menu", { name: "Assign to" }).getByRole("menuitemradio", { name: "Sales" }).press("Enter");
    await expect(page.getByText("Moved to Sales.")).toBeVisible();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(owner).toHaveText(PEOPLE.olga.name);
  });
});

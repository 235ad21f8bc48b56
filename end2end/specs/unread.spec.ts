import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures";
import { rowIn, type Operator } from "../operator";

/** The number in the tab's title: how many conversations that are this operator's business have news. */
async function total(page: Page): Promise<number> {
  return Number((await page.title()).match(/^\((\d+)\)/)?.[1] ?? 0);
}

async function expectUnread(someone: Operator, contact: string, count: number) {
  await expect(someone.row(contact)).toHaveAttribute("data-unread", String(count));
}

test("each operator has their own count of the customer's messages", async ({ operator, visitor }) => {
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);
  const before = { olga: await total(olga.page), omar: await total(omar.page) };

  await test.step("new messages count for both", async () => {
    for (const text of ["one", "two", "three"]) await vera.say(text);
    await expectUnread(olga, vera.name, 3);
    await expectUnread(omar, vera.name, 3);
    await expect.poll(() => total(olga.page)).toBe(before.olga + 1);
    await expect.poll(() => total(omar.page)).toBe(before.omar + 1);
  });

  await test.step("reading moves one's own mark alone", async () => {
    await olga.open(vera.name);
    await expectUnread(olga, vera.name, 0);
    await expect.poll(() => total(olga.page)).toBe(before.olga);
    await expectUnread(omar, vera.name, 3);
  });

  await test.step("reading is not answering", async () => {
    await expect(olga.row(vera.name)).toHaveAttribute("data-needs-answer", "true");
  });

  await test.step("what comes on an open screen is read", async () => {
    await vera.say("four");
    await expect(olga.message("four")).toBeVisible();
    await expectUnread(omar, vera.name, 4);
    await expectUnread(olga, vera.name, 0);
  });

  await test.step("replies, notes and system lines never count; a colleague's conversation is not in my total", async () => {
    await olga.reply("Hello Vera");
    await olga.note("A regular customer");
    await expect(omar.row(vera.name)).toContainText("A regular customer");
    await expectUnread(omar, vera.name, 4);
    await expectUnread(olga, vera.name, 0);
    await expect.poll(() => total(omar.page)).toBe(before.omar);
  });

  await test.step("mark as unread, and it stays so until there is something newer", async () => {
    await olga.log.focus();
    await olga.page.keyboard.press("u");
    await expect(olga.row(vera.name)).not.toHaveAttribute("data-unread", "0");
    await expect.poll(() => total(olga.page)).toBe(before.olga + 1);
    await olga.message("two").getByRole("button", { name: "Mark unread from here" }).press("Enter");
    await expectUnread(olga, vera.name, 3);
    await vera.say("five");
    await expectUnread(olga, vera.name, 0);
    await expectUnread(omar, vera.name, 5);
  });

  await test.step("the marks outlive a reload", async () => {
    await olga.openInbox();
    await omar.openInbox();
    await expectUnread(olga, vera.name, 0);
    await expectUnread(omar, vera.name, 5);
  });
});

test("eight tabs of one operator are all live", async ({ operator, visitor }) => {
  test.slow();
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);
  const tabs = [olga.page];
  while (tabs.length < 8) tabs.push(await olga.newTab());
  const everyTab = async (count: number) => {
    for (const tab of tabs) await expect(rowIn(tab, vera.name)).toHaveAttribute("data-unread", String(count));
  };

  await test.step("a message is in all of them", async () => {
    await vera.say("one");
    await vera.say("two");
    await everyTab(2);
    await expectUnread(omar, vera.name, 2);
  });

  await test.step("read in one is read in all, and in nobody else's", async () => {
    await rowIn(tabs[5], vera.name).getByRole("link").first().click();
    await everyTab(0);
    const totals = await Promise.all(tabs.map(total));
    expect(new Set(totals).size, `the tabs' totals are one: ${totals}`).toBe(1);
    await expectUnread(omar, vera.name, 2);
  });

  await test.step("they stay live when the first of them goes", async () => {
    await tabs[5].goBack();
    await tabs.shift()?.close();
    await vera.say("three");
    await everyTab(1);
    await expectUnread(omar, vera.name, 3);
  });
});

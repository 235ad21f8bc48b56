import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures";
import { bell, noteNaming } from "../mentions";

async function expectUnread(page: Page, count: number) {
  const badge = page.getByTestId("my-notifications");
  if (count === 0) await expect(badge).toHaveCount(0);
  else await expect(badge).toHaveText(String(count));
}

/** How much there is before a test begins: others have told the same people of theirs. */
async function unread(page: Page) {
  const badge = page.getByTestId("my-notifications");
  return (await badge.count()) === 0 ? 0 : Number(await badge.textContent());
}

test("a mention is told, leads to the note and is read in every tab", async ({ operator, visitor }) => {
  const [olga, omar] = await Promise.all([operator("olga"), operator("omar")]);
  const [vera, other] = await Promise.all([visitor("Vera"), visitor("Otto")]);
  await vera.say("Is the vase back?");
  await other.say("Hello");
  await omar.open(other.name);
  const before = await unread(omar.page);
  const second = await omar.newTab();

  await test.step("@ opens a list of people, and the name is marked in the note", async () => {
    await olga.open(vera.name);
    await noteNaming(olga, "Look, @om", omar.name, "do you know?");
    const note = olga.message("do you know?");
    await expect(note).toHaveAttribute("data-note", "true");
    await expect(note.getByTestId("mention")).toHaveText(`@${omar.name}`);
    await expect(note.getByTestId("mention")).toHaveAttribute("data-mine", "false");
  });

  await test.step("the bell counts in both tabs, and nobody else is told", async () => {
    await expectUnread(omar.page, before + 1);
    await expectUnread(second, before + 1);
    await expect(olga.page.getByTestId("my-notifications")).toHaveCount(0);
  });

  await test.step("the list says why, and leads to the note", async () => {
    await bell(omar.page).click();
    const told = omar.page.getByTestId("notification").first();
    await expect(told).toContainText(`${olga.name} mentioned you`);
    await expect(told).toContainText(vera.name);
    await expect(told).toHaveAttribute("data-read", "false");
    await told.getByRole("link").click();
    await expect(omar.page.getByRole("heading", { name: vera.name })).toBeVisible();
    const note = omar.message("do you know?");
    await expect(note).toHaveAttribute("data-found", "true");
    await expect(note.getByTestId("mention")).toHaveAttribute("data-mine", "true");
    expect(omar.loads, "without a reload").toBe(1);
  });

  await test.step("it is read in both tabs", async () => {
    await expectUnread(omar.page, before);
    await expectUnread(second, before);
    await bell(second).click();
    await expect(second.getByTestId("notification").first()).toHaveAttribute("data-read", "true");
  });
});

test("a team is named, and each decides what they are told of", async ({ operator, visitor }) => {
  const [olga, omar] = await Promise.all([operator("olga"), operator("omar")]);
  const vera = await visitor("Vera");
  await vera.say("Hello");
  await olga.open(vera.name);

  const before = await unread(omar.page);

  await test.step("a team", async () => {
    await noteNaming(olga, "@supp", "Support", "who knows?");
    await expectUnread(omar.page, before + 1);
    await bell(omar.page).click();
    await expect(omar.page.getByTestId("notification").first()).toContainText("mentioned Support, and you are in it");
    await omar.button("Mark all as read").click();
    await expectUnread(omar.page, 0);
  });

  await test.step("rules are switched on their page", async () => {
    await omar.page.getByRole("link", { name: "Choose what you are told of" }).click();
    const mentions = omar.page.getByRole("switch", { name: "Mentions" });
    await expect(mentions).toHaveAttribute("aria-checked", "true");
    await mentions.click();
    await expect(mentions).toHaveAttribute("aria-checked", "false");
    const queue = omar.page.getByRole("switch", { name: "New in my queue" });
    await queue.click();
    await expect(queue).toHaveAttribute("aria-checked", "true");
    await omar.openInbox("/settings/notifications");
    await expect(mentions).toHaveAttribute("aria-checked", "false");
    await expect(queue).toHaveAttribute("aria-checked", "true");
  });

  await test.step("and hold from then on", async () => {
    await omar.openInbox();
    await noteNaming(olga, "@om", omar.name, "never mind");
    await expect(olga.message("never mind")).toHaveAttribute("data-seq", /^\d+$/);
    const nora = await visitor("Nora");
    await nora.say("Is anybody there?");
    await expectUnread(omar.page, 1);
    await bell(omar.page).click();
    await expect(omar.page.getByTestId("notification").first()).toContainText("New in Support");
  });

  await test.step("as it was before", async () => {
    await omar.openInbox("/settings/notifications");
    for (const [name, on] of [["Mentions", "true"], ["New in my queue", "false"]] as const) {
      const rule = omar.page.getByRole("switch", { name });
      await rule.click();
      await expect(rule).toHaveAttribute("aria-checked", on);
    }
  });
});

test("a list that is closed by Escape sends nothing, and plain text stays plain", async ({ operator, visitor }) => {
  const olga = await operator("olga");
  const vera = await visitor("Vera");
  await vera.say("Hello");
  await olga.open(vera.name);
  await olga.page.getByRole("tab", { name: "Note" }).click();
  await olga.composer.pressSequentially("Ask @o");
  const names = olga.page.getByRole("listbox", { name: "People and teams" });
  await expect(names).toBeVisible();
  await olga.composer.press("Escape");
  await expect(names).toBeHidden();
  await expect(olga.composer).toHaveValue("Ask @o");
  await expect(olga.composer).toBeFocused();
  await olga.composer.press("Enter");
  const note = olga.message("Ask @o");
  await expect(note).toHaveAttribute("data-note", "true");
  await expect(note.getByTestId("mention")).toHaveCount(0);
});

test("desktop notifications: of several tabs one calls", async ({ operator, visitor }) => {
  const [olga, omar] = await Promise.all([operator("olga"), operator("omar")]);
  const vera = await visitor("Vera");
  await vera.say("Hello");
  const context = omar.page.context();
  await context.grantPermissions(["notifications"]);
  // The browser of these tests has no desktop: what is shown there is noted in its place.
  await context.addInitScript(() => {
    const shown: string[] = [];
    Object.defineProperty(window, "shownOnDesktop", { value: shown });
    class Shown {
      static permission = "granted";
      static requestPermission = async () => "granted";
      onclick = null;
      constructor(title: string) {
        shown.push(title);
      }
      close() {}
    }
    Object.defineProperty(window, "Notification", { value: Shown });
  });
  await omar.openInbox("/settings/notifications");
  const desktop = omar.page.getByRole("switch", { name: "Desktop notifications" });
  await desktop.click();
  await expect(desktop).toHaveAttribute("aria-checked", "true");
  await omar.openInbox();
  const before = await unread(omar.page);
  const second = await omar.newTab();

  await olga.open(vera.name);
  await noteNaming(olga, "@om", omar.name, "look");
  await expectUnread(omar.page, before + 1);
  await expectUnread(second, before + 1);
  const shown = (page: Page) => page.evaluate(() => (window as unknown as { shownOnDesktop: string[] }).shownOnDesktop);
  await expect.poll(async () => [...(await shown(omar.page)), ...(await shown(second))]).toEqual([vera.name]);
});

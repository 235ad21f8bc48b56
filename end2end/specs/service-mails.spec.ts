// Mails of the installation's own: invitations, forgotten passwords, transcripts.

import { readFile } from "node:fs/promises";

import type { Locator, Page } from "@playwright/test";

import { expect, test } from "../fixtures";
import type { Mailbox } from "../mailbox";
import { fillSignIn, hydrated } from "../operator";

const PASSWORD = "a password of mine";

/** Opens an address's mailbox and the mail with these words, and returns the path of the link in it. */
async function linkIn(mailbox: Mailbox, address: string, words: string): Promise<string> {
  await mailbox.open(address);
  await mailbox.read(words);
  const mail = mailbox.received("The link works once");
  await expect(mail).toHaveCount(1);
  const link = /https?:\/\/[^\s/]+(\/(?:invitation|reset)\/[0-9a-f]{64})/.exec((await mail.textContent()) ?? "");
  expect(link).not.toBeNull();
  return link![1]!;
}

function invitation(page: Page, email: string): Locator {
  return page.getByTestId("invitation").filter({ hasText: email });
}

/** Has somebody invited by mail. */
async function invite(page: Page, email: string) {
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByRole("checkbox", { name: "Mail them the link too" }).check();
  await page.getByRole("button", { name: "Create invitation" }).click();
  await expect(invitation(page, email).getByTestId("mailed")).toContainText(`Mailed to ${email}.`);
}

async function join(page: Page, path: string, name: string) {
  await page.goto(path);
  await hydrated(page);
  await page.getByRole("textbox", { name: "Your name" }).fill(name);
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/inbox$/);
}

test("invited by mail, and joined by its link", async ({ operator, mailbox, stranger }) => {
  const email = "ivo.mailed@example.test";
  const [ada, box] = await Promise.all([operator("ada"), mailbox()]);
  await ada.openInbox("/settings/people");
  await invite(ada.page, email);
  const row = invitation(ada.page, email);
  await expect(row.getByTestId("mailed")).toHaveAttribute("data-state", "sent");
  const path = await linkIn(box, email, "invites you to");
  expect(new URL((await ada.page.getByTestId("paste").textContent())!).pathname, "to be copied too").toBe(path);

  // Another mail has another link, and the one before is void.
  await row.getByRole("button", { name: "Mail again" }).click();
  const another = new URL((await row.getByTestId("paste").textContent())!).pathname;
  expect(another).not.toBe(path);
  const late = await stranger();
  await late.goto(path);
  await expect(late.getByRole("alert")).toContainText("was used already");
  await join(await stranger(), another, "Ivo Ibsen");
  await ada.page.reload();
  await hydrated(ada.page);
  await expect(row).toHaveCount(0);
  await expect(ada.page.getByRole("heading", { name: "Ivo Ibsen", exact: true })).toBeVisible();
});

test("an invitation that reaches nobody says so, and can be tried again", async ({ operator }) => {
  const email = "bounce-invited@example.test";
  const ada = await operator("ada");
  await ada.openInbox("/settings/people");
  await invite(ada.page, email);
  const row = invitation(ada.page, email);
  const mailed = row.getByTestId("mailed");
  await expect(mailed).toHaveAttribute("data-state", "failed");
  await expect(mailed).toContainText("Could not be sent: ");
  await expect(mailed).toContainText("User unknown");
  await row.getByRole("button", { name: "Try again" }).click();
  await expect(row.getByTestId("paste")).toContainText("/invitation/");
  await expect(mailed).toHaveAttribute("data-state", "failed");
  await row.getByRole("button", { name: "Withdraw" }).click();
  await ada.page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await expect(row).toHaveCount(0);
});

test("a forgotten password is reset by mail, without JavaScript too", async ({ operator, mailbox, stranger }) => {
  test.slow();
  const email = "fay.forgot@example.test";
  const [ada, box] = await Promise.all([operator("ada"), mailbox()]);
  await ada.openInbox("/settings/people");
  await invite(ada.page, email);
  await join(await stranger(), await linkIn(box, email, "invites you to"), "Fay Forgot");

  const page = await stranger({ javaScriptEnabled: false });
  const sentences: string[] = [];
  for (const address of ["nobody.at.all@example.test", email]) {
    await page.goto("/login");
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await expect(page).toHaveURL(/\/login\/forgot$/);
    await page.getByRole("textbox", { name: "Email" }).fill(address);
    await page.getByRole("button", { name: "Send the link" }).click();
    await expect(page.getByRole("status")).toBeVisible();
    sentences.push((await page.getByRole("status").textContent())!);
  }
  expect(sentences[0], "nobody learns who has an account").toBe(sentences[1]);

  await page.goto(await linkIn(box, email, "Another password for"));
  await page.getByRole("textbox", { name: "Password" }).fill("another password of mine");
  await page.getByRole("button", { name: "Save password" }).click();
  await expect(page.getByRole("status")).toContainText("Your password was changed");
  await fillSignIn(page, email, "another password of mine");
  await expect(page).toHaveURL(/\/inbox$/);
  await box.open("nobody.at.all@example.test");
  await expect(box.threads).toHaveCount(0);
});

test("a transcript is saved, and mailed", async ({ operator, visitor, mailbox }) => {
  const [olga, box] = await Promise.all([operator("olga"), mailbox()]);
  const tora = await visitor("Tora");
  const asked = `Is the tall vase back, asks ${tora.name}?`;
  await tora.say(asked);
  await olga.open(tora.name);
  await olga.reply("It is back on Monday.");
  await olga.note("She asks every week.");
  const { page } = olga;

  await olga.button("More").click();
  const saved = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Save transcript" }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe("transcript.txt");
  const text = await readFile(await download.path(), "utf8");
  expect(text).toContain(`Customer: ${tora.name}\n| ${asked}\n`);
  expect(text).toContain(`Team: ${olga.name}\n| It is back on Monday.\n`);
  expect(text).not.toContain("She asks every week.");
  await expect(page.getByRole("menu", { name: "More" })).toBeHidden();

  const address = `${tora.name.toLowerCase().replace(/\W+/g, ".")}@example.test`;
  await olga.button("More").click();
  await page.getByRole("menuitem", { name: "Mail transcript" }).click();
  const dialog = page.getByRole("dialog", { name: "Mail transcript" });
  const to = dialog.getByRole("textbox", { name: "Send to" });
  await expect(to, "a visitor has proven no address").toHaveValue("");
  await to.fill(address);
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  const mailed = dialog.getByTestId("mailed").filter({ hasText: address });
  await expect(mailed).toHaveAttribute("data-state", "sent");
  await dialog.getByRole("button", { name: "Close" }).first().click();
  await expect(dialog).toBeHidden();

  await box.open(address);
  await box.read("Transcript of a conversation");
  await expect(box.received(asked)).toBeVisible();
  await expect(box.received("It is back on Monday.")).toBeVisible();
  await expect(box.received("She asks every week.")).toHaveCount(0);

  const ada = await operator("ada");
  await ada.openInbox("/settings/audit?kind=transcript_mailed");
  await expect(ada.page.getByTestId("audit-entry").filter({ hasText: address })).toContainText(olga.name);
});

test("whoever wrote by mail is suggested, and the palette offers both", async ({ operator, mailbox }) => {
  const email = "pia.palette@example.test";
  const [olga, box] = await Promise.all([operator("olga"), mailbox()]);
  await box.open(email);
  await box.write({ subject: "Palette and transcript", text: "Do you sell paint?" });
  await olga.row("Palette and transcript").getByRole("link").first().click();
  await expect(olga.message("Do you sell paint?")).toBeVisible();

  const { page } = olga;
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Go anywhere, do anything" }).fill("transcript");
  await expect(page.getByRole("option", { name: /Save transcript/ })).toBeVisible();
  await page.getByRole("option", { name: /Mail transcript/ }).click();
  const dialog = page.getByRole("dialog", { name: "Mail transcript" });
  await expect(dialog.getByRole("textbox", { name: "Send to" })).toHaveValue(email);
  await dialog.getByRole("button", { name: "Close" }).first().click();
  await expect(dialog).toBeHidden();
});

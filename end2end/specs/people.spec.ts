// People: invited, with a second step, disabled; their own settings, and what is kept of it all.

import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures";
import { fillSignIn, hydrated } from "../operator";
import { codeAt, invite, join, PASSWORD, personIn } from "../people";

test("invited, joined, two steps, and in with a recovery code", async ({ operator, stranger }) => {
  test.slow();
  const ada = await operator("ada");
  await ada.openInbox("/settings/people");
  const link = await invite(ada.page, "ines@demo.test");

  const page = await stranger();
  await join(page, link, "Ines Ito");
  const again = await stranger();
  await again.goto(new URL(link).pathname);
  await expect(again.getByRole("alert")).toContainText("was used already");

  await page.goto("/settings/profile");
  await hydrated(page);
  await page.getByRole("textbox", { name: "Your password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Set up two-step sign-in" }).click();
  await expect(page.getByRole("img", { name: "QR code" })).toBeVisible();
  const secret = (await page.getByTestId("paste").textContent())!;
  await page.getByRole("textbox", { name: "Code" }).fill(codeAt(secret, Date.now()));
  await page.getByRole("button", { name: "Switch on" }).click();
  await expect(page.getByTestId("second-step")).toHaveAttribute("data-on", "true");
  const codes = (await page.getByTestId("paste").textContent())!.split("\n");
  expect(codes).toHaveLength(10);

  // An app whose clock is one step ahead: its code is another than the one before, also in the same half minute.
  const others: Page[] = [];
  for (const code of [() => codeAt(secret, Date.now() + 30_000), () => codes[0]!]) {
    const other = await stranger();
    others.push(other);
    await other.goto("/login");
    await hydrated(other);
    await fillSignIn(other, "ines@demo.test", PASSWORD);
    await expect(other).toHaveURL(/\/login\/code/);
    await hydrated(other);
    await other.getByRole("textbox", { name: "Code" }).fill("000");
    await other.getByRole("button", { name: "Sign in" }).click();
    await expect(other.getByRole("alert")).toBeVisible();
    await other.getByRole("textbox", { name: "Code" }).fill(code());
    await other.getByRole("button", { name: "Sign in" }).click();
    await expect(other).toHaveURL(/\/inbox$/);
  }

  await page.reload();
  await hydrated(page);
  await expect(page.getByTestId("second-step")).toContainText("9 recovery codes");
  await expect(page.getByTestId("session")).toHaveCount(3);
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(page.getByTestId("session")).toHaveCount(1);
  for (const other of others) await expect(other).toHaveURL(/\/login/);
});

test("disabling says what follows, and does it", async ({ operator, stranger, visitor }) => {
  const ada = await operator("ada");
  await ada.openInbox("/settings/people");
  const page = await stranger();
  await join(page, await invite(ada.page, "leo@demo.test"), "Leo Lund");
  const vera = await visitor("Vera");
  await vera.say("Hello");
  await page.getByTestId("conversation-row").filter({ hasText: vera.name }).getByRole("link").click();
  await page.getByRole("button", { name: "Claim" }).click();
  await expect(page.getByTestId("owner")).toContainText("Leo");

  await ada.page.reload();
  await hydrated(ada.page);
  await personIn(ada.page, "Leo Lund").getByRole("button", { name: /^Disable/ }).click();
  const dialog = ada.page.getByRole("dialog", { name: "Disable Leo Lund?" });
  await expect(dialog).toContainText("1 conversation goes back to its queue: 1 to Support.");
  await dialog.getByRole("button", { name: "Disable" }).click();
  await expect(personIn(ada.page, "Leo Lund")).toHaveAttribute("data-live", "false");
  await expect(page).toHaveURL(/\/login/);

  const olga = await operator("olga");
  await olga.open(vera.name);
  await expect(olga.status).toHaveAttribute("data-status", "waiting");

  await ada.openInbox("/settings/audit?kind=person_disabled");
  await expect(ada.page.getByTestId("audit-entry").first()).toContainText("Leo Lund");
});

test("a forgotten password is reset by a link", async ({ operator, stranger }) => {
  const ada = await operator("ada");
  await ada.openInbox("/settings/people");
  const page = await stranger();
  await join(page, await invite(ada.page, "mia@demo.test"), "Mia Moss");
  await ada.page.reload();
  await hydrated(ada.page);
  const mia = personIn(ada.page, "Mia Moss");
  await mia.getByRole("button", { name: /^Reset password/ }).click();
  const link = (await mia.getByTestId("paste").textContent())!;
  await page.goto(new URL(link).pathname);
  await hydrated(page);
  await page.getByRole("textbox", { name: "Password" }).fill("another password of mine");
  await page.getByRole("button", { name: "Save password" }).click();
  await expect(page.getByRole("status")).toContainText("Your password was changed");
  await hydrated(page);
  await fillSignIn(page, "mia@demo.test", "another password of mine");
  await expect(page).toHaveURL(/\/inbox$/);
});

test("one's own name and clock", async ({ operator }) => {
  const nina = await operator("nina");
  await nina.button(`${nina.name}, your account`).click();
  await nina.page.getByRole("menuitem", { name: "Your profile" }).click();
  await hydrated(nina.page);
  await nina.page.getByRole("combobox", { name: "Time zone" }).selectOption("Asia/Tokyo");
  await nina.page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(nina.page.getByText("Saved")).toBeVisible();
  await nina.page.reload();
  await expect(nina.page.locator("html")).toHaveAttribute("data-zone", "Asia/Tokyo");
  await hydrated(nina.page);
  await expect(nina.page.getByRole("combobox", { name: "Time zone" })).toHaveValue("Asia/Tokyo");
});

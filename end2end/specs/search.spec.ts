import { expect, test } from "../fixtures";
import { hydrated, type Operator } from "../operator";

/** The palette, opened by its keys. */
async function openPalette(operator: Operator) {
  await operator.page.keyboard.press("Control+k");
  const palette = operator.page.getByRole("dialog", { name: "Command palette" });
  await expect(palette).toBeVisible();
  const field = palette.getByRole("combobox", { name: "Go anywhere, do anything" });
  await expect(field).toBeFocused();
  return { palette, field, options: palette.getByRole("option") };
}

test("what was said long ago is found, and its thread opens around it", async ({ operator, visitor }) => {
  test.slow();
  const olga = await operator("olga");
  const vera = await visitor("Vera");
  await vera.say("Die Größe der blauen Zimmervase, bitte");
  await olga.open(vera.name);
  // So many that the first one is not among the newest.
  for (let number = 1; number <= 60; number += 1) await olga.reply(`Answer ${number} of many`);
  await olga.note("She wants the Zimmervase in blue");

  await test.step("search by a link of the navigation", async () => {
    await olga.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Search" }).click();
    await hydrated(olga.page);
    await olga.page.getByRole("searchbox", { name: "Search messages, notes and contacts" }).fill("grosse zimmerv");
    await olga.button("Search").click();
    await expect(olga.page).toHaveURL(/\/search\?q=/);
    const hits = olga.page.getByTestId("hit");
    await expect(hits).toHaveCount(1);
    await expect(hits.locator("mark")).toHaveText(["Größe", "Zimmervase"]);
    await expect(hits).toContainText(vera.name);
  });

  await test.step("the hit leads to the message, which is marked and in sight", async () => {
    await olga.page.getByTestId("hit").getByRole("link").click();
    await hydrated(olga.page);
    const message = olga.message("Die Größe der blauen Zimmervase");
    await expect(message).toHaveAttribute("data-found", "true");
    await expect(message).toBeInViewport();
    await expect(message).toBeFocused();
    await expect(olga.message("Answer 60 of many")).toHaveCount(0);
  });

  await test.step("from there on to the newest", async () => {
    await olga.button("Newest").click();
    await expect(olga.message("She wants the Zimmervase in blue")).toBeInViewport();
    await expect(olga.page).not.toHaveURL(/message=/);
  });

  await test.step("what is sent from an earlier stretch shows at the end", async () => {
    const address = new URL(olga.page.url());
    await olga.page.goto(`${address.pathname}?message=1`);
    await hydrated(olga.page);
    await expect(olga.message("Die Größe der blauen Zimmervase")).toBeInViewport();
    await olga.reply("The last answer");
    await expect(olga.message("The last answer")).toBeInViewport();
    await expect(olga.pending).toHaveCount(0);
  });

  await test.step("operators narrow it down, and the address is the search", async () => {
    await olga.openInbox("/search?q=zimmervase+from%3Acustomer");
    await expect(olga.page.getByTestId("hit")).toHaveCount(1);
    await olga.openInbox("/search?q=zimmervase");
    await expect(olga.page.getByTestId("hit")).toHaveCount(2);
    await expect(olga.page.getByTestId("hit").first()).toHaveAttribute("data-note", "true");
    await olga.openInbox("/search?q=answer");
    await expect(olga.page.getByTestId("hit")).toHaveCount(20);
    const first = await olga.page.getByTestId("hit").first().innerText();
    await olga.page.getByRole("link", { name: "Earlier results" }).click();
    await expect(olga.page).toHaveURL(/below=/);
    await expect(olga.page.getByTestId("hit").first()).not.toHaveText(first);
    await olga.openInbox("/search?q=nothing+like+this");
    await expect(olga.page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
  });
});

test("text that looks like markup is text", async ({ operator, visitor }) => {
  const olga = await operator("olga");
  const vera = await visitor("Vera");
  await vera.say('<img src=x onerror="document.title=1"> zauberwort');
  await olga.openInbox("/search?q=zauberwort");
  const hit = olga.page.getByTestId("hit");
  await expect(hit).toContainText("<img src=x onerror=");
  await expect(hit.locator("img")).toHaveCount(0);
  await expect(hit.locator("mark")).toHaveText("zauberwort");
});

test("the command palette goes anywhere and does anything", async ({ operator, visitor }) => {
  const olga = await operator("olga");
  const vera = await visitor("Vera");
  await vera.say("Where is my parcel?");
  await expect(olga.row(vera.name)).toBeVisible();

  await test.step("a conversation by its customer's name", async () => {
    const { field, options, palette } = await openPalette(olga);
    await field.fill(vera.name);
    await expect(options.filter({ hasText: "Where is my parcel?" })).toBeVisible();
    await olga.page.keyboard.press("Enter");
    await expect(palette).toBeHidden();
    await expect(olga.page.getByRole("heading", { name: vera.name })).toBeVisible();
    expect(olga.loads, "without a reload").toBe(1);
  });

  await test.step("what the buttons do", async () => {
    const { field } = await openPalette(olga);
    await field.fill("clm");
    await olga.page.keyboard.press("Enter");
    await expect(olga.status).toHaveAttribute("data-status", "active");
    const again = await openPalette(olga);
    await again.field.fill("note");
    await olga.page.keyboard.press("Enter");
    await expect(olga.composer).toBeFocused();
    await expect(olga.page.getByRole("tab", { name: "Note" })).toHaveAttribute("aria-selected", "true");
  });

  await test.step("the arrows choose, Escape gives the focus back", async () => {
    await olga.composer.focus();
    const { field, options, palette } = await openPalette(olga);
    await expect(options.first()).toHaveAttribute("aria-selected", "true");
    await field.press("ArrowDown");
    await expect(options.nth(1)).toHaveAttribute("aria-selected", "true");
    await field.press("ArrowUp");
    await field.press("ArrowUp");
    await expect(options.last()).toHaveAttribute("aria-selected", "true");
    await field.press("Escape");
    await expect(palette).toBeHidden();
    await expect(olga.composer).toBeFocused();
  });

  await test.step("places, and the search for whatever else", async () => {
    const { field } = await openPalette(olga);
    await field.fill("needs");
    await olga.page.keyboard.press("Enter");
    await expect(olga.page).toHaveURL(/queue=needs-answer/);
    const again = await openPalette(olga);
    await again.field.fill("parcel zauber");
    await expect(again.options.filter({ hasText: "Search messages for" })).toBeVisible();
    await olga.page.keyboard.press("Enter");
    await expect(olga.page).toHaveURL(/\/search\?q=parcel/);
  });

  await test.step("also on other pages", async () => {
    await hydrated(olga.page);
    const { field } = await openPalette(olga);
    await field.fill("contacts");
    await olga.page.keyboard.press("Enter");
    await expect(olga.page).toHaveURL(/\/contacts$/);
  });
});

test("contacts are listed and found", async ({ operator, visitor }) => {
  const olga = await operator("olga");
  const vera = await visitor("Vera");
  await vera.introduce("vera.kontakt@example.test");
  await vera.say("Hello");
  await expect(olga.row(vera.name)).toBeVisible();
  await olga.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Contacts" }).click();
  await hydrated(olga.page);
  await expect(olga.page.getByTestId("contact").first()).toContainText(vera.name);
  await olga.page.getByRole("searchbox", { name: "Search contacts" }).fill("kontakt@example");
  await olga.button("Search").click();
  await expect(olga.page.getByTestId("contact")).toHaveCount(1);
  await olga.page.getByTestId("contact").getByRole("link").click();
  await expect(olga.page.getByRole("heading", { name: vera.name, level: 1 })).toBeVisible();
});

import { expect, test } from "../fixtures";

test("a draft outlives a reload and is its writer's alone", async ({ operator, visitor }) => {
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);
  await vera.say("Hello");
  await olga.open(vera.name);
  const saved = olga.page.waitForResponse((answer) => answer.url().endsWith("/fn/save_draft") && answer.ok());
  await olga.composer.fill("Dear Vera, ");
  await saved;
  await expect(olga.page.getByText("Saved", { exact: true })).toBeVisible();
  await olga.openInbox(new URL(olga.page.url()).pathname);
  await expect(olga.composer).toHaveValue("Dear Vera, ");
  await omar.open(vera.name);
  await expect(omar.composer).toHaveValue("");

  await olga.reply("Dear Vera, welcome");
  await expect(olga.composer).toHaveValue("");
  await olga.openInbox(new URL(olga.page.url()).pathname);
  await expect(olga.composer).toHaveValue("");
});

test("drafts do not follow into another conversation", async ({ operator, visitor }) => {
  const [olga, vera, walt] = await Promise.all([operator("olga"), visitor("Vera"), visitor("Walt")]);
  await vera.say("Hello");
  await walt.say("Hello");
  await olga.open(vera.name);
  await olga.composer.fill("for Vera");
  await olga.open(walt.name);
  await expect(olga.composer).toHaveValue("");
  await olga.composer.fill("for Walt");
  await olga.open(vera.name);
  await expect(olga.composer).toHaveValue("for Vera");

  await test.step("and a note stays a note", async () => {
    const tab = (name: string) => olga.page.getByRole("tab", { name });
    await tab("Note").click();
    await expect(olga.page.getByText("Saved", { exact: true })).toBeVisible();
    await olga.open(walt.name);
    await expect(tab("Reply")).toHaveAttribute("aria-selected", "true");
    await expect(olga.composer).toHaveValue("for Walt");
    await olga.open(vera.name);
    await expect(tab("Note")).toHaveAttribute("aria-selected", "true");
    await olga.openInbox(new URL(olga.page.url()).pathname);
    await expect(tab("Note")).toHaveAttribute("aria-selected", "true");
    await expect(olga.composer).toHaveValue("for Vera");
  });
});

test("a draft that is saved while its conversation loads again stays", async ({ operator, visitor }) => {
  const [olga, vera, walt] = await Promise.all([operator("olga"), visitor("Vera"), visitor("Walt")]);
  await vera.say("Hello");
  await walt.say("Hello");
  let save = () => {};
  const mayBeSaved = new Promise<void>((resolve) => (save = resolve));
  await olga.page.route("**/fn/save_draft", async (route) => {
    await mayBeSaved;
    await route.continue();
  });
  await olga.open(vera.name);
  await olga.composer.fill("for Vera");
  await olga.open(walt.name);
  // The server has looked for the draft before it came, and says so after.
  await olga.page.route("**/fn/load_thread", async (route) => {
    const answer = await route.fetch();
    const saved = olga.page.waitForEvent("requestfinished", (request) => request.url().endsWith("/fn/save_draft"));
    save();
    await saved;
    await route.fulfill({ response: answer });
  });
  await olga.open(vera.name);
  await expect(olga.composer).toHaveValue("for Vera");
});

test("nothing is written or done where one does not look any more", async ({ operator, visitor }) => {
  const [olga, vera, walt] = await Promise.all([operator("olga"), visitor("Vera"), visitor("Walt")]);
  await vera.say("Hello");
  await walt.say("Hello");
  await olga.open(vera.name);
  let release = () => {};
  const looked = new Promise<void>((resolve) => (release = resolve));
  await olga.page.route("**/fn/load_thread", async (route) => {
    await looked;
    await route.continue();
  });
  const field = await olga.composer.elementHandle();
  await olga.row(walt.name).getByRole("link").first().click();
  expect(await field?.evaluate((field: HTMLTextAreaElement) => field.readOnly)).toBe(true);
  await olga.page.keyboard.press("e");
  release();
  await expect(olga.page.getByRole("region", { name: "Conversation", exact: true })).toContainText(walt.name);
  await expect(olga.composer).toBeEditable();
  for (const name of [vera.name, walt.name]) {
    await expect(olga.row(name)).toHaveAttribute("data-status", "waiting");
  }
});

test("a reply that a colleague's has overtaken is not sent blindly", async ({ operator, visitor }) => {
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);
  await vera.say("Do you ship to Norway?");
  await olga.open(vera.name);
  await omar.open(vera.name);

  // Omar's reply is under way while Olga's is stored.
  let release = () => {};
  const stored = new Promise<void>((resolve) => (release = resolve));
  await omar.page.route("**/fn/send_reply", async (route) => {
    await stored;
    await route.continue();
  });
  await omar.write("We do not, sorry");
  await olga.reply("We do, since June");
  release();

  const card = omar.page.getByRole("alert").filter({ hasText: olga.name });
  await expect(card).toContainText("We do, since June");
  await expect(omar.composer).toHaveValue("We do not, sorry");
  await expect(omar.message("We do not, sorry")).toHaveCount(0);
  await expect(vera.message("We do, since June")).toBeVisible();
  await expect(vera.message("We do not, sorry")).toHaveCount(0);

  await omar.composer.fill("By boat, to be exact");
  await omar.button("Send anyway").click();
  await expect(card).toHaveCount(0);
  await expect(vera.message("By boat, to be exact")).toContainText(omar.name);
  await expect(olga.message("By boat, to be exact")).toBeVisible();
  await expect(omar.owner, "a participant, not the owner").toContainText(olga.name);
  await expect(omar.composer).toHaveValue("");
  await expect(vera.message("We do not, sorry")).toHaveCount(0);
});

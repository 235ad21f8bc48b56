import { readFile } from "node:fs/promises";

import { expect, test } from "../fixtures";
import { hydrated, type Operator } from "../operator";

const options = (operator: Operator) =>
  operator.page.getByRole("listbox", { name: "Canned responses" }).getByRole("option");
const preview = (operator: Operator) => operator.page.getByTestId("preview");
const row = (operator: Operator, shortcut: string) =>
  operator.page.getByTestId("canned").and(operator.page.locator(`[data-shortcut="/${shortcut}"]`));

test("a response is inserted by the keyboard, and the customer reads it with its values", async ({
  operator,
  visitor,
}) => {
  const [olga, vera] = await Promise.all([operator("olga"), visitor("Vera")]);
  await vera.say("Hello");
  await olga.open(vera.name);
  const { composer } = olga;

  await test.step("a slash opens the list, typing filters it, the focus stays", async () => {
    await composer.focus();
    await olga.page.keyboard.type("/");
    await expect(options(olga).first()).toHaveAttribute("aria-selected", "true");
    await expect(options(olga).first(), "what Olga uses most").toContainText("/hello");
    await olga.page.keyboard.type("refu");
    await expect(options(olga)).toHaveCount(1);
    await expect(options(olga)).toContainText("When the money comes back");
    await expect(composer).toBeFocused();
    await expect(composer).toHaveAttribute("aria-activedescendant", "canned-0");
  });

  await test.step("Escape closes it and keeps what is written", async () => {
    await olga.page.keyboard.press("Escape");
    await expect(options(olga)).toHaveCount(0);
    await expect(composer).toHaveValue("/refu");
    await expect(composer).toBeFocused();
  });

  await test.step("arrows choose, Enter inserts, macros stay visible", async () => {
    await composer.fill("");
    await olga.page.keyboard.type("Dear Vera, /");
    await expect(options(olga).first()).toContainText("/hello");
    await olga.page.keyboard.press("ArrowDown");
    await expect(options(olga).nth(1)).toHaveAttribute("aria-selected", "true");
    await olga.page.keyboard.press("ArrowUp");
    await olga.page.keyboard.press("Enter");
    await expect(options(olga)).toHaveCount(0);
    await expect(composer).toHaveValue(/^Dear Vera, Hello \{\{customer\.first_name \| default\("there"\)\}\},/);
    await expect(composer).toBeFocused();
  });

  await test.step("the preview is what is sent", async () => {
    await expect(preview(olga)).toContainText("As it will stand in the chat");
    await expect(preview(olga)).toContainText("Dear Vera, Hello Vera,");
    await expect(preview(olga)).toContainText("I am Olga");
    await olga.button("Send").click();
    await expect(vera.message("Dear Vera, Hello Vera,")).toContainText("I am Olga");
    await expect(olga.message("Dear Vera, Hello Vera,")).toHaveAttribute("data-seq", /^\d+$/);
    await expect(olga.messages.filter({ hasText: "{{" })).toHaveCount(0);
    await expect(composer).toHaveValue("");
  });

  await test.step("Tab inserts too", async () => {
    await olga.page.keyboard.type("/hours");
    await expect(options(olga)).toHaveCount(1);
    await olga.page.keyboard.press("Tab");
    await expect(composer).toHaveValue(/^The workshop by the canal/);
    await expect(composer).toBeFocused();
    await composer.fill("");
  });

  await test.step("a path is no shortcut, and a note has no list", async () => {
    await olga.page.keyboard.type("see /etc/hello");
    await expect(options(olga)).toHaveCount(0);
    await composer.fill("");
    await olga.page.getByRole("tab", { name: "Note" }).click();
    await olga.page.keyboard.type("/hello");
    await expect(options(olga)).toHaveCount(0);
    await olga.page.getByRole("tab", { name: "Reply" }).click();
    await composer.fill("");
  });

  await test.step("what was sent is counted", async () => {
    await olga.openInbox("/canned");
    await expect(row(olga, "hello")).toContainText("Used 24 times, 15 by you");
  });
});

test("a missing value stops the send and says what to do", async ({ operator, visitor }) => {
  const [olga, vera] = await Promise.all([operator("olga"), visitor("Vera")]);
  await vera.say("Can you call me?");
  await olga.open(vera.name);
  await olga.composer.focus();
  await olga.page.keyboard.type("/callback");
  await expect(options(olga)).toHaveCount(1);
  await olga.page.keyboard.press("Enter");

  const told = olga.page.getByTestId("unfilled");
  await test.step("it is marked before anything is sent", async () => {
    await expect(preview(olga).getByTestId("missing")).toHaveText("customer.phone is missing");
    await expect(olga.page.getByTestId("macro-trouble")).toContainText("give a fallback");
  });

  await test.step("sending says so, and nothing leaves", async () => {
    await olga.button("Send").click();
    await expect(told).toContainText("Nothing was sent. {{customer.phone}} has no value here");
    await expect(told).toContainText('{{customer.phone | default("…")}}');
    await expect(told).toHaveRole("alert");
    await expect(olga.composer).toHaveValue(/\{\{customer\.phone\}\}/);
    await expect(olga.bubbles).toHaveCount(1);
  });

  await test.step("the server stops it too, when the preview was not there yet", async () => {
    await olga.page.route("**/fn/preview_reply", (route) => route.abort());
    await olga.composer.fill("Please call {{customer.phone}}");
    await expect(told).toHaveCount(0);
    await olga.button("Send").click();
    await expect(told).toContainText("{{customer.phone}} has no value here");
    await expect(olga.composer).toHaveValue("Please call {{customer.phone}}");
    await expect(olga.bubbles).toHaveCount(1);
    await olga.page.unroute("**/fn/preview_reply");
  });

  await test.step("what is no macro is refused with the names of those there are", async () => {
    await olga.composer.fill("Hi {{customer.nmae}}");
    await olga.button("Send").click();
    await expect(told).toContainText("“{{customer.nmae}}” is no macro. There are customer.name");
    await expect(olga.bubbles).toHaveCount(1);
  });

  await test.step("with a fallback it goes out", async () => {
    await olga.composer.fill('We call {{customer.phone | default("the number that you give us")}}.');
    await expect(preview(olga)).toContainText("We call the number that you give us.");
    await olga.button("Send").click();
    await expect(vera.message("We call the number that you give us.")).toBeVisible();
  });
});

test("the preview has the form of the channel", async ({ operator, phone, mailbox }) => {
  const [olga, hand, vera] = await Promise.all([operator("olga"), phone(), mailbox()]);

  await test.step("a text, with the segments that it becomes", async () => {
    await hand.pickUp("+14155550177");
    await hand.text("Where is my parcel?");
    await olga.open("+14155550177");
    await olga.composer.fill('{{customer.first_name | default("Hello")}}, it left today.');
    await expect(preview(olga)).toContainText("As it will be texted · 1 segment · 21 of 160");
    await expect(preview(olga)).toContainText("Hello, it left today.");
    await expect(olga.page.getByTestId("segments")).toHaveText("1 segment · 21 of 160");
    await olga.button("Send").click();
    await expect(hand.received("Hello, it left today.")).toBeVisible();
  });

  await test.step("a mail, as its HTML", async () => {
    await vera.open("previewed@example.test");
    await vera.write({ subject: "A vase with a preview", text: "Is it blue?" });
    await olga.row("A vase with a preview").getByRole("link").first().click();
    await expect(olga.message("Is it blue?")).toBeVisible();
    await olga.composer.fill("It is <blue>, says {{operator.first_name}}.");
    const frame = preview(olga).locator('iframe[title="The mail as it will be sent"]');
    await expect(frame).toHaveAttribute("srcdoc", /It is &lt;blue&gt;, says Olga\./);
    await expect(frame).toHaveAttribute("srcdoc", /Is it blue\?/);
    await expect(frame).toHaveAttribute("sandbox", "");
    await olga.composer.fill("");
    await expect(preview(olga)).toHaveCount(0);
    await olga.composer.fill("No macro at all.");
    await expect(preview(olga)).toHaveCount(0);
    await olga.button("Preview").click();
    await expect(frame).toHaveAttribute("srcdoc", /No macro at all\./);
    await olga.composer.fill("");
  });
});

test("responses are written, tried, deleted and brought back", async ({ operator }) => {
  const sam = await operator("sam");
  const { page } = sam;
  await page.getByRole("link", { name: "Canned responses" }).click();
  await expect(page.getByRole("heading", { name: "Canned responses", level: 1 })).toBeVisible();
  await hydrated(page);

  await test.step("written with a preview of what it says", async () => {
    await page.getByRole("link", { name: "New response" }).click();
    await expect(page.getByRole("heading", { name: "New response", level: 1 })).toBeVisible();
    await page.getByLabel("Shortcut", { exact: true }).fill("/Stock");
    await page.getByLabel("Title", { exact: true }).fill("Back in stock");
    await page.getByLabel("Who can use it", { exact: true }).selectOption("Support");
    await page.getByLabel("Text", { exact: true }).fill("Dear ");
    await page.getByRole("button", { name: /^customer\.first_name/ }).click();
    await expect(page.getByLabel("Text", { exact: true })).toHaveValue("Dear {{customer.first_name}}");
    await expect(page.getByTestId("sample")).toContainText("Dear Vera");
    await expect(page.getByTestId("sample").getByTestId("missing")).toHaveText("customer.first_name is missing");
  });

  await test.step("an unknown macro cannot be saved, and its place is told", async () => {
    await page.getByLabel("Text", { exact: true }).fill("Dear {{customer.nmae}}");
    await sam.button("Save").click();
    await expect(page.getByLabel("Text", { exact: true })).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByText("Line 1, column 6: “{{customer.nmae}}” is no macro.").first()).toBeVisible();
    await page.getByLabel("Text", { exact: true }).fill("Dear <b>{{customer.first_name}}</b>, it is back.");
    await sam.button("Save").click();
    await expect(row(sam, "stock")).toContainText("Dear <b>{{customer.first_name}}</b>, it is back.");
    await expect(row(sam, "stock")).toContainText("Not used yet");
  });

  await test.step("found by its words and by whose it is", async () => {
    await page.getByRole("searchbox", { name: "Search canned responses" }).fill("stock");
    await expect(page.getByTestId("canned")).toHaveCount(1);
    await page.getByLabel("Who can use them").selectOption("Everyone");
    await expect(page.getByTestId("canned")).toHaveCount(0);
    await expect(page.getByText(/^Nothing found in/)).toBeVisible();
    await page.getByLabel("Who can use them").selectOption("Support");
    await expect(row(sam, "stock")).toBeVisible();
  });

  await test.step("deleted with an undo, and the focus is kept", async () => {
    await row(sam, "stock").getByRole("button", { name: /^Delete/ }).click();
    await expect(row(sam, "stock")).toContainText("/stock was deleted.");
    await expect(row(sam, "stock").getByRole("button", { name: "Undo" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(row(sam, "stock")).toContainText("it is back");
    await expect(row(sam, "stock").getByRole("button", { name: /^Delete/ })).toBeFocused();
  });

  await test.step("an operator of the team uses it and does not change it", async () => {
    const olga = await operator("olga");
    await olga.openInbox("/canned");
    await expect(row(olga, "stock")).toBeVisible();
    await expect(row(olga, "stock").getByRole("button", { name: /^Delete/ })).toHaveCount(0);
    await row(olga, "stock").getByRole("link", { name: "Back in stock" }).click();
    await expect(olga.page.getByText("Supervisors and admins look after it")).toBeVisible();
    await expect(olga.button("Save")).toHaveCount(0);
    const nina = await operator("nina");
    await nina.openInbox("/canned");
    await expect(row(nina, "hello")).toBeVisible();
    await expect(row(nina, "stock")).toHaveCount(0);
  });
});

test("a table goes out and comes back", async ({ operator }) => {
  const nina = await operator("nina");
  const { page } = nina;
  await nina.openInbox("/canned");

  await test.step("imported, and each row accounted for", async () => {
    await nina.button("Import…").click();
    const dialog = page.getByRole("dialog", { name: "Import canned responses" });
    await dialog.getByLabel("File", { exact: true }).setInputFiles({
      name: "responses.csv",
      mimeType: "text/csv",
      buffer: Buffer.from('shortcut,title,text\nsum,A sum,"=1+1\nis two"\nwrong,Wrong,{{nobody}}\n'),
    });
    await expect(dialog.getByLabel("Text", { exact: true })).toHaveValue(/is two/);
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await expect(dialog.getByTestId("imported")).toContainText("1 added, 0 changed, 0 there already, 1 skipped.");
    await expect(dialog.getByTestId("imported")).toContainText("Line 3: Line 1, column 1: “{{nobody}}” is no macro.");
    await dialog.getByRole("button", { name: "Close" }).click();
    await expect(row(nina, "sum")).toContainText("=1+1");
  });

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("canned-responses.csv");
  const table = await readFile(await download.path(), "utf8");

  await test.step("no cell of it is a formula", async () => {
    expect(table).toContain("sum,A sum,\"'=1+1\nis two\",personal,");
    expect(table).not.toMatch(/(^|,)"?[=+@-]/m);
  });

  await test.step("and the same again changes nothing", async () => {
    await nina.button("Import…").click();
    const dialog = page.getByRole("dialog", { name: "Import canned responses" });
    await dialog.getByLabel("Text", { exact: true }).fill(table);
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await expect(dialog.getByTestId("imported")).toContainText(/0 added, 0 changed, \d+ there already, 0 skipped/);
  });
});

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expectNoOverflow } from "../browser";
import { expect, test } from "../fixtures";

async function check(page: Page, place: string) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect.soft(violations.map(({ id, help }) => `${id}: ${help}`), place).toEqual([]);
  await expectNoOverflow(page);
}

test("an entry is written, tried, deleted and brought back", async ({ operator }) => {
  const ada = await operator("ada");
  const { page } = ada;
  const entry = page.getByTestId("faq-entry").filter({ hasText: "Do you glaze to order?" });

  await test.step("written on a page of its own", async () => {
    await ada.openInbox("/settings/faq");
    await page.getByRole("link", { name: "New entry" }).click();
    await page.getByLabel("Question", { exact: true }).fill("Do you glaze to order?");
    await page.getByLabel("Answer", { exact: true }).fill("In twelve colours, within six weeks.");
    await ada.button("Save").click();
    await expect(entry).toContainText("In twelve colours");
  });

  await test.step("tried, it answers; nonsense goes to a person", async () => {
    const question = page.getByLabel("A customer’s question");
    await question.fill("do you glaze to order");
    await ada.button("Try").click();
    await expect(page.getByTestId("tried")).toContainText("answers with the first of these");
    await expect(page.getByTestId("tried")).toContainText("In twelve colours");
    await question.fill("xylophone zeppelin");
    await ada.button("Try").click();
    await expect(page.getByTestId("tried")).toContainText("A person takes over");
  });

  await test.step("found by its words", async () => {
    await page.getByRole("searchbox", { name: "Search the FAQ" }).fill("glaze twelve");
    await page.getByRole("searchbox", { name: "Search the FAQ" }).press("Enter");
    await expect(page).toHaveURL(/\?q=glaze/);
    await expect(page.getByTestId("faq-entry")).toHaveCount(1);
    await expect(page.locator("html[data-hydrated]")).toBeAttached();
  });

  await test.step("deleted with an undo", async () => {
    await entry.getByRole("button", { name: /^Delete/ }).click();
    await expect(entry).toContainText("was deleted");
    await expect(entry.getByRole("button", { name: "Undo" })).toBeFocused();
    await entry.getByRole("button", { name: "Undo" }).click();
    await expect(entry).toContainText("In twelve colours");
    await page.reload();
    await expect(entry).toContainText("In twelve colours");
  });
});

test("a file is imported and says what became of it", async ({ operator }) => {
  const ada = await operator("ada");
  const { page } = ada;
  await ada.openInbox("/settings/faq");
  await ada.button("Import…").click();
  const dialog = page.getByRole("dialog", { name: "Import questions and answers" });
  await dialog.getByLabel("File", { exact: true }).setInputFiles({
    name: "faq.md",
    mimeType: "text/markdown",
    buffer: Buffer.from("# Workshop\n\n## Do you give pottery classes?\nOn Thursdays at six.\n"),
  });
  await expect(dialog.getByLabel("Text", { exact: true })).toHaveValue(/pottery classes/);
  await expect(dialog.getByLabel("Format", { exact: true })).toHaveValue("markdown");
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await expect(dialog.getByTestId("imported")).toContainText("1 added, 0 changed, 0 there already, 1 skipped.");
  await expect(dialog.getByTestId("imported")).toContainText("Line 1:");
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(page.getByTestId("faq-entry").filter({ hasText: "pottery classes" })).toContainText("On Thursdays");
});

test("what was asked and not answered gets its answer", async ({ operator, visitor }) => {
  const [ada, vera] = await Promise.all([operator("ada"), visitor("Vera", { helper: true })]);
  const { page } = ada;
  await vera.say("Kintsugi workshops?");
  await expect(vera.header).not.toContainText("AI assistant");
  await ada.openInbox("/settings/faq");
  const gap = page.getByTestId("faq-gap").filter({ hasText: "Kintsugi workshops?" });
  await gap.getByRole("link", { name: /^Write an answer/ }).click();
  await expect(page.getByLabel("Question", { exact: true })).toHaveValue("Kintsugi workshops?");
  await page.getByLabel("Answer", { exact: true }).fill("Twice a year, in May and October.");
  await ada.button("Save").click();
  await expect(page.getByTestId("faq-entry").filter({ hasText: "Kintsugi" })).toContainText("Twice a year");
  await expect(gap).toHaveCount(0);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    test(`bots and the FAQ, ${colorScheme}, ${width} px`, async ({ operator }) => {
      test.slow();
      const ada = await operator("ada", { colorScheme, viewport: { width, height: 844 } });
      for (const path of [
        "/settings/bots",
        "/settings/bots/new",
        "/settings/bots/new?kind=openai",
        "/settings/faq",
        "/settings/faq/new",
      ]) {
        await ada.openInbox(path);
        await check(ada.page, path);
      }
      await ada.openInbox("/settings/bots");
      await ada.page.getByRole("link", { name: "Fern", exact: true }).click();
      await expect(ada.page.getByRole("heading", { name: "Fern", level: 1 })).toBeVisible();
      await ada.page.getByLabel("A customer’s question").fill("How long does delivery take?");
      await ada.button("Ask").click();
      await expect(ada.page.getByTestId("tried")).toContainText("2 to 4 working days");
      await check(ada.page, "a bot that was tried");
    });
  }
}

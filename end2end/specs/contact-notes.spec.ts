import { expect, test } from "../fixtures";
import { hydrated, type Operator } from "../operator";

const HOSTILE = `"><img src=x onerror="document.title='gone'">{{customer.name}}`;

/** The panel beside the conversation that is open. */
function panel(operator: Operator) {
  return operator.page.getByRole("complementary", { name: "Contact" });
}

/** Goes from the open conversation to the page of its contact. */
async function openContact(operator: Operator, name: string) {
  await panel(operator).getByRole("link", { name, exact: true }).click();
  await hydrated(operator.page);
  await expect(operator.page.getByRole("heading", { name, level: 1 })).toBeVisible();
}

test("details and notes: written, live beside a colleague's conversation, removed and back", async ({
  operator,
  visitor,
}) => {
  const [olga, omar] = await Promise.all([operator("olga"), operator("omar")]);
  const vera = await visitor("Vera");
  await vera.say("Hello");
  await omar.open(vera.name);
  await olga.open(vera.name);
  await openContact(olga, vera.name);
  const details = olga.page.getByRole("list", { name: "Details" }).getByTestId("attribute");
  const notes = olga.page.getByRole("list", { name: "Notes" }).getByTestId("contact-note");

  await test.step("a detail is saved, and is beside the conversation at once", async () => {
    await olga.page.getByRole("textbox", { name: "Detail" }).fill("Plan");
    await olga.page.getByRole("textbox", { name: "Value" }).fill(HOSTILE);
    await olga.button("Save detail").click();
    await expect(details).toHaveCount(1);
    await expect(details).toContainText(HOSTILE);
    await expect(olga.page.getByRole("textbox", { name: "Value" })).toHaveValue("");
    await expect(panel(omar).getByTestId("attributes")).toContainText(HOSTILE);
    expect(omar.loads, "without a reload").toBe(1);
  });

  await test.step("it is changed in its place", async () => {
    await olga.button("Edit Plan").click();
    const value = olga.page.getByRole("textbox", { name: "Value" });
    await expect(value).toBeFocused();
    await value.fill("Gold");
    await olga.button("Save detail").click();
    await expect(details).toHaveText(/Plan\s*Gold/);
    await expect(panel(omar).getByTestId("attributes")).toContainText("Gold");
  });

  await test.step("it is removed, and brought back by the key under the finger", async () => {
    await olga.button("Remove Plan").click();
    await expect(details).toHaveCount(0);
    await expect(panel(omar).getByTestId("attributes")).toHaveCount(0);
    await expect(olga.button("Undo")).toBeFocused();
    await olga.page.keyboard.press("Enter");
    await expect(details).toContainText("Gold");
    await expect(olga.button("Undo")).toHaveCount(0);
  });

  await test.step("a note is read by a colleague, who cannot remove it", async () => {
    await olga.page.getByRole("textbox", { name: "Note about this contact" }).fill(`Ask for Vera.\n${HOSTILE}`);
    await olga.button("Add note").click();
    await expect(notes).toContainText(HOSTILE);
    await expect(notes).toContainText(olga.name);
    await omar.openInbox(new URL(olga.page.url()).pathname);
    await expect(omar.page.getByTestId("contact-note")).toContainText("Ask for Vera.");
    await expect(omar.button(`Remove the note by ${olga.name}`)).toHaveCount(0);
  });

  await test.step("a note is removed, and brought back", async () => {
    await olga.button(`Remove the note by ${olga.name}`).click();
    await expect(notes).toHaveCount(0);
    await olga.button("Undo").click();
    await expect(notes).toContainText("Ask for Vera.");
  });

  await expect(vera.log).not.toContainText("Ask for Vera");
});

test("somebody is blocked, is not told, and is unblocked", async ({ operator, visitor }) => {
  const [olga, omar] = await Promise.all([operator("olga"), operator("omar")]);
  const vera = await visitor("Vera");
  await vera.say("Buy now");
  await omar.open(vera.name);
  await olga.open(vera.name);
  await openContact(olga, vera.name);

  await test.step("what it does is said before", async () => {
    const button = olga.page.getByRole("button", { name: "Block", exact: true });
    await expect(button).toHaveAccessibleDescription(/comes into no queue.*They are not told/);
    await button.click();
    await expect(olga.page.getByTestId("blocked")).toContainText(`Blocked by ${olga.name}`);
    await expect(olga.page.getByTestId("timeline-entry")).toHaveAttribute("data-status", "resolved");
  });

  await test.step("a colleague sees it at once, and what comes then stays resolved", async () => {
    await expect(panel(omar).getByTestId("blocked")).toContainText(`Blocked by ${olga.name}`);
    await expect(omar.log).toContainText(`${olga.name} blocked ${vera.name}`);
    await vera.say("Buy now, please");
    await expect(omar.message("Buy now, please")).toBeVisible();
    await expect(omar.status).toHaveAttribute("data-status", "resolved");
    await omar.queue("Needs answer").click();
    await expect(omar.row(vera.name)).toHaveCount(0);
  });

  await test.step("the visitor sees nothing of it", async () => {
    await expect(vera.log).not.toContainText("resolved");
    await expect(vera.log).not.toContainText("blocked");
    await expect(vera.box).toBeVisible();
  });

  await test.step("and it is taken back", async () => {
    await olga.button("Unblock").click();
    await expect(olga.page.getByTestId("blocked")).toHaveCount(0);
    await expect(olga.page.getByTestId("timeline-entry")).toHaveAttribute("data-status", "waiting");
    await expect(omar.row(vera.name)).toHaveCount(1);
  });
});

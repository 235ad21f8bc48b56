import { expect, test } from "../fixtures";
import { hydrated, type Operator } from "../operator";

const NUMBER = "+14155550177";

/** The panel beside the conversation that is open. */
function panel(operator: Operator) {
  return operator.page.getByRole("complementary", { name: "Contact" });
}

/** Goes from the open conversation to the page of its contact. */
async function openContact(operator: Operator, name: string) {
  await panel(operator).getByRole("link", { name, exact: true }).click();
  await expect(operator.page).toHaveURL(/\/contacts\/[0-9a-f-]{36}$/);
  await hydrated(operator.page);
  await expect(operator.page.getByRole("heading", { name, level: 1 })).toBeVisible();
}

test("one person over two channels: merged, live for a colleague, and taken back", async ({
  operator,
  visitor,
  phone,
}) => {
  const [olga, omar] = await Promise.all([operator("olga"), operator("omar")]);
  const [vera, hand] = await Promise.all([visitor("Vera"), phone()]);
  const entries = olga.page.getByTestId("timeline-entry");

  await test.step("a contact's page is reached from the panel, and has what was said", async () => {
    await vera.say("Is the blue vase back?");
    await hand.pickUp(NUMBER);
    await hand.text("I have asked about the vase in the chat");
    await omar.open(NUMBER);
    await olga.open(vera.name);
    await openContact(olga, vera.name);
    await expect(entries).toHaveCount(1);
    await expect(entries).toContainText("Is the blue vase back?");
    await expect(entries).toContainText("1 message");
    await expect(entries).toHaveAttribute("data-status", "waiting");
  });

  await test.step("somebody else is found by a part of their number", async () => {
    await olga.page.getByRole("searchbox", { name: "Name, email or phone number" }).fill("415 555 0177");
    await olga.button("Find").click();
    const found = olga.page.getByRole("list", { name: "Found" }).getByTestId("candidate");
    await expect(found).toHaveCount(1);
    await found.getByRole("button", { name: `Merge with ${NUMBER}` }).click();
    const dialog = olga.page.getByRole("dialog", { name: `Merge with ${NUMBER}?` });
    await expect(dialog).toContainText("Their conversations will show as one person’s. You can undo this.");
    await olga.page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await found.getByRole("button", { name: `Merge with ${NUMBER}` }).click();
    await dialog.getByRole("button", { name: "Merge", exact: true }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step("the timeline has both channels, and says who merged", async () => {
    await expect(entries).toHaveCount(2);
    await expect(entries.nth(0)).toHaveAttribute("data-channel", "sms");
    await expect(entries.nth(1)).toHaveAttribute("data-channel", "live_chat");
    await expect(olga.page.getByTestId("merged")).toContainText(`by ${olga.name}`);
    await expect(olga.page.getByTestId("address").filter({ hasText: "+1 415 555 0177" })).toHaveAttribute(
      "data-proven",
      "true",
    );
  });

  await test.step("a colleague sees one person at once, without a reload", async () => {
    await expect(omar.rows.filter({ hasText: vera.name })).toHaveCount(2);
    await expect(omar.row(NUMBER)).toHaveCount(0);
    await expect(omar.page.getByRole("heading", { name: vera.name })).toBeVisible();
    await expect(panel(omar).getByText("Is the blue vase back?")).toBeVisible();
    expect(omar.loads, "without a reload").toBe(1);
  });

  await test.step("the visitor learns nothing of it", async () => {
    await vera.say("I would take it");
    await expect(omar.page.getByText("I would take it").first()).toBeVisible();
    await expect(vera.messages).toHaveText([/Is the blue vase back/, /I would take it/]);
  });

  await test.step("and it is taken back", async () => {
    await olga.button(`Undo the merge of ${NUMBER}`).click();
    await expect(olga.page.getByTestId("merged")).toHaveCount(0);
    await expect(entries).toHaveCount(1);
    await expect(omar.rows.filter({ hasText: vera.name })).toHaveCount(1);
    await expect(omar.page.getByRole("heading", { name: NUMBER })).toBeVisible();
    await expect(panel(omar).getByText("I would take it")).toHaveCount(0);
  });
});

test("the same address is a hint, and the name is edited in place", async ({ operator, visitor }) => {
  const olga = await operator("olga");
  const [lena, twin] = await Promise.all([visitor("Lena"), visitor("Lena")]);
  const email = `${lena.name.toLowerCase().replace(/\W+/g, ".")}@example.test`;
  for (const someone of [lena, twin]) {
    await someone.introduce(email);
    await someone.say("Hello");
  }
  await olga.open(lena.name);
  await openContact(olga, lena.name);

  await test.step("whoever has typed the same is suggested, and not merged", async () => {
    const suggested = olga.page.getByRole("list", { name: "May be the same person" }).getByTestId("candidate");
    await expect(suggested).toHaveCount(1);
    await expect(suggested).toContainText(twin.name);
    await expect(suggested).toContainText("typed by both, proven by neither");
    await expect(olga.page.getByTestId("timeline-entry")).toHaveCount(1);
  });

  await test.step("an address is added, and removed again", async () => {
    const field = olga.page.getByRole("textbox", { name: "Email or phone number" });
    await field.fill("+1 415 555 0188");
    await olga.button("Add address").click();
    const added = olga.page.getByTestId("address").filter({ hasText: "+1 415 555 0188" });
    await expect(added).toHaveAttribute("data-proven", "true");
    await expect(field).toHaveValue("");
    await field.fill("no address");
    await olga.button("Add address").click();
    await expect(olga.page.getByRole("alert").filter({ hasText: "phone number with its country" })).toBeVisible();
    await added.getByRole("button", { name: "Remove +1 415 555 0188" }).click();
    await expect(added).toHaveCount(0);
  });

  await test.step("the name that is edited is that of the conversation too", async () => {
    await olga.page.getByText("Edit name").click();
    await olga.page.getByRole("textbox", { name: "Name", exact: true }).fill("Lena Brandt");
    await olga.button("Save").click();
    await expect(olga.page.getByRole("heading", { name: "Lena Brandt", level: 1 })).toBeVisible();
    await olga.page.getByTestId("timeline-entry").getByRole("link").click();
    await expect(olga.page.getByRole("heading", { name: "Lena Brandt" })).toBeVisible();
  });
});

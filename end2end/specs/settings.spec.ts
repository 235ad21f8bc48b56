import { expect, test } from "../fixtures";

test("an admin connects a gateway, tries it, and switches it off; nobody else can", async ({ operator }) => {
  const [ada, olga] = await Promise.all([operator("ada"), operator("olga")]);

  await test.step("the form asks for what the gateway needs", async () => {
    await ada.openInbox("/settings/channels/new");
    await ada.page.getByRole("link", { name: /Own SMS gateway/ }).click();
    await ada.page.getByLabel("Name", { exact: true }).fill("Second line");
    await ada.page.getByLabel("Number", { exact: true }).fill("+15550200");
    await ada.page.getByLabel("Address of the gateway").fill("https://gateway.example/send");
    await ada.page.getByLabel("Secret", { exact: true }).fill("a secret that stays here");
    await ada.button("Connect").click();
  });

  await test.step("then it says what to paste where, and its secret never comes back", async () => {
    await expect(ada.page.getByRole("heading", { name: "Second line", level: 1 })).toBeVisible();
    await expect(ada.page.getByTestId("paste").filter({ hasText: "/hooks/webhook/" })).toBeVisible();
    expect(await ada.page.content()).not.toContain("a secret that stays here");
  });

  await test.step("it is in the list, and is switched off there", async () => {
    await ada.openInbox("/settings/channels");
    const row = ada.page.getByRole("listitem").filter({ hasText: "Second line" });
    await row.getByRole("switch").click();
    await expect(row.getByRole("switch")).toHaveAttribute("aria-checked", "false");
  });

  await test.step("an operator has no such page", async () => {
    await expect(olga.page.getByRole("link", { name: "Settings" })).toHaveCount(0);
    await olga.openInbox("/settings/channels");
    await expect(olga.page.getByRole("heading", { name: "Only admins can open the settings" })).toBeVisible();
  });
});

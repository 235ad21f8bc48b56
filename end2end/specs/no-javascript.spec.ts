import { expectNoOverflow } from "../browser";
import { expect, test } from "../fixtures";
import { fillSignIn } from "../operator";

test.describe("without JavaScript", () => {
  test("one signs in, reads the list and a conversation, and goes through the queues", async ({ stranger }) => {
    const page = await stranger({ javaScriptEnabled: false });
    await page.goto("/inbox");
    await expect(page).toHaveURL(/\/login/);
    await fillSignIn(page, "olga@demo.test");
    await expect(page).toHaveURL(/\/inbox$/);

    const rows = page.getByRole("list", { name: "Conversations" }).getByTestId("conversation-row");
    await expect(rows).not.toHaveCount(0);
    const row = rows.filter({ hasText: "Maya Lindqvist" }).first();
    await row.getByRole("link").first().click();
    await expect(page).toHaveURL(/\/inbox\/[0-9a-f-]{36}/);
    await expect(page.getByRole("heading", { name: "Maya Lindqvist" })).toBeVisible();
    const log = page.getByRole("log", { name: "Messages" });
    await expect(log.getByText("Would the 24 cm planter hold a fern")).toBeVisible();
    await expect(page.getByTestId("owner")).toContainText("Olga Ortiz");
    await expectNoOverflow(page);

    await page.getByRole("navigation", { name: "Queues" }).getByRole("link", { name: /^Resolved/ }).click();
    await expect(page).toHaveURL(/queue=resolved/);
    await expect(rows).not.toHaveCount(0);
    for (const each of await rows.all()) await expect(each).toHaveAttribute("data-status", "resolved");
  });

  test("a wrong password is told", async ({ stranger }) => {
    const page = await stranger({ javaScriptEnabled: false });
    await page.goto("/login");
    await fillSignIn(page, "olga@demo.test", "not the password");
    await expect(page).toHaveURL(/\/login/);
    await expect(page.getByRole("alert")).toBeVisible();
  });

  test("a page that does not exist says so", async ({ stranger }) => {
    const page = await stranger({ javaScriptEnabled: false });
    const answer = await page.goto("/nowhere");
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  });
});

import { expect, test } from "../fixtures";
import { fillSignIn, hydrated } from "../operator";

test("wrong words do not open the inbox", async ({ stranger }) => {
  const page = await stranger();
  await page.goto("/login");
  await hydrated(page);
  await fillSignIn(page, "olga@demo.test", "not the password");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page).toHaveURL(/\/login/);
  await expect(page.getByRole("textbox", { name: "Email" })).toHaveValue("olga@demo.test");
});

test("email and password open the inbox", async ({ stranger }) => {
  const page = await stranger();
  await page.goto("/login");
  await hydrated(page);
  await fillSignIn(page, "olga@demo.test");
  await expect(page).toHaveURL(/\/inbox$/);
  await expect(page.getByRole("list", { name: "Conversations" })).toBeVisible();
});

test("whoever asked for a page before signing in gets there afterwards", async ({ stranger }) => {
  const page = await stranger();
  await page.goto("/inbox?queue=needs-answer");
  await expect(page).toHaveURL(/\/login\?next=/);
  await hydrated(page);
  await fillSignIn(page, "omar@demo.test");
  await expect(page).toHaveURL(/\/inbox\?queue=needs-answer$/);
});

test("signing out ends the session in every tab", async ({ operator }) => {
  const olga = await operator("olga");
  const other = await olga.newTab();
  await olga.button("Olga Ortiz, your account").click();
  await olga.page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(olga.page).toHaveURL(/\/login/);
  await expect(other).toHaveURL(/\/login/);
});

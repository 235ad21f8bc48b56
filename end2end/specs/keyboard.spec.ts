import type { Locator } from "@playwright/test";

import { expect, test } from "../fixtures";
import { hydrated } from "../operator";

test("an operator's day without a mouse", async ({ stranger, visitor }) => {
  const vera = await visitor("Vera");
  await vera.say("Is the Wren dishwasher safe?");
  const page = await stranger();
  const press = (...keys: string[]) => keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());
  const row = page.getByTestId("conversation-row").filter({ hasText: vera.name });
  const status = page.getByTestId("status");

  await test.step("sign in", async () => {
    await page.goto("/login");
    await hydrated(page);
    await page.getByRole("textbox", { name: "Email" }).focus();
    await page.keyboard.type("olga@demo.test");
    await press("Tab");
    await page.keyboard.type("demo-demo-demo");
    await press("Enter");
    await expect(page).toHaveURL(/\/inbox$/);
    await hydrated(page);
  });

  await test.step("the first Tab offers a way past the navigation", async () => {
    await press("Tab");
    const skip = page.locator(":focus");
    await expect(skip).toHaveText(/^Skip to/);
    await expect(skip).toBeInViewport();
  });

  await test.step("move in the list and open", async () => {
    await press("j");
    await expect(page.getByRole("heading", { name: vera.name })).toBeVisible();
    await expect(row).toHaveAttribute("aria-current", "true");
    await press("j");
    await expect(row).not.toHaveAttribute("aria-current", "true");
    await press("k");
    await expect(page.getByRole("heading", { name: vera.name })).toBeVisible();
    await press("Escape");
    await expect(page).toHaveURL(/\/inbox$/);
    await press("j");
    await expect(page.getByRole("heading", { name: vera.name })).toBeVisible();
  });

  await test.step("claim", async () => {
    await press("c");
    await expect(status).toHaveAttribute("data-status", "active");
    await expect(page.getByTestId("owner")).toContainText("Olga Ortiz");
  });

  await test.step("reply", async () => {
    await press("r");
    await expect(page.getByRole("textbox", { name: "Reply" })).toBeFocused();
    await page.keyboard.type("It is, like everything that we fire twice.");
    await press("Enter");
    await expect(vera.message("It is, like everything")).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Reply" })).toHaveValue("");
  });

  await test.step("resolve, and take it back", async () => {
    await press("Escape");
    await press("e");
    await expect(status).toHaveAttribute("data-status", "resolved");
    await press("e");
    await expect(status).toHaveAttribute("data-status", "active");
    await press("e");
    await expect(status).toHaveAttribute("data-status", "resolved");
  });

  await test.step("look up the shortcuts", async () => {
    const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await press("?");
    await expect(help).toBeVisible();
    await press("Escape");
    await expect(help).toBeHidden();
  });

  await test.step("Enter opens the row that was reached, and then the reply", async () => {
    await press("Escape");
    await expect(page).toHaveURL(/\/inbox$/);
    await press("Enter");
    await expect(page.getByRole("heading", { name: vera.name })).toBeVisible();
    await press("Enter");
    await expect(page.getByRole("textbox", { name: "Reply" })).toBeFocused();
    await press("Escape");
  });

  await test.step("keys are letters while one writes", async () => {
    await press("r");
    await page.keyboard.type("jekz?");
    await expect(page.getByRole("textbox", { name: "Reply" })).toHaveValue("jekz?");
    await expect(status).toHaveAttribute("data-status", "resolved");
  });
});

test("everything that can be clicked is reached by Tab, with a visible focus", async ({ operator, visitor }) => {
  const [olga, vera] = await Promise.all([operator("olga"), visitor("Vera")]);
  await vera.say("Hello");
  await olga.open(vera.name);
  await olga.reply("Hello Vera");
  // A queue of few rows, and something to send.
  await olga.openInbox(`${new URL(olga.page.url()).pathname}?queue=mine`);
  await olga.composer.fill("Half a sentence");
  await olga.page.locator("body").click({ position: { x: 1, y: 1 } });

  const names = ["Keyboard shortcuts", "Olga Ortiz, your account", "Resolve", "Release", "Assign", "Contact", "Send"];
  const wanted = new Map<string, Locator>(
    names.map((name) => [name, olga.page.getByRole("button", { name })]),
  );
  wanted.set("Reply", olga.composer);
  wanted.set("the row", olga.row(vera.name).getByRole("link"));
  wanted.set("a queue", olga.queue("Resolved"));
  for (let presses = 0; presses < 100 && wanted.size > 0; presses += 1) {
    await olga.page.keyboard.press("Tab");
    for (const [name, element] of wanted) {
      const is = await element.first().evaluate((node) => node === document.activeElement);
      if (is) wanted.delete(name);
    }
    const focus = olga.page.locator(":focus");
    if ((await focus.count()) === 0) continue;
    const { isMarked, label } = await focus.evaluate((element) => {
      // The mark may be around the row of a link, or around the card of a text box.
      const card = element.closest(".composer__card") ?? element;
      const styles = [getComputedStyle(element), getComputedStyle(element, "::after"), getComputedStyle(card)];
      const isMarked = styles.some(({ outlineStyle, boxShadow }) => outlineStyle !== "none" || boxShadow !== "none");
      return { isMarked, label: element.outerHTML.slice(0, 100) };
    });
    expect.soft(isMarked, `the focus can be seen on ${label}`).toBe(true);
  }
  expect([...wanted.keys()], "never reached").toEqual([]);
});

test("Escape closes the innermost thing alone, and arrows walk a menu", async ({ operator, visitor }) => {
  const [olga, vera] = await Promise.all([operator("olga"), visitor("Vera")]);
  await vera.say("Hello");
  await olga.open(vera.name);
  await olga.reply("Hello Vera");
  const heading = olga.page.getByRole("heading", { name: vera.name });
  const menu = olga.page.getByRole("menu", { name: "Assign to" });

  await olga.composer.focus();
  await olga.page.keyboard.press("Escape");
  await expect(olga.composer).not.toBeFocused();
  await expect(heading).toBeVisible();

  const people = menu.getByRole("menuitemradio");
  await olga.button("Assign").press("Enter");
  await expect(people.first()).toBeFocused();
  await olga.page.keyboard.press("ArrowUp");
  await expect(people.last()).toBeFocused();
  await olga.page.keyboard.press("ArrowDown");
  await expect(people.first()).toBeFocused();
  await olga.page.keyboard.press("s");
  await expect(people.filter({ hasText: "Sam Okoye" })).toBeFocused();
  await olga.page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(olga.button("Assign")).toBeFocused();
  await expect(heading).toBeVisible();

  await olga.page.keyboard.press("Escape");
  await expect(heading).toBeHidden();
  await expect(olga.row(vera.name)).toBeVisible();
});

test("the focus and what is read stay where they are while the list changes", async ({ operator, visitor }) => {
  const [olga, vera, walt] = await Promise.all([operator("olga"), visitor("Vera"), visitor("Walt")]);
  await vera.say("Hello");
  const link = olga.row(vera.name).getByRole("link").first();
  await link.focus();
  await vera.say("Anybody there?");
  await expect(olga.row(vera.name)).toContainText("Anybody there?");
  await expect(link).toBeFocused();

  const read = olga.page.locator(
    `[data-conversation-id="${await olga.rows.nth(7).getAttribute("data-conversation-id")}"]`,
  );
  await read.evaluate((row) => row.parentElement?.parentElement?.scrollTo(0, 300));
  await expect(olga.row(vera.name)).not.toBeInViewport();
  const top = () => read.evaluate((row) => Math.round(row.getBoundingClientRect().top));
  const before = await top();
  await walt.say("Hello");
  await expect(olga.button("1 new")).toBeVisible();
  expect(Math.abs((await top()) - before), "pixels that the row has moved").toBeLessThanOrEqual(1);
  await olga.button("1 new").click();
  await expect(olga.row(walt.name)).toBeInViewport();
  await expect(olga.row(walt.name).getByRole("link")).toBeFocused();
});

test("a customer chats without a mouse", async ({ stranger, operator }) => {
  const page = await stranger();
  const olga = await operator("olga");
  await page.goto("/demo");
  const launcher = page.getByRole("button", { name: /^Chat with us/ });
  await launcher.focus();
  await page.keyboard.press("Enter");
  const frame = page.frameLocator('iframe[title="Chat"]');
  await expect(frame.getByRole("textbox", { name: "Message" })).toBeFocused();
  await page.keyboard.type("Do you have bonsai?");
  await page.keyboard.press("Enter");
  await expect(frame.getByTestId("message").filter({ hasText: "bonsai" })).toHaveAttribute("data-delivery", "sent");
  await expect(olga.rows.filter({ hasText: "Do you have bonsai?" })).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(launcher).toBeFocused();
  await expect(launcher).toHaveAttribute("aria-expanded", "false");
});

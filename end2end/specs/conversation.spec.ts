import { expect, test } from "../fixtures";
import { rowIn } from "../operator";

test("a visitor's messages are in two operators' lists without a reload", async ({ operator, visitor }) => {
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);
  const took: number[] = [];
  for (const text of ["Hello", "Is anybody there?", "I ordered a pot", "It is broken", "What now?"]) {
    const shown = [olga, omar].map(({ page }) => rowIn(page, vera.name).filter({ hasText: text }).waitFor());
    const begin = Date.now();
    await vera.write(text);
    await Promise.all(shown);
    took.push(Date.now() - begin);
  }
  console.log(`from the visitor's hand to both lists, in ms: ${took.join(", ")}`);
  expect([olga.loads, omar.loads], "without a reload").toEqual([1, 1]);
});

test("from the first question to the reopened conversation", async ({ operator, visitor }) => {
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);

  await test.step("the first message waits for a human", async () => {
    await vera.say("Does the Towpath come in green?");
    for (const someone of [olga, omar]) {
      await expect(someone.row(vera.name)).toHaveAttribute("data-status", "waiting");
      await expect(someone.row(vera.name)).toHaveAttribute("data-needs-answer", "true");
      await expect(someone.row(vera.name)).toHaveAttribute("data-channel", "live_chat");
    }
    await olga.open(vera.name);
    await omar.open(vera.name);
    await expect(omar.owner).toHaveText("No owner");
  });

  await test.step("a reply claims, and the colleague sees the owner", async () => {
    await olga.reply("It does, from May on.");
    for (const someone of [olga, omar]) {
      await expect(someone.status).toHaveAttribute("data-status", "active");
      await expect(someone.owner).toContainText(olga.name);
      await expect(someone.message("It does, from May on.")).toHaveAttribute("data-sender", "operator");
      await expect(someone.row(vera.name)).toHaveAttribute("data-status", "active");
      await expect(someone.row(vera.name)).toHaveAttribute("data-needs-answer", "false");
    }
  });

  await test.step("the visitor sees the reply and who answers", async () => {
    await expect(vera.message("It does, from May on.")).toContainText(olga.name);
    await expect(vera.frame.getByText(`${olga.name} answers you`)).toBeVisible();
  });

  await test.step("resolve stamps", async () => {
    await olga.button("Resolve").click();
    for (const someone of [olga, omar]) {
      await expect(someone.status).toHaveAttribute("data-status", "resolved");
      const line = someone.messages.and(someone.page.locator('[data-sender="system"]')).last();
      await expect(line).toContainText(/Olga Ortiz.*resolved/);
      await expect(someone.row(vera.name)).toHaveAttribute("data-status", "resolved");
    }
    await expect(vera.frame.getByText("This conversation was resolved").first()).toBeVisible();
  });

  await test.step("the customer's next message returns it to its owner", async () => {
    await vera.say("And in blue?");
    for (const someone of [olga, omar]) {
      await expect(someone.status).toHaveAttribute("data-status", "active");
      await expect(someone.owner).toContainText(olga.name);
      await expect(someone.message("And in blue?")).toHaveAttribute("data-sender", "contact");
      await expect(someone.row(vera.name)).toHaveAttribute("data-needs-answer", "true");
    }
    await olga.queue("Mine").click();
    await expect(olga.row(vera.name)).toBeVisible();
    await omar.queue("Mine").click();
    await expect(omar.row(vera.name)).toHaveCount(0);
  });
});

test("who is writing is shown to everybody it concerns", async ({ operator, visitor }) => {
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);
  await vera.say("I have a question");
  await olga.open(vera.name);
  await omar.open(vera.name);

  await test.step("the customer, to operators, with what is written so far", async () => {
    await vera.box.pressSequentially("about the fern");
    for (const someone of [olga, omar]) {
      await expect(someone.row(vera.name).getByTestId("typing")).toContainText(/Vera.* is typing/);
      await expect(someone.log.getByTestId("typing")).toContainText(/Vera.* is typing/);
    }
    await vera.say("about the fern");
    await expect(olga.log.getByTestId("typing")).toHaveCount(0);
    await expect(olga.row(vera.name).getByTestId("typing")).toHaveCount(0);
  });

  await test.step("an operator, to the visitor and to colleagues", async () => {
    await olga.composer.pressSequentially("Water it");
    await expect(vera.typing).toContainText("Olga Ortiz is typing");
    await expect(omar.page.getByTestId("typing").filter({ hasText: /Olga.* is replying/ }).first()).toBeVisible();
    await olga.reply("Water it once a week");
    await expect(vera.message("Water it once a week")).toBeVisible();
    await expect(vera.typing).toBeHidden();
    await expect(omar.page.getByTestId("typing").filter({ hasText: /is replying/ })).toHaveCount(0);
  });

  await test.step("a note is nobody's business outside", async () => {
    await olga.page.getByRole("tab", { name: "Note" }).click();
    await olga.composer.pressSequentially("They are nice");
    await olga.reply("They are nice, keep the discount in mind");
    await expect(omar.message("They are nice")).toHaveAttribute("data-note", "true");
    await vera.say("Thank you");
    await expect(vera.messages).toHaveText([/I have a question/, /about the fern/, /Water it/, /Thank you/]);
  });
});

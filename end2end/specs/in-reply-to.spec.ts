import type { Locator } from "@playwright/test";

import { expect, test } from "../fixtures";
import type { Operator } from "../operator";

const ASKED = ["Does the Towpath come in green?", "Do you ship to Norway?", "Is the shop open on Sunday?"] as const;

/** What the customer wrote: an answer that quotes it holds the same words. */
function asked(someone: Operator, text: string): Locator {
  return someone.log.locator('[data-testid="message"][data-sender="contact"]').filter({ hasText: text });
}

function replyTo(message: Locator): Locator {
  return message.getByRole("button", { name: /^Reply to this message from / });
}

/** The line above the field. */
function answering(someone: Operator): Locator {
  return someone.page.getByTestId("answering");
}

test("a reply names which of three messages it answers", async ({ operator, visitor }) => {
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);
  for (const text of ASKED) await vera.say(text);
  await Promise.all([olga.open(vera.name), omar.open(vera.name)]);
  const [first, second] = [asked(olga, ASKED[0]), asked(olga, ASKED[1])];
  await expect(asked(olga, ASKED[2])).toBeVisible();

  await test.step("chosen by the mouse", async () => {
    await first.hover();
    await expect(replyTo(first)).toHaveCSS("opacity", "1");
    await expect(replyTo(second)).toHaveCSS("opacity", "0");
    await expect(replyTo(first)).toHaveAccessibleName(`Reply to this message from ${vera.name}`);
    await replyTo(first).click();
    await expect(answering(olga)).toContainText(`Replying to ${vera.name}: ${ASKED[0]}`);
    await expect(answering(olga)).not.toContainText("Only the team sees");
    await expect(olga.composer).toBeFocused();
    await olga.reply("It does, from May on.");
    await expect(answering(olga)).toHaveCount(0);
  });

  await test.step("operators and the visitor see which it is", async () => {
    for (const someone of [olga, omar]) {
      const quote = someone.message("It does, from May on.").getByTestId("quote");
      await expect(quote).toContainText(`${vera.name}: ${ASKED[0]}`);
    }
    const quote = vera.message("It does, from May on.").getByTestId("quote");
    await expect(quote).toContainText(`You: ${ASKED[0]}`);
    await expect(vera.message(ASKED[1]).getByTestId("quote")).toHaveCount(0);
  });

  await test.step("chosen by the keyboard, with Escape leaving the quote before the field", async () => {
    await first.getByRole("button", { name: "Mark unread from here" }).focus();
    await olga.page.keyboard.press("Tab");
    await expect(replyTo(second)).toBeFocused();
    await expect(replyTo(second)).toHaveCSS("opacity", "1");
    await olga.page.keyboard.press("Enter");
    await expect(answering(olga)).toContainText(ASKED[1]);
    await expect(olga.composer).toBeFocused();
    await olga.composer.pressSequentially("We do");
    await olga.page.keyboard.press("Escape");
    await expect(answering(olga)).toHaveCount(0);
    await expect(olga.composer).toHaveValue("We do");
    await expect(olga.composer).toBeFocused();
    await olga.page.keyboard.press("Escape");
    await expect(olga.composer).not.toBeFocused();
    await expect(olga.page.getByRole("heading", { name: vera.name })).toBeVisible();

    await replyTo(second).focus();
    await olga.page.keyboard.press("Enter");
    await expect(answering(olga)).toContainText(ASKED[1]);
    await olga.composer.fill("We ship there on Mondays.");
    await olga.page.keyboard.press("Enter");
    await expect(olga.message("We ship there on Mondays.").getByTestId("quote")).toContainText(ASKED[1]);
    await expect(vera.message("We ship there on Mondays.").getByTestId("quote")).toContainText(ASKED[1]);
  });

  await test.step("the quote leads to the message, as often as one likes", async () => {
    const quote = olga.message("It does, from May on.").getByTestId("quote");
    await quote.click();
    await expect(olga.page).toHaveURL(/[?&]message=1$/);
    await expect(first).toHaveAttribute("data-found", "true");
    await expect(first).toBeFocused();
    await expect(first).toBeInViewport();
    await olga.composer.focus();
    await quote.press("Enter");
    await expect(first).toBeFocused();
    expect(olga.loads, "without a reload").toBe(1);
  });

  await test.step("a reload shows the same", async () => {
    await olga.openInbox(new URL(olga.page.url()).pathname);
    await expect(olga.message("It does, from May on.").getByTestId("quote")).toContainText(ASKED[0]);
    await vera.page.reload();
    await vera.openChat();
    await expect(vera.message("It does, from May on.").getByTestId("quote")).toContainText(`You: ${ASKED[0]}`);
  });
});

test("what is answered is kept with its conversation, and left by its button", async ({ operator, visitor }) => {
  const [olga, nora, otto] = await Promise.all([operator("olga"), visitor("Nora"), visitor("Otto")]);
  await nora.say("Is the vase back?");
  await otto.say("Where is my pot?");
  await olga.open(nora.name);
  await asked(olga, "Is the vase back?").hover();
  await replyTo(asked(olga, "Is the vase back?")).click();
  await expect(answering(olga)).toContainText("Is the vase back?");

  await olga.open(otto.name);
  await expect(asked(olga, "Where is my pot?")).toBeVisible();
  await expect(answering(olga)).toHaveCount(0);
  await olga.reply("It left yesterday.");
  await expect(olga.message("It left yesterday.").getByTestId("quote")).toHaveCount(0);

  await olga.open(nora.name);
  await expect(answering(olga)).toContainText("Is the vase back?");
  await olga.note("She has asked before");
  await expect(olga.message("She has asked before").getByTestId("quote")).toHaveCount(0);
  await expect(answering(olga)).toContainText("Is the vase back?");
  await olga.button("Remove the quote").click();
  await expect(answering(olga)).toHaveCount(0);
  await expect(olga.composer).toBeFocused();
  await olga.reply("It is.");
  await expect(olga.message("It is.").getByTestId("quote")).toHaveCount(0);
});

test("by SMS the words are all that is sent, and the composer says so", async ({ operator, phone }) => {
  const [olga, hand] = await Promise.all([operator("olga"), phone()]);
  const number = "+14155550148";
  await hand.pickUp(number);
  await hand.text("Are you open on Sunday?");
  await hand.text("And on Monday?");
  await olga.open(number);
  await asked(olga, "Are you open on Sunday?").hover();
  await replyTo(asked(olga, "Are you open on Sunday?")).click();
  await expect(answering(olga)).toContainText("Only the team sees what this answers");
  await olga.reply("From ten to four.");
  await expect(olga.message("From ten to four.").getByTestId("quote")).toContainText("Are you open on Sunday?");
  await expect(hand.received("From ten to four.")).toBeVisible();
  await expect(hand.received("From ten to four.")).not.toContainText("Are you open");
});

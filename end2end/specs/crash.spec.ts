import type { Page } from "@playwright/test";

import { expectWords, words } from "../browser";
import { expect, test } from "../fixtures";

const SENT = /question \d+\?|answer \d+!/;
/** Clients wait longer with each attempt. */
const RECOVERED_WITHIN_MS = 60_000;

interface Acknowledged {
  body: string;
  seq: number;
}

/** Notes every message that the server has said it holds. */
function collectAcknowledged(page: Page): Acknowledged[] {
  const list: Acknowledged[] = [];
  page.on("response", async (answer) => {
    if (!/\/(messages|send_reply)$/.test(answer.url()) || !answer.ok()) return;
    // The answer itself may be cut off: then nobody has been told.
    const told = await answer.json().catch(() => null);
    const message = told?.message ?? told;
    if (message) list.push({ body: message.body, seq: message.seq });
  });
  return list;
}

const count = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const questions = (from: number, to: number) => count(from, to).map((number) => `question ${number}?`);
const answers = (from: number, to: number) => count(from, to).map((number) => `answer ${number}!`);

test("kill -9 in the middle of a conversation loses and doubles nothing", async ({ server, operator, visitor }) => {
  test.slow();
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);
  await vera.say("question 0?");
  await olga.open(vera.name);
  await omar.open(vera.name);
  await olga.reply("answer 0!");
  const acknowledged = [collectAcknowledged(vera.page), collectAcknowledged(olga.page)];

  const talk = (from: number, to: number) =>
    Promise.all([
      (async () => {
        for (const text of questions(from, to)) await vera.write(text);
      })(),
      (async () => {
        for (const text of answers(from, to)) await olga.write(text);
      })(),
    ]);

  const talking = talk(1, 12);
  await expect.poll(() => Math.min(...acknowledged.map((list) => list.length))).toBeGreaterThanOrEqual(3);
  await server.kill9();
  await talking;
  await talk(13, 15);
  await server.restart();
  await talk(16, 16);

  await test.step("everything is on both screens, once, in each writer's order", async () => {
    for (const screen of [vera, olga, omar]) {
      await expectWords(screen.bubbles, /question \d+\?/, questions(0, 16), RECOVERED_WITHIN_MS);
      await expectWords(screen.bubbles, /answer \d+!/, answers(0, 16), RECOVERED_WITHIN_MS);
    }
  });

  await test.step("in one order for all", async () => {
    const order = await words(olga.bubbles, SENT);
    await expectWords(omar.bubbles, SENT, order);
    await expectWords(vera.bubbles, SENT, order);
  });

  await test.step("and what was acknowledged has kept its place", async () => {
    const all = acknowledged.flat();
    expect(all.length).toBeGreaterThanOrEqual(32);
    for (const { body, seq } of all) {
      for (const screen of [vera, olga, omar]) {
        await expect(screen.log.locator(`[data-seq="${seq}"]`)).toContainText(body);
      }
    }
  });

  await test.step("a fresh look shows the same", async () => {
    const order = await words(olga.bubbles, SENT);
    await olga.page.reload();
    await expectWords(olga.bubbles, SENT, order);
    await vera.arrive();
    await expectWords(vera.bubbles, SENT, order);
  });
});

test("a server that comes back finds everybody waiting for it", async ({ server, operator, visitor }) => {
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);
  await vera.say("question 0?");
  await olga.open(vera.name);

  await server.kill9();
  await expect(olga.page.getByText("Reconnecting… what you write is kept.")).toBeVisible();
  await expect(vera.connection).toContainText("what you write is kept");
  await olga.composer.fill("half a sentence");
  await server.restart();

  await expect(olga.page.getByText("Reconnecting…")).toBeHidden({ timeout: RECOVERED_WITHIN_MS });
  await expect(vera.connection).toHaveAttribute("data-state", "online", { timeout: RECOVERED_WITHIN_MS });
  await expect(olga.composer).toHaveValue("half a sentence");
  await vera.say("question 1?");
  await expect(olga.message("question 1?")).toBeVisible();
  await expect(omar.row(vera.name)).toContainText("question 1", { timeout: RECOVERED_WITHIN_MS });
});

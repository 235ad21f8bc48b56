import { expectWords } from "../browser";
import { expect, test } from "../fixtures";

const SENT = /(question|answer) \d+/;

test("three messages of a visitor without a network arrive once, in order", async ({ operator, visitor }) => {
  const [olga, vera] = await Promise.all([operator("olga"), visitor("Vera")]);
  await vera.say("question 0");
  await olga.open(vera.name);

  await vera.page.context().setOffline(true);
  await expect(vera.connection).toHaveAttribute("data-state", "offline");
  await expect(vera.connection).toContainText("what you write is kept");
  for (const number of [1, 2, 3]) {
    await vera.write(`question ${number}`);
    await expect(vera.message(`question ${number}`)).toHaveAttribute("data-delivery", "sending");
  }
  await olga.reply("answer 0");
  await expectWords(olga.bubbles, SENT, ["question 0", "answer 0"]);

  await vera.page.context().setOffline(false);
  const all = ["question 0", "answer 0", "question 1", "question 2", "question 3"];
  await expectWords(olga.bubbles, SENT, all);
  await expectWords(vera.bubbles, SENT, all);
  for (const number of [1, 2, 3]) {
    await expect(vera.message(`question ${number}`)).toHaveAttribute("data-delivery", "sent");
  }
  await expect(vera.connection).toHaveAttribute("data-state", "online");

  await test.step("and nothing else comes after a reload", async () => {
    await vera.arrive();
    await olga.page.reload();
    await expectWords(vera.bubbles, SENT, all);
    await expectWords(olga.bubbles, SENT, all);
  });
});

test("what a visitor wrote without a network survives closing the page", async ({ operator, visitor }) => {
  const [olga, vera] = await Promise.all([operator("olga"), visitor("Vera")]);
  await vera.say("question 0");
  await vera.page.context().setOffline(true);
  await vera.write("question 1");
  await vera.page.goto("about:blank");
  await vera.page.context().setOffline(false);
  await vera.arrive();
  await expect(vera.message("question 1")).toHaveAttribute("data-delivery", "sent");
  await olga.open(vera.name);
  await expectWords(olga.bubbles, SENT, ["question 0", "question 1"]);
});

test("an operator without a network loses nothing either", async ({ operator, visitor }) => {
  const [olga, vera] = await Promise.all([operator("olga"), visitor("Vera")]);
  await vera.say("question 0");
  await olga.open(vera.name);
  await olga.reply("answer 0");

  await olga.page.context().setOffline(true);
  await olga.write("answer 1");
  await olga.write("answer 2");
  await expect(olga.pending).toHaveCount(2);
  await vera.say("question 1");

  await olga.page.context().setOffline(false);
  const all = ["question 0", "answer 0", "question 1", "answer 1", "answer 2"];
  await expectWords(olga.bubbles, SENT, all, 45_000);
  await expectWords(vera.bubbles, SENT, all);
});

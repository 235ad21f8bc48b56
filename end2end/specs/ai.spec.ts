import { expect, test } from "../fixtures";
import { Model } from "../model";
import { letAnswer, type Operator } from "../operator";

const TOLD = "A person will take over. They usually answer in a few minutes.";

test("the AI answers, a person is asked for, answers, and gives back", async ({ operator, visitor }) => {
  const [olga, vera] = await Promise.all([operator("olga"), visitor("Vera", { helper: true })]);

  await test.step("the widget says that an AI answers, and it does", async () => {
    await expect(vera.header).toContainText("Fern · AI assistant");
    await vera.say("How long does delivery take?");
    const answer = vera.message("2 to 4 working days");
    await expect(answer).toHaveAttribute("data-sender", "bot");
    await expect(answer).toContainText(/Fern.*AI/);
    await expect(vera.typing).toBeHidden();
    await expect(olga.row(vera.name)).toHaveAttribute("data-status", "open");
    await expect(olga.row(vera.name)).toHaveAttribute("data-channel", "chatbot");
    await expect(olga.row(vera.name)).toHaveAttribute("data-needs-answer", "false");
  });

  await test.step("the visitor asks for a person and is told what happens", async () => {
    await vera.personButton.click();
    await expect(vera.log.getByText(TOLD)).toBeVisible();
    await expect(vera.personButton).toBeHidden();
    await expect(vera.header).not.toContainText("AI assistant");
    await expect(olga.row(vera.name)).toHaveAttribute("data-status", "waiting");
    await expect(olga.row(vera.name)).toHaveAttribute("data-needs-answer", "true");
    await olga.open(vera.name);
    await expect(olga.handoff).toContainText("The customer asked for a person");
    await expect(olga.message("2 to 4 working days")).toContainText("Fern");
  });

  await test.step("an operator takes it and answers, under her own name", async () => {
    await olga.button("Claim").click();
    await expect(olga.owner).toContainText(olga.name);
    await expect(vera.header).toContainText(`${olga.name} answers you`);
    await olga.reply("Yours leaves at noon.");
    await expect(vera.message("Yours leaves at noon.")).toContainText(olga.name);
  });

  await test.step("given back, the AI goes on, and a person can be asked for again", async () => {
    await olga.giveBack("She gets a voucher of 5 euros.");
    await expect(olga.status).toHaveAttribute("data-status", "open");
    await expect(olga.message("gave this back to the AI: She gets a voucher")).toBeVisible();
    await expect(vera.header).toContainText("Fern · AI assistant");
    await expect(vera.personButton).toBeVisible();
    await vera.say("Do you have gift cards?");
    await expect(vera.message("From €20 to €200")).toHaveAttribute("data-sender", "bot");
  });

  await test.step("all of it stands on both screens, under every name, also after a reload", async () => {
    await vera.arrive();
    await expect(vera.messages).toHaveText([
      /How long does delivery take/,
      /Fern.*2 to 4 working days/,
      /Olga Ortiz.*Yours leaves at noon/,
      /Do you have gift cards/,
      /Fern.*From €20 to €200/,
    ]);
    await expect(vera.log, "what is the team's alone").not.toContainText("voucher of 5 euros");
    await olga.page.reload();
    for (const [words, name] of [
      ["How long does delivery take?", vera.name],
      ["2 to 4 working days", "Fern"],
      [TOLD, ""],
      ["Yours leaves at noon.", olga.name],
      ["gave this back to the AI", olga.name],
      ["Do you have gift cards?", vera.name],
      ["From €20 to €200", "Fern"],
    ]) {
      await expect(olga.message(words)).toContainText(name);
    }
    await expect(olga.handoff).toHaveCount(1);
  });
});

test("a person can be asked for before anything is said", async ({ operator, visitor }) => {
  const [olga, vera] = await Promise.all([operator("olga"), visitor("Vera", { helper: true })]);
  await vera.personButton.click();
  await expect(vera.frame.getByText("Write what it is about. A person will answer.")).toBeVisible();
  await vera.say("It is about my order.");
  await expect(vera.header).not.toContainText("AI assistant");
  await expect(vera.personButton).toBeHidden();
  await expect(olga.row(vera.name)).toHaveAttribute("data-status", "waiting");
  await olga.open(vera.name);
  await expect(olga.handoff).toContainText("The customer asked for a person");
});

/** Some twenty seconds long; the first and the last words tell how much of it is somewhere. */
const SLOW = `Certainly: ${"a fern likes its soil moist, ".repeat(15)}and that is all.`;

/** Has an admin connect a language model, and lets it answer in the helper's channel. */
async function employ(ada: Operator, name: string, model: Model) {
  const { page } = ada;
  await ada.openInbox("/settings/bots/new");
  await page.getByRole("link", { name: /Language model/ }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Address of the endpoint").fill(model.endpoint);
  await page.getByLabel("Model", { exact: true }).fill("slow");
  await ada.button("Save").click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
  await letAnswer(ada, name, "Fern, the helper");
}

test("a person who steps in while the AI writes has the last word", async ({ operator, visitor }) => {
  const model = await Model.start(SLOW);
  const [ada, olga] = await Promise.all([operator("ada"), operator("olga")]);
  await employ(ada, "Moss", model);
  const vera = await visitor("Vera", { helper: true });

  await test.step("the answer grows before the visitor's eyes", async () => {
    await vera.say("How do I water a fern?");
    await expect(vera.header).toContainText("Moss · AI assistant");
    await expect(vera.answering).toContainText("Certainly: a fern");
    await expect(vera.messages, "it is no message yet").toHaveCount(1);
    await expect(olga.row(vera.name).getByTestId("typing")).toContainText("AI is answering");
  });

  await test.step("it is gone as soon as an operator takes over", async () => {
    await olga.open(vera.name);
    await olga.page.keyboard.press("t");
    await expect(vera.header).toContainText(`${olga.name} answers you`);
    await expect(vera.ofAi).toHaveCount(0);
    await expect.poll(() => model.cut, "the model is not asked to go on").toBe(1);
    await expect(olga.suggestion).toContainText("Certainly: a fern");
    await expect(olga.suggestion, "it was not done").not.toContainText("that is all");
  });

  await test.step("and nothing of it comes after", async () => {
    await olga.reply("Once a week.");
    await expect(vera.message("Once a week.")).toContainText(olga.name);
    await expect(vera.ofAi).toHaveCount(0);
    await expect(vera.messages).toHaveText([/How do I water a fern/, /Olga Ortiz.*Once a week/]);
    await vera.arrive();
    await expect(vera.messages).toHaveCount(2);
    await expect(vera.ofAi).toHaveCount(0);
    await expect(olga.messages.and(olga.page.locator('[data-sender="bot"]'))).toHaveCount(0);
    await expect(olga.suggestion).toHaveCount(0);
  });

  await test.step("given back, it is told how, and may finish", async () => {
    await olga.giveBack("Tell her about moist soil.");
    await expect(vera.header).toContainText("Moss · AI assistant");
    await vera.say("And in winter?");
    await expect(vera.message("and that is all.")).toHaveAttribute("data-sender", "bot");
    await expect(vera.answering).toHaveCount(0);
    expect(model.asked.at(-1)).toContain("Tell her about moist soil.");
    expect(model.asked.at(-1)).toContain("Once a week.");
  });

  await model.stop();
});

test("a language model hands off what is for people, and says why", async ({ operator, visitor }) => {
  const model = await Model.start("Of course.");
  const [ada, olga] = await Promise.all([operator("ada"), operator("olga")]);
  await employ(ada, "Reed", model);
  const vera = await visitor("Vera", { helper: true });
  await vera.say("I want to pay invoice 2041.");
  await expect(vera.header).not.toContainText("AI assistant");
  await expect(olga.row(vera.name)).toHaveAttribute("data-status", "waiting");
  await olga.open(vera.name);
  for (const words of ["Payments are for people.", "Pay an invoice", "2041", "40"]) {
    await expect(olga.handoff).toContainText(words);
  }
  await expect(vera.ofAi).toHaveCount(0);
  await model.stop();
});

test("the AI answers texts too, and is silent once a person has stepped in", async ({ operator, phone }) => {
  const [ada, olga, hand] = await Promise.all([operator("ada"), operator("olga"), phone()]);
  await letAnswer(ada, "Fern", "SMS +1 555 0100", "agent");

  await test.step("a text is answered by the AI", async () => {
    await hand.pickUp("+14155550177");
    await hand.text("How long does delivery take?");
    await expect(hand.received("2 to 4 working days")).toBeVisible();
    await expect(olga.row("+14155550177")).toHaveAttribute("data-status", "open");
  });

  await test.step("a person can be asked for by a word", async () => {
    await hand.text("Agent!");
    await expect(hand.received("A person will take over.")).toBeVisible();
    await olga.open("+14155550177");
    await expect(olga.handoff).toContainText("The customer asked for a person");
    await olga.button("Claim").click();
    await expect(olga.owner).toContainText(olga.name);
    await olga.reply("Yours leaves at noon.");
    await expect(hand.received("Yours leaves at noon.")).toBeVisible();
    await hand.text("Do you have gift cards?");
    await expect(olga.message("Do you have gift cards?")).toBeVisible();
    await olga.reply("We do.");
    await expect(hand.received("We do.")).toBeVisible();
    await expect(hand.received("From €20 to €200")).toHaveCount(0);
  });

  await test.step("given back, it goes on", async () => {
    await olga.giveBack("Be short.");
    await hand.text("And how much are gift cards?");
    await expect(hand.received("From €20 to €200")).toBeVisible();
  });

  await test.step("all of it is there, everybody by name", async () => {
    await olga.page.reload();
    for (const [words, sender, name] of [
      ["How long does delivery take?", "contact", "+14155550177"],
      ["2 to 4 working days", "bot", "Fern"],
      ["Agent!", "contact", "+14155550177"],
      ["Yours leaves at noon.", "operator", olga.name],
      ["We do.", "operator", olga.name],
      ["From €20 to €200", "bot", "Fern"],
    ]) {
      await expect(olga.message(words)).toHaveAttribute("data-sender", sender);
      await expect(olga.message(words)).toContainText(name);
    }
  });
});

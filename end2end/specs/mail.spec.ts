import { expect, test } from "../fixtures";

const VERA = "vera@example.test";
const SUBJECT = "A cracked bowl";
/** A picture of one pixel. */
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("a mail thread with files, and answers that find their way back", async ({ operator, mailbox }) => {
  const [olga, vera] = await Promise.all([operator("olga"), mailbox()]);
  await vera.open(VERA);

  await test.step("a mail is a conversation, with its subject, its picture and its signature folded away", async () => {
    await vera.write({
      subject: SUBJECT,
      text: "The bowl came cracked.\n\n-- \nVera Lind\nKiln Street 4",
      files: [{ name: "bowl.png", mimeType: "image/png", buffer: PICTURE }],
    });
    const row = olga.row(SUBJECT);
    await expect(row).toHaveAttribute("data-channel", "email");
    await row.getByRole("link").first().click();
    const mail = olga.message("The bowl came cracked.");
    await expect(mail).toHaveAttribute("data-channel", "email");
    await expect(mail.getByTestId("attachment")).toHaveAccessibleName(/bowl\.png/);
    const picture = mail.getByRole("img", { name: /bowl\.png/ });
    await expect(picture).toHaveJSProperty("complete", true);
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
    await expect(mail.getByText("Kiln Street 4")).toBeHidden();
    await mail.locator("summary", { hasText: "Show signature" }).click();
    await expect(mail.getByText("Kiln Street 4")).toBeVisible();
    await expect(olga.page.getByTestId("route")).toContainText(VERA);
    expect(olga.loads, "without a reload").toBe(1);
  });

  await test.step("the reply and its file are in the mailbox", async () => {
    await olga.page.getByTestId("files").setInputFiles({
      name: "label.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("Return label 12"),
    });
    await expect(olga.page.getByTestId("attached")).toHaveAttribute("data-state", "uploaded");
    await olga.reply("We send another one.");
    await expect(olga.message("We send another one.")).toHaveAttribute("data-delivery", "sent");
    await expect(olga.message("We send another one.").getByTestId("attachment")).toHaveAccessibleName(/label\.txt/);
    await vera.read(SUBJECT);
    const reply = vera.received("We send another one.");
    await expect(reply).toBeVisible();
    expect((await vera.save("label.txt")).toString()).toBe("Return label 12");
  });

  await test.step("the quoted answer joins the thread, and what it quotes is folded away", async () => {
    await vera.reply({ text: "That is kind of you." });
    const answer = olga.message("That is kind of you.");
    await expect(answer).toBeVisible();
    await expect(answer.getByText(/wrote:/)).toBeHidden();
    await answer.locator("summary", { hasText: "Show quoted text" }).click();
    await expect(answer.getByText(/wrote:/)).toBeVisible();
    await expect(olga.rows.filter({ hasText: SUBJECT })).toHaveCount(1);
  });

  await test.step("a mail of another matter moves to its own conversation", async () => {
    await vera.reply({ subject: "Opening hours", text: "When are you open?" });
    const stray = olga.message("When are you open?");
    await expect(stray).toBeVisible();
    await stray.hover();
    await stray.getByRole("button", { name: "Move this mail" }).click();
    await olga.page.getByRole("menuitem", { name: "Move to its own conversation" }).click();
    await expect(olga.message("Moved to another conversation")).toBeVisible();
    await olga.page.getByRole("link", { name: "Open it" }).click();
    await expect(olga.message("When are you open?")).toBeVisible();
    await expect(olga.messages).toHaveCount(1);
  });
});

test("mails that reach nobody say so", async ({ operator, mailbox }) => {
  const [olga, customer] = await Promise.all([operator("olga"), mailbox()]);
  for (const [address, words] of [
    ["bounce-1@example.test", "User unknown"],
    ["later-bounce-1@example.test", "mailbox is full"],
  ] as const) {
    await customer.open(address);
    await customer.write({ subject: `From ${address}`, text: "Can you hear me?" });
    await olga.row(address).getByRole("link").first().click();
    await expect(olga.message("Can you hear me?")).toBeVisible();
    await olga.reply("Loud and clear.");
    const failed = olga.message("Loud and clear.");
    await expect(failed).toHaveAttribute("data-delivery", "failed");
    await expect(failed).toContainText(words);
    await expect(failed.getByRole("button", { name: "Retry" })).toBeVisible();
  }
});

test("a visitor who has left gets the reply by mail, and answers into the same thread", async ({
  operator,
  visitor,
  mailbox,
}) => {
  const olga = await operator("olga");
  const lena = await visitor("Lena");
  const address = `${lena.name.toLowerCase().replace(/\W+/g, ".")}@example.test`;

  await lena.introduce(address);
  await lena.say("Is the blue vase back?");
  await olga.open(lena.name);
  await expect(olga.page.getByTestId("route")).toHaveText(/Live session, online now/);
  await lena.page.close();
  await expect(olga.page.getByTestId("route")).toContainText(address);
  await olga.reply("It comes back on Friday.");
  const mailed = olga.message("It comes back on Friday.");
  await expect(mailed).toHaveAttribute("data-channel", "email");
  await expect(mailed).toHaveAttribute("data-delivery", "sent");

  const inbox = await mailbox();
  await inbox.open(address);
  await inbox.read("Your conversation with");
  await expect(inbox.received("It comes back on Friday.")).toBeVisible();
  await inbox.reply({ text: "Keep one for me." });
  const answer = olga.message("Keep one for me.");
  await expect(answer).toHaveAttribute("data-channel", "email");
  await expect(olga.rows.filter({ hasText: lena.name })).toHaveCount(1);
});

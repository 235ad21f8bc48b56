import { expect, test } from "../fixtures";

const VERA = "+14155550123";
/** The demo's provider refuses numbers that end so. */
const OUT_OF_SERVICE = "+14155550000";
/** A picture of one pixel. */
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("texts from a phone, and the replies to them", async ({ operator, phone }) => {
  const [olga, hand] = await Promise.all([operator("olga"), phone()]);

  await test.step("a text is in the list and the thread without a reload, as SMS", async () => {
    await hand.pickUp(VERA);
    await hand.text("Are you open on Sunday?");
    const row = olga.row(VERA);
    await expect(row).toContainText("Are you open on Sunday?");
    await expect(row).toHaveAttribute("data-channel", "sms");
    await expect(row).toHaveAttribute("data-status", "waiting");
    await olga.open(VERA);
    await expect(olga.message("Are you open on Sunday?")).toHaveAttribute("data-channel", "sms");
    expect(olga.loads, "without a reload").toBe(1);
  });

  await test.step("the reply is on the phone, and its mark goes to delivered", async () => {
    await olga.reply("From ten to four.");
    await expect(hand.received("From ten to four.")).toBeVisible();
    await expect(olga.message("From ten to four.")).toHaveAttribute("data-delivery", "delivered");
  });

  await test.step("a reply that fails says why, in the provider's words, and can be sent again", async () => {
    await hand.pickUp(OUT_OF_SERVICE);
    await hand.text("Can you call me?");
    await olga.open(OUT_OF_SERVICE);
    await olga.reply("We can.");
    const failed = olga.message("We can.");
    await expect(failed).toHaveAttribute("data-delivery", "failed");
    await expect(failed).toContainText("This number is not in service.");
    await expect(failed.getByRole("button", { name: "Retry" })).toBeVisible();
    await expect(hand.texts).toHaveText([/Can you call me/]);
  });

  await test.step("STOP stops replies, and the composer says so", async () => {
    await hand.pickUp(VERA);
    await expect(hand.texts).toHaveText([/Are you open on Sunday/, /From ten to four/]);
    await hand.text("STOP");
    await olga.open(VERA);
    await expect(olga.message("asked for no more messages")).toBeVisible();
    await expect(olga.page.getByTestId("blocked")).toContainText(/asked for no more messages from .* by writing START/);
    await olga.composer.fill("One more thing.");
    await expect(olga.button("Send")).toBeDisabled();
  });

  await test.step("START allows them again", async () => {
    await hand.text("START");
    await expect(olga.message("wants messages from")).toBeVisible();
    await expect(olga.page.getByTestId("blocked")).toBeEmpty();
    await olga.reply("One more thing.");
    await expect(hand.received("One more thing.")).toBeVisible();
    await expect(olga.message("One more thing.")).toHaveAttribute("data-delivery", "delivered");
  });

  await test.step("a picture is fetched from the provider, and shown in the open thread", async () => {
    await hand.sendPicture({ name: "crack.png", mimeType: "image/png", buffer: PICTURE }, "It has a crack.");
    const message = olga.message("It has a crack.");
    const picture = message.getByRole("img", { name: "Photo.png" });
    await expect(picture).toHaveJSProperty("complete", true);
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
    await expect(message.getByTestId("awaited")).toHaveCount(0);
  });
});

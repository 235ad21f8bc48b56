import { expect, test } from "../fixtures";

/** A picture of one pixel. */
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("files go both ways between a visitor and an operator", async ({ operator, visitor }) => {
  const [olga, vera] = await Promise.all([operator("olga"), visitor("Vera")]);

  await test.step("a visitor's picture is in the thread", async () => {
    await vera.attach({ name: "crack.png", mimeType: "image/png", buffer: PICTURE });
    await vera.say("It is cracked, see the picture.");
    await olga.open(vera.name);
    const message = olga.message("It is cracked, see the picture.");
    const picture = message.getByRole("img", { name: /crack\.png/ });
    await expect(picture).toHaveJSProperty("complete", true);
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  });

  await test.step("an operator's file, without a word, reaches the visitor as it is", async () => {
    await olga.page.getByTestId("files").setInputFiles({
      name: "label.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("Return label 12"),
    });
    await expect(olga.page.getByTestId("attached")).toHaveAttribute("data-state", "uploaded");
    await olga.button("Send").click();
    await expect(olga.messages.last().getByTestId("attachment")).toHaveAccessibleName(/label\.txt/);
    const link = vera.log.getByRole("link", { name: /label\.txt/ });
    await expect(link).toBeVisible();
    const answer = await vera.page.request.get(new URL((await link.getAttribute("href")) ?? "", olga.home).href);
    expect(await answer.text()).toBe("Return label 12");
    expect(answer.headers()["content-disposition"]).toContain("attachment");
  });

  await test.step("what is too large is refused before it is sent", async () => {
    await olga.page.getByTestId("files").setInputFiles({
      name: "film.mov",
      mimeType: "video/quicktime",
      buffer: Buffer.alloc(25_000_001),
    });
    await expect(olga.page.getByText(/film\.mov is too large/).first()).toBeVisible();
    await expect(olga.page.getByTestId("attached")).toHaveCount(0);
  });
});

import { expect, test } from "../fixtures";
import type { Operator } from "../operator";

const lookers = (someone: Operator) => someone.page.getByTestId("lookers");

test("colleagues see who else has a conversation open, and who answers", async ({ operator, visitor }) => {
  const [olga, omar] = await Promise.all([operator("olga"), operator("omar")]);
  const [vera, walt] = await Promise.all([visitor("Vera"), visitor("Walt")]);
  await vera.say("Hello");
  await walt.say("Hello");

  await test.step("who comes second is seen, and sees who was there first", async () => {
    await olga.open(vera.name);
    await expect(lookers(olga)).toHaveCount(0);
    await omar.open(vera.name);
    await expect(lookers(olga)).toContainText(`Also looking: ${omar.name}`);
    await expect(lookers(omar)).toContainText(`Also looking: ${olga.name}`);
  });

  await test.step("who writes is seen to write", async () => {
    await omar.composer.pressSequentially("Hello V");
    await expect(olga.page.getByTestId("typing").filter({ hasText: "Omar" }).first()).toBeVisible();
  });

  await test.step("who goes elsewhere is not there any more, and is seen there", async () => {
    await omar.composer.fill("");
    await omar.open(walt.name);
    await expect(lookers(olga)).toHaveCount(0);
    await expect(lookers(omar)).toHaveCount(0);
    await olga.open(walt.name);
    await expect(lookers(omar)).toContainText(olga.name);
  });

  await test.step("nobody outside the team is told, and nobody sees themselves", async () => {
    const second = await olga.newTab();
    await second.getByTestId("conversation-row").filter({ hasText: walt.name }).getByRole("link").first().click();
    await expect(second.getByTestId("lookers")).toContainText(omar.name);
    await expect(second.getByTestId("lookers")).not.toContainText(olga.name);
  });
});

import { createHmac } from "node:crypto";

import type { APIRequestContext } from "@playwright/test";

import { expect, test } from "../fixtures";

const RUTH = "+14155550177";
const LINE = "+15550300";
const SECRET = "a secret of the gateway";
/** Nothing listens there. */
const AWAY = "http://127.0.0.1:9/send";

/** Tells a channel's hook what its gateway got. */
async function tell(request: APIRequestContext, hook: string, text: string) {
  const body = JSON.stringify({ event_id: text, type: "message", from: RUTH, to: LINE, text });
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const signature = createHmac("sha256", SECRET).update(`${timestamp}.${body}`).digest("hex");
  const answer = await request.post(hook, {
    headers: {
      "Content-Type": "application/json",
      "X-Live-Operator-Timestamp": timestamp,
      "X-Live-Operator-Signature": `v1=${signature}`,
    },
    data: Buffer.from(body),
  });
  expect(answer.status()).toBe(200);
}

test("a reply that waits for its gateway is taken back, and sent again", async ({ operator, request }) => {
  const [ada, olga] = await Promise.all([operator("ada"), operator("olga")]);

  await test.step("somebody texts through a gateway that takes nothing", async () => {
    await ada.openInbox("/settings/channels/new");
    await ada.page.getByRole("link", { name: /Own SMS gateway/ }).click();
    await ada.page.getByLabel("Name", { exact: true }).fill("Line of a gateway that is away");
    await ada.page.getByLabel("Number", { exact: true }).fill(LINE);
    await ada.page.getByLabel("Address of the gateway").fill(AWAY);
    await ada.page.getByLabel("Secret", { exact: true }).fill(SECRET);
    await ada.button("Connect").click();
    const hook = await ada.page.getByTestId("paste").filter({ hasText: "/hooks/webhook/" }).textContent();
    await tell(request, hook ?? "", "Is my order on its way?");
    await expect(olga.row(RUTH)).toHaveAttribute("data-needs-answer", "true");
  });

  const reply = olga.message("It leaves tomorrow.");

  await test.step("the reply waits, and says why", async () => {
    await olga.open(RUTH);
    await olga.reply("It leaves tomorrow.");
    await expect(reply).toHaveAttribute("data-delivery", "queued");
    await expect(olga.row(RUTH)).toHaveAttribute("data-needs-answer", "false");
  });

  await test.step("it is taken back: the customer waits for an answer again", async () => {
    await reply.getByRole("button", { name: "Cancel", exact: true }).click();
    await expect(reply).toHaveAttribute("data-delivery", "cancelled");
    await expect(reply).toContainText("Cancelled");
    await expect(olga.message(`${olga.name} cancelled a message before it was sent`)).toBeVisible();
    await expect(olga.row(RUTH)).toHaveAttribute("data-needs-answer", "true");
  });

  await test.step("and sent again, when somebody says so", async () => {
    await reply.getByRole("button", { name: "Send again" }).click();
    await expect(reply).toHaveAttribute("data-delivery", "queued");
    await expect(olga.message(`${olga.name} sent a message again`)).toBeVisible();
    await expect(olga.row(RUTH)).toHaveAttribute("data-needs-answer", "false");
  });
});

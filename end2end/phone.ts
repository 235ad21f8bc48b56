// A customer's phone, as the demo has it.

import { expect, type Locator, type Page } from "@playwright/test";

import { collectTroubles } from "./browser";

export class Phone {
  readonly troubles: string[];

  constructor(readonly page: Page) {
    this.troubles = collectTroubles(page);
  }

  async arrive() {
    await this.page.goto("/demo/phone");
    await expect(this.page.getByTestId("phone")).toHaveAttribute("data-number", /^\+\d+$/);
  }

  /** Takes somebody's phone. What is on it is on screen soon. */
  async pickUp(number: string) {
    await this.page.getByRole("textbox", { name: "Another number" }).fill(number);
    await this.page.getByRole("button", { name: "Pick up" }).click();
    await expect(this.page.getByTestId("phone")).toHaveAttribute("data-number", number);
  }

  get log(): Locator {
    return this.page.getByRole("log", { name: "Messages" });
  }

  get texts(): Locator {
    return this.log.getByTestId("text");
  }

  /** What the shop has texted. */
  received(text: string): Locator {
    return this.log.locator('[data-testid="text"][data-from="shop"]').filter({ hasText: text });
  }

  /** What was texted from this phone. */
  sent(text: string): Locator {
    return this.log.locator('[data-testid="text"][data-from="me"]').filter({ hasText: text });
  }

  /** Texts the shop, and waits until the server has it. */
  async text(text: string) {
    await this.page.getByRole("textbox", { name: "Text message" }).fill(text);
    await this.page.getByRole("button", { name: "Send" }).click();
    await expect(this.sent(text)).toBeVisible();
  }

  /** Sends a picture with a text, and waits until the server has both. */
  async sendPicture(picture: { name: string; mimeType: string; buffer: Buffer }, text: string) {
    await this.page.getByLabel("Attach a picture").setInputFiles(picture);
    await expect(this.page.getByRole("img", { name: "The picture that goes with the next text" })).toBeVisible();
    await this.text(text);
    await expect(this.sent(text).getByRole("img", { name: "A picture" })).toHaveJSProperty("complete", true);
  }
}

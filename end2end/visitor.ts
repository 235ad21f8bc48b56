// A customer in the demo's shop.

import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

import { collectTroubles } from "./browser";

export class Visitor {
  readonly frame: FrameLocator;
  readonly troubles: string[];

  constructor(
    readonly page: Page,
    /** Given with the first message, so that operators find the conversation by it. */
    readonly name: string,
    /** The page of the shop. */
    readonly path = "/demo",
  ) {
    this.frame = page.frameLocator('iframe[title="Chat"]');
    this.troubles = collectTroubles(page);
  }

  async arrive() {
    await this.page.goto(this.path);
    await this.openChat();
  }

  get launcher(): Locator {
    return this.page.getByRole("button", { name: /^(Chat with us|Ask Fern)/ });
  }

  async openChat() {
    await this.launcher.click();
    await expect(this.box).toBeVisible();
  }

  // Inside the frame.

  get log(): Locator {
    return this.frame.getByRole("log", { name: "Conversation" });
  }

  get messages(): Locator {
    return this.log.getByTestId("message");
  }

  /** All that looks like a message: here also what the server has not confirmed yet. */
  get bubbles(): Locator {
    return this.messages;
  }

  message(text: string): Locator {
    return this.messages.filter({ hasText: text });
  }

  get box(): Locator {
    return this.frame.getByRole("textbox", { name: "Message" });
  }

  /** What the AI has written so far of an answer that is not sent yet. */
  get answering(): Locator {
    return this.log.getByTestId("answering");
  }

  /** Everything of an AI's, sent or not. */
  get ofAi(): Locator {
    return this.log.locator('[data-sender="bot"]');
  }

  get personButton(): Locator {
    return this.frame.getByRole("button", { name: "Talk to a person" });
  }

  /** Says who answers. */
  get header(): Locator {
    return this.frame.getByRole("banner");
  }

  get typing(): Locator {
    return this.frame.getByTestId("typing");
  }

  get connection(): Locator {
    return this.frame.getByTestId("connection");
  }

  /** Writes without waiting for the server. */
  async write(text: string) {
    const name = this.frame.getByRole("textbox", { name: "Your name" });
    if (await name.isVisible()) await name.fill(this.name);
    await this.box.fill(text);
    await this.frame.getByRole("button", { name: "Send" }).click();
    await expect(this.message(text)).toBeVisible();
  }

  /** Leaves an address before the first message. */
  async introduce(email: string) {
    await this.frame.getByRole("textbox", { name: "Email" }).fill(email);
  }

  /** Puts a file to what is to be written next. */
  async attach(file: { name: string; mimeType: string; buffer: Buffer }) {
    await this.frame.locator('input[type="file"]').setInputFiles(file);
    await expect(this.frame.getByRole("list", { name: "Files to send" }).getByText(file.name)).toBeVisible();
  }

  /** Writes, and waits until the server has it. */
  async say(text: string) {
    await this.write(text);
    await expect(this.message(text)).toHaveAttribute("data-delivery", "sent");
  }
}

// A customer's mail client, as the demo has it.

import { readFile } from "node:fs/promises";

import { expect, type Locator, type Page } from "@playwright/test";

import { collectTroubles } from "./browser";

/** What is filled in; what is left out stays as the client has it. */
export interface Draft {
  text: string;
  subject?: string;
  /** Addresses, parted by commas. */
  to?: string;
  cc?: string;
  files?: { name: string; mimeType: string; buffer: Buffer }[];
}

export class Mailbox {
  readonly troubles: string[];

  constructor(readonly page: Page) {
    this.troubles = collectTroubles(page);
  }

  async arrive() {
    await this.page.goto("/demo/mailbox");
    await expect(this.page.getByTestId("mailbox")).toHaveAttribute("data-address", /@/);
  }

  /** Opens somebody's mailbox. What lies in it is on screen soon. */
  async open(address: string) {
    await this.page.getByRole("textbox", { name: "Another address" }).fill(address);
    await this.button("Open").click();
    await expect(this.page.getByTestId("mailbox")).toHaveAttribute("data-address", address);
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** The rows of the list, the one with the newest mail first. */
  get threads(): Locator {
    return this.page.getByRole("navigation", { name: "Mails" }).getByTestId("mail-thread");
  }

  thread(words: string): Locator {
    return this.threads.filter({ hasText: words });
  }

  /** Opens a thread by something that its row says. */
  async read(words: string) {
    await this.thread(words).click();
    await expect(this.log).toBeVisible();
  }

  /** The thread that is open. */
  get log(): Locator {
    return this.page.getByRole("log", { name: "Mails of this thread" });
  }

  get mails(): Locator {
    return this.log.getByTestId("mail");
  }

  /** What the shop has sent, in the thread that is open. */
  received(text: string): Locator {
    return this.log.locator('[data-testid="mail"][data-from="shop"]').filter({ hasText: text });
  }

  /** What was sent from this mailbox, in the thread that is open. */
  sent(text: string): Locator {
    return this.log.locator('[data-testid="mail"][data-from="me"]').filter({ hasText: text });
  }

  /** Writes to the shop, and waits until the server has it. Then its thread is open. */
  async write(draft: Draft) {
    await this.button("New mail").click();
    await this.#send(draft);
  }

  /** Answers the newest mail of the thread that is open. */
  async reply(draft: Draft) {
    await this.button("Reply").click();
    await this.#send(draft);
  }

  /** The same, to everybody who has it. */
  async replyAll(draft: Draft) {
    await this.button("Reply all").click();
    await this.#send(draft);
  }

  /** Saves a file of the thread that is open. */
  async save(name: string): Promise<Buffer> {
    const saved = this.page.waitForEvent("download");
    await this.log.getByRole("link", { name, exact: true }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe(name);
    return readFile(await download.path());
  }

  field(name: string): Locator {
    return this.page.getByRole("textbox", { name, exact: true });
  }

  async #send({ text, subject, to, cc, files = [] }: Draft) {
    const given = { To: to, Cc: cc, Subject: subject, Message: text };
    for (const [name, value] of Object.entries(given)) {
      if (value !== undefined) await this.field(name).fill(value);
    }
    if (files.length > 0) await this.page.getByLabel("Attach files").setInputFiles(files);
    await this.button("Send").click();
    const [first] = text.split("\n");
    await expect(this.sent(first)).toBeVisible();
  }
}

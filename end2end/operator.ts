// An operator at the inbox.

import { expect, type Locator, type Page } from "@playwright/test";

import { collectTroubles } from "./browser";

const PASSWORD = "demo-demo-demo";

/** The people of the demo. */
export const PEOPLE = {
  ada: { name: "Ada Lindqvist", email: "ada@demo.test" },
  sam: { name: "Sam Okoye", email: "sam@demo.test" },
  olga: { name: "Olga Ortiz", email: "olga@demo.test" },
  omar: { name: "Omar Haddad", email: "omar@demo.test" },
  nina: { name: "Nina Kowalczyk", email: "nina@demo.test" },
};

export type Person = keyof typeof PEOPLE;

/** Fills in the form of the page that is open, and sends it. */
export async function fillSignIn(page: Page, email: string, password = PASSWORD) {
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Waits until the page answers to clicks and keys. On a busy machine it takes long to compile a development build. */
export async function hydrated(page: Page) {
  await page.locator('html[data-hydrated="true"]').waitFor({ timeout: 60_000 });
}

export class Operator {
  readonly name: string;
  readonly email: string;
  readonly troubles: string[];
  /** How often the page has been loaded whole. */
  loads = 0;

  constructor(
    readonly page: Page,
    who: Person,
    readonly home: string,
  ) {
    ({ name: this.name, email: this.email } = PEOPLE[who]);
    this.troubles = collectTroubles(page);
    page.on("load", () => (this.loads += 1));
  }

  /** Without the form, whose own tests are elsewhere. */
  async signIn() {
    const answer = await this.page.request.post("/fn/sign_in", {
      headers: { Origin: this.home },
      form: { email: this.email, password: PASSWORD },
      maxRedirects: 0,
    });
    expect(answer.status()).toBeLessThan(400);
  }

  async openInbox(path = "/inbox") {
    await this.page.goto(path);
    await hydrated(this.page);
  }

  /** Another tab of the same browser. */
  async newTab(path = "/inbox"): Promise<Page> {
    const page = await this.page.context().newPage();
    await page.goto(path);
    await hydrated(page);
    return page;
  }

  // The list.

  get rows(): Locator {
    return this.page.getByRole("list", { name: "Conversations" }).getByTestId("conversation-row");
  }

  row(contact: string): Locator {
    return rowIn(this.page, contact);
  }

  queue(name: string): Locator {
    return this.page
      .getByRole("navigation", { name: "Queues" })
      .getByRole("link", { name: new RegExp(`^${name}`) });
  }

  async open(contact: string) {
    await this.row(contact).getByRole("link").first().click();
    await expect(this.page.getByRole("heading", { name: contact })).toBeVisible();
  }

  // The conversation.

  get log(): Locator {
    return this.page.getByRole("log", { name: "Messages" });
  }

  get messages(): Locator {
    return this.log.getByTestId("message");
  }

  message(text: string): Locator {
    return this.messages.filter({ hasText: text });
  }

  /** Messages that the server has not confirmed yet. */
  get pending(): Locator {
    return this.log.getByTestId("pending");
  }

  /** All that looks like a message, confirmed or not: what is in both is on screen twice. */
  get bubbles(): Locator {
    return this.messages.or(this.pending);
  }

  get status(): Locator {
    return this.page.getByTestId("status");
  }

  get owner(): Locator {
    return this.page.getByTestId("owner");
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** What the bot told whoever takes over. */
  get handoff(): Locator {
    return this.log.getByTestId("handoff");
  }

  /** What the bot would have said, or had begun to say. */
  get suggestion(): Locator {
    return this.page.getByTestId("suggestion");
  }

  /** Has the bot go on, minding this. */
  async giveBack(instruction: string) {
    await this.button("Give back to AI").click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Instruction" }).fill(instruction);
    await dialog.getByRole("button", { name: "Give back", exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  /** Chooses whether one takes work. */
  async choose(availability: string) {
    await this.button(`${this.name}, your account`).click();
    const menu = this.page.getByRole("menu", { name: "Your account" });
    await menu.getByRole("menuitemradio", { name: new RegExp(`^${availability}( |$)`) }).first().click();
    await expect(menu).toBeHidden();
  }

  /** Opens the menu of colleagues and teams, and chooses one. */
  async assign(to: string) {
    await this.button("Assign").click();
    await this.page.getByRole("menu", { name: "Assign to" }).getByRole("menuitemradio", { name: to }).click();
  }

  // The teams.

  team(name: string): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }

  member(team: string, person: string): Locator {
    return this.team(team).getByTestId("member").filter({ hasText: person });
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: "Reply" });
  }

  /** Writes without waiting for the server. */
  async write(text: string) {
    await this.composer.fill(text);
    await this.button("Send").click();
  }

  /** Writes, and waits until the server has it. */
  async reply(text: string) {
    await this.write(text);
    await expect(this.message(text)).toHaveAttribute("data-seq", /^\d+$/);
  }

  async note(text: string) {
    await this.page.getByRole("tab", { name: "Note" }).click();
    await this.reply(text);
    await this.page.getByRole("tab", { name: "Reply" }).click();
  }
}

/** The row of a conversation, in any operator's tab. */
export function rowIn(page: Page, contact: string): Locator {
  return page.getByTestId("conversation-row").filter({ hasText: contact });
}

/** Has an admin say which bot answers a channel first, and what asks for a person there. */
export async function letAnswer(ada: Operator, bot: string, channel: string, phrases?: string) {
  const { page } = ada;
  await ada.openInbox("/settings/channels");
  await page.getByRole("link", { name: channel }).click();
  await page.getByLabel("Who answers first").selectOption(bot);
  if (phrases) await page.getByLabel("Messages that ask for a person").fill(phrases);
  await ada.button("Save").click();
  await expect(page.getByRole("status").filter({ hasText: "Saved" })).toBeVisible();
}

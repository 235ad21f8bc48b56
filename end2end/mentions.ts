// Naming a colleague in a note, and where they are told of it.

import { expect, type Locator, type Page } from "@playwright/test";

import type { Operator } from "./operator";

/** The bell of a tab. Its name says how much is unread. */
export function bell(page: Page): Locator {
  return page.getByRole("navigation", { name: "Main" }).getByRole("button", { name: /^Notifications/ });
}

/** Writes a note in the open conversation as its author would: with the list of names. */
export async function noteNaming(someone: Operator, start: string, name: string, rest: string) {
  await someone.page.getByRole("tab", { name: "Note" }).click();
  await someone.composer.pressSequentially(start);
  const names = someone.page.getByRole("listbox", { name: "People and teams" });
  await expect(names.getByRole("option").first()).toContainText(name);
  await someone.composer.press("Enter");
  await expect(names).toBeHidden();
  await someone.composer.pressSequentially(rest);
  await someone.composer.press("Enter");
}

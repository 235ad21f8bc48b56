// The list of the inbox as something to work on: narrowed, and several rows at once.

import { expect, type Locator, type Page } from "@playwright/test";

import type { Operator } from "./operator";

export function dialog(page: Page, name: string): Locator {
  return page.getByRole("dialog", { name });
}

/** Opens the filter by its key, wherever the focus is outside a field. */
export async function openFilter(operator: Operator): Promise<Locator> {
  await operator.page.keyboard.press("f");
  const filter = dialog(operator.page, "Filter the list");
  await expect(filter).toBeVisible();
  return filter;
}

/** Selects a row by its key. */
export async function select(operator: Operator, contact: string) {
  await operator.row(contact).getByRole("link").first().focus();
  await operator.page.keyboard.press("x");
  await expect(operator.row(contact).getByRole("checkbox")).toBeChecked();
}

/** What can be done with the rows that are selected. */
export function bulk(operator: Operator): Locator {
  return operator.page.getByRole("group", { name: "Selected conversations" });
}

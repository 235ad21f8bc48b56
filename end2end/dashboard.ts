// The supervisor's dashboard: its numbers, and the lists that they lead to.

import { expect, type Locator, type Page } from "@playwright/test";

import { hydrated, type Operator } from "./operator";

/** A number of the dashboard. */
export const tile = (page: Page, id: string): Locator => page.getByTestId(id);

/** A number in the row of a person, a team or a channel. */
export function cell(page: Page, table: string, row: string, load: string): Locator {
  const rows = page.getByRole("table", { name: table, exact: true }).getByRole("row");
  return rows.filter({ has: page.getByRole("rowheader", { name: row }) }).locator(`[data-load="${load}"]`);
}

export async function number(shown: Locator): Promise<number> {
  return Number(await shown.innerText());
}

export async function openDashboard(someone: Operator) {
  await someone.page.getByRole("link", { name: "Dashboard" }).click();
  await expect(someone.page.getByRole("heading", { name: "Dashboard", level: 1 })).toBeVisible();
  await hydrated(someone.page);
}

/** Follows a number of a table to its list in another tab, and counts there. */
export async function expectItsList(someone: Operator, shown: Locator) {
  const path = await shown.getByRole("link").getAttribute("href");
  const count = await number(shown);
  const tab = await someone.newTab(path!);
  await expect(tab.getByTestId("conversation-row")).toHaveCount(count);
  await tab.close();
}

// How somebody comes in: the page of the people, and the pages that a link opens.

import { createHmac } from "node:crypto";

import { expect, type Locator, type Page } from "@playwright/test";

import { hydrated } from "./operator";

/** What they choose. */
export const PASSWORD = "a password of mine";

/** What an authenticator app shows at a time (RFC 6238). */
export function codeAt(secret: string, milliseconds: number): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor(milliseconds / 30_000)));
  const hash = createHmac("sha1", key).update(step).digest();
  const start = hash[19]! & 0xf;
  return String((hash.readUInt32BE(start) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Invites somebody, and returns the link. */
export async function invite(page: Page, email: string): Promise<string> {
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByRole("checkbox", { name: "Support" }).check();
  await page.getByRole("button", { name: "Create invitation" }).click();
  await expect(page.getByTestId("invitation").filter({ hasText: email })).toBeVisible();
  return (await page.getByTestId("paste").textContent())!;
}

/** Follows an invitation. */
export async function join(page: Page, link: string, name: string) {
  await page.goto(new URL(link).pathname);
  await hydrated(page);
  await page.getByRole("textbox", { name: "Your name" }).fill(name);
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/inbox$/);
}

/** Their row on the page of the people. */
export function personIn(page: Page, name: string): Locator {
  return page.getByTestId("person").filter({ has: page.getByRole("heading", { name, exact: true }) });
}

// What operators' and visitors' pages have in common.

import { expect, type Locator, type Page } from "@playwright/test";

/** Errors that a page has reported: none of them may stay unnoticed. */
export function collectTroubles(page: Page): string[] {
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (message) => {
    // The browser itself tells of requests that failed or were refused; the tests provoke those.
    const isRequest = /^Failed to load resource|net::ERR_/.test(message.text());
    if (message.type() === "error" && !isRequest) troubles.push(message.text());
  });
  return troubles;
}

/** The words that match in these elements, in the page's order. */
export async function words(elements: Locator, pattern: RegExp): Promise<string[]> {
  const texts = await elements.allInnerTexts();
  return texts.flatMap((text) => text.match(pattern)?.[0] ?? []);
}

/** Waits until exactly these words stand there, each once and in this order. */
export async function expectWords(elements: Locator, pattern: RegExp, expected: string[], timeout = 15_000) {
  await expect.poll(() => words(elements, pattern), { timeout }).toEqual(expected);
}

/** The page itself never scrolls sideways. */
export async function expectNoOverflow(page: Page) {
  const excess = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  expect(excess, "pixels that the page is too wide").toBeLessThanOrEqual(0);
}

import { defineConfig, type Project } from "@playwright/test";

import type { Options } from "./fixtures";

/** PostgreSQL's tests run where `TEST_POSTGRES_URL` names a server; in CI they always have to. */
function projects(): Project<object, Options>[] {
  const found: Project<object, Options>[] = [{ name: "sqlite", use: { system: "sqlite" } }];
  if (process.env.TEST_POSTGRES_URL) {
    // How a page looks and reads does not depend on the database.
    found.push({ name: "postgres", use: { system: "postgres" }, testIgnore: ["**/accessibility.spec.ts", "**/hostile.spec.ts", "**/walk.spec.ts"] });
  } else if (process.env.CI === "true") {
    throw new Error("TEST_POSTGRES_URL must name a PostgreSQL server");
  } else if (!process.env.TEST_WORKER_INDEX) {
    console.log("skipped: the tests on PostgreSQL (TEST_POSTGRES_URL names no server)");
  }
  return found;
}

export default defineConfig<object, Options>({
  testDir: "specs",
  outputDir: "results",
  // A file is a world of its own: one server on one fresh database.
  fullyParallel: false,
  // Two worlds at once fill a small machine.
  workers: 2,
  // A test that passes at the second try has failed.
  retries: 0,
  forbidOnly: process.env.CI === "true",
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: process.stdout.isTTY ? "line" : "list",
  use: {
    actionTimeout: 30_000,
    navigationTimeout: 60_000,
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || undefined,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: projects(),
});

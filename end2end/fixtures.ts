// What every test begins with: a server for its file, and people who come and go.

import { test as base, type Browser, type BrowserContextOptions } from "@playwright/test";

import { Mailbox } from "./mailbox";
import { Operator, type Person } from "./operator";
import { Phone } from "./phone";
import { Server, type System } from "./server";
import { Visitor } from "./visitor";

export { expect } from "@playwright/test";

export interface Options {
  system: System;
}

/** The server of the file that this worker is at. */
interface Stage {
  serverOf(file: string): Promise<Server>;
}

interface VisitorOptions extends BrowserContextOptions {
  /** On the page where the shop's AI helper answers. */
  helper?: boolean;
}

interface Fixtures {
  server: Server;
  /** Somebody of the demo, signed in, with the inbox open. Each call is another browser. */
  operator: (who: Person, options?: BrowserContextOptions) => Promise<Operator>;
  /** Somebody in the demo's shop with the chat open. Each call is another browser and another name. */
  visitor: (firstName: string, options?: VisitorOptions) => Promise<Visitor>;
  /** The demo's phone, with any customer's number to be picked up. Each call is another browser. */
  phone: (options?: BrowserContextOptions) => Promise<Phone>;
  /** The demo's mailbox, which can be any customer's. Each call is another browser. */
  mailbox: (options?: BrowserContextOptions) => Promise<Mailbox>;
  /** A browser of a stranger, with nothing open. */
  stranger: (options?: BrowserContextOptions) => ReturnType<Browser["newPage"]>;
}

let visitors = 0;

export const test = base.extend<Fixtures, Options & { stage: Stage }>({
  system: ["sqlite", { option: true, scope: "worker" }],

  stage: [
    async ({ system }, use) => {
      let current: { file: string; server: Server } | undefined;
      await use({
        async serverOf(file) {
          if (current?.file !== file) {
            await current?.server.stop();
            current = undefined;
            current = { file, server: await Server.start(system) };
          }
          return current.server;
        },
      });
      await current?.server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  server: async ({ stage }, use, testInfo) => {
    const server = await stage.serverOf(testInfo.file);
    const before = server.log.length;
    await use(server);
    if (testInfo.status !== testInfo.expectedStatus) {
      const body = server.log.slice(before) || "(nothing)";
      await testInfo.attach("the server's log", { body, contentType: "text/plain" });
    }
  },

  stranger: async ({ server, browser }, use) => {
    const contexts: { close(): Promise<void> }[] = [];
    await use(async (options) => {
      const context = await browser.newContext({
        baseURL: server.url,
        reducedMotion: "reduce",
        viewport: { width: 1440, height: 900 },
        ...options,
      });
      contexts.push(context);
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  operator: async ({ server, stranger }, use) => {
    const everybody: Operator[] = [];
    await use(async (who, options) => {
      const operator = new Operator(await stranger(options), who, server.url);
      everybody.push(operator);
      await operator.signIn();
      await operator.openInbox();
      return operator;
    });
    for (const { troubles } of everybody) base.expect(troubles, "on the operators' pages").toEqual([]);
  },

  visitor: async ({ stranger }, use) => {
    const everybody: Visitor[] = [];
    await use(async (firstName, { helper = false, ...options } = {}) => {
      visitors += 1;
      const name = `${firstName} ${String(visitors).padStart(3, "0")}`;
      const visitor = new Visitor(await stranger(options), name, helper ? "/demo?helper" : "/demo");
      everybody.push(visitor);
      await visitor.arrive();
      return visitor;
    });
    for (const { troubles } of everybody) base.expect(troubles, "on the visitors' pages").toEqual([]);
  },

  phone: async ({ stranger }, use) => {
    const all: Phone[] = [];
    await use(async (options) => {
      const phone = new Phone(await stranger(options));
      all.push(phone);
      await phone.arrive();
      return phone;
    });
    for (const { troubles } of all) base.expect(troubles, "on the phones' pages").toEqual([]);
  },

  mailbox: async ({ stranger }, use) => {
    const all: Mailbox[] = [];
    await use(async (options) => {
      const mailbox = new Mailbox(await stranger(options));
      all.push(mailbox);
      await mailbox.arrive();
      return mailbox;
    });
    for (const { troubles } of all) base.expect(troubles, "on the mailboxes' pages").toEqual([]);
  },
});

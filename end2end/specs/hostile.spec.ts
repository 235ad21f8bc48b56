// P21: nothing that anybody writes anywhere runs as a script or makes a browser ask another host.

import { createHmac, randomUUID } from "node:crypto";

import type { APIResponse, BrowserContext, Page } from "@playwright/test";

import { expect, test } from "../fixtures";
import { Mailbox } from "../mailbox";
import { hydrated, type Operator } from "../operator";
import { ALL, CALLED, ELSEWHERE, SHORT } from "../payloads";

/** What pages did that they must not. */
class Watch {
  readonly done: string[] = [];

  constructor(
    readonly context: BrowserContext,
    readonly home: string,
  ) {}

  async begin() {
    await this.context.exposeFunction(CALLED, () => this.done.push("a script ran"));
    this.context.on("dialog", async (dialog) => {
      this.done.push(`a dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    this.context.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== this.home) this.done.push(`asked ${request.url()}`);
    });
  }
}

/** Elements that only a payload can have brought into a page. */
async function brought(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const frame of page.frames()) {
    const markup = await frame.evaluate(
      ([called, elsewhere]) => {
        const all = [...document.querySelectorAll("*")];
        const made = all.filter((element) =>
          [...element.attributes].some(
            ({ name, value }) =>
              (name.startsWith("on") && value.includes(called!)) ||
              (/^(src|href|srcset|action|formaction|data|background|xlink:href)$/.test(name) &&
                // A link to elsewhere is one that somebody has written, and asks nobody by itself.
                ((value.includes(elsewhere!) && element.localName !== "a") || (/^\s*(javascript|data):/i.test(value) && value.includes(called!)))),
          ),
        );
        return made.map((element) => element.outerHTML.slice(0, 120));
      },
      [CALLED, ELSEWHERE],
    );
    found.push(...markup);
  }
  return found;
}

async function good(answer: APIResponse): Promise<unknown> {
  expect(answer.status(), `${answer.url()} ${await answer.text()}`).toBeLessThan(400);
  return answer.json().catch(() => undefined);
}

/** Calls server functions as the app does. */
class Caller {
  constructor(readonly someone: Operator) {}

  call(name: string, data: unknown): Promise<unknown> {
    const headers = { Origin: this.someone.home };
    return this.someone.page.request.post(`/fn/${name}`, { headers, data, maxRedirects: 0 }).then(good);
  }

  form(name: string, form: Record<string, string>): Promise<unknown> {
    const headers = { Origin: this.someone.home };
    return this.someone.page.request.post(`/fn/${name}`, { headers, form, maxRedirects: 0 }).then(good);
  }
}

/** What a reply can be: a hole in it would stop it. */
const withoutMacros = (texts: string[]) => texts.filter((text) => !text.includes("{{"));

/** As long as a name may be. */
const name = (number: number) => SHORT[number % SHORT.length]!.slice(0, 60);

test("hostile text is text everywhere", async ({ operator, stranger, server }) => {
  test.setTimeout(900_000);
  const ada = await operator("ada");
  const caller = new Caller(ada);
  const watch = new Watch(ada.page.context(), server.url);
  await watch.begin();
  const { request } = ada.page;

  await test.step("visitors write all of it, under names that are hostile too", async () => {
    for (let begin = 0; begin < ALL.length; begin += 10) {
      const token = randomUUID().replaceAll("-", "").repeat(2);
      const headers = { Authorization: `Bearer ${token}` };
      for (const [index, body] of ALL.slice(begin, begin + 10).entries()) {
        const data = { client_msg_id: randomUUID(), body, name: index === 0 ? name(begin) : null };
        await good(await request.post("/widget/api/demo-shop/messages", { headers, data }));
      }
      const file = `/widget/api/demo-shop/files?name=${encodeURIComponent(`${name(begin + 1)}.txt`)}`;
      const stored = (await good(await request.post(file, { headers, data: "x" }))) as { id: string };
      const data = { client_msg_id: randomUUID(), body: "a file", files: [stored.id] };
      await good(await request.post("/widget/api/demo-shop/messages", { headers, data }));
    }
  });

  await test.step("texts and mails", async () => {
    for (const text of ALL.slice(0, 20)) {
      const data = { number: "+15557001", text };
      await good(await request.post("/demo/phone/messages", { headers: { Origin: server.url }, data }));
    }
    const html = `<html><head><title>x</title></head><body>${ALL.join("<hr>")}</body></html>`;
    const plain = ALL.join("\r\n\r\n");
    const encoded = (text: string) => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
    const part = (type: string, text: string) =>
      `--b\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n` +
      `${Buffer.from(text).toString("base64").replace(/.{76}/g, "$&\r\n")}\r\n`;
    for (const number of SHORT.keys()) {
      const body =
        `From: ${encoded(name(number))} <hostile${number}@mail.test>\r\nTo: support@acme.test\r\n` +
        `Subject: ${encoded(name(number + 1))}\r\nMessage-ID: <hostile${number}@mail.test>\r\n` +
        `Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n` +
        `Content-Type: multipart/alternative; boundary=b\r\n\r\n` +
        `${part("text/plain", plain)}${part("text/html", html)}--b--\r\n`;
      const query = `sender=hostile${number}%40mail.test&recipient=support%40acme.test`;
      const timestamp = String(Math.floor(Date.now() / 1000));
      const key = "the-demo-signs-its-mails-with-this-and-nothing-else-does";
      const signature = createHmac("sha256", key).update(`${timestamp}.${query}.${body}`).digest("hex");
      const headers = {
        "Content-Type": "message/rfc822",
        "X-Live-Operator-Timestamp": timestamp,
        "X-Live-Operator-Signature": `v1=${signature}`,
      };
      await good(await request.post(`/hooks/mail/demo-email?${query}`, { headers, data: Buffer.from(body) }));
    }
  });

  const brief = await test.step("a bot says it, and hands over with it", async () => {
    const { bots } = (await caller.call("list_bots", {})) as { bots: { bot: { id: string } }[] };
    const made = await caller.call("create_api_token", { name: name(3), bot: bots[0]!.bot.id });
    const [, secret] = made as [unknown, string];
    const headers = () => ({ Authorization: `Bearer ${secret}`, "Idempotency-Key": randomUUID() });
    const past = ALL.map((text, number) => ({
      sender: (["customer", "bot", "operator"] as const)[number % 3],
      sender_name: name(number),
      text,
    }));
    const data = { channel: "demo-helper", contact: { name: name(4) }, history: past, handler: "bot" };
    const opened = (await good(await request.post("/api/v1/conversations", { headers: headers(), data }))) as {
      id: string;
      control_epoch: number;
    };
    const facts = SHORT.map((value, number) => ({ name: name(number + 1), value }));
    const card = { control_epoch: opened.control_epoch, reason: ALL[1], goal: ALL[2], summary: ALL.join("\n").slice(0, 1900), facts };
    await good(await request.post(`/api/v1/conversations/${opened.id}/handoff`, { headers: headers(), data: card }));
    return opened.id;
  });

  const contact = await test.step("colleagues write it into everything that has a name", async () => {
    await caller.form("rename_workspace", { name: name(0) });
    for (const number of SHORT.keys()) {
      await caller.call("save_tag", { id: null, name: name(number).slice(0, 40), hue: "pink", archived: false });
      await caller.call("create_team", { name: name(number) });
      const form = { name: name(number), audience: "everyone", listing: { queue: "All" } };
      await caller.call("save_view", { id: null, form });
      await caller.form("save_canned", {
        "form[shortcut]": `hostile${number}`,
        "form[title]": name(number),
        "form[text]": `{{customer.name | default("x")}} ${withoutMacros(ALL.slice(number * 3, number * 3 + 4)).join("\n")}`,
        "form[scope]": "everyone",
      });
      await caller.form("save_faq_entry", { "form[question]": ALL[number]!, "form[answer]": ALL[number + 20]! });
      const invited = { email: `hostile${number}@demo.test`, role: "operator", teams: [], mail: true };
      await caller.call("invite_person", { form: invited });
      await caller.call("add_note", {
        conversation_id: brief,
        client_msg_id: randomUUID(),
        body: ALL.slice(number * 3, number * 3 + 3).join("\n"),
        files: [],
      });
    }
    const thread = (await caller.call("load_thread", { id: brief })) as { conversation: { contact_id: string } };
    const contact = thread.conversation.contact_id;
    for (const number of SHORT.keys()) {
      await caller.form("set_attribute", { id: contact, name: name(number).slice(0, 40), value: SHORT[number]! });
      await caller.form("add_contact_note", { id: contact, text: ALL[number + 20]! });
    }
    await caller.form("save_bot", { kind: "faq", enabled: "true", "form[name]": name(5) });
    await caller.form("save_profile", { name: name(6), time_zone: "" });
    return contact;
  });

  await test.step("nothing of it runs where operators look", async () => {
    const inbox = (await caller.call("load_inbox", { queue: "All" })) as { rows: { conversation: { id: string } }[] };
    const looked = [
      "/inbox",
      "/inbox?queue=needs-answer",
      ...inbox.rows.slice(0, 30).map(({ conversation }) => `/inbox/${conversation.id}`),
      `/inbox/${brief}`,
      `/contacts/${contact}`,
      "/contacts",
      "/search?q=onerror",
      "/search?q=script",
      `/search?q=${encodeURIComponent(SHORT[1]!)}`,
      "/teams",
      "/canned",
      "/canned?q=script",
      "/dashboard",
      ...["people", "audit", "workspace", "tags", "faq", "bots", "channels", "api", "unread", "profile", "notifications"].map(
        (place) => `/settings/${place}`,
      ),
      `/login?next=${encodeURIComponent(SHORT[0]!)}`,
    ];
    for (const path of looked) {
      const source = await (await request.get(path)).text();
      const inert = await ada.page.evaluate(
        ([text, called, elsewhere]) => {
          const parsed = new DOMParser().parseFromString(text!, "text/html");
          const scripts = [...parsed.querySelectorAll("script")].filter((script) => script.textContent === `${called}()`);
          const fetching = [...parsed.querySelectorAll("[src],[href],[srcset],[action],[onerror],[onload],[onfocus]")].filter(
            (element) =>
              [...element.attributes].some(
                ({ name, value }) =>
                  name.startsWith("on") || (value.includes(elsewhere!) && !value.startsWith("/") && !value.startsWith("?")),
              ),
          );
          return [...scripts, ...fetching].map((element) => element.outerHTML.slice(0, 120));
        },
        [source, CALLED, ELSEWHERE],
      );
      expect(inert, `the source of ${path}`).toEqual([]);
      await ada.page.goto(path);
      if (!path.startsWith("/login")) await hydrated(ada.page);
      expect(await brought(ada.page), path).toEqual([]);
    }
  });

  await test.step("nor in lists that open, nor in what is sent", async () => {
    await ada.openInbox(`/inbox/${brief}`);
    await ada.page.keyboard.press("ControlOrMeta+k");
    const palette = ada.page.getByRole("dialog").getByRole("combobox");
    await palette.fill("script");
    await expect(ada.page.getByRole("dialog").getByRole("option").first()).toBeVisible();
    expect(await brought(ada.page)).toEqual([]);
    await ada.page.keyboard.press("Escape");
    await ada.page.getByRole("tab", { name: "Reply" }).click();
    await ada.composer.pressSequentially("/hostile");
    await expect(ada.page.getByRole("listbox", { name: "Canned responses" }).getByRole("option").first()).toBeVisible();
    expect(await brought(ada.page)).toEqual([]);
    await ada.composer.press("Enter");
    await expect(ada.page.getByTestId("preview")).toBeVisible();
    await ada.button("Send").click();
    await expect(ada.pending).toHaveCount(0);
    expect(await brought(ada.page)).toEqual([]);
  });

  await test.step("nor in a visitor's chat", async () => {
    const page = await stranger();
    const other = new Watch(page.context(), server.url);
    await other.begin();
    await page.goto(`/demo?x=${encodeURIComponent(SHORT[3]!)}#${encodeURIComponent(SHORT[0]!)}`);
    await page.getByRole("button", { name: /^Chat with us/ }).click();
    const chat = page.frameLocator('iframe[title="Chat"]');
    for (const text of ALL) {
      const field = chat.getByRole("textbox", { name: "Message" });
      await field.fill(text);
      await field.press("Enter");
    }
    const messages = chat.getByTestId("message");
    await expect(messages).toHaveCount(ALL.length);
    const newest = (await caller.call("load_inbox", { queue: "All" })) as { rows: { conversation: { id: string } }[] };
    const id = newest.rows[0]!.conversation.id;
    const thread = (await caller.call("load_thread", { id })) as { messages: { id: string; sender: string }[] };
    const asked = thread.messages.filter(({ sender }) => sender === "contact");
    for (const [index, body] of ["<b>hello</b>", ...withoutMacros(SHORT)].entries()) {
      const answers = { in_reply_to: asked[index % asked.length]!.id };
      const data = { conversation_id: id, client_msg_id: randomUUID(), body, files: [], seen_seq: 1_000_000, anyway: true, ...answers };
      await caller.call("send_reply", data);
    }
    await expect(messages.filter({ hasText: "<b>hello</b>" }).getByTestId("quote")).toBeVisible();
    await expect(messages.filter({ hasText: SHORT[15]! }).last()).toBeVisible();
    expect(await brought(page)).toEqual([]);
    expect(other.done).toEqual([]);

    await ada.page.goto(`/inbox/${id}`);
    await hydrated(ada.page);
    await expect(ada.log.getByTestId("quote").last()).toBeVisible();
    expect(await brought(ada.page)).toEqual([]);
  });

  await test.step("nor in a transcript, saved or mailed", async () => {
    const saved = await request.get(`/conversations/${brief}/transcript`);
    expect(saved.headers()).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "content-disposition": 'attachment; filename="transcript.txt"',
      "x-content-type-options": "nosniff",
    });
    const address = "hostile.reader@example.test";
    await caller.call("mail_transcript", { id: brief, to: address, minutes_east: 0 });
    const box = new Mailbox(ada.page);
    await box.arrive();
    await box.open(address);
    await box.read("Transcript of a conversation");
    expect(await brought(ada.page)).toEqual([]);
  });

  expect(watch.done).toEqual([]);
});

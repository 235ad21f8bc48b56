import { randomUUID } from "node:crypto";
import type { APIRequestContext } from "@playwright/test";

import { expect, test } from "../fixtures";
import { letAnswer } from "../operator";
import { Server } from "../server";

/** As many times as the promises of the Rust tests. */
const ROUNDS = 60 * Number(process.env.PROMISE_TRIALS ?? 1);
/** Within so many milliseconds everything of a round is asked for. */
const SPREAD_MS = 30;

/** The same numbers in each run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** Of a transcript: what somebody said, or what happened. */
interface Entry {
  sender: string;
  text: string;
  system: string | null;
}

/** A sibling app with a token. */
class App {
  constructor(
    readonly requests: APIRequestContext,
    readonly token: string,
  ) {}

  get #headers() {
    return { Authorization: `Bearer ${this.token}`, "Idempotency-Key": randomUUID() };
  }

  /** Opens a conversation of the bot's. */
  async open(server: Server): Promise<string> {
    const data = { channel: "demo-helper", contact: { name: "Vic" } };
    const opened = await this.requests.post(`${server.url}/api/v1/conversations`, { headers: this.#headers, data });
    expect(opened.status(), await opened.text()).toBe(201);
    const { id } = (await opened.json()) as { id: string };
    const heard = await this.requests.post(`${server.url}/api/v1/conversations/${id}/customer-messages`, {
      headers: this.#headers,
      data: { text: "Hello" },
    });
    expect(heard.status(), await heard.text()).toBe(201);
    return id;
  }

  /** Says something under the first epoch. Whether that was stored. */
  async say(server: Server, id: string, text: string): Promise<boolean> {
    const answer = await this.requests.post(`${server.url}/api/v1/conversations/${id}/messages`, {
      headers: this.#headers,
      data: { control_epoch: 0, text },
    });
    expect([201, 409], await answer.text()).toContain(answer.status());
    return answer.status() === 201;
  }

  /** Who spoke and what happened, in order. */
  async transcript(server: Server, id: string): Promise<Entry[]> {
    const page = await this.requests.get(`${server.url}/api/v1/conversations/${id}/messages?limit=200`, {
      headers: this.#headers,
    });
    return ((await page.json()) as { messages: Entry[] }).messages;
  }
}

test("nothing of a bot follows a person, whichever of two servers hears of it first", async ({
  operator,
  server,
  system,
}) => {
  // SQLite is one server's.
  const other = system === "postgres" ? await Server.beside(server) : server;
  const [ada, olga] = await Promise.all([operator("ada"), operator("olga")]);
  const call = async (who: typeof ada, at: Server, name: string, data: object) => {
    const answer = await who.page.request.post(`${at.url}/fn/${name}`, { headers: { Origin: at.url }, data });
    expect(answer.ok(), `${name}: ${await answer.text()}`).toBe(true);
    return answer.json();
  };
  const form = { kind: "api", enabled: "true", "form[name]": "Ours" };
  const saved = await ada.page.request.post("/fn/save_bot", { headers: { Origin: server.url }, form });
  expect(saved.ok(), await saved.text()).toBe(true);
  const { bot } = (await saved.json()) as { bot: { id: string } };
  const [, token] = (await call(ada, server, "create_api_token", { name: "Ours", bot: bot.id })) as [object, string];
  await letAnswer(ada, "Ours", "Fern, the helper");

  const app = new App(ada.page.request, token);
  const roll = dice(8);
  let [stored, refused] = [0, 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [here, there] = roll(2) ? [server, other] : [other, server];
    const id = await app.open(here);
    const later = () => new Promise((resolve) => setTimeout(resolve, roll(SPREAD_MS)));
    const said = [here, there, here].map(async (at, number) => {
      await later();
      return app.say(at, id, `Answer ${number}`);
    });
    await Promise.all([...said, later().then(() => call(olga, there, "take_over", { id }))]);
    for (const was of await Promise.all(said)) was ? (stored += 1) : (refused += 1);
    expect(await app.say(here, id, "Too late")).toBe(false);
    const transcript = await app.transcript(there, id);
    const stepped = transcript.findIndex(({ system }) => system === "took_over");
    expect(stepped, JSON.stringify(transcript)).toBeGreaterThan(0);
    expect(transcript.slice(stepped).filter(({ sender }) => sender === "bot")).toEqual([]);
  }
  console.log(`P8 on ${system}: ${ROUNDS} takeovers, ${stored} answers before and ${refused} after, 0 failures`);
  expect(Math.min(stored, refused), "both orders came").toBeGreaterThan(0);
  if (other !== server) await other.stop();
});

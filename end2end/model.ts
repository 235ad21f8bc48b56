// A language model that takes its time: an endpoint that speaks OpenAI's chat completions, streamed.

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";

/** Between two words of an answer. */
const PAUSE_MS = 200;

export class Model {
  /** What it was told each time, as one text. */
  readonly asked: string[] = [];
  /** How many answers nobody listened to until their end. */
  cut = 0;
  #answer: string;
  #server: Server;

  /** An endpoint on a free port that gives this answer to everything. */
  static async start(answer: string): Promise<Model> {
    const model = new Model(answer);
    model.#server.listen(0, "127.0.0.1");
    await once(model.#server, "listening");
    return model;
  }

  private constructor(answer: string) {
    this.#answer = answer;
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  get endpoint(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/v1`;
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #take(request: IncomingMessage, response: ServerResponse) {
    if (request.method !== "POST" || request.url !== "/v1/chat/completions") {
      response.writeHead(404).end();
      return;
    }
    const { messages } = JSON.parse(await text(request)) as { messages: { content: string }[] };
    this.asked.push(messages.map(({ content }) => content).join("\n"));
    response.on("close", () => (this.cut += response.writableFinished ? 0 : 1));
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    for (const word of this.#answer.split(/(?<= )/)) {
      if (response.destroyed) return;
      say(response, { delta: { content: word }, finish_reason: null });
      await pause(PAUSE_MS);
    }
    say(response, { delta: {}, finish_reason: "stop" });
    response.end("data: [DONE]\n\n");
  }
}

function say(response: ServerResponse, choice: object) {
  response.write(`data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`);
}

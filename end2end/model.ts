// A language model that takes its time: aimock, which speaks OpenAI's chat completions, streamed.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type ChatCompletionRequest, LLMock } from "@copilotkit/aimock";

/** What Node tells of each request that a server of this process takes. */
const REQUESTS = "http.server.request.start";

/** Between two pieces of an answer. */
const PAUSE_MS = 200;
const PIECE_CHARACTERS = 8;

export class Model {
  /** How many answers nobody listened to until their end. */
  cut = 0;
  #mock: LLMock;

  /** An endpoint on a free port that gives this answer to everything, and hands off who asks to pay. */
  static async start(answer: string): Promise<Model> {
    const mock = await LLMock.create({ port: 0, latency: PAUSE_MS, chunkSize: PIECE_CHARACTERS, strict: true });
    mock.onMessage(/pay/, {
      toolCalls: [
        {
          name: "handoff_to_human",
          arguments: JSON.stringify({
            reason: "Payments are for people.",
            goal: "Pay an invoice",
            facts: { invoice: "2041" },
            language: "en",
            confidence: 0.4,
          }),
        },
      ],
    });
    mock.onMessage(/.*/, { content: answer });
    return new Model(mock);
  }

  private constructor(mock: LLMock) {
    this.#mock = mock;
    subscribe(REQUESTS, this.#watch);
  }

  get endpoint(): string {
    return `${this.#mock.url}/v1`;
  }

  /** What it was told each time, as one text. */
  get asked(): string[] {
    return this.#mock
      .getRequests()
      .map(({ body }) => (body as ChatCompletionRequest).messages.map(({ content }) => content).join("\n"));
  }

  async stop() {
    unsubscribe(REQUESTS, this.#watch);
    await this.#mock.stop();
  }

  /** Counts what is left before its end, which aimock does not note. */
  #watch = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const { port } = request.socket.address() as AddressInfo;
    if (port !== this.#mock.port) return;
    response.on("close", () => (this.cut += response.writableFinished ? 0 : 1));
  };
}

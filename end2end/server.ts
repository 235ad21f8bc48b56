// The real server, on a database of its own that holds the demo.

import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type System = "sqlite" | "postgres";

const READY_WITHIN_MS = 60_000;

/** A path that the environment names; `cargo xtask test` does. */
function path(variable: string): string {
  const value = process.env[variable];
  if (!value || !existsSync(value)) {
    throw new Error(`${variable} must name what the build has left; run the tests by \`cargo xtask test\``);
  }
  return value;
}

/** An empty database that goes when it is no longer needed. */
class Database {
  readonly url: string;
  readonly drop: () => void;

  constructor(system: System, folder: string) {
    if (system === "sqlite") {
      this.url = `sqlite://${join(folder, "test.db")}`;
      this.drop = () => {};
      return;
    }
    const name = `end2end_${process.pid}_${Date.now()}`;
    const admin = process.env.TEST_POSTGRES_URL ?? "";
    const url = new URL(admin);
    url.pathname = name;
    this.url = url.href;
    this.drop = () => psql(admin, `DROP DATABASE ${name} WITH (FORCE)`);
    psql(admin, `CREATE DATABASE ${name}`);
  }
}

function psql(url: string, command: string) {
  execFileSync("psql", ["--no-psqlrc", "--quiet", "--dbname", url, "--command", command], { stdio: "pipe" });
}

export class Server {
  readonly url: string;
  /** Everything that the server has written so far. */
  log = "";
  #folder: string;
  #database: Database;
  #isFirst: boolean;
  #program = path("LIVE_OPERATOR_BIN");
  #environment: NodeJS.ProcessEnv;
  #process?: ChildProcess;

  /** A fresh database with the demo in it, and a server on a free port. */
  static async start(system: System): Promise<Server> {
    const server = new Server(system, await freePort());
    await server.#run("seed", "--demo");
    await server.restart();
    return server;
  }

  /** Another server of the same installation. */
  static async beside(first: Server): Promise<Server> {
    const server = new Server("postgres", await freePort(), first);
    await server.restart();
    return server;
  }

  private constructor(system: System, port: number, first?: Server) {
    this.url = `http://127.0.0.1:${port}`;
    this.#folder = first?.#folder ?? mkdtempSync(join(tmpdir(), "live-operator-end2end-"));
    this.#database = first?.#database ?? new Database(system, this.#folder);
    this.#isFirst = !first;
    this.#environment = {
      ...process.env,
      DATABASE_URL: this.#database.url,
      LIVE_OPERATOR_ADDRESS: `127.0.0.1:${port}`,
      LIVE_OPERATOR_PUBLIC_URL: this.url,
      LIVE_OPERATOR_DEMO: "true",
      LIVE_OPERATOR_FILES_FOLDER: join(this.#folder, "files"),
      LIVE_OPERATOR_SIGN_INS_PER_MINUTE: "1000",
      LIVE_OPERATOR_MESSAGES_PER_MINUTE: "100000",
      // The models that tests bring along.
      LIVE_OPERATOR_ALLOWED_HOSTS: "127.0.0.1",
      LIVE_OPERATOR_SECRET_KEY: Buffer.alloc(32, "end2end").toString("base64"),
      LEPTOS_SITE_ROOT: path("LIVE_OPERATOR_SITE"),
      LEPTOS_SITE_PKG_DIR: "pkg",
      LEPTOS_OUTPUT_NAME: "live-operator",
    };
    process.once("exit", () => this.#process?.kill("SIGKILL"));
  }

  /** Ends the server as a power cut would. */
  async kill9() {
    const running = this.#process;
    this.#process = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill("SIGKILL");
    await once(running, "exit");
  }

  /** Starts the server again, on the same port and database. */
  async restart() {
    await this.kill9();
    const started = this.#spawn("serve");
    this.#process = started;
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string) => reject(new Error(`the server ${reason}:\n${this.log}`));
      const timer = setTimeout(() => fail("was not ready in time"), READY_WITHIN_MS);
      started.once("exit", () => fail("ended"));
      started.stdout?.on("data", (text) => String(text).includes("Listening on") && resolve());
      started.once("close", () => clearTimeout(timer));
    });
  }

  async stop() {
    await this.kill9();
    if (!this.#isFirst) return;
    this.#database.drop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(...words: string[]) {
    const [code] = await once(this.#spawn(...words), "close");
    if (code !== 0) throw new Error(`live-operator ${words.join(" ")} failed:\n${this.log}`);
  }

  #spawn(...words: string[]): ChildProcess {
    const child = spawn(this.#program, words, {
      // Where there is no Leptos.toml: the environment says it all.
      cwd: this.#folder,
      env: this.#environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => (this.log += String(text)));
    }
    return child;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

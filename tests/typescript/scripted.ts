// Programs that speak HTTP as a test's script says, and remember what they were asked.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** What is answered; "break": the connection is reset instead. */
export type Reply = { status?: number; type?: string; location?: string; body?: string; cut?: boolean } | "break";

/** Longer than anything takes here, however busy the machine is. */
export const generous = { timeoutMs: 100_000 };

export interface Asked {
  method: string;
  url: string;
  token: string | undefined;
  body: string;
}

export class Scripted {
  url = "";
  readonly asked: Asked[] = [];
  reply: (asked: Asked) => Reply;
  readonly #server = createServer((request, response) => {
    void asAsked(request).then((asked) => {
      this.asked.push(asked);
      const reply = this.reply(asked);
      if (reply === "break") {
        request.socket.resetAndDestroy();
        return;
      }
      const { status = 200, type = "application/json", location, body = "", cut = false } = reply;
      const length = Buffer.byteLength(body) + (cut ? 1 : 0);
      response.writeHead(status, { "content-type": type, "content-length": length, ...(location && { location }) });
      if (cut) response.write(body, () => request.socket.destroy());
      else response.end(body);
    });
  });

  private constructor(reply: (asked: Asked) => Reply) {
    this.reply = reply;
  }

  static async start(t: TestContext, reply: (asked: Asked) => Reply): Promise<Scripted> {
    const program = new Scripted(reply);
    await new Promise<void>((listening) => program.#server.listen(0, "127.0.0.1", listening));
    program.url = `http://127.0.0.1:${(program.#server.address() as AddressInfo).port}`;
    t.after(() => program.stop());
    return program;
  }

  /** From now on connections are refused. */
  async stop(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }

  /** The adds that arrived, as "PATH BODY". */
  get adds(): string[] {
    return this.asked.filter(({ method }) => method === "POST").map(({ url, body }) => `${url} ${body}`);
  }
}

async function asAsked(request: IncomingMessage): Promise<Asked> {
  let body = "";
  for await (const part of request) body += String(part);
  const { method = "", url = "", headers } = request;
  return { method, url, token: headers.authorization, body };
}

/** A counting server that says of every add and read that the value is `value`. */
export function counting(value: string): (asked: Asked) => Reply {
  return ({ method, url, body }) => {
    const counter = `"name":"hits","value":${value}`;
    if (method !== "POST") return { body: `{${counter},"staleness_ms":7,"complete":true}` };
    if (!/^\/v1\/counters(\?|$)/.test(url)) return { body: `{${counter},"ack":"memory"}` };
    const counters = (JSON.parse(body) as unknown[]).map(() => `{${counter}}`);
    return { body: `{"counters":[${counters.join()}],"ack":"memory"}` };
  };
}

/** A balancer that assigns the first of `servers()`, and says that all of them are ready. */
export function balancing(servers: () => string[], validForMs = 60_000): (asked: Asked) => Reply {
  return ({ url }) => {
    const named = servers().map((server, i) => ({ id: `s${i}`, url: server }));
    const all = named.map((server) => ({ ...server, state: "ready", last_seen_ms: 1 }));
    if (url.startsWith("/v1/servers")) return { body: JSON.stringify({ servers: all }) };
    return { body: JSON.stringify({ server: named[0], valid_for_ms: validForMs }) };
  };
}

export function problem(status: number, type: string, detail: string): Reply {
  return { status, type: "application/problem+json", body: JSON.stringify({ type, title: "A title", status, detail }) };
}

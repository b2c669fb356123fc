import type * as wire from "./wire.js";

/** What is asked of one server: a GET, which may be asked again, or a POST, which is an add. */
export type Question = { method: "GET"; path: string } | { method: "POST"; path: string; body: wire.Add | wire.Batch };

export interface Answer {
  kind: "answer";
  status: number;
  location: string | null;
  body: string;
}

/** What became of a question: "unsent", it did not leave; "silence", it may have arrived, unanswered. */
export type Heard = Answer | { kind: "unsent"; cause: unknown } | { kind: "silence"; cause: unknown };

/** Asks by fetch, with a token and a time limit. Never rejects. */
export class Http {
  readonly #fetch: typeof fetch;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;

  constructor(fetchLike: typeof fetch, token: string | undefined, timeoutMs: number) {
    this.#fetch = (input, init) => fetchLike(input, init); // a browser's fetch wants no `this`
    this.#headers = { accept: "application/json", ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    this.#timeoutMs = timeoutMs;
  }

  /**
   * A 307 or 308 did nothing but say where to ask, and is followed: once, and not to another scheme, since
   * what was said over TLS, a token for one, is not said again in clear. Else it is the answer.
   */
  async ask(server: string, question: Question): Promise<Heard> {
    const heard = await this.#exchange(server + question.path, question);
    if (heard.kind !== "answer" || !sendsElsewhere(heard.status)) return heard;
    const scheme = server.slice(0, server.indexOf("//") + 2);
    return heard.location?.startsWith(scheme) ? this.#exchange(heard.location, question) : heard;
  }

  /**
   * The time limit is a timer of ours: Node 18 can lose an abort to its garbage collector, the one of
   * AbortSignal.timeout() too, and would wait for ever. The abort is for the connection's sake.
   */
  async #exchange(url: string, question: Question): Promise<Heard> {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`nothing came within ${this.#timeoutMs} ms`)), this.#timeoutMs);
    });
    try {
      return await Promise.race([this.#send(url, question, abort.signal), late]);
    } catch (cause) {
      abort.abort();
      return { kind: neverLeft(cause) ? "unsent" : "silence", cause };
    } finally {
      clearTimeout(timer);
    }
  }

  async #send(url: string, question: Question, signal: AbortSignal): Promise<Answer> {
    const response = await this.#fetch(url, { ...this.#request(question), redirect: "manual", signal });
    const { status, headers } = response;
    return { kind: "answer", status, location: headers.get("location"), body: await response.text() };
  }

  #request(question: Question): RequestInit {
    if (question.method === "GET") return { headers: this.#headers };
    const headers = { ...this.#headers, "content-type": "application/json" };
    return { method: "POST", headers, body: JSON.stringify(question.body) };
  }
}

/** Whether it says only where to ask. 303 does not: it may tell what became of a POST. */
export function sendsElsewhere(status: number): boolean {
  return status === 307 || status === 308;
}

/**
 * Whether fetch failed before a byte of the request could leave: in looking up the name, or in connecting.
 *
 * Fetch says only that it failed. Node adds a cause, which names the system call that failed, and a
 * connection that could not be made was never written to. The code alone would not tell: ETIMEDOUT and
 * ECONNRESET are also what reading says when a connection dies with a request on it. Where a name has several
 * addresses, all of them failed so. Browsers give no cause, for good reasons; there, and with any other
 * cause, the request may have arrived.
 */
function neverLeft(error: unknown): boolean {
  return failedToConnect((error as { cause?: unknown } | undefined)?.cause);
}

function failedToConnect(cause: unknown): boolean {
  const { syscall, code, errors } = (cause ?? {}) as { syscall?: unknown; code?: unknown; errors?: unknown };
  if (Array.isArray(errors)) return errors.length > 0 && errors.every(failedToConnect);
  return syscall === "connect" || syscall === "getaddrinfo" || code === "UND_ERR_CONNECT_TIMEOUT";
}

import type { Added, AddedAll, Counter, Reading, Success } from "./answers.js";
import { readAdded, readAddedAll, readPage, readReading } from "./answers.js";
import { Refused, Unavailable } from "./errors.js";
import { Http, type Question } from "./http.js";
import { judge } from "./judge.js";
import { Servers } from "./servers.js";
import type * as wire from "./wire.js";

export interface TallyOptions {
  /** Shown to the balancers and to the servers that they name. */
  token?: string;
  /** A balancer keeps a client id with one counting server; without one, all that comes from one address. */
  clientId?: string;
  /** How long one server may take for its whole answer; 10 s by default. */
  timeoutMs?: number;
  /** How long a call goes on where nothing was counted, after some servers were asked; 5 s by default. */
  patienceMs?: number;
  /** In the place of the global one. It must not repeat a POST by itself. */
  fetch?: typeof fetch;
}

/** What is added: an integer of 64 bits with a sign. A number must be a safe integer. */
export type Delta = bigint | number;

export interface Increment {
  name: string;
  /** 1 by default. */
  by?: Delta;
}

export interface AddOptions {
  /** What the answer waits for; by default what the server was started with. */
  ack?: wire.Ack;
}

export interface GetOptions {
  /** Whether the server asks all others first. */
  fresh?: boolean;
}

export interface ListOptions {
  /** Only counters whose names begin so. */
  prefix?: string;
  /** By name, as it is by default, or the largest value first. */
  order?: "name" | "-value";
  /** How many are asked for at once: 1 to 1000, 100 by default. */
  pageSize?: number;
}

// Of what waits for servers to come back, each pause is twice the one before.
const firstPauseMs = 100;
const serversARound = 3;

/**
 * A client of Tally. It sends nothing before the first call, and needs no closing.
 *
 * It asks a balancer which counting server is its own and keeps to that one; when it fails, it goes to
 * another. What certainly was not counted is sent again, for some seconds; reads are, after any failure. All
 * methods reject with `Refused`, `Unavailable` or `OutcomeUnknown`, and a wrong argument with a TypeError or
 * RangeError.
 */
export class Tally {
  readonly #http: Http;
  readonly #servers: Servers;
  readonly #patienceMs: number;

  /** `balancers`: one or more URLs such as "http://127.0.0.1:7070"; any of them will do. */
  constructor(balancers: string | readonly string[], options: TallyOptions = {}) {
    const { token, clientId, timeoutMs = 10_000, patienceMs = 5_000, fetch = globalThis.fetch } = options;
    const origins = (typeof balancers === "string" ? [balancers] : balancers).map(originOf);
    if (origins.length === 0) throw new TypeError("Name at least one balancer's URL.");
    this.#http = new Http(fetch, token, timeoutMs);
    const question: wire.AssignmentQuery = clientId === undefined ? {} : { client: clientId };
    this.#servers = new Servers(this.#http, origins, `/v1/assignment${query(question)}`);
    this.#patienceMs = patienceMs;
  }

  /** Adds to a counter, and resolves to its value with that, as its server knows it. */
  async increment(name: string, by: Delta = 1n, { ack }: AddOptions = {}): Promise<Added> {
    const body: wire.Add = { delta: decimal(by) };
    return this.#ask({ method: "POST", path: counterPath(name) + addQuery(ack), body }, readAdded);
  }

  /** Adds to all of these counters or to none: up to 10,000 at once. */
  async addAll(increments: Iterable<Increment>, { ack }: AddOptions = {}): Promise<AddedAll> {
    const body: wire.Batch = Array.from(increments, ({ name, by = 1n }) => ({ name, delta: decimal(by) }));
    const read = (answer: Success): AddedAll => readAddedAll(answer, body.length);
    return this.#ask({ method: "POST", path: `/v1/counters${addQuery(ack)}`, body }, read);
  }

  /** Reads a counter; one that nobody touched is 0. */
  async get(name: string, { fresh = false }: GetOptions = {}): Promise<Reading> {
    const question: wire.ReadQuery = fresh ? { fresh } : {};
    return this.#ask({ method: "GET", path: counterPath(name) + query(question) }, readReading);
  }

  /**
   * Counters and their values, asked for page by page as they are consumed. It is no picture of one moment:
   * what crosses the border between two pages by its value meanwhile is missed, or seen twice.
   */
  async *counters({ prefix, order, pageSize }: ListOptions = {}): AsyncGenerator<Counter, void, undefined> {
    const question: wire.ListQuery = {};
    if (prefix !== undefined) question.prefix = prefix;
    if (order !== undefined) question.order = order;
    if (pageSize !== undefined) question.limit = pageSize;
    for (;;) {
      const { counters, next } = await this.#ask({ method: "GET", path: `/v1/counters${query(question)}` }, readPage);
      yield* counters;
      if (next === null) return;
      question.after = next;
    }
  }

  /** Rounds over the servers, until the outcome is known, or known not to be known. */
  async #ask<T>(question: Question, read: (answer: Success) => T): Promise<T> {
    const giveUpAt = performance.now() + this.#patienceMs;
    for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
      try {
        return await this.#askInTurn(question, read);
      } catch (error) {
        if (!(error instanceof Unavailable) || performance.now() + pauseMs > giveUpAt) throw error;
      }
      await new Promise((resume) => setTimeout(resume, pauseMs));
    }
  }

  /** Asks another server only after Unavailable, which is never said of an add that may count. */
  async #askInTurn<T>(question: Question, read: (answer: Success) => T): Promise<T> {
    const tried = new Set<string>();
    let failure: unknown;
    while (tried.size < serversARound) {
      const server = await this.#servers.next(tried).catch((error: unknown) => Promise.reject(failure ?? error));
      try {
        const answer = judge(`Server ${server}`, question, await this.#http.ask(server, question), read);
        this.#servers.answered(server);
        return answer;
      } catch (error) {
        if (error instanceof Refused) this.#servers.answered(server);
        else this.#servers.failed(server);
        if (!(error instanceof Unavailable)) throw error;
        tried.add(server);
        failure = error;
      }
    }
    throw failure;
  }
}

function originOf(url: string): string {
  const { protocol, origin, href } = new URL(url);
  if ((protocol === "http:" || protocol === "https:") && href === `${origin}/`) return origin;
  throw new TypeError(`'${url}' is no balancer's URL: write it as http://127.0.0.1:7070, without a path.`);
}

/**
 * A slash in a name is sent as %2F, which the server takes as the same. What URLs cannot say is refused: they
 * drop the segments "." and ".." even where these are percent-encoded, and the add would go to another path.
 */
function counterPath(name: string): string {
  if (name === "" || name === "." || name === "..") {
    throw new RangeError(`'${name}' cannot be a counter's name in a URL: take another one.`);
  }
  return `/v1/counters/${encodeURIComponent(name)}`;
}

function decimal(delta: Delta): string {
  if (typeof delta === "bigint" || Number.isSafeInteger(delta)) return String(delta);
  throw new RangeError(`${delta} is no integer that a number holds exactly: give a bigint.`);
}

function addQuery(ack: wire.Ack | undefined): string {
  const question: wire.AddQuery = ack === undefined ? {} : { ack };
  return query(question);
}

function query(parameters: wire.AddQuery | wire.ReadQuery | wire.ListQuery): string {
  const pairs = Object.entries(parameters).map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
  return pairs.length > 0 ? `?${pairs.join("&")}` : "";
}

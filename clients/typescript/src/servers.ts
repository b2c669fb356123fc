import { readAssignment, readServerList, type Success } from "./answers.js";
import { Refused, TallyError, Unavailable } from "./errors.js";
import type { Http, Question } from "./http.js";
import { judge } from "./judge.js";

// Longer than a balancer's usual lease, after which it has noticed too.
const avoidForMs = 5_000;

// What a balancer may say of how long its answer is valid.
const shortestValidityMs = 1_000;
const longestValidityMs = 3_600_000;

/**
 * Which counting server to ask: one that the client keeps to until it fails. Servers and balancers are
 * origins, such as "http://127.0.0.1:7070". Time is performance.now(), which never goes back.
 */
export class Servers {
  readonly #http: Http;
  readonly #balancers: string[]; // who answered last stands first
  readonly #assignmentPath: string;
  readonly #place = Math.random(); // among several that would do: the clients of a server that died spread
  #current: string | undefined;
  #validForMs = 60_000;
  #confirmAt = 0;
  #ready: string[] = []; // when a balancer was last asked for all
  readonly #avoidedUntil = new Map<string, number>();
  #asking: Promise<string> | undefined;

  constructor(http: Http, balancers: string[], assignmentPath: string) {
    this.#http = http;
    this.#balancers = balancers;
    this.#assignmentPath = assignmentPath;
  }

  /**
   * The server to ask now, other than those in `tried`: the current one, which a balancer confirms when its
   * time has come; else the balancer's choice; else another that is ready. Rejects with what the balancers
   * said, if all failed.
   */
  async next(tried: ReadonlySet<string>): Promise<string> {
    const willDo = (server: string | undefined): server is string => server !== undefined && !tried.has(server);
    if (willDo(this.#current) && performance.now() < this.#confirmAt) return this.#current;

    let assigned: string | undefined;
    let failure: TallyError = new Unavailable("No other counting server is ready: try again later.");
    try {
      assigned = await this.#assigned();
    } catch (error) {
      if (!(error instanceof TallyError)) throw error;
      failure = error;
    }
    if (willDo(assigned) && !this.#isAvoided(assigned)) return assigned;
    if (willDo(this.#current)) return this.#current;
    const other = await this.#another(tried);
    if (other !== undefined) return other;
    if (willDo(assigned)) return assigned;
    throw failure;
  }

  answered(server: string): void {
    this.#current = server;
    this.#avoidedUntil.delete(server);
  }

  /** It is not asked for a while if there is another, whatever the balancers say: they may not know yet. */
  failed(server: string): void {
    if (this.#current === server) this.#current = undefined;
    this.#avoidedUntil.set(server, performance.now() + avoidForMs);
  }

  /** However many calls want to know at once, one question is asked. */
  #assigned(): Promise<string> {
    this.#asking ??= this.#askForMine().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #askForMine(): Promise<string> {
    // Before there is an answer: who has a server goes on with it meanwhile, and when no balancer answers.
    this.#confirmAt = performance.now() + this.#validForMs;
    const { server, valid_for_ms } = await this.#ask(this.#assignmentPath, (answer, balancer) => {
      const assignment = readAssignment(answer);
      if (mayBeTold(assignment.server.url, balancer)) return assignment;
      throw new Error(`it names ${assignment.server.url}, which does not speak TLS as the balancer does`);
    });
    this.#validForMs = Math.min(Math.max(valid_for_ms, shortestValidityMs), longestValidityMs);
    this.#confirmAt = performance.now() + this.#validForMs;
    return server.url;
  }

  async #another(tried: ReadonlySet<string>): Promise<string | undefined> {
    try {
      this.#ready = await this.#ask("/v1/servers", (answer, balancer) => {
        const ready = readServerList(answer).servers.filter(({ state }) => state === "ready");
        return ready.map(({ url }) => url).filter((url) => mayBeTold(url, balancer));
      });
    } catch (error) {
      if (!(error instanceof TallyError)) throw error; // else those that were ready last time have to do
    }
    const left = this.#ready.filter((server) => !tried.has(server) && !this.#isAvoided(server));
    return left[Math.floor(this.#place * left.length)];
  }

  #isAvoided(server: string): boolean {
    return performance.now() < (this.#avoidedUntil.get(server) ?? 0);
  }

  /** One balancer after another, until one answers. Rejects with what the last one said. */
  async #ask<T>(path: string, read: (answer: Success, balancer: string) => T): Promise<T> {
    const question: Question = { method: "GET", path };
    let failure: unknown;
    for (const balancer of [...this.#balancers]) {
      const heard = await this.#http.ask(balancer, question);
      try {
        const answer = judge(`The balancer ${balancer}`, question, heard, (success) => read(success, balancer));
        this.#balancers.sort((a, b) => Number(b === balancer) - Number(a === balancer));
        return answer;
      } catch (error) {
        failure = isNoBalancer(error) ? new Unavailable(`What listens at ${balancer} is no Tally balancer.`) : error;
      }
    }
    throw failure;
  }
}

/** What was said over TLS, a token for one, is not said again in clear because somebody else says so. */
function mayBeTold(server: string, balancer: string): boolean {
  return server.startsWith("https://") || balancer.startsWith("http://");
}

/** A balancer has the paths that we ask for. */
function isNoBalancer(error: unknown): boolean {
  return error instanceof Refused && (error.problem.status === 404 || error.problem.status === 405);
}

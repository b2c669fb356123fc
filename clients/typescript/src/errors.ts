import type { Problem } from "./wire.js";

/** What the methods of Tally reject with, apart from the TypeError or RangeError of a wrong argument. */
export abstract class TallyError extends Error {}

/** A server, or a balancer, said no. Nothing was counted, and asking another one would not help. */
export class Refused extends TallyError {
  override readonly name = "Refused";
  readonly problem: Problem;

  constructor(server: string, problem: Problem) {
    super(`${server}: ${problem.detail}`);
    this.problem = problem;
  }
}

/** Nobody who could be asked could answer. Nothing was counted: it is safe to try again later. */
export class Unavailable extends TallyError {
  override readonly name = "Unavailable";
}

/**
 * An add was sent, and no answer that can be understood came back: it was counted once, or not at all. It is
 * never sent again by itself, since that could count it twice. The caller decides what is worse.
 */
export class OutcomeUnknown extends TallyError {
  override readonly name = "OutcomeUnknown";
}

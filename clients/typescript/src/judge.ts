import { readProblem, type Success } from "./answers.js";
import { OutcomeUnknown, Refused, type TallyError, Unavailable } from "./errors.js";
import { type Answer, type Heard, type Question, sendsElsewhere } from "./http.js";

/**
 * What a question came to: the answer, as `read` understands it, or the one error that says what it means.
 * `who` was asked, in words for people.
 *
 * An add whose fate is not certain is OutcomeUnknown, whatever else is known about it. A read counts nothing,
 * so where it has no answer it is Unavailable.
 */
export function judge<T>(who: string, question: Question, heard: Heard, read: (answer: Success) => T): T {
  if (heard.kind === "silence") throw notUnderstood(who, question, heard.cause);
  if (heard.kind === "unsent") {
    const { cause } = heard;
    throw new Unavailable(`${who} cannot be reached (${reasonOf(cause)}): nothing was counted.`, { cause });
  }
  if (heard.status === 200 || heard.status === 202) {
    try {
      return read(heard);
    } catch (cause) {
      throw notUnderstood(who, question, cause);
    }
  }
  throw refusal(who, heard) ?? notUnderstood(who, question, new Error(`HTTP status ${heard.status}`));
}

function notUnderstood(who: string, question: Question, cause: unknown): TallyError {
  const what = `${who} gave no answer that can be understood (${reasonOf(cause)})`;
  if (question.method === "GET") return new Unavailable(`${what}. Try again later.`, { cause });
  return new OutcomeUnknown(`${what}: the add was counted once, or not at all. To send it again may count it twice.`, {
    cause,
  });
}

/**
 * The error that an answer without success is; undefined where it does not say that nothing was counted. A
 * problem of ours says so, but for the one that says that nobody knows; of a proxy's words only 4xx do: its 502
 * may come after the server counted.
 */
function refusal(who: string, { status, location, body }: Answer): TallyError | undefined {
  if (sendsElsewhere(status)) {
    return new Unavailable(`${who} sends on to ${location}, which is not followed. Name a balancer's own URL.`);
  }
  const problem = readProblem(body);
  if (problem?.type === "/problems/unknown-outcome") return undefined;
  const ours = problem?.type.startsWith("/problems/") ?? false;
  if (!ours && (status < 400 || status >= 500)) return undefined;
  // It is this server that is slow, stopping or removed: another may well do it.
  if (status === 503 || status === 408 || problem?.type === "/problems/forbidden") {
    return new Unavailable(`${who}: ${problem?.detail ?? `HTTP status ${status}.`}`);
  }
  const inItsOwnWords = `The answer was HTTP status ${status} without a reason: see what stands before the server.`;
  return new Refused(who, problem ?? { type: "about:blank", title: "Refused", status, detail: inItsOwnWords });
}

/** A failure in a few words: the innermost reason. */
function reasonOf(error: unknown): string {
  const { cause, code, message } = (error ?? {}) as { cause?: unknown; code?: unknown; message?: unknown };
  return cause ? reasonOf(cause) : String(typeof code === "string" ? code : message || error);
}

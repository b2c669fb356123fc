// What servers answer, from JSON to what users get. Throws a SyntaxError for what is not understood; fields
// that a newer server adds are ignored.
import { integer, parseExactly } from "./json.js";
import type * as wire from "./wire.js";

export interface Counter {
  name: string;
  /** Exact. The sum of what many servers counted can leave 64 bits. */
  value: bigint;
}

export interface Reading extends Counter {
  /** Nothing acknowledged longer ago than this is missing from the value; null: nobody can say. */
  stalenessMs: number | null;
  /** Whether every known server was heard of lately. */
  complete: boolean;
  /** The ids of those that were not. */
  missing: string[];
}

export interface Confirmation {
  /** What holds the add now: "memory", "disk" or "peers:K". */
  ack: string;
  /** Whether that is what was asked for. If not, the add is counted all the same: do not send it again. */
  confirmed: boolean;
}

export interface Added extends Counter, Confirmation {}

export interface AddedAll extends Confirmation {
  /** In the order of the adds; each value is the one after all of them. */
  counters: Counter[];
}

export interface Page {
  counters: Counter[];
  next: string | null;
}

/** An answer with status 200 or 202. */
export interface Success {
  status: number;
  body: string;
}

export function readReading({ body }: Success): Reading {
  const reading = parseExactly(body) as wire.Reading;
  const { staleness_ms: stalenessMs, complete, missing = [] } = reading;
  expect(stalenessMs === null || typeof stalenessMs === "number", "staleness_ms");
  expect(typeof complete === "boolean", "complete");
  return { ...readCounter(reading), stalenessMs, complete, missing };
}

export function readAdded({ status, body }: Success): Added {
  const added = parseExactly(body) as wire.Added;
  return { ...readCounter(added), ...readConfirmation(status, added.ack) };
}

export function readAddedAll({ status, body }: Success, adds: number): AddedAll {
  const { counters, ack } = parseExactly(body) as wire.BatchAdded;
  expect(Array.isArray(counters) && counters.length === adds, "counters");
  return { counters: counters.map(readCounter), ...readConfirmation(status, ack) };
}

export function readPage({ body }: Success): Page {
  const { counters, next } = parseExactly(body) as wire.Page;
  expect(Array.isArray(counters), "counters");
  expect(next === null || typeof next === "string", "next");
  return { counters: counters.map(readCounter), next };
}

export function readAssignment({ body }: Success): wire.Assignment {
  const assignment = parseExactly(body) as wire.Assignment;
  expect(typeof assignment?.server?.url === "string", "server");
  expect(typeof assignment.valid_for_ms === "number", "valid_for_ms");
  return assignment;
}

export function readServerList({ body }: Success): wire.ServerList {
  const list = parseExactly(body) as wire.ServerList;
  expect(Array.isArray(list?.servers), "servers");
  return list;
}

/** The problem that a body is, if it is one. */
export function readProblem(body: string): wire.Problem | undefined {
  try {
    const { type, title, status, detail } = parseExactly(body) as wire.Problem;
    return typeof type === "string" && typeof detail === "string" ? { type, title, status, detail } : undefined;
  } catch {
    return undefined;
  }
}

function readCounter({ name, value }: wire.Counter): Counter {
  expect(typeof name === "string", "name");
  return { name, value: integer(value) };
}

function readConfirmation(status: number, ack: string): Confirmation {
  expect(typeof ack === "string", "ack");
  return { ack, confirmed: status === 200 };
}

function expect(condition: boolean, field: string): asserts condition {
  if (!condition) throw new SyntaxError(`the answer's field '${field}' is missing, or is not what it should be`);
}

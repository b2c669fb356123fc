// What clients, balancers and servers say to each other, as the OpenAPI document has it. The tests hold each
// of these types against the one generated from the document, with `number` for the integers that JSON does
// not bound.
import type { Exact } from "./json.js";

export interface Counter<Integer = Exact> {
  name: string;
  value: Integer;
}

export interface Reading<Integer = Exact> extends Counter<Integer> {
  staleness_ms: number | null;
  complete: boolean;
  missing?: string[];
}

export interface Added<Integer = Exact> extends Counter<Integer> {
  ack: string;
}

export interface BatchAdded<Integer = Exact> {
  counters: Counter<Integer>[];
  ack: string;
}

export interface Page<Integer = Exact> {
  counters: Counter<Integer>[];
  next: string | null;
}

/** Deltas are sent as strings, exact in every JSON library. */
export interface Add {
  delta?: number | string;
}

export type Batch = { name: string; delta?: number | string }[];

/** What an add waits for: the server's memory, its disk, or so many other servers. */
export type Ack = "memory" | "disk" | `peers:${number}`;

/** Who asks, by a name that stays. Only balancers look at it. */
export interface AssignmentQuery {
  client?: string;
}

export interface AddQuery extends AssignmentQuery {
  ack?: string;
}

export interface ReadQuery extends AssignmentQuery {
  fresh?: boolean;
}

export interface ListQuery extends AssignmentQuery {
  prefix?: string;
  order?: "name" | "-value";
  limit?: number;
  after?: string;
}

export interface Assignment {
  server: { id: string; url: string };
  valid_for_ms: number;
}

export interface ServerList {
  servers: { id: string; url: string; state: "starting" | "ready" | "draining" | "down"; last_seen_ms: number }[];
}

export type ProblemType =
  | "/problems/malformed"
  | "/problems/unauthorized"
  | "/problems/insufficient-scope"
  | "/problems/wrong-certificate"
  | "/problems/forbidden"
  | "/problems/no-such-path"
  | "/problems/method-not-allowed"
  | "/problems/too-slow"
  | "/problems/out-of-range"
  | "/problems/too-large"
  | "/problems/unsupported-type"
  | "/problems/invalid"
  | "/problems/header-too-large"
  | "/problems/unavailable"
  | "/problems/full"
  | "/problems/unreachable"
  | "/problems/unknown-outcome";

/** RFC 9457. A newer server may know more types; "about:blank" is what a proxy said in its own words. */
export interface Problem<Type = ProblemType | "about:blank" | (string & {})> {
  type: Type;
  title: string;
  status: number;
  detail: string;
}

// What GET /v1/events tells. Values are decimal strings: a JSON number would go through a double.

export type ServerState = 'starting' | 'ready' | 'draining' | 'down';

// Nothing that server `id` acknowledged longer ago than `lag_ms` is missing; null: nobody can say.
export interface Lag {
  id: string;
  lag_ms: number | null;
}

export interface Stats {
  run: string; // each start has its own, and counts its adds from 0
  adds: number;
  counters: number;
  unshared_adds: number; // what the loss of this server would cost now
  share_interval_ms: number;
  lags: Lag[];
}

export interface Server {
  id: string;
  url: string;
  state: ServerState;
  last_seen_ms: number;
  stats: Stats | null; // null: it did not answer the balancer, and `trouble` says why
  trouble?: string;
}

export interface ClusterEvent {
  at_ms: number; // of a monotonic clock
  servers: Server[];
}

export interface CounterValue {
  name: string;
  value: string;
}

// The greatest counters, greatest first, as `server` sees them.
export interface TopEvent {
  server: string | null;
  counters: CounterValue[];
  trouble?: string;
}

// How fresh a value is: what was acknowledged longer ago than `staleness_ms` is in it (null: nobody can say).
export interface Reading {
  value: string;
  staleness_ms: number | null;
  complete: boolean;
  missing?: string[];
}

// A server's node in a collation tree: what that server counted, and the cached sum of it and all below.
export interface TreeNode {
  key: string;
  value: string;
  computed: string | null;
  valid: boolean;
  children: TreeNode[];
}

export interface CounterEvent {
  name: string;
  server: string | null;
  trouble?: string;
  reading?: Reading | null;
  nodes?: TreeNode[];
}

export interface Events {
  cluster: ClusterEvent;
  top: TopEvent;
  counter: CounterEvent;
}

export type EventKind = keyof Events;

// What the looks at a cluster say together: how fast each server counts, and who hears whom.
import type {ClusterEvent, Server, Stats} from '../wire/events';
import {extended, mean, type Sample} from './history';

const kChartSpanMs = 5 * 60_000;
const kShareSpanMs = 15_000; // shares of the traffic are of so long: those of a second jump about
const kGapMs = 5_000; // so long without a look, and a chart shows a gap

export interface ServerView extends Server {
  samples: Sample[];
  share: number | null; // of all adds of the last seconds, 0 to 1
}

export interface ClusterView {
  atMs: number;
  servers: ServerView[];
  samples: Sample[]; // of all servers together
  seen: Map<string, Seen>;
}

// When a server last answered, and what it had counted by then.
interface Seen {
  atMs: number;
  run: string;
  adds: number;
}

// Null where a rate is unknown: at the first look, and after a restart, since when a run counts from 0.
function rateSince(seen: Seen | undefined, stats: Stats | null, atMs: number): number | null {
  if (seen === undefined || stats === null || stats.run !== seen.run || atMs <= seen.atMs) return null;
  return Math.max(0, stats.adds - seen.adds) / ((atMs - seen.atMs) / 1000);
}

function sum(known: (number | null)[]): number | null {
  const numbers = known.filter(one => one !== null);
  return numbers.length === 0 ? null : numbers.reduce((all, one) => all + one, 0);
}

export function look(before: ClusterView | null, event: ClusterEvent): ClusterView {
  const {at_ms: atMs} = event;
  // A clock that went back is another balancer's: nothing from before compares.
  const last = before !== null && before.atMs < atMs ? before : null;
  const gap: Sample[] = last !== null && atMs - last.atMs > kGapMs ? [{atMs: atMs - 1, perSecond: null}] : [];
  const seen = new Map<string, Seen>();
  const next = (samples: Sample[], perSecond: number | null) =>
    extended([...samples, ...gap], {atMs, perSecond}, kChartSpanMs);

  const rated = event.servers.map(server => {
    const earlier = last?.seen.get(server.id);
    const {stats} = server;
    if (stats !== null) seen.set(server.id, {atMs, run: stats.run, adds: stats.adds});
    else if (earlier !== undefined) seen.set(server.id, earlier);
    const perSecond = rateSince(earlier, stats, atMs);
    const samples = last?.servers.find(({id}) => id === server.id)?.samples ?? [];
    return {...server, perSecond, samples: next(samples, perSecond)};
  });
  const means = rated.map(({samples, stats}) => (stats === null ? null : mean(samples, kShareSpanMs)));
  const all = sum(means);
  return {
    atMs,
    seen,
    samples: next(last?.samples ?? [], sum(rated.map(({perSecond}) => perSecond))),
    servers: rated.map(({perSecond: _, ...server}, i) => {
      const own = means[i] ?? null;
      return {...server, share: own === null || all === null || all === 0 ? null : own / all};
    }),
  };
}

export type Hearing = 'fresh' | 'late' | 'unknown';

// A lag grows to about an interval and falls back; above three of them and a second somebody is not heard.
export function hearing(lagMs: number | null, intervalMs: number): Hearing {
  if (lagMs === null) return 'unknown';
  return lagMs > 3 * intervalMs + 1_000 ? 'late' : 'fresh';
}

// `to` lacks nothing that `from` acknowledged longer ago than lagMs.
export interface Link {
  from: string;
  to: string;
  lagMs: number | null;
  hearing: Hearing;
}

export function links(servers: Server[]): Link[] {
  return servers.flatMap(({id: to, stats}) =>
    (stats?.lags ?? []).map(({id: from, lag_ms: lagMs}) => ({
      from,
      to,
      lagMs,
      hearing: hearing(lagMs, stats?.share_interval_ms ?? 0),
    })),
  );
}

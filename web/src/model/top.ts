// The greatest counters, each with the history of its rate.
import type {TopEvent} from '../wire/events';
import {changePerSecond, extended, recentWith, type Sample, type ValueAt} from './history';

const kSparkSpanMs = 2 * 60_000;

export interface CounterRow {
  name: string;
  value: bigint;
  recent: ValueAt[];
  samples: Sample[];
}

export interface TopView {
  server: string | null;
  trouble: string | null;
  rows: CounterRow[];
}

// Values of two servers differ by what they have not shared yet, so a rate is of looks at one server.
export function lookAtTop(before: TopView | null, event: TopEvent, atMs: number): TopView {
  const earlier = new Map((before?.rows ?? []).map(row => [row.name, row]));
  const same = before !== null && before.server === event.server;
  const rows = event.counters.map(({name, value: digits}) => {
    const value = BigInt(digits);
    const row = earlier.get(name);
    const recent = recentWith(same ? (row?.recent ?? []) : [], {atMs, value});
    const sample = {atMs, perSecond: changePerSecond(recent)};
    return {name, value, recent, samples: extended(row?.samples ?? [], sample, kSparkSpanMs)};
  });
  return {server: event.server, trouble: event.trouble ?? null, rows};
}

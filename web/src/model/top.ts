// The greatest counters, each with the history of its rate.
import type {TopEvent} from '../wire/events';
import {extended, type Sample} from './history';

export const kSparkSpanMs = 2 * 60_000;

export interface CounterRow {
  name: string;
  value: bigint;
  samples: Sample[];
}

export interface TopView {
  server: string | null;
  trouble: string | null;
  rows: CounterRow[];
}

// Signed: what was added less what was subtracted.
export function changePerSecond(before: bigint, after: bigint, ms: number): number | null {
  return ms <= 0 ? null : Number(after - before) / (ms / 1000);
}

// Values of two servers differ by what they have not shared yet, so a rate is of two looks at one server.
export function lookAtTop(before: TopView | null, event: TopEvent, atMs: number): TopView {
  const earlier = new Map((before?.rows ?? []).map(row => [row.name, row]));
  const same = before !== null && before.server === event.server;
  const rows = event.counters.map(({name, value: digits}) => {
    const value = BigInt(digits);
    const row = earlier.get(name);
    const last = row?.samples.at(-1);
    const perSecond =
      row === undefined || last === undefined || !same ? null : changePerSecond(row.value, value, atMs - last.atMs);
    return {name, value, samples: extended(row?.samples ?? [], {atMs, perSecond}, kSparkSpanMs)};
  });
  return {server: event.server, trouble: event.trouble ?? null, rows};
}

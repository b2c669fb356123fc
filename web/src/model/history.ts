// Rates of the last minutes, oldest first.

export interface Sample {
  atMs: number;
  perSecond: number | null; // null: nobody can say, which a chart shows as a gap
}

// What is older than `spanMs` is forgotten; all of it when the clock went back, which is then another's.
export function extended(samples: Sample[], next: Sample, spanMs: number): Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && next.atMs <= last.atMs) return next.atMs < last.atMs ? [next] : samples;
  const oldest = next.atMs - spanMs;
  const keep = samples.findIndex(sample => sample.atMs >= oldest);
  return keep < 0 ? [next] : [...samples.slice(keep), next];
}

const kSpansMs = [30_000, 60_000, 120_000, 300_000];

// How much time charts of these show side by side: what they cover, rounded up: they fill as they grow.
export function spanOf(...charts: Sample[][]): number {
  const ages = charts.map(samples => (samples.at(-1)?.atMs ?? 0) - (samples[0]?.atMs ?? 0));
  const longest = Math.max(0, ...ages);
  return kSpansMs.find(span => span >= longest) ?? longest;
}

// A value at a moment, as one server has it. Shares arrive in steps, so a rate is of some seconds.
export interface ValueAt {
  atMs: number;
  value: bigint;
}

const kRateSpanMs = 3_500;

export function recentWith(recent: ValueAt[], next: ValueAt): ValueAt[] {
  return [...recent.filter(({atMs}) => atMs < next.atMs && next.atMs - atMs <= kRateSpanMs), next];
}

// What was added less what was subtracted, a second; null where there is but one value.
export function changePerSecond(recent: ValueAt[]): number | null {
  const [first, last] = [recent[0], recent.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  return Number(last.value - first.value) / ((last.atMs - first.atMs) / 1000);
}

export function latest(samples: Sample[]): number | null {
  return samples.at(-1)?.perSecond ?? null;
}

// The mean over the last `spanMs`: each sample that is known stands for the time since the one before.
export function mean(samples: Sample[], spanMs: number): number | null {
  const end = samples.at(-1)?.atMs ?? 0;
  let counted = 0;
  let covered = 0;
  for (let i = 1; i < samples.length; i++) {
    const [before, sample] = [samples[i - 1], samples[i]];
    if (before === undefined || sample === undefined || sample.perSecond === null || before.atMs < end - spanMs)
      continue;
    const ms = sample.atMs - before.atMs;
    counted += sample.perSecond * ms;
    covered += ms;
  }
  return covered === 0 ? null : counted / covered;
}

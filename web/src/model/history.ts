// Rates of the last minutes, oldest first.

export interface Sample {
  atMs: number;
  perSecond: number | null; // null: nobody can say, which a chart shows as a gap
}

// What is older than `spanMs` is forgotten.
export function extended(samples: Sample[], next: Sample, spanMs: number): Sample[] {
  const oldest = next.atMs - spanMs;
  const keep = samples.findIndex(sample => sample.atMs >= oldest);
  return keep < 0 ? [next] : [...samples.slice(keep), next];
}

export function latest(samples: Sample[]): number | null {
  return samples.at(-1)?.perSecond ?? null;
}

// The mean over time of what is known of the last `spanMs`: each sample stands for the time since the one before.
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

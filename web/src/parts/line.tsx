// The shapes of small charts, in a box of 1000 x 100 that CSS stretches.
import type {Sample} from '../model/history';

const kWidth = 1000;
const kHeight = 100;

export interface Range {
  low: number;
  high: number;
}

// Of what is known, with 0 in it.
export function rangeOf(samples: Sample[]): Range {
  const known = samples.flatMap(({perSecond}) => (perSecond === null ? [] : [perSecond]));
  const low = Math.min(0, ...known);
  const high = Math.max(0, ...known);
  return low === high ? {low: 0, high: 1} : {low, high};
}

// Up to the next round number, for an axis.
export function roundedUp(size: number): number {
  if (size <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(size));
  return ([1, 2, 2.5, 4, 5, 8].find(step => size <= step * power) ?? 10) * power;
}

// Points of the lines between gaps: "x,y x,y".
export function strokes(samples: Sample[], spanMs: number, {low, high}: Range): string[][] {
  const end = samples.at(-1)?.atMs ?? 0;
  const found: string[][] = [[]];
  for (const {atMs, perSecond} of samples) {
    if (perSecond === null) {
      if (found.at(-1)?.length !== 0) found.push([]);
      continue;
    }
    const x = kWidth * (1 - (end - atMs) / spanMs);
    const y = kHeight * (1 - (perSecond - low) / (high - low));
    found.at(-1)?.push(`${x.toFixed(1)},${y.toFixed(1)}`);
  }
  return found.filter(points => points.length > 1);
}

interface Props {
  samples: Sample[];
  spanMs: number;
  range: Range;
}

export function Line({samples, spanMs, range}: Props) {
  const zero = kHeight * (1 - (0 - range.low) / (range.high - range.low));
  const xOf = (point: string | undefined) => point?.split(',')[0] ?? '0';
  return (
    <svg viewBox={`0 0 ${kWidth} ${kHeight}`} preserveAspectRatio="none" class="line" aria-hidden="true">
      {strokes(samples, spanMs, range).map(points => (
        <g key={points[0]}>
          <path class="fill" d={`M${xOf(points[0])},${zero} L${points.join(' ')} L${xOf(points.at(-1))},${zero}Z`} />
          <polyline class="stroke" points={points.join(' ')} />
        </g>
      ))}
    </svg>
  );
}

import type {Sample} from '../model/history';
import {Line, rangeOf} from './line';

// The same figures stand beside it as text, so it is hidden from screen readers.
export function Sparkline({samples, spanMs}: {samples: Sample[]; spanMs: number}) {
  return (
    <span class="sparkline">
      <Line samples={samples} spanMs={spanMs} range={rangeOf(samples)} />
    </span>
  );
}

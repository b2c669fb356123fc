import {rate} from '../model/format';
import {latest, type Sample} from '../model/history';
import {Line, rangeOf} from './line';

interface Props {
  samples: Sample[];
  spanMs: number;
  signed?: boolean; // it is a change, and may go down
}

// The newest rate, and how it came to that.
export function Rate({samples, spanMs, signed = false}: Props) {
  const perSecond = latest(samples);
  return (
    <span class="rate">
      <span class="sparkline">
        <Line samples={samples} spanMs={spanMs} range={rangeOf(samples)} />
      </span>
      <span class="number">
        {signed && perSecond !== null && perSecond > 0 && '+'}
        {rate(perSecond)}
      </span>
    </span>
  );
}

import {duration, rate} from '../model/format';
import {type Sample, spanOf} from '../model/history';
import {Line, rangeOf, roundedUp} from './line';

interface Props {
  samples: Sample[];
  label: string; // what it is a chart of, for those who do not see it
}

export function RateChart({samples, label}: Props) {
  const spanMs = spanOf(samples);
  const {low, high} = rangeOf(samples);
  const range = {low: -roundedUp(-low), high: roundedUp(high)};
  const known = samples.flatMap(({perSecond}) => (perSecond === null ? [] : [perSecond]));
  const said =
    known.length === 0
      ? `${label}: no figures yet.`
      : `${label}: between ${rate(Math.min(...known))} and ${rate(Math.max(...known))} a second.`;
  return (
    <figure class="chart" role="img" aria-label={said}>
      <div class="scale" aria-hidden="true">
        <span>{rate(range.high)}</span>
        <span>{rate((range.high + range.low) / 2)}</span>
        <span>{rate(range.low)}</span>
      </div>
      <div class="plot">
        <Line samples={samples} spanMs={spanMs} range={range} />
      </div>
      <div class="times" aria-hidden="true">
        <span>{duration(spanMs)} ago</span>
        <span>now</span>
      </div>
    </figure>
  );
}

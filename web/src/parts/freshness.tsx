import {duration, listed} from '../model/format';
import type {Reading} from '../wire/events';

export function Freshness({reading: {staleness_ms: staleMs, complete, missing = []}}: {reading: Reading}) {
  return (
    <p class={`freshness ${complete ? 'complete' : 'incomplete'}`} data-testid="freshness">
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={complete ? 'M3 8.5 6.5 12 13 4.5' : 'M8 3v6M8 12v.5'} />
      </svg>
      <span>
        <strong>{complete ? 'Complete' : 'Incomplete'}</strong>
        {staleMs !== null && `: lacks nothing acknowledged more than ${duration(staleMs)} ago.`}
        {staleMs === null && ': how much it lacks nobody can say.'}
        {missing.length > 0 && ` Not heard of lately: ${listed(missing)}.`}
      </span>
    </p>
  );
}

import {useEffect, useState} from 'preact/hooks';
import {grouped, visible} from '../model/format';
import {spanOf} from '../model/history';
import type {CounterRow, TopView} from '../model/top';
import {linkTo} from '../route';
import {Rate} from './rate';

const kTypingMs = 300; // a filter is asked for once nobody types any more

interface FindProps {
  prefix: string;
  onPrefix(prefix: string): void;
}

function Find({prefix, onPrefix}: FindProps) {
  const [typed, setTyped] = useState(prefix);
  useEffect(() => {
    const timer = setTimeout(() => onPrefix(typed), kTypingMs);
    return () => clearTimeout(timer);
  }, [typed, onPrefix]);
  const open = (event: Event) => {
    event.preventDefault();
    if (typed !== '') location.hash = linkTo(typed);
  };
  return (
    <search>
      <form class="find" onSubmit={open}>
        <label for="find">Name, or its beginning</label>
        <input
          id="find"
          type="search"
          value={typed}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          onInput={event => setTyped(event.currentTarget.value)}
        />
        <button type="submit">Open</button>
      </form>
    </search>
  );
}

function Row({row, spanMs}: {row: CounterRow; spanMs: number}) {
  return (
    <tr>
      <th scope="row">
        <a href={linkTo(row.name)}>
          <bdi>{visible(row.name)}</bdi>
        </a>
      </th>
      <td class="value">{grouped(row.value)}</td>
      <td>
        <Rate samples={row.samples} spanMs={spanMs} signed />
      </td>
    </tr>
  );
}

export function TopCounters({top, prefix, onPrefix}: {top: TopView | null} & FindProps) {
  const spanMs = spanOf(...(top?.rows ?? []).map(({samples}) => samples));
  return (
    <section class="panel" aria-labelledby="top-heading">
      <div class="panel-head">
        <h2 id="top-heading">
          {prefix === '' ? 'Top counters' : 'Top counters that begin with '}
          {prefix !== '' && <bdi class="prefix">{prefix}</bdi>}
        </h2>
        <Find prefix={prefix} onPrefix={onPrefix} />
      </div>
      {top?.trouble != null && <p class="trouble">{top.trouble}</p>}
      {top !== null && top.rows.length === 0 && top.trouble === null && (
        <p class="waiting">
          {prefix === '' ? 'Nothing was counted yet.' : 'No counter begins so.'} Open a name to add to it: whoever adds
          first makes it.
        </p>
      )}
      {top !== null && top.rows.length > 0 && (
        <table class="stacking counters">
          <thead>
            <tr>
              <th scope="col">Counter</th>
              <th scope="col">Value</th>
              <th scope="col">Change a second</th>
            </tr>
          </thead>
          <tbody>
            {top.rows.map(row => (
              <Row key={row.name} row={row} spanMs={spanMs} />
            ))}
          </tbody>
        </table>
      )}
      {top?.server != null && <p class="hint">As server {top.server} sees them.</p>}
    </section>
  );
}

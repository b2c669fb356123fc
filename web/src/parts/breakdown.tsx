import {type CounterView, type Part, parts} from '../model/counter';
import {grouped, percent} from '../model/format';

const kKinds: Record<Part['kind'], string> = {
  running: 'since its start',
  earlier: 'in earlier runs',
  other: '',
};

const sizeOf = (value: bigint) => (value < 0n ? -value : value);

// To a thousandth, exact however large the integers.
function shareOf(value: bigint, all: bigint): number {
  return all === 0n ? 0 : Number((sizeOf(value) * 1000n) / all) / 1000;
}

export function Breakdown({view}: {view: CounterView}) {
  const found = parts(view);
  const all = found.reduce((sum, {value}) => sum + sizeOf(value), 0n);
  return (
    <section class="panel" aria-labelledby="parts-heading">
      <h2 id="parts-heading">Who counted it</h2>
      {found.length === 0 && <p class="waiting">Nobody yet.</p>}
      <ul class="parts">
        {found.map(({server, value, kind}) => (
          <li key={`${server} ${kind}`}>
            <span class="who">
              <strong>{server}</strong> {kKinds[kind]}
            </span>
            <span class="bar" aria-hidden="true">
              <span class={value < 0n ? 'negative' : undefined} style={{width: `${shareOf(value, all) * 100}%`}} />
            </span>
            <span class="value">{grouped(value)}</span>
            <span class="of">{percent(shareOf(value, all))}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

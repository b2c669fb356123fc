import type {ServerView} from '../model/cluster';
import type {CounterView} from '../model/counter';
import {grouped, rate, visible} from '../model/format';
import {latest} from '../model/history';
import {AddForm} from '../parts/add_form';
import {Breakdown} from '../parts/breakdown';
import {CollationTree} from '../parts/collation_tree';
import {Freshness} from '../parts/freshness';
import {RateChart} from '../parts/rate_chart';

interface Props {
  name: string;
  view: CounterView | null;
  servers: ServerView[];
  viewedAt: string | null;
  onViewAt(server: string | null): void;
  token: string | null;
  onUnauthorized(): void;
}

function ViewedAt({servers, viewedAt, view, onViewAt}: Pick<Props, 'servers' | 'viewedAt' | 'view' | 'onViewAt'>) {
  const chosen = viewedAt !== null && servers.every(({id}) => id !== viewedAt) ? [viewedAt] : [];
  return (
    <p class="viewed">
      <label for="viewed">As seen by server</label>
      <select id="viewed" value={viewedAt ?? ''} onChange={event => onViewAt(event.currentTarget.value || null)}>
        <option value="">{view?.server != null && viewedAt === null ? `any: now ${view.server}` : 'any'}</option>
        {[...servers.map(({id}) => id), ...chosen].map(id => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </select>
    </p>
  );
}

export function CounterPage({name, view, servers, viewedAt, onViewAt, token, onUnauthorized}: Props) {
  const reading = view?.reading ?? null;
  const perSecond = view === null ? null : latest(view.samples);
  return (
    <>
      <p class="back">
        <a href="#/">← All counters</a>
      </p>
      <section class="panel counter" aria-labelledby="counter-heading">
        <div class="counter-head">
          <h1 id="counter-heading">
            <bdi>{visible(name)}</bdi>
          </h1>
          <ViewedAt servers={servers} viewedAt={viewedAt} view={view} onViewAt={onViewAt} />
        </div>
        {view?.trouble != null && (
          <p class="trouble" role="status">
            {view.trouble}
          </p>
        )}
        <div class="columns">
          <div>
            <p class="figure" data-testid="value">
              {reading === null ? '–' : grouped(reading.value)}
            </p>
            <p class="hint">
              {perSecond !== null && perSecond > 0 ? '+' : ''}
              {rate(perSecond)} a second
            </p>
            {reading !== null && <Freshness reading={reading} />}
            <AddForm name={name} token={token} onUnauthorized={onUnauthorized} />
          </div>
          <RateChart samples={view?.samples ?? []} label="Change of the value per second" />
        </div>
      </section>
      {view !== null && reading !== null && (
        <div class={view.trouble === null ? undefined : 'outdated'}>
          <Breakdown view={view} />
          <CollationTree view={view} />
        </div>
      )}
    </>
  );
}

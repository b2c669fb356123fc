import type {ClusterView} from '../model/cluster';
import {grouped, rate} from '../model/format';
import {latest} from '../model/history';
import type {TopView} from '../model/top';
import {kDrawnServers, LagGraph} from '../parts/lag_graph';
import {RateChart} from '../parts/rate_chart';
import {ServerList} from '../parts/server_list';
import {TopCounters} from '../parts/top_counters';

interface Props {
  cluster: ClusterView | null;
  top: TopView | null;
  prefix: string;
  onPrefix(prefix: string): void;
}

function Totals({cluster}: {cluster: ClusterView}) {
  const {servers} = cluster;
  const answering = servers.flatMap(({stats}) => (stats === null ? [] : [stats]));
  const counters = Math.max(0, ...answering.map(stats => stats.counters));
  const unshared = answering.reduce((all, stats) => all + stats.unshared_adds, 0);
  const ready = servers.filter(({state}) => state === 'ready').length;
  return (
    <section class="panel totals" aria-labelledby="rate-heading">
      <div>
        <h2 id="rate-heading">Adds per second</h2>
        <p class="figure" data-testid="total-rate">
          {rate(latest(cluster.samples))}
        </p>
        <dl class="facts">
          <div>
            <dt>Servers ready</dt>
            <dd>
              {ready} of {servers.length}
            </dd>
          </div>
          <div>
            <dt>Counters</dt>
            <dd>{grouped(counters.toString())}</dd>
          </div>
          <div>
            <dt>Not shared yet</dt>
            <dd>{grouped(unshared.toString())}</dd>
          </div>
        </dl>
      </div>
      <RateChart samples={cluster.samples} label="Adds per second of all servers" />
    </section>
  );
}

export function Overview({cluster, top, prefix, onPrefix}: Props) {
  return (
    <>
      <h1 class="unseen">The cluster</h1>
      {cluster === null ? <p class="waiting">Waiting for the balancer's first look…</p> : <Totals cluster={cluster} />}
      {cluster !== null && cluster.servers.length > 0 && (
        <div class={cluster.servers.length > kDrawnServers ? undefined : 'columns'}>
          <ServerList servers={cluster.servers} />
          <LagGraph servers={cluster.servers} />
        </div>
      )}
      <TopCounters top={top} prefix={prefix} onPrefix={onPrefix} />
    </>
  );
}

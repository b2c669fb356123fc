import type {ServerView} from '../model/cluster';
import {duration, grouped, percent} from '../model/format';
import {spanOf} from '../model/history';
import type {ServerState} from '../wire/events';
import {Rate} from './rate';

// Each state has a shape of its own: colour is never the only sign.
const kShapes: Record<ServerState, string> = {
  ready: 'M3 8.5 6.5 12 13 4.5',
  starting: 'M8 2a6 6 0 1 1-6 6',
  draining: 'M8 2v9M4 8l4 4 4-4',
  down: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
};

function StateTag({state}: {state: ServerState}) {
  return (
    <span class={`tag ${state}`}>
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        <path d={kShapes[state]} />
      </svg>
      {state}
    </span>
  );
}

function Share({share}: {share: number | null}) {
  return (
    <span class="share">
      <span class="bar" aria-hidden="true">
        <span style={{width: `${(share ?? 0) * 100}%`}} />
      </span>
      <span class="number">{percent(share)}</span>
    </span>
  );
}

function Row({server, spanMs}: {server: ServerView; spanMs: number}) {
  const {id, url, state, stats, trouble, samples, share} = server;
  return (
    <>
      <tr data-server={id}>
        <th scope="row">
          <span class="server-id">{id}</span>
          <StateTag state={state} />
          <span class="where">{url}</span>
        </th>
        <td data-label="Adds per second">
          <Rate samples={samples} spanMs={spanMs} />
        </td>
        <td data-label="Share of the traffic">
          <Share share={share} />
        </td>
        <td data-label="Not shared yet">{stats === null ? '–' : grouped(stats.unshared_adds.toString())}</td>
        <td data-label="Last seen">{duration(server.last_seen_ms)} ago</td>
      </tr>
      {trouble !== undefined && (
        <tr class="trouble-row">
          <td colSpan={5} class="trouble">
            {trouble}
          </td>
        </tr>
      )}
    </>
  );
}

export function ServerList({servers}: {servers: ServerView[]}) {
  const spanMs = spanOf(...servers.map(({samples}) => samples));
  return (
    <section class="panel" aria-labelledby="servers-heading">
      <h2 id="servers-heading">Servers</h2>
      <table class="stacking servers">
        <thead>
          <tr>
            <th scope="col">Server</th>
            <th scope="col">Adds/s</th>
            <th scope="col">Traffic</th>
            <th scope="col">Not shared</th>
            <th scope="col">Last seen</th>
          </tr>
        </thead>
        <tbody>
          {servers.map(server => (
            <Row key={server.id} server={server} spanMs={spanMs} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

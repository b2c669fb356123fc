import {arrow, boxAround, kRadius, places} from '../model/circle';
import {type Hearing, type Link, links, type ServerView} from '../model/cluster';
import {duration} from '../model/format';

export const kDrawnServers = 8; // more are read in the table alone
const kLabelledServers = 3; // more have arrows too close to each other for figures

const kHeads: Hearing[] = ['fresh', 'late', 'unknown'];

function sayLag({lagMs}: Link): string {
  return lagMs === null ? 'unknown' : duration(lagMs);
}

function Drawing({servers, found}: {servers: ServerView[]; found: Link[]}) {
  const circle = places(servers.length, 110);
  const at = new Map(servers.map(({id}, i) => [id, circle[i] ?? {x: 0, y: 0}]));
  return (
    <svg viewBox={boxAround(circle)} class="lag-graph" aria-hidden="true">
      <defs>
        {kHeads.map(hearing => (
          <marker
            key={hearing}
            id={`head-${hearing}`}
            viewBox="0 0 8 8"
            refX="4"
            refY="4"
            markerWidth="6"
            markerHeight="6"
            orient="auto"
          >
            <path class={`head ${hearing}`} d="M0 0 8 4 0 8Z" />
          </marker>
        ))}
      </defs>
      {found.map(link => {
        const [from, to] = [at.get(link.from), at.get(link.to)];
        if (from === undefined || to === undefined || link.from === link.to) return null;
        const {path, label} = arrow(from, to);
        return (
          <g key={`${link.from} ${link.to}`} class={`lag ${link.hearing}`}>
            <path d={path} marker-end={`url(#head-${link.hearing})`} />
            {servers.length <= kLabelledServers && (
              <text x={label.x} y={label.y}>
                {link.lagMs === null ? '?' : duration(link.lagMs)}
              </text>
            )}
          </g>
        );
      })}
      {servers.map(({id, state}) => {
        const {x, y} = at.get(id) ?? {x: 0, y: 0};
        return (
          <g key={id} class={`peer ${state}`}>
            <circle cx={x} cy={y} r={kRadius} />
            {state === 'down' && <path d={`M${x - 15} ${y + 15} L${x + 15} ${y - 15}`} />}
            <text x={x} y={y}>
              {id.length > 5 ? `${id.slice(0, 4)}…` : id}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

// A row a server, a column each that it hears.
function Table({servers, found}: {servers: ServerView[]; found: Link[]}) {
  const froms = [...new Set([...servers.map(({id}) => id), ...found.map(({from}) => from)])];
  return (
    <section class="scrolling" aria-label="Lag between servers, as a table" tabIndex={0}>
      <table class="lags">
        <thead>
          <tr>
            <th scope="col">at \ from</th>
            {froms.map(id => (
              <th scope="col" key={id}>
                {id}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {servers.map(({id: to}) => (
            <tr key={to}>
              <th scope="row">{to}</th>
              {froms.map(from => {
                const link = found.find(one => one.from === from && one.to === to);
                return (
                  <td key={from} class={link?.hearing}>
                    {link === undefined ? '–' : sayLag(link)}
                    {link?.hearing === 'late' && ' (late)'}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function LagGraph({servers}: {servers: ServerView[]}) {
  const found = links(servers).filter(({from, to}) => from !== to);
  const drawn = servers.length > 1 && servers.length <= kDrawnServers;
  return (
    <section class="panel" aria-labelledby="lag-heading">
      <h2 id="lag-heading">Lag</h2>
      <p class="hint">
        Counts acknowledged longer ago than this have arrived. It grows between shares, and each makes it fall.
      </p>
      {servers.length < 2 && <p class="waiting">One server alone has nobody to hear.</p>}
      {drawn && <Drawing servers={servers} found={found} />}
      {drawn && (
        <ul class="legend" aria-hidden="true">
          {kHeads.map(hearing => (
            <li key={hearing} class={hearing}>
              <svg viewBox="0 0 30 8" width="30" height="8" aria-hidden="true" class={`lag ${hearing}`}>
                <path d="M1 4h28" />
              </svg>
              {hearing === 'fresh' ? 'in time' : hearing}
            </li>
          ))}
        </ul>
      )}
      {servers.length > 1 && (
        <details open={servers.length > kLabelledServers}>
          <summary>As a table</summary>
          <Table servers={servers} found={found} />
        </details>
      )}
    </section>
  );
}

// A balancer to work on the page with: `npm run dev` serves both. MOCK_SERVERS=9 has more servers,
// MOCK_TOKEN=secret wants a token, MOCK_ADD=504 answers adds so.
import type {IncomingMessage, ServerResponse} from 'node:http';
import type {Connect, Plugin} from 'vite';
import {MockCluster} from './mock_cluster';

function problem(response: ServerResponse, status: number, detail: string): void {
  response.writeHead(status, {'Content-Type': 'application/problem+json'});
  response.end(
    JSON.stringify({
      type: status === 504 ? '/problems/unknown-outcome' : '/problems/refused',
      title: 'Refused',
      status,
      detail,
    }),
  );
}

function streamEvents(cluster: MockCluster, query: URLSearchParams, response: ServerResponse): void {
  response.writeHead(200, {'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store'});
  const send = (kind: string, data: unknown) => response.write(`event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
  const counter = query.get('counter');
  let beat = 0;
  const tell = () => {
    const read = beat++ % 2 === 1;
    if (counter !== null) send('counter', cluster.counterEvent(counter, query.get('server'), read));
    if (read) return;
    send('cluster', cluster.clusterEvent());
    send('top', cluster.topEvent(query.get('prefix') ?? ''));
  };
  response.write(': hello\n\n');
  tell();
  const timer = setInterval(tell, 500);
  response.on('close', () => clearInterval(timer));
}

async function addFrom(cluster: MockCluster, name: string, request: IncomingMessage, response: ServerResponse) {
  let body = '';
  for await (const chunk of request) body += chunk;
  const wanted = Number(process.env.MOCK_ADD ?? 200);
  const value = cluster.add(name, BigInt(JSON.parse(body).delta));
  if (value === null || wanted >= 300) return problem(response, wanted, 'The counting server did not answer.');
  response.writeHead(wanted, {'Content-Type': 'application/json'});
  response.end(`{"name":${JSON.stringify(name)},"value":${value},"ack":"memory"}`);
}

export function mockBalancer(): Plugin {
  const install = (middlewares: Connect.Server) => {
    const cluster = new MockCluster(Number(process.env.MOCK_SERVERS ?? 3));
    middlewares.use((request, response, next) => {
      const url = new URL(request.url ?? '/', 'http://mock');
      if (!url.pathname.startsWith('/v1/')) return next();
      const token = process.env.MOCK_TOKEN;
      if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
        return problem(response, 401, 'No token, or one that is not known: send one that is.');
      }
      const [, name] = url.pathname.match(/^\/v1\/dashboard\/counters\/(.+)/) ?? [];
      if (url.pathname === '/v1/events') return streamEvents(cluster, url.searchParams, response);
      if (name !== undefined) return void addFrom(cluster, decodeURIComponent(name), request, response);
      return problem(response, 404, 'No such path.');
    });
  };
  return {
    name: 'mock-balancer',
    configureServer: server => install(server.middlewares),
    configurePreviewServer: server => install(server.middlewares),
  };
}

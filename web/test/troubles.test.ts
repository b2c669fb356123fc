import {beforeEach, expect, test, vi} from 'vitest';
import {look} from '../src/model/cluster';
import {troubles} from '../src/model/troubles';
import type {Lag, Server, ServerState} from '../src/wire/events';

beforeEach(() => vi.stubGlobal('location', {origin: 'http://127.0.0.1:7070'}));

function server(id: string, state: ServerState, lags: Lag[] | null): Server {
  const stats = lags && {run: 'r', adds: 0, counters: 0, unshared_adds: 0, share_interval_ms: 1000, lags};
  return {id, url: '', state, last_seen_ms: 0, stats};
}

const said = (...servers: Server[]) =>
  troubles(look(null, {at_ms: 0, servers}).servers).map(({key, what}) => `${key}: ${what}`);

test('nothing is said of a cluster that is well', () => {
  const [a, b] = [server('a', 'ready', [{id: 'b', lag_ms: 900}]), server('b', 'ready', [{id: 'a', lag_ms: 4000}])];
  expect(said(a, b)).toEqual([]);
});

test('a balancer that knows nobody says how to start one', () => {
  expect(said()).toEqual(['nobody: The balancer knows no counting server yet.']);
  expect(troubles([])[0]?.advice).toContain('tally server --id a --balancer http://127.0.0.1:7070');
});

test('servers that are down are named, and that they are not heard is not said twice', () => {
  const a = server('a', 'ready', [{id: 'b', lag_ms: null}]);
  expect(said(a, server('b', 'down', null), server('c', 'down', null))).toEqual(['down: Servers b and c are down.']);
});

test('a server that is ready but silent is told from one that is down', () => {
  expect(said(server('a', 'ready', null))).toEqual(['silent: Server a is not answering the balancer.']);
});

test('starting and stopping are said, not blamed', () => {
  const found = troubles(
    look(null, {at_ms: 0, servers: [server('a', 'starting', null), server('b', 'draining', [])]}).servers,
  );
  expect(found.map(({key, grave}) => [key, grave])).toEqual([
    ['starting', false],
    ['draining', false],
  ]);
});

test('who is known to the servers alone is missing', () => {
  expect(said(server('a', 'ready', [{id: 'z', lag_ms: null}]))).toEqual([
    'missing: Server z is known to the servers, but not to the balancer.',
  ]);
});

test('who was not heard for several intervals is late', () => {
  const [a, b] = [server('a', 'ready', [{id: 'b', lag_ms: 4001}]), server('b', 'ready', [])];
  expect(said(a, b)).toEqual(['late: Not heard for several share intervals: b at a.']);
});

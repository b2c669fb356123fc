import {expect, test} from 'vitest';
import {type ClusterView, hearing, links, look} from '../src/model/cluster';
import {latest} from '../src/model/history';
import type {Server, Stats} from '../src/wire/events';

function server(id: string, adds: number | null, more: Partial<Server & Stats> = {}): Server {
  const {run = 'first', lags = [], ...rest} = more;
  const stats = adds === null ? null : {run, adds, counters: 1, unshared_adds: 0, share_interval_ms: 1000, lags};
  return {id, url: `http://${id}`, state: 'ready', last_seen_ms: 100, stats, ...rest};
}

function looks(...events: [atMs: number, ...servers: Server[]][]): ClusterView {
  return events.reduce<ClusterView | null>(
    (view, [at_ms, ...servers]) => look(view, {at_ms, servers}),
    null,
  ) as ClusterView;
}

const rateOf = (view: ClusterView, id: string) => latest(view.servers.find(one => one.id === id)?.samples ?? []);

test('nobody knows a rate at the first look', () => {
  const view = looks([0, server('a', 500)]);
  expect(latest(view.samples)).toBeNull();
  expect(view.servers[0]?.share).toBeNull();
});

test('a rate is the difference of two looks over the time between them', () => {
  const view = looks([1_000, server('a', 500), server('b', 0)], [3_000, server('a', 700), server('b', 300)]);
  expect(rateOf(view, 'a')).toBe(100);
  expect(rateOf(view, 'b')).toBe(150);
  expect(latest(view.samples)).toBe(250);
  expect(view.servers.map(({share}) => share)).toEqual([0.4, 0.6]);
});

test('a server that restarted has no rate until it was seen twice, and never a negative one', () => {
  const before: [number, Server] = [0, server('a', 500)];
  const restarted: [number, Server] = [1_000, server('a', 10, {run: 'second'})];
  expect(rateOf(looks(before, restarted), 'a')).toBeNull();
  expect(rateOf(looks(before, restarted, [2_000, server('a', 30, {run: 'second'})]), 'a')).toBe(20);
});

test('what was counted while a server did not answer is spread over that time', () => {
  const view = looks([0, server('a', 0)], [1_000, server('a', null)], [4_000, server('a', 400)]);
  expect(rateOf(view, 'a')).toBe(100);
});

test('a server that does not answer has no share of the traffic', () => {
  const view = looks(
    [0, server('a', 0), server('b', 0)],
    [1_000, server('a', 10), server('b', 10)],
    [2_000, server('a', 20), server('b', null)],
  );
  expect(view.servers.map(({share}) => share)).toEqual([1, null]);
});

test('a pause of the stream is a gap in the chart', () => {
  const view = looks([0, server('a', 0)], [1_000, server('a', 10)], [60_000, server('a', 20)]);
  expect(view.samples.map(({perSecond}) => perSecond)).toContain(null);
  expect(view.samples.at(-2)?.perSecond).toBeNull();
});

test('a clock that went back is another balancer\u2019s, and nothing compares', () => {
  const view = looks([9_000, server('a', 0)], [10_000, server('a', 10)], [50, server('a', 20)]);
  expect(view.samples).toEqual([{atMs: 50, perSecond: null}]);
});

test('a chart forgets what is older than its span', () => {
  const many = Array.from({length: 1_000}, (_, i): [number, Server] => [i * 1_000, server('a', i)]);
  expect(looks(...many).samples.length).toBeLessThan(310);
});

test('a lag is late above three share intervals and a second, and unknown where nobody can say', () => {
  expect(hearing(4_000, 1_000)).toBe('fresh');
  expect(hearing(4_001, 1_000)).toBe('late');
  expect(hearing(null, 1_000)).toBe('unknown');
});

test('a link goes from who counted to who heard of it', () => {
  expect(links([server('a', 0, {lags: [{id: 'b', lag_ms: 410}]}), server('b', null)])).toEqual([
    {from: 'b', to: 'a', lagMs: 410, hearing: 'fresh'},
  ]);
});

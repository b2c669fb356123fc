import {expect, test} from 'vitest';
import {type CounterView, countNodes, lookAtCounter, parts} from '../src/model/counter';
import {lookAtTop} from '../src/model/top';
import type {CounterEvent, TreeNode} from '../src/wire/events';

const leaf = (key: string, value: string, valid = true): TreeNode => ({
  key,
  value,
  computed: value,
  valid,
  children: [],
});

function seen(value: string, nodes: TreeNode[], server = 'a'): CounterEvent {
  return {name: 'hits', server, nodes, reading: {value, staleness_ms: 1, complete: true, missing: []}};
}

test('what the value has beyond the tree is what the server itself counts', () => {
  const root: TreeNode = {key: 'b', value: '5', computed: '43', valid: true, children: [leaf('c', '38')]};
  const view = lookAtCounter(null, seen('9007199254740993', [root]), 0);
  expect(parts(view)).toEqual([
    {server: 'a', value: 9007199254740950n, kind: 'running'},
    {server: 'b', value: 5n, kind: 'other'},
    {server: 'c', value: 38n, kind: 'other'},
  ]);
});

test('its own node in the tree is what its earlier runs counted', () => {
  const view = lookAtCounter(null, seen('10', [leaf('a', '7')]), 0);
  expect(parts(view).map(({kind, value}) => [kind, value])).toEqual([
    ['running', 3n],
    ['earlier', 7n],
  ]);
});

test('without a tree it counted all of it', () => {
  expect(parts(lookAtCounter(null, seen('12', []), 0))).toEqual([{server: 'a', value: 12n, kind: 'running'}]);
});

test('a stale tree says nothing new of its own count', () => {
  const valid = lookAtCounter(null, seen('12', [leaf('b', '2')]), 0);
  const stale = lookAtCounter(valid, seen('19', [{...leaf('b', '9'), computed: '2', valid: false}]), 500);
  expect(stale.sum).toEqual({value: 12n, tree: 2n, own: 10n});
  expect(countNodes(stale.nodes)).toEqual({valid: 0, stale: 1});
});

test('a tree that moved on after the read is not set against it', () => {
  const read = lookAtCounter(null, seen('12', [leaf('b', '2')]), 0);
  expect(lookAtCounter(read, seen('12', [leaf('b', '9')]), 500).sum).toEqual({value: 12n, tree: 2n, own: 10n});
});

test('a server that does not answer leaves what it said before', () => {
  const answered = lookAtCounter(null, seen('12', [leaf('b', '2')]), 0);
  const silent = lookAtCounter(answered, {name: 'hits', server: 'a', nodes: [], trouble: 'It does not answer.'}, 500);
  expect(silent).toMatchObject({trouble: 'It does not answer.', nodes: answered.nodes, reading: answered.reading});
});

test('the tree before a read keeps the value of the read before it', () => {
  const read = lookAtCounter(null, seen('12', []), 0);
  const {reading: _, ...before} = seen('', [leaf('b', '9', false)]);
  expect(lookAtCounter(read, before, 500).reading?.value).toBe('12');
});

test('another server\u2019s view starts anew, since it may lack what this one has', () => {
  const view = lookAtCounter(lookAtCounter(null, seen('12', []), 0), seen('9', [leaf('a', '9')], 'b'), 1_000);
  expect(view.sum?.own).toBe(0n);
  expect(view.samples.at(-1)?.perSecond).toBeNull();
});

test('a counter\u2019s rate is the change of its value, downwards too', () => {
  const view = lookAtCounter(lookAtCounter(null, seen('12', []), 0), seen('8', []), 2_000);
  expect(view.samples.at(-1)?.perSecond).toBe(-2);
});

test('what arrives in steps is a rate of several seconds', () => {
  const values = ['0', '30', '30', '60'];
  const view = values.reduce<CounterView | null>(
    (seenSoFar, value, i) => lookAtCounter(seenSoFar, seen(value, []), i * 1_000),
    null,
  );
  expect(view?.samples.at(-1)?.perSecond).toBe(20);
});

test('both events of one look are one sample', () => {
  const once = lookAtCounter(null, seen('12', []), 1_000);
  expect(lookAtCounter(once, seen('12', []), 1_000).samples).toHaveLength(1);
});

test('the top list keeps the history of those who stay, at one server', () => {
  const top = (server: string, value: string) => ({server, counters: [{name: 'hits', value}]});
  const one = lookAtTop(null, top('a', '10'), 0);
  const two = lookAtTop(one, top('a', '30'), 2_000);
  expect(two.rows[0]?.samples.map(({perSecond}) => perSecond)).toEqual([null, 10]);
  expect(lookAtTop(two, top('b', '5'), 3_000).rows[0]?.samples.at(-1)?.perSecond).toBeNull();
});

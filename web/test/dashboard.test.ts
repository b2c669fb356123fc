import {expect, test} from 'vitest';
import {type Change, changed, kNothingYet} from '../src/model/dashboard';
import type {CounterEvent} from '../src/wire/events';

const after = (...changes: Change[]) => changes.reduce(changed, kNothingYet);
const live: Change = {type: 'connection', connection: {kind: 'live'}};
const hits: CounterEvent = {name: 'hits', server: 'a', nodes: []};

test('another question keeps the connection live unless it fails', () => {
  const connecting: Change = {type: 'connection', connection: {kind: 'connecting'}};
  const broken: Change = {type: 'connection', connection: {kind: 'broken', why: 'It broke.'}};
  expect(after(live, connecting).connection.kind).toBe('live');
  expect(after(live, broken, connecting).connection.kind).toBe('connecting');
});

test('another counter\u2019s page shows nothing of the one before', () => {
  const seen: Change = {type: 'event', kind: 'counter', event: hits};
  expect(after(seen, {type: 'asked', counter: 'hits'}).counter?.name).toBe('hits');
  expect(after(seen, {type: 'asked', counter: 'other'}).counter).toBeNull();
});

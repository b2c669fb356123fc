// All that the page knows: a pure function of the events so far.
import type {Connection} from '../wire/connection';
import type {EventKind, Events} from '../wire/events';
import {type ClusterView, look} from './cluster';
import {type CounterView, lookAtCounter} from './counter';
import {lookAtTop, type TopView} from './top';

export interface Dashboard {
  connection: Connection;
  cluster: ClusterView | null;
  top: TopView | null;
  counter: CounterView | null;
}

export type Change =
  | {type: 'connection'; connection: Connection}
  | {type: 'asked'; counter: string | null} // which counter events are of from here on
  | {type: 'event'; kind: EventKind; event: Events[EventKind]};

export const kNothingYet: Dashboard = {connection: {kind: 'connecting'}, cluster: null, top: null, counter: null};

export function changed(before: Dashboard, change: Change): Dashboard {
  switch (change.type) {
    case 'connection':
      // Another question is another stream, which is no news to people unless it fails.
      if (change.connection.kind === 'connecting' && before.connection.kind === 'live') return before;
      return {...before, connection: change.connection};
    case 'asked':
      return {...before, counter: before.counter?.name === change.counter ? before.counter : null};
    case 'event':
      return heard(before, change);
  }
}

// Each look begins with the cluster, whose clock says when values are of: events may arrive late, or in a heap.
function heard(before: Dashboard, {kind, event}: Extract<Change, {type: 'event'}>): Dashboard {
  const atMs = before.cluster?.atMs ?? 0;
  switch (kind) {
    case 'cluster':
      return {...before, cluster: look(before.cluster, event as Events['cluster'])};
    case 'top':
      return {...before, top: lookAtTop(before.top, event as Events['top'], atMs)};
    case 'counter':
      return {...before, counter: lookAtCounter(before.counter, event as Events['counter'], atMs)};
  }
}

// One counter as one server sees it.
import type {CounterEvent, Reading, TreeNode} from '../wire/events';
import {changePerSecond, extended, recentWith, type Sample, type ValueAt} from './history';

const kChartSpanMs = 5 * 60_000;

export interface Part {
  server: string;
  value: bigint;
  kind: 'running' | 'earlier' | 'other'; // the viewed server's run, its earlier runs, another server
}

// What one read found: value = tree + own, all of one moment.
export interface Sum {
  value: bigint;
  tree: bigint; // all other servers, and earlier runs of this one
  own: bigint; // counted by the viewed server since it started
}

export interface CounterView {
  name: string;
  server: string | null;
  trouble: string | null;
  reading: Reading | null;
  nodes: TreeNode[];
  sum: Sum | null; // of the last read of which it is known
  samples: Sample[];
  recent: ValueAt[];
}

// Null while the tree is stale: then its sum is not what the read found.
function sumOf(reading: Reading, [root]: TreeNode[]): Sum | null {
  const value = BigInt(reading.value);
  if (root === undefined) return {value, tree: 0n, own: value};
  if (!root.valid || root.computed === null) return null;
  const tree = BigInt(root.computed);
  return {value, tree, own: value - tree};
}

// Every other event has the reading of the one before, and the tree of a moment later. If that one's tree was
// valid, so was its sum, and this one's may count what came since.
function nextSum(last: CounterView | null, reading: Reading | null, nodes: TreeNode[]): Sum | null {
  if (reading === null) return last?.sum ?? null;
  const isRepeated = JSON.stringify(reading) === JSON.stringify(last?.reading);
  if (isRepeated && last?.sum?.value === BigInt(reading.value)) return last.sum;
  return sumOf(reading, nodes) ?? last?.sum ?? null;
}

// `atMs`: of the look at the cluster that a value is of.
export function lookAtCounter(before: CounterView | null, event: CounterEvent, atMs: number): CounterView {
  const last = before !== null && before.name === event.name && before.server === event.server ? before : null;
  const reading = event.reading ?? null;
  const nodes = (event.trouble === undefined ? event.nodes : last?.nodes) ?? [];
  let samples = before?.name === event.name ? before.samples : [];
  let recent = last?.recent ?? [];
  if (reading !== null && recent.at(-1)?.atMs !== atMs) {
    recent = recentWith(recent, {atMs, value: BigInt(reading.value)});
    samples = extended(samples, {atMs, perSecond: changePerSecond(recent)}, kChartSpanMs);
  }
  return {
    name: event.name,
    server: event.server,
    trouble: event.trouble ?? null,
    reading: reading ?? last?.reading ?? null,
    nodes,
    sum: nextSum(last, reading, nodes),
    samples,
    recent,
  };
}

function eachNode(nodes: TreeNode[]): TreeNode[] {
  return nodes.flatMap(node => [node, ...eachNode(node.children)]);
}

// Who counted how much, by server id; the viewed server's run first.
export function parts({server, sum, nodes}: CounterView): Part[] {
  const others = eachNode(nodes)
    .map(({key, value}) => ({
      server: key,
      value: BigInt(value),
      kind: key === server ? ('earlier' as const) : ('other' as const),
    }))
    .sort((one, two) => (one.server < two.server ? -1 : one.server > two.server ? 1 : 0));
  return server === null || sum === null ? others : [{server, value: sum.own, kind: 'running' as const}, ...others];
}

export function countNodes(nodes: TreeNode[]): {valid: number; stale: number} {
  const all = eachNode(nodes);
  const valid = all.filter(node => node.valid).length;
  return {valid, stale: all.length - valid};
}

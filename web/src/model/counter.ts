// One counter as one server sees it.
import type {CounterEvent, Reading, TreeNode} from '../wire/events';
import {extended, type Sample} from './history';
import {changePerSecond} from './top';

export const kChartSpanMs = 5 * 60_000;
const kSampleMs = 900; // events come more often than values change

export interface Part {
  server: string;
  value: bigint;
  kind: 'running' | 'earlier' | 'other'; // the viewed server's run, its earlier runs, another server
}

export interface CounterView {
  name: string;
  server: string | null;
  trouble: string | null;
  reading: Reading | null;
  nodes: TreeNode[];
  own: bigint | null; // what the viewed server counted since it started
  samples: Sample[];
  sampled: {atMs: number; value: bigint} | null; // what the newest sample was made of
}

// The viewed server's running count is what the value has beyond the tree: known where the whole tree is valid.
function ownCount(reading: Reading | null, nodes: TreeNode[]): bigint | null {
  if (reading === null) return null;
  const [root] = nodes;
  if (root === undefined) return BigInt(reading.value);
  if (!root.valid || root.computed === null) return null;
  return BigInt(reading.value) - BigInt(root.computed);
}

export function lookAtCounter(before: CounterView | null, event: CounterEvent, atMs: number): CounterView {
  const last = before !== null && before.name === event.name && before.server === event.server ? before : null;
  const reading = event.reading ?? null;
  const nodes = event.nodes ?? last?.nodes ?? [];
  let samples = before?.name === event.name ? before.samples : [];
  let sampled = last?.sampled ?? null;
  if (reading !== null && (sampled === null || atMs - sampled.atMs >= kSampleMs)) {
    const value = BigInt(reading.value);
    const perSecond = sampled === null ? null : changePerSecond(sampled.value, value, atMs - sampled.atMs);
    samples = extended(samples, {atMs, perSecond}, kChartSpanMs);
    sampled = {atMs, value};
  }
  return {
    name: event.name,
    server: event.server,
    trouble: event.trouble ?? null,
    reading: reading ?? last?.reading ?? null,
    nodes,
    own: ownCount(reading, nodes) ?? last?.own ?? null,
    samples,
    sampled,
  };
}

function eachNode(nodes: TreeNode[]): TreeNode[] {
  return nodes.flatMap(node => [node, ...eachNode(node.children)]);
}

// Who counted how much, by server id; the viewed server's run first.
export function parts({server, own, nodes}: CounterView): Part[] {
  const others = eachNode(nodes)
    .map(({key, value}) => ({
      server: key,
      value: BigInt(value),
      kind: key === server ? ('earlier' as const) : ('other' as const),
    }))
    .sort((one, two) => (one.server < two.server ? -1 : one.server > two.server ? 1 : 0));
  return server === null || own === null ? others : [{server, value: own, kind: 'running' as const}, ...others];
}

export function countNodes(nodes: TreeNode[]): {valid: number; stale: number} {
  const all = eachNode(nodes);
  const valid = all.filter(node => node.valid).length;
  return {valid, stale: all.length - valid};
}

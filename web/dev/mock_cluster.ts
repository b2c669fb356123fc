// A cluster that counts by itself, to work on the page without one: every server adds at a rate of its own,
// shares each second, and the last one dies for a while and comes back.
import type {ClusterEvent, CounterEvent, Server, TopEvent, TreeNode} from '../src/wire/events';

const kTickMs = 100;
const kShareMs = 1000;
const kLifeMs = 60_000; // of which the last server is down for kDeathMs
const kDeathMs = 20_000;
const kNames = ['page-views', 'sign-ups', 'Section:libdevel', 'orders/paid', 'orders/refunded', 'api.errors.5xx'];
const kMore = ['<img src=x onerror=alert(1)>', 'größe', 'カウンター', 'downloads', 'cache-misses', 'emails.sent'];

type Counts = Map<string, bigint>;
const plus = (counts: Counts, name: string, delta: bigint) => counts.set(name, (counts.get(name) ?? 0n) + delta);

interface Peer {
  heardAtMs: number;
  known: Counts;
}

class MockServer {
  readonly running: Counts = new Map(); // since this run's start
  readonly earlier: Counts = new Map();
  readonly peers = new Map<string, Peer>();
  readonly computed = new Map<string, bigint>(); // "counter node": what the last read found
  run = 1;
  adds = 0;
  unshared = 0;
  down = false;
  downSinceMs = 0;

  constructor(
    readonly id: string,
    readonly port: number,
    readonly adding: number, // adds a tick
  ) {}

  add(name: string, delta: bigint): void {
    plus(this.running, name, delta);
    this.adds++;
    this.unshared++;
  }

  total(name: string): bigint {
    return (this.running.get(name) ?? 0n) + (this.earlier.get(name) ?? 0n);
  }

  value(name: string): bigint {
    const others = [...this.peers.values()].reduce((sum, {known}) => sum + (known.get(name) ?? 0n), 0n);
    return this.total(name) + others;
  }

  restart(): void {
    for (const [name, value] of this.running) plus(this.earlier, name, value);
    this.running.clear();
    this.run++;
    this.adds = 0;
    this.unshared = 0;
    this.down = false;
  }

  // The middle one is the root, as in a sorted tree. `read` computes what is stale.
  tree(name: string, read: boolean): TreeNode[] {
    const values = new Map([...this.peers].map(([id, {known}]) => [id, known.get(name) ?? 0n]));
    if (this.run > 1) values.set(this.id, this.earlier.get(name) ?? 0n);
    const keys = [...values.keys()].sort();
    const rootKey = keys[keys.length >> 1];
    if (rootKey === undefined) return [];
    const node = (key: string, children: TreeNode[]): TreeNode => {
      const value = values.get(key) ?? 0n;
      const now = children.reduce((sum, child) => sum + BigInt(child.computed ?? 0), value);
      const place = `${name} ${key}`;
      if (read) this.computed.set(place, now);
      const computed = this.computed.get(place);
      const valid = computed === now && children.every(child => child.valid);
      return {key, value: `${value}`, computed: computed === undefined ? null : `${computed}`, valid, children};
    };
    return [
      node(
        rootKey,
        keys.filter(key => key !== rootKey).map(key => node(key, [])),
      ),
    ];
  }
}

export class MockCluster {
  private nowMs = 0;
  private readonly servers: MockServer[];

  constructor(count: number) {
    this.servers = Array.from({length: count}, (_, i) => {
      const id = String.fromCharCode(97 + i);
      return new MockServer(id, 7071 + i, 40 + 23 * ((i * 2) % 5));
    });
    for (let i = 0; i < 400; i++) this.tick();
    setInterval(() => this.tick(), kTickMs).unref();
  }

  private tick(): void {
    this.nowMs += kTickMs;
    const phase = this.nowMs % kLifeMs;
    const last = this.servers.at(-1);
    if (last !== undefined && this.servers.length > 1) {
      if (phase === kLifeMs - kDeathMs) {
        last.down = true;
        last.downSinceMs = this.nowMs;
      } else if (last.down && phase === 0) {
        last.restart();
      }
    }
    this.servers.forEach((server, i) => {
      if (server.down) return;
      const wave = 1 + 0.4 * Math.sin(this.nowMs / 9_000 + i) + 0.2 * Math.random();
      for (let n = 0; n < server.adding * wave; n++) {
        const names = Math.random() < 0.8 ? kNames : kMore;
        const name = names[Math.floor(names.length * Math.random() ** 2)] ?? 'page-views';
        server.add(name, name === 'orders/refunded' ? -1n : 1n);
      }
      if ((this.nowMs + i * 300) % kShareMs === 0) this.share(server);
    });
  }

  private share(from: MockServer): void {
    const known: Counts = new Map(
      [...from.running.keys(), ...from.earlier.keys()].map(name => [name, from.total(name)]),
    );
    for (const to of this.servers) {
      if (to !== from && !to.down) to.peers.set(from.id, {heardAtMs: this.nowMs, known});
    }
    from.unshared = 0;
  }

  private chosen(id: string | null): MockServer | undefined {
    return this.servers.find(server => (id === null ? !server.down : server.id === id));
  }

  clusterEvent(): ClusterEvent {
    return {at_ms: this.nowMs, servers: this.servers.map(server => this.look(server))};
  }

  private look(server: MockServer): Server {
    const {id, port, down} = server;
    const shared = {id, url: `http://127.0.0.1:${port}`, last_seen_ms: down ? this.nowMs - server.downSinceMs : 140};
    if (down)
      return {...shared, state: 'down', stats: null, trouble: `${shared.url} does not answer: connection refused.`};
    const lags = [...server.peers].map(([peer, {heardAtMs}]) => ({id: peer, lag_ms: this.nowMs - heardAtMs + 4}));
    return {
      ...shared,
      state: 'ready',
      stats: {
        run: `${id}${server.run}`,
        adds: server.adds,
        counters: kNames.length + kMore.length,
        unshared_adds: server.unshared,
        share_interval_ms: kShareMs,
        lags,
      },
    };
  }

  topEvent(prefix: string): TopEvent {
    const server = this.chosen(null);
    if (server === undefined) return {server: null, counters: [], trouble: 'No server is ready.'};
    const counters = [...kNames, ...kMore]
      .filter(name => name.startsWith(prefix))
      .map(name => ({name, value: server.value(name)}))
      .sort((one, two) => (two.value > one.value ? 1 : -1))
      .map(({name, value}) => ({name, value: `${value}`}));
    return {server: server.id, counters};
  }

  counterEvent(name: string, id: string | null, read: boolean): CounterEvent {
    const server = this.chosen(id);
    if (server === undefined || server.down) return {name, server: null, trouble: `Server ${id} does not answer.`};
    const late = [...server.peers].filter(([, {heardAtMs}]) => this.nowMs - heardAtMs > 4_000).map(([peer]) => peer);
    const ages = [...server.peers.values()].map(({heardAtMs}) => this.nowMs - heardAtMs);
    const nodes = server.tree(name, read);
    const reading = {
      value: `${server.value(name)}`,
      staleness_ms: Math.max(0, ...ages),
      complete: late.length === 0,
      missing: late,
    };
    return {name, server: server.id, nodes, ...(read ? {reading} : {})};
  }

  add(name: string, delta: bigint): string | null {
    const server = this.chosen(null);
    server?.add(name, delta);
    return server === undefined ? null : `${server.value(name)}`;
  }
}

// With real processes: what was acknowledged is counted once, whoever is killed meanwhile.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import test, { type TestContext } from "node:test";
import { OutcomeUnknown, Refused, Tally, Unavailable } from "tally-client";
import { generous } from "./scripted.js";

const program = process.env["TALLY_PROGRAM"] ?? "tally";
const balancer = "http://127.0.0.1:7070";

/** Returns once the program says that it listens. */
async function start(t: TestContext, ...words: string[]): Promise<ChildProcess> {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "ignore"] });
  const exited = once(child, "exit");
  t.after(() => {
    child.kill("SIGKILL");
    return exited;
  });
  const lines = createInterface(child.stdout);
  const listens = new Promise<void>((resolve) => {
    lines.on("line", (line) => line.includes("listens on") && resolve());
  });
  const ended = exited.then(() => Promise.reject(new Error(`tally ${words.join(" ")} ended by itself`)));
  await Promise.race([listens, ended]);
  return child;
}

/** A balancer, and counting servers at the ports behind its own. */
async function cluster(t: TestContext, ids: string[]): Promise<Map<string, ChildProcess>> {
  await start(t, "balancer", "--listen", "127.0.0.1:7070", "--lease", "2s");
  const servers = new Map<string, ChildProcess>();
  for (const [i, id] of ids.entries()) {
    const listen = `127.0.0.1:${7071 + i}`;
    const words = ["--id", id, "--listen", listen, "--balancer", balancer, "--share-interval", "100ms"];
    servers.set(`http://${listen}`, await start(t, "server", ...words));
  }
  const ready = ({ state }: { state: string }) => state === "ready";
  while ((await ask("/v1/servers")).servers.filter(ready).length < ids.length);
  return servers;
}

async function ask(path: string) {
  return (await fetch(balancer + path)).json();
}

/** More peers were asked for than the server knows yet. */
function refusedSoFar(error: unknown): { confirmed: false } {
  if (error instanceof Refused) return { confirmed: false };
  throw error;
}

test("when its server is killed, what was acknowledged is counted once, and the rest at most once", async (t) => {
  const servers = await cluster(t, ["a", "b", "c"]);
  const tally = new Tally(balancer, { clientId: "load" });
  const reachesTheOthers = () => tally.increment("warm-up", 1, { ack: "peers:2" }).catch(refusedSoFar);
  while (!(await reachesTheOthers()).confirmed); // then they have found each other

  // Every add has a counter of its own, which shows what became of it.
  const fate = new Map<string, "acknowledged" | "unconfirmed" | "unknown" | "not counted">();
  let adds = 0;
  let ending = false;
  async function add(): Promise<void> {
    const name = `hits/${++adds}`;
    try {
      const { confirmed } = await tally.increment(name, 1n, { ack: "peers:1" });
      fate.set(name, confirmed ? "acknowledged" : "unconfirmed");
    } catch (error) {
      if (error instanceof OutcomeUnknown) fate.set(name, "unknown");
      else if (error instanceof Unavailable) fate.set(name, "not counted");
      else throw error;
    }
  }
  const acknowledged = () => [...fate.values()].filter((one) => one === "acknowledged").length;
  const workers = Array.from({ length: 20 }, async () => {
    while (!ending) await add();
  });
  async function untilMoreAre(count: number): Promise<void> {
    const enough = acknowledged() + count;
    while (acknowledged() < enough) await Promise.race([new Promise(setImmediate), ...workers]);
  }

  await untilMoreAre(500);
  const own = servers.get((await ask("/v1/assignment?client=load")).server.url);
  // So that adds wait for an answer when the server dies: while the balancer answers, those that had one are
  // followed by others, which are sent.
  own?.kill("SIGSTOP");
  for (let i = 0; i < 3; ++i) await ask("/v1/servers");
  own?.kill("SIGKILL");
  await untilMoreAre(500);
  ending = true;
  await Promise.all(workers);

  await tally.get("warm-up", { fresh: true }); // its server knows what the other one does, from now on
  const values = new Map<string, bigint>();
  for await (const { name, value } of tally.counters({ prefix: "hits/", pageSize: 1000 })) values.set(name, value);
  for (const [name, what] of fate) {
    const value = values.get(name) ?? 0n;
    const most = what === "not counted" ? 0n : 1n;
    const least = what === "acknowledged" ? 1n : 0n;
    assert.ok(least <= value && value <= most, `${name} was ${what}, and its value is ${value}`);
  }
  assert.ok([...fate.values()].includes("unknown"), "the kill met no add in flight: this showed nothing");
});

test("names, bounds and orders are those of the real thing", async (t) => {
  await cluster(t, ["a"]);
  const tally = new Tally(balancer, generous);
  for (const name of ["page views", "a/../b", "%2F", "é😀", "?#&=+"]) {
    assert.equal((await tally.increment(name, 41)).value, 41n);
    assert.equal((await tally.get(name)).value, 41n);
    assert.equal((await tally.addAll([{ name }])).counters[0]?.value, 42n);
  }
  const largest = 2n ** 63n - 1n;
  assert.equal((await tally.increment("largest", largest)).value, largest);
  assert.equal((await tally.get("largest")).value, largest);
  const refusedAs = (type: string) => (error: unknown) => error instanceof Refused && error.problem.type === type;
  await assert.rejects(tally.increment("largest"), refusedAs("/problems/out-of-range"));
  await assert.rejects(tally.increment("a\nb"), refusedAs("/problems/invalid"));
  await assert.rejects(tally.increment("hits", 1, { ack: "disk" }), refusedAs("/problems/invalid"));
  const { value: first } = await tally.counters({ order: "-value" }).next();
  assert.deepEqual(first, { name: "largest", value: largest });
});

test("the README's program does what it says", async (t) => {
  await cluster(t, ["a"]);
  const log = t.mock.method(console, "log", () => {});
  await import("./readme.js");
  const printed = log.mock.calls.map((call) => String((call.arguments as unknown[])[0]));
  log.mock.restore();
  assert.match(printed[1] ?? "", /^nothing older than (\d+|null) ms is missing, and every server .*: (true|false)$/);
  assert.deepEqual([printed[0], ...printed.slice(2)], ["page-views: 42", "sold: 1", "sold/books: 3"]);
});

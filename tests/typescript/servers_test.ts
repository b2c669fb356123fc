// Which server is asked: the client keeps to its own, and leaves it when it fails.
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { Tally, Unavailable } from "tally-client";
import { balancing, counting, generous, problem, Scripted } from "./scripted.js";

/** Three servers, whose values tell them apart, and a balancer that assigns the first. */
async function town(t: TestContext, validForMs?: number) {
  const a = await Scripted.start(t, counting("1"));
  const b = await Scripted.start(t, counting("2"));
  const c = await Scripted.start(t, counting("3"));
  const balancer = await Scripted.start(t, balancing(() => [a.url, b.url, c.url], validForMs));
  return { a, b, c, balancer, tally: new Tally(balancer.url, { ...generous, patienceMs: 0 }) };
}

const valueOf = async (tally: Tally) => (await tally.get("hits")).value;

test("the balancer is asked once, and its server from then on", async (t) => {
  const { a, balancer, tally } = await town(t);
  for (let i = 0; i < 5; ++i) await tally.increment("hits");
  assert.equal(a.adds.length, 5);
  assert.deepEqual(balancer.asked.map(({ url }) => url), ["/v1/assignment"]);
});

test("a hundred calls at once ask the balancer one question", async (t) => {
  const { a, balancer, tally } = await town(t);
  await Promise.all(Array.from({ length: 100 }, () => tally.increment("hits")));
  assert.equal(a.adds.length, 100);
  assert.deepEqual(balancer.asked.map(({ url }) => url), ["/v1/assignment"]);
});

test("the client id and the token are shown", async (t) => {
  const { a, balancer } = await town(t);
  await new Tally(balancer.url, { clientId: "web 1&2", token: "secret" }).get("hits");
  assert.equal(balancer.asked[0]?.url, "/v1/assignment?client=web%201%262");
  assert.equal(balancer.asked[0]?.token, "Bearer secret");
  assert.equal(a.asked[0]?.token, "Bearer secret");
});

test("when the time that the answer is valid is over, the balancer is asked again, and followed", async (t) => {
  let now = 1e9;
  t.mock.method(performance, "now", () => now);
  const { a, b, balancer, tally } = await town(t, 30_000);
  assert.equal(await valueOf(tally), 1n);
  balancer.reply = balancing(() => [b.url, a.url], 30_000);
  now += 29_999;
  assert.equal(await valueOf(tally), 1n);
  now += 1;
  assert.equal(await valueOf(tally), 2n);
  assert.equal(balancer.asked.length, 2);
});

test("while the balancer is gone, the client goes on with its server", async (t) => {
  let now = 1e9;
  t.mock.method(performance, "now", () => now);
  const { balancer, tally } = await town(t);
  assert.equal(await valueOf(tally), 1n);
  await balancer.stop();
  now += 3_600_000;
  assert.equal(await valueOf(tally), 1n);
});

test("any balancer will do, and the one that answered is asked first from then on", async (t) => {
  let now = 1e9;
  t.mock.method(performance, "now", () => now);
  const { balancer } = await town(t);
  const broken = await Scripted.start(t, () => "break");
  const tally = new Tally([broken.url, balancer.url], { ...generous, patienceMs: 0 });
  assert.equal(await valueOf(tally), 1n);
  now += 60_000;
  assert.equal(await valueOf(tally), 1n);
  assert.equal(broken.asked.length, 1);
});

test("an add goes to another server where its own cannot be reached, and stays there", async (t) => {
  const { a, b, c, tally } = await town(t);
  await tally.increment("hits");
  await a.stop();
  const { value } = await tally.increment("hits");
  assert.notEqual(value, 1n);
  assert.equal((await tally.increment("hits")).value, value);
  assert.equal(a.adds.length, 1);
  assert.equal(b.adds.length + c.adds.length, 2);
});

for (const host of ["localhost", "nowhere.invalid"]) {
  test(`an add goes to another server where nobody answers at ${host}`, async (t) => {
    const { a, b, balancer, tally } = await town(t);
    await a.stop();
    balancer.reply = balancing(() => [a.url.replace("127.0.0.1", host), b.url]);
    assert.equal((await tally.increment("hits")).value, 2n);
  });
}

for (const [why, status, type] of [
  ["is stopping", 503, "/problems/unavailable"],
  ["was removed", 403, "/problems/forbidden"],
  ["did not get all in time", 408, "/problems/too-slow"],
] as const) {
  test(`an add goes to another server where its own ${why}`, async (t) => {
    const { a, b, c, tally } = await town(t);
    a.reply = () => problem(status, type, "Nothing was counted.");
    assert.notEqual((await tally.increment("hits")).value, 1n);
    assert.deepEqual([a.adds.length, b.adds.length + c.adds.length], [1, 1]);
  });
}

test("a server that failed is left alone while the balancer still names it", async (t) => {
  let now = 1e9;
  t.mock.method(performance, "now", () => now);
  const { a, b, c, balancer, tally } = await town(t, 1_000);
  a.reply = () => "break";
  assert.notEqual(await valueOf(tally), 1n);
  a.reply = counting("1");
  now += 1_000;
  assert.notEqual(await valueOf(tally), 1n);
  now += 5_000;
  assert.equal(await valueOf(tally), 1n);
  assert.equal(b.asked.length + c.asked.length, 2);
  assert.equal(balancer.asked.filter(({ url }) => url === "/v1/assignment").length, 4);
});

test("a server that starts is waited for", async (t) => {
  const a = await Scripted.start(t, counting("1"));
  const balancer = await Scripted.start(t, balancing(() => [a.url]));
  a.reply = () => {
    a.reply = counting("1");
    return problem(503, "/problems/unavailable", "This server starts: nothing was counted.");
  };
  assert.equal((await new Tally(balancer.url, { ...generous, patienceMs: 100_000 }).increment("hits")).value, 1n);
  assert.equal(a.adds.length, 2);
});

test("where nobody can be reached, the call says so, and that nothing was counted", async (t) => {
  const { a, b, c, tally } = await town(t);
  for (const server of [a, b, c]) await server.stop();
  await assert.rejects(tally.increment("hits"), (error) => {
    assert.ok(error instanceof Unavailable);
    assert.equal(error.name, "Unavailable");
    assert.match(error.message, /^Server http:.* cannot be reached \(ECONNREFUSED\): nothing was counted\./);
    return true;
  });
});

test("what is no balancer is called so", async (t) => {
  const a = await Scripted.start(t, () => problem(404, "/problems/no-such-path", "Nothing is served here."));
  const tally = new Tally(a.url, { patienceMs: 0 });
  const message = `What listens at ${a.url} is no Tally balancer.`;
  await assert.rejects(tally.get("hits"), { name: "Unavailable", message });
});

test("a balancer's refusal is the caller's to see", async (t) => {
  const balancer = await Scripted.start(t, () => problem(401, "/problems/unauthorized", "This needs a token."));
  await assert.rejects(new Tally(balancer.url).get("hits"), { name: "Refused", message: /This needs a token/ });
  assert.equal(balancer.asked.filter(({ url }) => url === "/v1/assignment").length, 1);
});

test("balancers are URLs without a path", () => {
  assert.throws(() => new Tally([]), TypeError);
  for (const url of ["127.0.0.1:7070", "ftp://127.0.0.1", "http://127.0.0.1:7070/tally", "http://me@127.0.0.1:7070"]) {
    assert.throws(() => new Tally(url), TypeError, url);
  }
});

// Values are exact, whatever their size; names arrive as they are, whatever is in them.
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { Tally } from "tally-client";
import { parseExactly } from "../dist/json.js";
import { type Asked, balancing, counting, generous, type Reply, Scripted } from "./scripted.js";

async function one(t: TestContext, reply: (asked: Asked) => Reply) {
  const server = await Scripted.start(t, reply);
  const balancer = await Scripted.start(t, balancing(() => [server.url]));
  return { server, tally: new Tally(balancer.url, { ...generous, patienceMs: 0 }) };
}

const values = [
  0n, -1n, 999_999_999_999_999n, -1_000_000_000_000_000n, 2n ** 53n + 1n, -(2n ** 53n) - 1n,
  2n ** 63n - 1n, -(2n ** 63n), 2n ** 127n - 1n, -(2n ** 127n),
];
for (const value of values) {
  test(`${value} is read exactly, from every answer`, async (t) => {
    const { server, tally } = await one(t, counting(String(value)));
    assert.equal((await tally.get("hits")).value, value);
    assert.equal((await tally.increment("hits")).value, value);
    server.reply = () => ({ body: `{"counters":[{"name":"a","value":${value}},{"name":"b","value":1}],"ack":"disk"}` });
    assert.deepEqual(await tally.addAll([{ name: "a" }, { name: "b" }]), {
      counters: [{ name: "a", value }, { name: "b", value: 1n }],
      ack: "disk",
      confirmed: true,
    });
    server.reply = () => ({ body: `{"counters":[{"name":"a","value":${value}}],"next":null}` });
    for await (const counter of tally.counters()) assert.deepEqual(counter, { name: "a", value });
  });

  test(`${value} is sent exactly`, async (t) => {
    const { server, tally } = await one(t, counting("1"));
    await tally.increment("hits", value);
    assert.deepEqual(server.adds, [`/v1/counters/hits {"delta":"${value}"}`]);
  });
}

test("a number that may have lost digits is not sent", async (t) => {
  const { server, tally } = await one(t, counting("1"));
  for (const by of [2 ** 53, 0.5, NaN, Infinity]) {
    await assert.rejects(tally.increment("hits", by), RangeError);
    await assert.rejects(tally.addAll([{ name: "hits", by }]), RangeError);
  }
  assert.deepEqual(server.adds, []);
});

test("digits in names stay what they are", () => {
  const name = 'a\\": 12345678901234567890, "b": -12345678901234567890';
  assert.deepEqual(parseExactly(JSON.stringify({ [name]: name })), { [name]: name });
});

test("what is no JSON is none", () => {
  const long = "12345678901234567890";
  for (const text of ["", "{", `0${long}`, `{${long}:1}`, `{${long} :1}`, `+${long}`, `${long}${long} 1`, `"${long}`]) {
    assert.throws(() => parseExactly(text), SyntaxError, text);
  }
});

/** Numbers from 0 up to 1, the same ones for the same seed (Park and Miller, "Random number generators", 1988). */
function luckOf(seed: number): () => number {
  return () => (seed = (seed * 48271) % 2147483647) / 2147483647;
}

/** JSON that JSON.parse reads without loss. */
function anything(luck: () => number, depth: number): unknown {
  const characters = ['"', "\\", "1", "23456789012345678", "-", ".", "e", ":", ",", "{", "}", " ", "é", "\n", "😀"];
  const character = () => characters[Math.floor(luck() * characters.length)];
  const text = () => Array.from({ length: luck() * 6 }, character).join("");
  const kinds = [
    () => text(),
    () => Math.floor((luck() - 0.5) * 2e15),
    () => (luck() - 0.5) * 10 ** (luck() * 600 - 300),
    () => null,
    () => luck() < 0.5,
    () => Array.from({ length: luck() * 4 }, () => anything(luck, depth - 1)),
    () => Object.fromEntries(Array.from({ length: luck() * 4 }, () => [text(), anything(luck, depth - 1)])),
  ];
  return kinds[Math.floor(luck() * (depth > 0 ? 7 : 5))]?.();
}

test("where nothing is lost, it is JSON.parse", () => {
  const luck = luckOf(20);
  for (let i = 0; i < 5000; ++i) {
    const text = JSON.stringify(anything(luck, 4), null, i % 3);
    if (/\d{16}/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, ""))) continue; // a double's own digits, written out
    assert.deepEqual(parseExactly(text), JSON.parse(text), text);
  }
});

const names = ["page views", "a/b/c", "/", "a/../b", "../a", "...", "100%", "%2F", "é😀", "?x=1&y#z", "a+b", "\\", "~"];
for (const name of names) {
  test(`'${name}' is the counter that it names`, async (t) => {
    const { server, tally } = await one(t, counting("1"));
    await tally.increment(name);
    await tally.get(name);
    await tally.addAll([{ name, by: 2 }]);
    assert.deepEqual(server.asked.map(({ url }) => decodeURIComponent(url)), [
      `/v1/counters/${name}`,
      `/v1/counters/${name}`,
      "/v1/counters",
    ]);
    assert.deepEqual(JSON.parse(server.asked[2]?.body ?? ""), [{ name, delta: "2" }]);
  });
}

test("a name that no URL can hold is refused, and nothing is sent", async (t) => {
  const { server, tally } = await one(t, counting("1"));
  for (const name of ["", ".", ".."]) {
    await assert.rejects(tally.increment(name), RangeError);
    await assert.rejects(tally.get(name), RangeError);
  }
  assert.deepEqual(server.asked, []);
});

test("a reading says how fresh it is", async (t) => {
  const { server, tally } = await one(t, counting("1"));
  assert.deepEqual(await tally.get("hits"), { name: "hits", value: 1n, stalenessMs: 7, complete: true, missing: [] });
  server.reply = () => ({
    body: '{"name":"hits","value":1,"staleness_ms":null,"complete":false,"missing":["b"],"colour":"red"}',
  });
  const unbounded = { name: "hits", value: 1n, stalenessMs: null, complete: false, missing: ["b"] };
  assert.deepEqual(await tally.get("hits", { fresh: true }), unbounded);
  assert.deepEqual(server.asked.map(({ url }) => url), ["/v1/counters/hits", "/v1/counters/hits?fresh=true"]);
});

test("pages are asked for as they are consumed", async (t) => {
  const { server, tally } = await one(t, ({ url }) =>
    url.includes("after=")
      ? { body: '{"counters":[{"name":"c","value":3}],"next":null}' }
      : { body: '{"counters":[{"name":"a","value":1},{"name":"b","value":2}],"next":"63"}' },
  );
  const met: string[] = [];
  for await (const { name } of tally.counters({ prefix: "a b", order: "-value", pageSize: 2 })) {
    assert.equal(server.asked.length, name === "c" ? 2 : 1);
    met.push(name);
  }
  assert.deepEqual(met, ["a", "b", "c"]);
  const first = "/v1/counters?prefix=a%20b&order=-value&limit=2";
  assert.deepEqual(server.asked.map(({ url }) => url), [first, `${first}&after=63`]);
  for await (const _ of tally.counters()) break;
  assert.equal(server.asked.length, 3);
});

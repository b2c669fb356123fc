// An add is counted once or not at all, and the client says which; where it cannot know, it says that.
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { OutcomeUnknown, Refused, Tally, TallyError, type TallyOptions } from "tally-client";
import { type Asked, balancing, counting, generous, problem, type Reply, Scripted } from "./scripted.js";

/** A server with this script, another one that counts, and a balancer that assigns the first. */
async function pair(t: TestContext, reply: (asked: Asked) => Reply, options: TallyOptions = {}) {
  const own = await Scripted.start(t, reply);
  const other = await Scripted.start(t, counting("2"));
  const balancer = await Scripted.start(t, balancing(() => [own.url, other.url]));
  return { own, other, balancer, tally: new Tally(balancer.url, { ...generous, ...options }) };
}

const silences: [string, (asked: Asked) => Reply][] = [
  ["whose connection broke", () => "break"],
  ["whose answer was cut off", () => ({ body: '{"name":"hits","value":1,', cut: true })],
  ["whose answer is no JSON", () => ({ body: "counted" })],
  ["whose answer lacks the value", () => ({ body: '{"name":"hits","ack":"memory"}' })],
  ["that a proxy answered with 502", () => ({ status: 502, type: "text/html", body: "<p>Bad gateway" })],
  ["that a proxy answered with 503", () => ({ status: 503, type: "text/html", body: "<p>Try later" })],
  [
    "that was passed on, and nobody knows more",
    () => ({
      status: 504,
      type: "application/problem+json",
      body: JSON.stringify({ type: "/problems/unknown-outcome", title: "?", status: 504, detail: "No answer came." }),
    }),
  ],
  ["that was answered with 303", () => ({ status: 303, location: "/done" })],
];
for (const [what, reply] of silences) {
  test(`an add ${what} is not sent again: its outcome is unknown`, async (t) => {
    const { own, other, tally } = await pair(t, reply);
    await assert.rejects(tally.increment("hits"), (error) => {
      assert.ok(error instanceof OutcomeUnknown && error instanceof TallyError);
      assert.match(error.message, /counted once, or not at all/);
      return true;
    });
    assert.deepEqual([own.adds.length, other.adds.length], [1, 0]);
  });

  test(`a read ${what} is asked of another server`, async (t) => {
    const { own, other, tally } = await pair(t, reply);
    assert.equal((await tally.get("hits")).value, 2n);
    assert.deepEqual([own.asked.length, other.asked.length], [1, 1]);
  });
}

test("a batch whose connection broke is not sent again either", async (t) => {
  const { own, other, tally } = await pair(t, () => "break");
  await assert.rejects(tally.addAll([{ name: "a" }, { name: "b" }]), OutcomeUnknown);
  assert.deepEqual([own.adds.length, other.adds.length], [1, 0]);
});

test("after an unknown outcome the next add goes to another server", async (t) => {
  const { other, tally } = await pair(t, () => "break");
  await assert.rejects(tally.increment("hits"), OutcomeUnknown);
  assert.equal((await tally.increment("hits")).value, 2n);
  assert.equal(other.adds.length, 1);
});

test("what is counted, but not held as was asked for, is told apart and not sent again", async (t) => {
  const reply = { status: 202, body: '{"name":"hits","value":5,"ack":"peers:0"}' };
  const { own, other, tally } = await pair(t, () => reply);
  assert.deepEqual(await tally.increment("hits", 2, { ack: "peers:1" }), {
    name: "hits",
    value: 5n,
    ack: "peers:0",
    confirmed: false,
  });
  assert.deepEqual([own.adds, other.adds], [['/v1/counters/hits?ack=peers%3A1 {"delta":"2"}'], []]);
});

test("what is held as was asked for is confirmed", async (t) => {
  const { tally } = await pair(t, counting("1"));
  assert.equal((await tally.increment("hits")).confirmed, true);
});

for (const [status, type] of [
  [401, "/problems/unauthorized"],
  [403, "/problems/insufficient-scope"],
  [409, "/problems/out-of-range"],
  [422, "/problems/invalid"],
  [507, "/problems/full"],
] as const) {
  test(`a refusal with ${status} carries its problem, and nobody else is asked`, async (t) => {
    const { own, other, tally } = await pair(t, () => problem(status, type, "Nothing was counted."));
    await assert.rejects(tally.increment("hits"), (error) => {
      assert.ok(error instanceof Refused);
      assert.deepEqual(error.problem, { type, title: "A title", status, detail: "Nothing was counted." });
      return true;
    });
    assert.deepEqual([own.adds.length, other.adds.length], [1, 0]);
  });
}

test("a proxy's 404 counted nothing", async (t) => {
  const { tally } = await pair(t, () => ({ status: 404, type: "text/html", body: "<p>Not found" }));
  await assert.rejects(tally.increment("hits"), (error) => {
    assert.ok(error instanceof Refused);
    assert.deepEqual([error.problem.type, error.problem.status], ["about:blank", 404]);
    return true;
  });
});

test("a redirect to the same scheme is followed, with method, body and token", async (t) => {
  const { own, other, tally } = await pair(t, () => ({ status: 307, location: `${other.url}/v1/counters/hits` }), {
    token: "secret",
  });
  assert.equal((await tally.increment("hits", -7n)).value, 2n);
  assert.deepEqual(other.adds, ['/v1/counters/hits {"delta":"-7"}']);
  assert.equal(other.asked[0]?.token, "Bearer secret");
  assert.equal(own.adds.length, 1);
});

test("servers that redirect to each other are left", async (t) => {
  const { own, other, tally } = await pair(t, () => ({ status: 307, location: `${other.url}/v1/counters/hits` }), {
    patienceMs: 0,
  });
  other.reply = () => ({ status: 307, location: `${own.url}/v1/counters/hits` });
  await assert.rejects(tally.increment("hits"), { name: "Unavailable", message: /is not followed/ });
});

/** A fetch that answers by itself, and the URLs that it was asked for. */
function fetching(answer: (url: string) => Response | Promise<Response>) {
  const urls: string[] = [];
  const fetch: typeof globalThis.fetch = async (url) => {
    urls.push(String(url));
    return answer(String(url));
  };
  return { urls, fetch };
}
const secure = "https://balancer";
const assigning = (url: string) => Response.json({ server: { id: "a", url }, valid_for_ms: 60_000 });

/** What a balancer that speaks TLS and has two servers answers, and server b; nothing where `url` is server a's. */
function answering(url: string): Response | undefined {
  const ready = ["a", "b"].map((id) => ({ id, url: `https://${id}`, state: "ready", last_seen_ms: 1 }));
  if (url.includes("/v1/assignment")) return assigning("https://a");
  if (url.includes("/v1/servers")) return Response.json({ servers: ready });
  if (url.startsWith("https://a")) return undefined;
  return Response.json({ name: "hits", value: 2, ack: "memory", staleness_ms: 7, complete: true });
}
const countersAsked = (urls: string[]) => urls.filter((url) => url.endsWith("/v1/counters/hits"));

// Even by a fetch that hears no abort: the promise of server a is never settled.
test("an add that nobody answers in time is not sent again, and a read is asked of another server", async () => {
  const { urls, fetch } = fetching((url) => answering(url) ?? new Promise<never>(() => {}));
  const adding = new Tally(secure, { fetch, timeoutMs: 100 }).increment("hits");
  await assert.rejects(adding, { name: "OutcomeUnknown", message: /nothing came within 100 ms/ });
  assert.deepEqual(countersAsked(urls), ["https://a/v1/counters/hits"]);
  assert.equal((await new Tally(secure, { fetch, timeoutMs: 100 }).get("hits")).value, 2n);
});

test("a token does not follow a redirect from TLS into the clear", async () => {
  const { urls, fetch } = fetching((url) => {
    if (url.startsWith(`${secure}/v1/assignment`)) return assigning("https://a");
    if (url.startsWith(`${secure}/v1/servers`)) return Response.json({ servers: [] });
    return new Response(null, { status: 307, headers: { location: "http://a/v1/counters/hits" } });
  });
  const tally = new Tally(secure, { fetch, token: "secret", patienceMs: 0 });
  await assert.rejects(tally.increment("hits"), { name: "Unavailable", message: /http:\/\/a\/.* is not followed/ });
  assert.deepEqual(urls.filter((url) => !url.startsWith("https://")), []);
});

test("a balancer that speaks TLS cannot name a server that does not", async () => {
  const { urls, fetch } = fetching((url) =>
    url.includes("/v1/servers")
      ? Response.json({ servers: [{ id: "a", url: "http://a", state: "ready", last_seen_ms: 1 }] })
      : assigning("http://a"),
  );
  const tally = new Tally(secure, { fetch, token: "secret", patienceMs: 0 });
  await assert.rejects(tally.get("hits"), { name: "Unavailable", message: /does not speak TLS/ });
  assert.deepEqual(urls.filter((url) => !url.startsWith("https://")), []);
});

// What fetch may give as its reason: Node's own errors, undici's, and a browser's none.
const reset = { syscall: "read", code: "ECONNRESET" };
const refused = { syscall: "connect", code: "ECONNREFUSED" };
for (const [what, left, cause] of [
  ["a connection that is refused", false, refused],
  ["a connection that takes too long", false, { syscall: "connect", code: "ETIMEDOUT" }],
  ["a connection that takes too long for undici", false, { code: "UND_ERR_CONNECT_TIMEOUT" }],
  ["a name that is not found", false, { syscall: "getaddrinfo", code: "ENOTFOUND" }],
  ["several addresses that all refuse", false, { code: "ECONNREFUSED", errors: [refused, refused] }],
  ["several errors, one of them of reading", true, { code: "ECONNREFUSED", errors: [refused, reset] }],
  ["several errors, none of them named", true, { code: "ECONNREFUSED", errors: [] }],
  ["a connection that was reset", true, reset],
  ["a connection that died while reading", true, { syscall: "read", code: "ETIMEDOUT" }],
  ["a connection that broke while writing", true, { syscall: "write", code: "EPIPE" }],
  ["a connection that was closed", true, { code: "UND_ERR_SOCKET" }],
  ["headers that take too long", true, { code: "UND_ERR_HEADERS_TIMEOUT" }],
  ["a reason that nobody gives", true, undefined],
] as const) {
  test(`after ${what}, an add is ${left ? "not sent again" : "sent elsewhere"}`, async () => {
    const { urls, fetch } = fetching((url) => answering(url) ?? Promise.reject(new TypeError("fetch failed", { cause })));
    const adding = new Tally(secure, { fetch, patienceMs: 0 }).increment("hits");
    if (left) await assert.rejects(adding, OutcomeUnknown);
    else assert.equal((await adding).value, 2n);
    const servers = left ? ["https://a"] : ["https://a", "https://b"];
    assert.deepEqual(countersAsked(urls), servers.map((server) => `${server}/v1/counters/hits`));
  });
}

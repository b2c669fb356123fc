import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {type Connection, keepConnected, kFirstPauseMs, kLongestPauseMs, pauseMs} from '../src/wire/connection';
import {eventsUrl, kSilenceMs} from '../src/wire/stream';

const kQuestion = {prefix: '', counter: null, server: null};

// One stream of the balancer, under the test's control.
class FakeStream {
  private controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly response = new Response(
    new ReadableStream({
      start: controller => {
        this.controller = controller;
      },
    }),
  );

  say(text: string): void {
    this.controller.enqueue(new TextEncoder().encode(text));
  }
  end(): void {
    this.controller.close();
  }
}

let answers: (() => Promise<Response>)[];
let fetching: ReturnType<typeof vi.fn>;
let said: Connection[];
let heard: unknown[];

const watcher = {
  onConnection: (connection: Connection) => void said.push(connection),
  onEvent: (kind: string, event: unknown) => void heard.push([kind, event]),
};
const kinds = () => said.map(({kind}) => kind);
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  [answers, said, heard] = [[], [], []];
  fetching = vi.fn((_url: string, {signal}: RequestInit) => {
    const next = answers.shift();
    if (next === undefined) return Promise.reject(new TypeError('refused'));
    return next().then(response => {
      signal?.addEventListener('abort', () => void response.body?.cancel().catch(() => {}));
      return response;
    });
  });
  vi.stubGlobal('fetch', fetching);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a question becomes a query, percent-encoded', () => {
  expect(eventsUrl(kQuestion)).toBe('/v1/events');
  expect(eventsUrl({prefix: 'a&b', counter: 'größe/1', server: 'a'})).toBe(
    '/v1/events?prefix=a%26b&counter=gr%C3%B6%C3%9Fe%2F1&server=a',
  );
});

test('events are heard however they are cut, comments and unknown kinds passed over', async () => {
  const stream = new FakeStream();
  answers.push(async () => stream.response);
  const kept = keepConnected(kQuestion, 'secret', watcher);
  await settle();
  for (const piece of [': hi\n\nevent: to', 'p\ndata: {"server":', '"a"}\n', '\nevent: news\ndata: 1\n\n']) {
    stream.say(piece);
    await settle();
  }
  expect(kinds()).toEqual(['connecting', 'live']);
  expect(heard).toEqual([['top', {server: 'a'}]]);
  expect(fetching.mock.calls[0]?.[1]).toMatchObject({headers: {Authorization: 'Bearer secret'}});
  kept.close();
});

test('a stream that ends is opened again after a pause', async () => {
  const [first, second] = [new FakeStream(), new FakeStream()];
  answers.push(
    async () => first.response,
    async () => second.response,
  );
  const kept = keepConnected(kQuestion, null, watcher);
  await settle();
  first.end();
  await settle();
  expect(said.at(-1)).toMatchObject({kind: 'broken', why: 'The balancer closed the stream.'});
  await vi.advanceTimersByTimeAsync(kFirstPauseMs);
  expect(kinds().at(-1)).toBe('live');
  kept.close();
});

test('a balancer that cannot be reached is said to be, and asked at once when one wants', async () => {
  const kept = keepConnected(kQuestion, null, watcher);
  await settle();
  expect(said.at(-1)).toMatchObject({kind: 'broken', why: 'The balancer cannot be reached: see whether it runs.'});
  const stream = new FakeStream();
  answers.push(async () => stream.response);
  kept.retryNow();
  await settle();
  expect(kinds().at(-1)).toBe('live');
  kept.close();
});

test('a stream that falls silent is a broken one', async () => {
  // As fetch does: an aborted request breaks the reading.
  fetching.mockImplementationOnce(async (_url: string, {signal}: RequestInit) => {
    const body = new ReadableStream({
      start: controller =>
        signal?.addEventListener('abort', () => controller.error(new DOMException('', 'AbortError'))),
    });
    return new Response(body);
  });
  const kept = keepConnected(kQuestion, null, watcher);
  await settle();
  expect(kinds().at(-1)).toBe('live');
  await vi.advanceTimersByTimeAsync(kSilenceMs);
  expect(said).toContainEqual({kind: 'broken', why: 'Nothing was heard for 10 seconds.'});
  kept.close();
});

test('a refusal for want of a token ends it, with what the balancer says', async () => {
  answers.push(async () => new Response('{"type":"/problems/unauthorized","detail":"Show a token"}', {status: 401}));
  keepConnected(kQuestion, null, watcher);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said.at(-1)).toEqual({kind: 'refused', status: 401, detail: 'Show a token.'});
  expect(fetching).toHaveBeenCalledTimes(1);
});

test('another refusal is tried again, and said', async () => {
  answers.push(
    async () => new Response('{"type":"/problems/unavailable","detail":"Too many streams."}', {status: 503}),
  );
  const kept = keepConnected(kQuestion, null, watcher);
  await settle();
  expect(said.at(-1)).toEqual({kind: 'broken', why: 'Too many streams.'});
  kept.close();
});

test('once closed it says nothing more and asks for nothing', async () => {
  const kept = keepConnected(kQuestion, null, watcher);
  await settle();
  kept.close();
  const [asked, told] = [fetching.mock.calls.length, said.length];
  await vi.advanceTimersByTimeAsync(60_000);
  expect(fetching).toHaveBeenCalledTimes(asked);
  expect(said).toHaveLength(told);
});

test('pauses grow up to a limit, and are partly luck', () => {
  expect(pauseMs(0, 1)).toBe(kFirstPauseMs);
  expect(pauseMs(3, 1)).toBe(8 * kFirstPauseMs);
  expect(pauseMs(99, 1)).toBe(kLongestPauseMs);
  expect(pauseMs(99, 0)).toBe(kLongestPauseMs / 2);
});

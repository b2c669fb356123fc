import {afterEach, expect, test, vi} from 'vitest';
import {add, exactly, parseAmount} from '../src/wire/add';

afterEach(() => vi.unstubAllGlobals());

function answering(status: number, body: string): ReturnType<typeof vi.fn> {
  const fetching = vi.fn(async () => new Response(body, {status}));
  vi.stubGlobal('fetch', fetching);
  return fetching;
}

test.each([
  ['1', 1n],
  [' 1,234 ', 1234n],
  ['-3', -3n],
  ['\u22123', -3n],
  ['+9223372036854775807', 9223372036854775807n],
  ['9223372036854775808', null],
  ['1.5', null],
  ['', null],
  ['one', null],
])('typing "%s" means %s', (typed, amount) => expect(parseAmount(typed)).toBe(amount));

test('an answer\u2019s value keeps all its digits, whatever the name looks like', () => {
  const body = String.raw`{"name":"\"value\":1","value":-9007199254740993,"ack":"disk"}`;
  expect(exactly(body)).toMatchObject({value: '-9007199254740993', ack: 'disk'});
});

test('what was counted says its value and who holds it', async () => {
  const fetching = answering(200, '{"name":"a/b","value":7,"ack":"disk"}');
  expect(await add('a/b', -3n, 'secret')).toEqual({
    kind: 'counted',
    name: 'a/b',
    value: '7',
    ack: 'disk',
    lessDurable: false,
  });
  const [url, request] = fetching.mock.calls[0] ?? [];
  expect(url).toBe('/v1/dashboard/counters/a%2Fb');
  expect(request).toMatchObject({body: '{"delta":"-3"}', headers: {Authorization: 'Bearer secret'}});
});

test('202 is counted, and less durable than usual', async () => {
  answering(202, '{"name":"a","value":7,"ack":"memory"}');
  expect(await add('a', 1n, null)).toMatchObject({kind: 'counted', lessDurable: true});
});

test.each([401, 403, 409, 422, 503, 507])('%s means that nothing was counted', async status => {
  answering(status, '{"title":"No","detail":"Because."}');
  expect(await add('a', 1n, null)).toEqual({kind: 'refused', status, detail: 'Because.'});
});

test.each([500, 502, 504])('%s leaves it open, and nothing is sent again', async status => {
  const fetching = answering(status, 'not JSON');
  expect(await add('a', 1n, null)).toMatchObject({kind: 'unknown'});
  expect(fetching).toHaveBeenCalledTimes(1);
});

test('a connection that breaks leaves it open, and nothing is sent again', async () => {
  const fetching = vi.fn(async () => Promise.reject(new TypeError('network')));
  vi.stubGlobal('fetch', fetching);
  expect(await add('a', 1n, null)).toMatchObject({kind: 'unknown'});
  expect(fetching).toHaveBeenCalledTimes(1);
});

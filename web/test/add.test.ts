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

test.each([401, 403, 409, 422, 502, 503, 507])(
  'a problem of status %s means that nothing was counted',
  async status => {
    answering(status, '{"type":"/problems/some","title":"No","detail":"Because."}');
    expect(await add('a', 1n, null)).toEqual({kind: 'refused', status, detail: 'Because.'});
  },
);

test('a problem that says so leaves it open, and nothing is sent again', async () => {
  const fetching = answering(504, '{"type":"/problems/unknown-outcome","detail":"It may have counted."}');
  expect(await add('a', 1n, null)).toEqual({kind: 'unknown', detail: 'It may have counted.'});
  expect(fetching).toHaveBeenCalledTimes(1);
});

test.each([500, 502, 503, 504])('%s of a proxy leaves it open, since it knows nothing of counting', async status => {
  answering(status, '<h1>Bad Gateway</h1>');
  expect(await add('a', 1n, null)).toMatchObject({kind: 'unknown'});
});

test('a connection that breaks leaves it open, and nothing is sent again', async () => {
  const fetching = vi.fn(async () => Promise.reject(new TypeError('network')));
  vi.stubGlobal('fetch', fetching);
  expect(await add('a', 1n, null)).toMatchObject({kind: 'unknown'});
  expect(fetching).toHaveBeenCalledTimes(1);
});

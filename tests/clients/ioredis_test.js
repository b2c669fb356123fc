// ioredis with a running counting server: node ioredis_test.js PORT. The packages are where NODE_PATH says.
const assert = require('node:assert/strict');
const test = require('node:test');
const Redis = require('ioredis');

const port = Number(process.argv[2]);

async function withClient(options, use) {
  const client = new Redis(port, options);
  try {
    await use(client);
  } finally {
    client.disconnect();
  }
}

test('one command at a time', () =>
  withClient({}, async (client) => {
    assert.equal(await client.incr('page views'), 1);
    assert.equal(await client.decrby('page views', 43), -42);
    assert.equal(await client.get('page views'), '-42');
    assert.equal(await client.get('none'), null);
    assert.deepEqual(await client.mget('page views', 'none'), ['-42', null]);
  }));

test('ten thousand adds, pipelined by itself, are answered in order', () =>
  withClient({ enableAutoPipelining: true }, async (client) => {
    const adds = Array.from({ length: 10000 }, () => client.incr('auto'));
    assert.deepEqual(await Promise.all(adds), Array.from({ length: 10000 }, (_, i) => i + 1));
    assert.equal(await client.get('auto'), '10000');
  }));

test('a pipeline says which of its commands was refused', () =>
  withClient({}, async (client) => {
    const replies = await client.pipeline().incr('partly').incrby('partly', 'x').incr('partly').exec();
    assert.deepEqual([replies[0], replies[2]], [[null, 1], [null, 2]]);
    assert.match(replies[1][0].message, /^ERR value is not an integer/);
  }));

test('a transaction is refused and counts nothing', () =>
  withClient({}, async (client) => {
    await assert.rejects(client.multi().incr('never').exec(), /EXECABORT/);
    assert.equal(await client.get('never'), null);
  }));

test('a refused command says what to use', () =>
  withClient({}, async (client) => {
    await assert.rejects(client.set('a', 1), (error) => {
      assert.equal(error.name, 'ReplyError');
      return /^ERR SET is not served: .* INCRBY/.test(error.message);
    });
  }));

test('a stream of names meets each once', () =>
  withClient({ enableAutoPipelining: true }, async (client) => {
    const names = Array.from({ length: 1500 }, (_, i) => `scanned:${i}`);
    await Promise.all(names.map((name) => client.incr(name)));
    const met = [];
    for await (const keys of client.scanStream({ match: 'scanned:*', count: 100 })) met.push(...keys);
    assert.deepEqual(met.sort(), names.sort());
  }));

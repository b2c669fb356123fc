// Adds through ioredis until its input ends, however often the server goes and comes: ioredis_reconnect.js PORT.
// Says "connected" and "acknowledged N" as it goes, and at the end, on a line, the same numbers as JSON.
const Redis = require('ioredis');

const client = new Redis(Number(process.argv[2]), {
  enableAutoPipelining: true,
  retryStrategy: () => 20,
  // By default it sends again what was not answered, which would count twice what was counted.
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
});
const totals = { sent: 0, acknowledged: 0, unconfirmed: 0, unknown: 0 };
let ending = false;
client.on('ready', () => console.log('connected'));
client.on('error', () => {}); // it is down, and will be back
process.stdin.resume().on('end', () => (ending = true));

async function addOne() {
  totals.sent += 1;
  try {
    await client.incr('hits');
    totals.acknowledged += 1;
    if (totals.acknowledged % 1000 === 0) console.log(`acknowledged ${totals.acknowledged}`);
  } catch (error) {
    totals[error.message.startsWith('UNCONFIRMED') ? 'unconfirmed' : 'unknown'] += 1;
  }
}

// Many at once, so that they are pipelined; while it is away, one at a time fails after another.
async function run() {
  while (!ending) {
    await Promise.all(Array.from({ length: 50 }, addOne));
    if (client.status !== 'ready') await new Promise((resume) => client.once('ready', resume));
  }
  client.disconnect();
  console.log(JSON.stringify(totals));
}
run();

// Makes the pictures of docs/images: node screenshots.js PROGRAM FOLDER. Takes a minute: charts have to fill.
import {join} from 'node:path';
import {launch, openPage} from './browser.js';
import {Cluster} from './cluster.js';

const [program, folder] = process.argv.slice(2);
const kNames = ['page-views', 'orders/paid', 'sign-ups', 'downloads', 'emails/sent', 'api/errors/5xx'];
const kFillMs = 50_000;

// What clients might do: each server has its own pace, which goes up and down. Only b's view pages: an add's
// reply is a read, which would leave a's tree stale for no time, and c's node is to stay valid beside it.
function batchOf(server, id, atMs) {
  const pace = 30 * (1 + server) * (1.5 + Math.sin(atMs / 7_000 + server));
  const names = id === 'b' ? kNames : kNames.slice(1);
  return Array.from({length: Math.round(pace)}, () => ({name: names[Math.floor(names.length * Math.random() ** 2)]}));
}

// The tree is stale for half a second at most, and a picture takes its time.
async function takeWhileStale(page, path) {
  do {
    await page.locator('.tree:has(.stale):has(.valid)').waitFor();
    await page.screenshot({path, fullPage: true});
  } while ((await page.locator('.tree:has(.stale):has(.valid)').count()) === 0);
}

const cluster = new Cluster(program, {interval: '1s'});
const browser = await launch();
try {
  await cluster.balancer.start();
  for (const id of ['a', 'b', 'c']) await cluster.addServer(id);
  for (const [i, name] of kNames.entries()) {
    await cluster.add('a', name, Math.round(90_000 / (i + 1.7)));
    await cluster.add('c', name, Math.round(41_000 / (i + 1.3)));
  }
  await cluster.values(kNames[0]); // asked afresh, the others know what the next line takes from a
  await cluster.servers.get('a').kill();
  await cluster.servers.get('a').start(); // an earlier run is a node of its tree
  const began = Date.now();
  const load = setInterval(() => {
    [...cluster.servers].forEach(([id, {url}], i) => {
      const body = JSON.stringify(batchOf(i, id, Date.now() - began));
      void fetch(`${url}/v1/counters`, {method: 'POST', headers: {'Content-Type': 'application/json'}, body});
    });
  }, 100);
  const {page: overview} = await openPage(browser, {colorScheme: 'light'});
  await overview.goto(cluster.balancer.url);
  const {page: counter} = await openPage(browser, {colorScheme: 'dark'});
  await counter.goto(`${cluster.balancer.url}/#/counters/page-views`);
  await new Promise((resolve) => setTimeout(resolve, kFillMs));
  await overview.screenshot({path: join(folder, 'dashboard.png'), fullPage: true});
  await counter.getByLabel('As seen by server').selectOption('a');
  await takeWhileStale(counter, join(folder, 'counter.png'));
  clearInterval(load);
} finally {
  await browser.close();
  await cluster.stop();
}

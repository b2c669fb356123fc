// The dashboard in a real browser, before real servers: node dashboard_test.js PROGRAM.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';
import {accessibilityProblems, launch, openPage, sidewaysPx} from './browser.js';
import {Cluster} from './cluster.js';

const program = process.argv[2];
const kMarkup = '<img src=x onerror=alert(1)>';
const kBeyondDoubles = '9007199254740993'; // 2^53 + 1

// What is on the page, by its words.
const on = (page) => ({
  banner: (text) => page.locator('.banner', {hasText: text}),
  server: (id, state) => page.locator(`tr[data-server="${id}"]`, {has: page.locator(`.tag.${state}`)}),
  counter: (name, value) =>
    page
      .locator('.counters tr', {has: page.getByRole('link', {name, exact: true})})
      .locator('td', {hasText: new RegExp(`^${value}$`)}),
  value: (digits) => page.getByTestId('value').filter({hasText: new RegExp(`^${digits}$`)}),
  live: () => page.locator('.link-state.live'),
});

// Presses Tab until what has the focus matches.
async function tabTo(page, selector) {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  assert.fail(`Tab does not lead to ${selector}`);
}

// One page lives through all steps, so where one fails those after it would only wait in vain.
function stepsOf(t) {
  return async (name, run) => {
    let done = false;
    await t.test(name, async () => {
      await run();
      done = true;
    });
    assert.ok(done, `it ends here: ${name}`);
  };
}

test('the dashboard', async (t) => {
  const step = stepsOf(t);
  const cluster = new Cluster(program);
  const browser = await launch();
  t.after(async () => {
    await browser.close();
    await cluster.stop();
  });
  await cluster.balancer.start();
  const {page, seen} = await openPage(browser);
  const origin = cluster.balancer.url;

  await step('says how to start a server while there is none', async () => {
    await page.goto(origin);
    await on(page).banner('knows no counting server yet').waitFor();
    await on(page).banner(`--balancer ${origin}`).waitFor();
  });

  await step('shows servers as they join, and nothing wrong', async () => {
    for (const id of ['a', 'b', 'c']) await cluster.addServer(id);
    for (const id of ['a', 'b', 'c']) await on(page).server(id, 'ready').waitFor();
    await page.locator('.banner').waitFor({state: 'detached'});
    await page.locator('.lag.fresh text').nth(5).waitFor(); // each of three hears two
  });

  await step('shows what others count, by itself', async () => {
    await cluster.add('a', 'page-views', 41);
    await on(page).counter('page-views', '41').waitFor();
    await cluster.add('b', 'page-views', 1200);
    await on(page).counter('page-views', '1,241').waitFor();
  });

  await step('shows a name that looks like markup as text', async () => {
    await cluster.add('a', kMarkup, 7);
    await on(page).counter(kMarkup, '7').waitFor();
    await page.getByRole('link', {name: kMarkup, exact: true}).click();
    await page.getByRole('heading', {name: kMarkup, exact: true}).waitFor();
    await on(page).value('7').waitFor();
    assert.equal(await page.locator('img').count(), 0);
    await page.goBack();
  });

  await step('filters by the beginning of names', async () => {
    await page.getByLabel('Name, or its beginning').fill('page');
    await page.getByRole('link', {name: kMarkup, exact: true}).waitFor({state: 'detached'});
    await on(page).counter('page-views', '1,241').waitFor();
    await page.getByLabel('Name, or its beginning').fill('');
    await page.getByRole('link', {name: kMarkup, exact: true}).waitFor();
  });

  await step('is used by keyboard, and adds and subtracts exactly', async () => {
    await tabTo(page, 'input[type=search]');
    await page.keyboard.type('page-views');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', {name: 'page-views', exact: true}).waitFor();
    await on(page).value('1,241').waitFor();

    await tabTo(page, '#amount');
    await page.keyboard.press('Control+A');
    await page.keyboard.type(kBeyondDoubles);
    await page.keyboard.press('Enter');
    await page.getByTestId('outcome').filter({hasText: 'Counted +9,007,199,254,740,993'}).waitFor();
    await on(page).value('9,007,199,254,742,234').waitFor();
    const added = '9007199254742234';
    assert.deepEqual(await cluster.values('page-views'), {a: added, b: added, c: added});

    await page.keyboard.press('Control+A');
    await page.keyboard.type('34');
    await tabTo(page, 'form.add button[type=button]');
    await page.keyboard.press('Space');
    await page.getByTestId('outcome').filter({hasText: 'Counted \u221234'}).waitFor();
    await on(page).value('9,007,199,254,742,200').waitFor();
    const left = '9007199254742200';
    assert.deepEqual(await cluster.values('page-views'), {a: left, b: left, c: left});
  });

  await step('says what an amount is, and sends nothing, when it is none', async () => {
    await page.locator('#amount').fill('1.5');
    await page.keyboard.press('Enter');
    await page.getByTestId('outcome').filter({hasText: 'Nothing was sent'}).waitFor();
  });

  await step('shows updates make the tree stale, and reads compute it', async () => {
    await page.getByLabel('As seen by server').selectOption('a');
    await page.getByRole('heading', {name: 'Collation tree at a'}).waitFor();
    let counting = true;
    const others = (async () => {
      while (counting) {
        await cluster.add('c', 'page-views', 1);
        await page.evaluate(() => new Promise(requestAnimationFrame)); // no more of them than can be seen
      }
    })();
    try {
      for (let round = 0; round < 2; round++) {
        await page.locator('.node.stale').first().waitFor();
        await page.locator('.tree:not(:has(.stale)) .node.valid').first().waitFor();
      }
    } finally {
      counting = false;
      await others;
    }
    await page.getByLabel('As seen by server').selectOption('');
  });

  await step('has no accessibility problem that axe finds, in light and dark, on either page', async () => {
    for (const hash of ['#/counters/page-views', '#/']) {
      await page.goto(`${origin}/${hash}`);
      await page.locator('.figure', {hasText: /\d/}).waitFor();
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({colorScheme, reducedMotion: 'reduce'});
        assert.deepEqual(await accessibilityProblems(page), [], `${hash}, ${colorScheme}`);
      }
    }
    await page.emulateMedia({colorScheme: null, reducedMotion: null});
  });

  await step('fits a phone', async () => {
    await cluster.add('a', 'a-name-without-any-place-to-break-it/'.repeat(6), 3);
    const {page: phone} = await openPage(browser, {viewport: {width: 360, height: 740}, hasTouch: true});
    for (const hash of ['#/', '#/counters/page-views', `#/counters/${'w'.repeat(255)}`]) {
      await phone.goto(`${origin}/${hash}`);
      await phone.locator('.figure', {hasText: /\d/}).waitFor();
      assert.equal(await sidewaysPx(phone), 0, hash);
    }
    await phone.context().close();
  });

  await step('says that a server was killed, and when it is back', async () => {
    await cluster.servers.get('c').kill();
    await on(page).banner('Server c is down.').waitFor();
    await on(page).server('c', 'down').waitFor();
    await on(page).server('a', 'ready').waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await cluster.servers.get('c').start();
    await on(page).server('c', 'ready').waitFor();
    await on(page).banner('Server c is down.').waitFor({state: 'detached'});
  });

  await step('asked nobody but its balancer, and has a clean console', () => {
    assert.deepEqual(seen.requests.filter((url) => !url.startsWith(`${origin}/`)), []);
    assert.deepEqual(seen.complaints, []);
  });

  await step('says that the balancer is gone, and goes on when it is back', async () => {
    await cluster.balancer.kill();
    await on(page).banner('what you see is old').waitFor();
    await cluster.balancer.start();
    await on(page).live().waitFor();
    await on(page).banner('what you see is old').waitFor({state: 'detached'});
  });
});

test('with tokens', async (t) => {
  const step = stepsOf(t);
  const folder = mkdtempSync(join(tmpdir(), 'tally-web-'));
  const tokens = join(folder, 'tokens');
  const make = (name, scope) =>
    execFileSync(program, ['token', name, '--scope', scope, '--tokens', tokens], {encoding: 'utf8'}).trim();
  const [looking, other] = [make('looking', 'read'), make('adding', 'write')];
  const secret = join(folder, 'secret');
  execFileSync('sh', ['-c', 'umask 077; head -c 32 /dev/urandom | base64 >"$1"', 'sh', secret]);
  const cluster = new Cluster(program, {more: ['--tokens', tokens, '--cluster-token-file', secret]});
  const browser = await launch();
  t.after(async () => {
    await browser.close();
    await cluster.stop();
    rmSync(folder, {recursive: true});
  });
  await cluster.balancer.start();
  await cluster.addServer('a');
  const {page} = await openPage(browser);

  const show = async (token) => {
    await page.getByLabel('Token', {exact: true}).fill(token);
    await page.keyboard.press('Enter');
  };

  await step('it asks for one', async () => {
    await page.goto(cluster.balancer.url);
    await page.getByRole('heading', {name: 'This cluster wants a token'}).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  await step('one that may not look is refused in words', async () => {
    await show(other);
    await page.getByRole('heading', {name: 'This token may not look'}).waitFor();
  });

  await step('one that may look is let in, and kept by the tab alone', async () => {
    await show(looking);
    await on(page).server('a', 'ready').waitFor();
    await page.reload();
    await on(page).server('a', 'ready').waitFor();
    const {page: another} = await openPage(browser);
    await another.goto(cluster.balancer.url);
    await another.getByRole('heading', {name: 'This cluster wants a token'}).waitFor();
  });

  await step('one that may only look is told so when it adds', async () => {
    await page.goto(`${cluster.balancer.url}/#/counters/hits`);
    await page.getByRole('button', {name: 'Add', exact: true}).click();
    await page.getByTestId('outcome').filter({hasText: 'Nothing was counted: your token may not add'}).waitFor();
  });

  await step('it is forgotten when one says so', async () => {
    await page.getByRole('button', {name: 'Forget token'}).click();
    await page.getByRole('heading', {name: 'This cluster wants a token'}).waitFor();
  });
});

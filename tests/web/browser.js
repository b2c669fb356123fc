// Debian's Chromium, and a page whose every request and every word on the console is kept.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {chromium} from 'playwright-core';

const kPatienceMs = 60_000; // of whoever waits for the page, on a busy machine

export function launch() {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    timeout: kPatienceMs,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

export async function openPage(browser, options = {}) {
  const context = await browser.newContext({viewport: {width: 1200, height: 900}, ...options});
  context.setDefaultTimeout(kPatienceMs);
  const page = await context.newPage();
  const seen = {requests: [], complaints: []};
  page.on('request', (request) => seen.requests.push(request.url()));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) seen.complaints.push(message.text());
  });
  page.on('pageerror', (error) => seen.complaints.push(error.message));
  page.on('dialog', (dialog) => {
    seen.complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return {page, seen};
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// What axe-core has against the page as it stands, a line each.
export async function accessibilityProblems(page) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => (await globalThis.axe.run()).violations);
  return violations.flatMap(({id, help, nodes}) => nodes.map(({html}) => `${id}: ${help}: ${html.slice(0, 200)}`));
}

// How far one could scroll the page sideways, in pixels.
export function sidewaysPx(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

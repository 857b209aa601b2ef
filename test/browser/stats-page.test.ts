/** The statistics page in a real browser: how it looks, what it does, and what it does not let others do. */
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startProxy } from '../../src/control/start-proxy.ts';
import { Oper } from '../../src/servers/server-record.ts';
import { checkedServer } from '../support/runtime-view.ts';
import { rowsOf } from '../support/stats-client.ts';
import { openStats } from '../support/stats-server.ts';
import { pause, waitFor } from '../support/wait.ts';
import { chromiumPath, launchBrowser, noChromium } from './browser.ts';
import { Client, EVIL, type Lab, startLab } from './lab.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** `SCREENSHOTS=dir` keeps the pictures. */
const pictures = process.env.SCREENSHOTS;
const LOOKS = [
  [1400, 'light'],
  [1400, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const;

if (chromiumPath === undefined) console.log(`test/browser: ${noChromium}`);

describe.skipIf(chromiumPath === undefined)('the statistics page in chromium', () => {
  let browser: Browser;
  let lab: Lab;
  const opened: { close(): unknown }[] = [];

  beforeAll(async () => {
    [browser, lab] = await Promise.all([launchBrowser(), startLab()]);
    if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  });

  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  });

  afterAll(async () => {
    await browser?.close();
    await lab?.close();
  });

  /** A page of its own; whatever goes wrong in it fails the test that asks for `trouble`. */
  async function visit(url: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext(options);
    opened.push(context);
    const page = await context.newPage();
    const trouble: string[] = [];
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('dialog', (dialog) => {
      trouble.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      if (message.type() === 'error') trouble.push(message.text());
    });
    await page.goto(url);
    return { page, trouble };
  }

  /** A page whose clock only goes when `pass` says so, and whose requests are counted. */
  async function visitOutOfTime(url: string) {
    const context = await browser.newContext();
    opened.push(context);
    const page = await context.newPage();
    await page.clock.install();
    await page.addInitScript(
      'window.asked = 0; const real = fetch; window.fetch = (...all) => { window.asked++; return real(...all); };',
    );
    await page.goto(url);
    await page.clock.pauseAt(Date.now() + 60_000);
    await until(page, 'document.getElementById("tools").hidden === false');
    const asked = async () => Number(await page.evaluate('window.asked'));
    /** Lets seconds pass, and returns how often the page asked meanwhile. */
    const pass = async (seconds: number) => {
      const before = await asked();
      await page.clock.runFor(seconds * 1000);
      return (await asked()) - before;
    };
    const update = async () => {
      const before = await asked();
      await waitFor('an update', async () => (await pass(1)) > 0 || (await asked()) > before);
    };
    return { page, pass, update };
  }

  /** Waits until an expression is true in the page. A string given to Playwright's own wait would need the page's leave. */
  const until = (page: Page, expression: string) =>
    waitFor(expression, async () => (await page.evaluate(expression)) === true);

  const row = (page: Page, anchor: string) => page.locator(`[id="${anchor}"]`);
  const statusOf = (page: Page, anchor: string) => row(page, anchor).locator('td').nth(22).textContent();

  describe.each(LOOKS)('at %i pixels, %s', (width, colorScheme) => {
    const look = { viewport: { width, height: 900 }, colorScheme };

    it('fits, and shows every state', async () => {
      const { page, trouble } = await visit(lab.url, look);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const classes = await page.evaluate(
        `[...document.querySelectorAll('tr[data-r]')].map((row) => row.id + " " + row.className)`,
      );
      for (const expected of [
        'be_service/up1 active_up',
        'be_service/going_down active_going_down',
        'be_service/down1 active_down',
        'be_service/coming active_going_up',
        'be_service/maint1 maintain',
        'be_service/drain1 active_draining',
        'be_service/drained active_draining',
        'be_service/nocheck1 active_no_check',
        'be_service/backup1 backup_up',
        'be_service/follows active_down',
        'be_other/nolb active_nolb',
        'fe_service/Frontend frontend',
        'be_service/Backend backend',
      ]) {
        expect(classes).toContain(expected);
      }
      // Readable: on a phone without scrolling sideways, and nothing smaller than 11 pixels.
      const small = await page.evaluate(`[...document.querySelectorAll('body *')].filter((each) =>
        each.checkVisibility() && each.textContent.trim() !== '' && parseFloat(getComputedStyle(each).fontSize) < 11).length`);
      expect(small).toBe(0);
      expect(await row(page, 'be_service/down1').getByText('DOWN').first().isVisible()).toBe(true);
      const clip = { fullPage: true, ...(pictures && { path: join(pictures, `stats-${width}-${colorScheme}.png`) }) };
      expect((await page.screenshot(clip)).length).toBeGreaterThan(50_000);
      expect(trouble).toEqual([]);
    });

    it('has no serious accessibility findings', async () => {
      const { page } = await visit(`${lab.url};st=PART`, look);
      for (const open of [false, true]) {
        if (open) await row(page, 'be_service/down1').locator('th button').click();
        await page.evaluate(AXE);
        const { violations } = (await page.evaluate('axe.run()')) as AxeResult;
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect(
          serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`.slice(0, 600)),
        ).toEqual([]);
      }
    });

    it('is a table for screen readers', async () => {
      const { page } = await visit(lab.url, look);
      const session = await page.context().newCDPSession(page);
      const { nodes } = await session.send('Accessibility.getFullAXTree');
      const roles = nodes.filter(({ ignored }) => !ignored).map(({ role }) => role?.value);
      const count = (name: string) => roles.filter((role) => role === name).length;
      // 22 rows of statistics; with their heads where these are shown.
      expect(count('row')).toBeGreaterThanOrEqual(22);
      expect(count('rowheader')).toBeGreaterThanOrEqual(22);
      expect(count('gridcell') + count('cell')).toBeGreaterThan(200);
      const names = nodes.filter(({ role }) => role?.value === 'checkbox').map(({ name }) => name?.value);
      expect(names).toContain('Check up1');
    });
  });

  it('brings itself up to date in place, and says what changed', async () => {
    const { page, trouble } = await visit(lab.url);
    await page.evaluate('window.marker = 1');
    await row(page, 'be_service/up2').locator('input').check();
    const before = await page.locator('#lines').textContent();
    lab.proxy.setServerState('be_service', 'up2', 'maint');
    await until(page, 'document.getElementById("be_service/up2").className.startsWith("maintain")');
    expect(await statusOf(page, 'be_service/up2')).toMatch(/^\d+s MAINT$/);
    expect(await page.locator('#news').textContent()).toContain('be_service/up2: MAINT');
    expect(await row(page, 'be_service/up2').locator('.story').textContent()).toContain('It is in maintenance');
    lab.proxy.setServerState('be_service', 'up2', 'ready');
    await until(page, 'document.getElementById("be_service/up2").className.startsWith("active_up")');
    // More than one `stats refresh` later it is the same page, with what was checked.
    expect(await page.evaluate('window.marker')).toBe(1);
    expect(await page.locator('#lines').textContent()).not.toBe(before);
    expect(await row(page, 'be_service/up2').locator('input').isChecked()).toBe(true);
    expect(trouble).toEqual([]);
  });

  it('asks for nothing while it is paused, hidden or told not to', async () => {
    const { page, pass, update } = await visitOutOfTime(lab.url);
    await update();
    await page.getByRole('button', { name: 'Pause' }).click();
    expect(await pass(5)).toBe(0);
    expect(await page.locator('#live').textContent()).toBe('Updates are paused.');
    await page.getByRole('button', { name: 'Resume' }).click();
    await update();
    const hide = (hidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
         document.dispatchEvent(new Event('visibilitychange'));`,
      );
    await hide(true);
    expect(await pass(5)).toBe(0);
    await hide(false);
    await update();
    await page.getByRole('link', { name: 'Disable refresh' }).click();
    await page.waitForURL(/;norefresh$/);
    expect(await pass(5)).toBe(0);
    expect(await page.locator('#live').textContent()).toBe('Not updated.');
  });

  it('says when nobody answers, and goes on when somebody does', async () => {
    const { page } = await visit(lab.url);
    await page.route('**/*live*', (route) => route.abort());
    await until(page, 'document.getElementById("live").textContent.startsWith("No answer")');
    await page.unroute('**/*live*');
    await until(page, 'document.getElementById("live").textContent.startsWith("Live, ")');
  });

  it('shows rows that come and go', async () => {
    const { page } = await visit(`${lab.url};up`);
    await page.evaluate('window.marker = 1');
    const up2 = row(page, 'be_service/up2');
    await row(page, 'be_service/up1').locator('input').check();
    expect([await up2.count(), await row(page, 'be_service/down1').count()]).toEqual([1, 0]);
    lab.proxy.setServerState('be_service', 'up2', 'maint');
    await waitFor('the row to go', async () => (await up2.count()) === 0);
    lab.proxy.setServerState('be_service', 'up2', 'ready');
    await waitFor('the row to come', async () => (await up2.count()) === 1);
    expect(await row(page, 'be_service/up1').locator('input').isChecked()).toBe(true);
    expect(await page.evaluate('window.marker')).toBe(1);
  });

  it('filters, by keyboard too, and keeps the filter', async () => {
    const { page } = await visit(lab.url);
    await page.keyboard.press('/');
    await page.keyboard.type('refused down');
    const shown = () =>
      page.evaluate(
        `[...document.querySelectorAll('tr[data-r]')].filter((row) => row.checkVisibility()).map((row) => row.id)`,
      );
    expect(await shown()).toEqual(['be_service/refused1', 'be_service/Backend']);
    expect(await page.locator('#found').textContent()).toBe('1 of 14 servers');
    await page.reload();
    expect(await shown()).toEqual(['be_service/refused1', 'be_service/Backend']);
    await page.locator('#filter').fill('nothing of the kind');
    expect(await shown()).toEqual([]);
    await page.locator('#filter').fill('');
    expect((await shown()) as string[]).toHaveLength(22);
  });

  it('tells the story of a check to the keyboard', async () => {
    const { page } = await visit(lab.url);
    await row(page, 'be_service/down1').locator('th button').focus();
    await page.keyboard.press('Enter');
    const card = page.locator('[popover]:popover-open');
    expect(await card.locator('.story').textContent()).toContain(`was answered with the wrong status 500`);
    expect(await card.locator('.story').textContent()).toContain(EVIL);
    expect(await card.locator('dl').textContent()).toContain('IPv4: 127.0.0.1:');
    await page.keyboard.press('Escape');
    expect(await card.count()).toBe(0);
  });

  it('drains a server while traffic runs: no session is lost, and CSV and page agree', async () => {
    const clients = await Promise.all(Array.from({ length: 6 }, () => Client.dial(lab.trafficPort)));
    for (const client of clients) opened.push(client);
    const before = await Promise.all(clients.map((client) => client.ask()));
    // Taken in turn by the three that take any.
    expect(before.filter((name) => name === 'good')).toHaveLength(2);
    let running = true;
    let exchanges = 0;
    const traffic = Promise.all(
      clients.map(async (client, index) => {
        while (running) {
          expect(await client.ask()).toBe(before[index]);
          exchanges++;
          await pause(5);
        }
      }),
    );
    const { page, trouble } = await visit(`${lab.url};norefresh`);
    const form = page.locator('section', { has: page.locator('[id="be_service/up1"]') }).locator('form');
    await row(page, 'be_service/up1').locator('input').check();
    await form.locator('select').selectOption({ label: 'Set state to DRAIN' });
    await form.getByRole('button', { name: 'Apply' }).click();
    await until(page, 'document.getElementById("message") !== null');
    expect(await page.locator('#message').textContent()).toBe('[X]Action processed successfully.');
    // The result is told once; the address is that of the page again.
    expect(page.url()).toBe(`${lab.url};norefresh`);
    expect(await statusOf(page, 'be_service/up1')).toMatch(/^\d+s DRAIN$/);
    expect(lab.row('be_service', 'up1').status).toBe('DRAIN');
    const csv = rowsOf(await (await fetch(`${lab.url};csv`)).text());
    expect(csv.find(({ svname }) => svname === 'up1')?.status).toBe('DRAIN');
    const seen = exchanges;
    await waitFor('more exchanges', () => exchanges > seen + 60);
    const late = await Promise.all(Array.from({ length: 6 }, () => Client.dial(lab.trafficPort)));
    for (const client of late) opened.push(client);
    expect(await Promise.all(late.map((client) => client.ask()))).not.toContain('good');
    running = false;
    await traffic;
    expect(clients.every((client) => client.alive)).toBe(true);
    lab.proxy.setServerState('be_service', 'up1', 'ready');
    expect(trouble).toEqual([]);
  });

  it('changes all servers that are in sight, and none that the filter hides', async () => {
    const { page } = await visit(lab.url);
    await page.locator('#filter').fill('be_other');
    const form = page.locator('form', { has: page.locator('[id="be_other/fine"]') });
    await form.locator('thead .all').check();
    await page.locator('#filter').fill('');
    expect(await page.locator('tr[data-r] input:checked').count()).toBe(2);
    await page.locator('#filter').fill('be_other fine');
    await form.locator('thead .all').uncheck();
    await page.locator('#filter').fill('');
    expect(await form.locator('tr[data-r] input:checked').count()).toBe(1);
    expect(await page.evaluate(`document.querySelector('[id="be_other"] thead .all').indeterminate`)).toBe(false);
    await row(page, 'be_other/fine').locator('input').check();
    await form.locator('select').selectOption('maint');
    await form.getByRole('button', { name: 'Apply' }).click();
    await until(page, 'document.getElementById("message") !== null');
    expect([lab.row('be_other', 'nolb').status, lab.row('be_other', 'fine').status]).toEqual(['MAINT', 'MAINT']);
    for (const name of ['nolb', 'fine']) lab.proxy.setServerState('be_other', name, 'ready');
    await waitFor('nolb to be NOLB', () => lab.row('be_other', 'nolb').status === 'NOLB');
  });

  it('works without its script', async () => {
    // Without the script the browser itself loads the page anew every second, under the hand that fills in the form.
    const { page } = await visit(`${lab.url};norefresh`, { javaScriptEnabled: false });
    expect(await page.locator('#tools').isVisible()).toBe(false);
    expect(await page.locator('.all').first().isVisible()).toBe(false);
    await row(page, 'be_other/fine').locator('input').check();
    const form = page.locator('form', { has: page.locator('[id="be_other/fine"]') });
    await form.locator('select').selectOption('drain');
    await form.getByRole('button', { name: 'Apply' }).click();
    expect(await page.locator('#message').textContent()).toContain('Action processed successfully.');
    expect(lab.row('be_other', 'fine').status).toBe('DRAIN');
    await page.getByRole('link', { name: 'Remove this message' }).click();
    expect(await page.locator('#message').count()).toBe(0);
    lab.proxy.setServerState('be_other', 'fine', 'ready');
    await page.locator('input[name=scope]').fill('be_o');
    await page.locator('input[name=scope]').press('Enter');
    await waitFor('the scope', async () => (await page.locator('section.proxy').count()) === 1);
  });

  it('takes no orders from another site', async () => {
    const evil = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<form method="post" action="${lab.url}"><input name="s" value="up1"><input name="action" value="maint">
        <input name="b" value="be_service"></form><script>document.forms[0].submit()</script>`);
    }).listen(0, '127.0.0.1');
    opened.push(evil);
    await once(evil, 'listening');
    const address = evil.address();
    const { page } = await visit(`http://localhost:${typeof address === 'object' ? address?.port : 0}/`);
    await until(page, 'document.getElementById("message") !== null');
    expect(await page.locator('#message').textContent()).toBe('[X]Action denied.');
    expect(lab.row('be_service', 'up1').status).toBe('UP');
  });

  it('asks for a password, at a URI with a query too, and stays up to date with it', async () => {
    const { page } = await visit(lab.guarded, { httpCredentials: { username: 'admin', password: 'secret' } });
    await until(page, 'document.getElementById("live").textContent.startsWith("Live, ")');
    expect(await page.locator('form[method=post]').count()).toBe(0);
    await page.locator('input[name=scope]').fill('be_o');
    await page.locator('input[name=scope]').press('Enter');
    await waitFor('the scope', async () => (await page.locator('section.proxy').count()) === 1);
    expect(await row(page, 'be_other/fine').count()).toBe(1);
    // As the address has it, or with the wrong password.
    const [before, after] = lab.guarded.split('//');
    const linked = await visit(`${before}//admin:secret@${after}`);
    await until(linked.page, 'document.getElementById("live").textContent.startsWith("Live, ")');
    expect(linked.trouble).toEqual([]);
    const wrong = await visit(lab.guarded, { httpCredentials: { username: 'admin', password: 'wrong' } });
    expect(await wrong.page.locator('body').textContent()).toContain('You need a valid user and password');
    // Without any, chromium would ask its user; as it has none here, it gives up.
    await expect(visit(lab.guarded)).rejects.toThrow('ERR_INVALID_AUTH_CREDENTIALS');
  });

  it('opens in the form that old guides show, address behind the name', async () => {
    const proxy = await startProxy({
      threads: 0,
      ports: 'free',
      text: `
listen stats :9000
  mode http
  stats enable
  stats hide-version
  stats realm Haproxy\\ Statistics
  stats uri /
  stats auth Username:Password
  timeout client 10s
`,
    });
    opened.push({ close: () => proxy.stop() });
    const { page } = await visit(`http://127.0.0.1:${proxy.addresses[0]?.port}/`, {
      httpCredentials: { username: 'Username', password: 'Password' },
    });
    expect(await page.locator('h1').textContent()).toBe('HAProxy');
    await until(page, 'document.getElementById("live").textContent.startsWith("Live")');
    expect(await page.locator('section.proxy h3').allTextContents()).toEqual(['stats']);
    expect(await page.locator('#headline').textContent()).toBe('There are no servers here.');
  });

  it('is not harmed by what servers are called or say', async () => {
    const stats = await openStats({
      proxies: [
        { name: 'be', description: EVIL, backend: { servers: [checkedServer(EVIL, 1), checkedServer('s2', 2)] } },
      ],
      page: { admin: true, showLegends: true, refresh: 1 },
    });
    opened.push(stats);
    const { page, trouble } = await visit(`http://127.0.0.1:${stats.port}/stats;scope=${encodeURIComponent('')}`);
    await page.evaluate('window.marker = 1');
    // Text that comes with an update, in a row that is there and in the list above.
    Object.assign(stats.test.server('be', EVIL), { oper: Oper.stopped });
    stats.test.check('be', EVIL, { status: 'L7STS', code: 500, duration: 1, text: EVIL, health: 0 });
    await until(page, 'document.querySelector(".pill") !== null');
    expect(await page.locator('#attention').textContent()).toContain(EVIL);
    expect(await page.locator('.story').first().textContent()).toContain(EVIL);
    await page.locator('tr[data-r] th button').first().click();
    await page.locator('#filter').fill(EVIL);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.evaluate('window.marker')).toBe(1);
    expect(trouble).toEqual([]);
    // Even as markup it would do nothing.
    await page.evaluate(`document.getElementById('headline').innerHTML = ${JSON.stringify(EVIL)}`);
    await waitFor('the policy to say no', () => trouble.some((text) => text.includes('Content Security Policy')));
    expect(trouble.filter((text) => text.startsWith('dialog'))).toEqual([]);
  });
});

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

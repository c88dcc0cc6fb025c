import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportHtml } from '../../src/report/html/page.js';
import { ethernet, ipv4 } from '../support/packetBytes.js';
import { inputOf, reportOf } from '../support/reports.js';
import { dropcap, lacksTools, recordingPath } from '../support/tools.js';

/** PICTURES=docs makes the pictures of docs/report.md. */
const CHROMIUM = '/usr/bin/chromium';
const folder = mkdtempSync(join(tmpdir(), 'dropcap-page-'));
const recorded = join(folder, 'recorded.html');
const hostile = join(folder, 'hostile.html');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a page must not do. */
interface Watched {
  readonly page: Page;
  /** Messages of the console, errors, and requests of other files. */
  readonly events: string[];
}

describe.skipIf(lacksTools('chromium'))('the page of a report in a browser', () => {
  let browser: Browser;

  async function open(
    path: string,
    options: { javaScriptEnabled?: boolean; colorScheme?: 'light' | 'dark'; width?: number } = {},
  ): Promise<Watched> {
    const { width = 1280, ...rest } = options;
    const context = await browser.newContext({ ...rest, viewport: { width, height: 900 }, bypassCSP: false });
    const page = await context.newPage();
    const events: string[] = [];
    const url = pathToFileURL(path).href;
    page.on('console', (message) => events.push(message.text()));
    page.on('pageerror', (error) => events.push(error.message));
    page.on('dialog', (dialog) => events.push(dialog.message()));
    page.on('request', (request) => {
      if (request.url() !== url) events.push(request.url());
    });
    await page.goto(url);
    return { page, events };
  }

  beforeAll(async () => {
    dropcap('report', recordingPath('dwdump'), '-o', recorded);
    const evil = '<img src=x onerror=alert(1)>"\'><script>alert(2)</script>';
    const rows = [
      {
        packet: ethernet(0x0800, ipv4(Buffer.from(evil))),
        reason: evil,
        symbolText: `${evil}+0x1/0x2`,
        interfaceName: evil,
      },
    ];
    const facts = { ...inputOf().facts, path: evil, os: evil, application: evil, hardware: evil };
    writeFileSync(hostile, reportHtml(reportOf(rows, [inputOf({}, { facts, filter: evil, problem: evil })])));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['of a recording', recorded],
    ['with hostile names', hostile],
  ])('%s: nothing on the console, no request, no dialog', async (_name, path) => {
    const { page, events } = await open(path);
    expect(await page.locator('h1').textContent()).toContain('Dropped packets');
    expect(events).toEqual([]);
  });

  test('a heading sorts its table, by numbers down and then up', async () => {
    const { page } = await open(recorded);
    const flows = page.locator('table', { has: page.locator('th', { hasText: 'protocol' }) }).first();
    const column = async () =>
      (await flows.locator('tbody tr td:nth-child(1)').allTextContents()).map(Number);
    const before = await column();
    expect(before.length).toBeGreaterThan(5);
    await flows.getByRole('button', { name: 'drops' }).click();
    await flows.getByRole('button', { name: 'drops' }).click();
    expect(await column()).toEqual(before.toSorted((a, b) => a - b));
    expect(await flows.locator('th').first().getAttribute('aria-sort')).toBe('ascending');
  });

  test('without JavaScript, all rows and charts are there', async () => {
    const { page } = await open(recorded, { javaScriptEnabled: false });
    expect(await page.locator('table tbody tr').count()).toBeGreaterThan(20);
    expect(await page.locator('svg[role=img]').count()).toBe(4);
    expect(await page.locator('th button').count()).toBe(0);
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)(
    'in %s colours and %i pixels: axe finds no serious fault, and the page is no wider than the window',
    async (colorScheme, width) => {
      const { page } = await open(recorded, { colorScheme, width });
      const pictures = process.env['PICTURES'];
      if (pictures !== undefined)
        await page.screenshot({ path: join(pictures, `report-${colorScheme}-${width}.png`) });
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
      const violations = (await page.evaluate(`${axe}; axe.run().then(({ violations }) => violations)`)) as {
        id: string;
        impact: string;
        nodes: { html: string }[];
      }[];
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 100))])).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    },
    60_000,
  );
});

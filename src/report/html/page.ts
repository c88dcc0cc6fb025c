import { createHash } from 'node:crypto';
import type { Explained } from '../../explain/explain.js';
import type { Burst, Report } from '../report.js';
import { countText, durationText, shareText } from '../times.js';
import { barChart, legend, timeLineChart } from './charts.js';
import { html } from './escape.js';
import { SCRIPT, STYLE } from './style.js';
import { causeTable, flowTable, groupTable, inputTable } from './tables.js';

/** Bytes of a page at most, for any input. */
const MAX_BYTES = 500_000;
/** Rows of a table, and items of a list, at most. */
const MAX_ROWS = 60;

/**
 * The report as one page of HTML in printable ASCII, with charts. It needs no other file, and its policy forbids requests. It can be
 * read without JavaScript. Tables and lists are shorter than in the other formats if the page would have 500,000 bytes.
 */
export function reportHtml(report: Report): string {
  let page = '';
  for (let most = MAX_ROWS; most > 0; most >>= 1) {
    page = pageOf(report, most);
    if (page.length < MAX_BYTES) break;
  }
  return page;
}

/** @param most rows of each table, and items of each list */
function pageOf(report: Report, most: number): string {
  const { verdict, losses, stories, bursts, meanings, inputs, samples, explanations, unexplained } = report;
  const policy = `default-src 'none'; style-src '${hashOf(STYLE)}' 'unsafe-hashes' '${hashOf('margin:0')}'; script-src '${hashOf(SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  const title = `Dropped packets: ${inputs.map(({ path }) => path.replace(/^.*\//, '')).join(', ')}`.slice(
    0,
    200,
  );
  const body = [
    `<h1>${html(title)}</h1>`,
    `<section class="verdict${meanings.unintended > 0 ? ' hurts' : ''}" aria-label="Verdict">${verdict.map((line) => `<p>${html(line)}</p>`).join('')}</section>`,
    section('Over time', [
      legend(meanings),
      timeLineChart(report),
      list(
        bursts.map((burst) => burstHtml(burst)),
        most,
      ),
    ]),
    section('Causes', [causeTable(report.causes, most)]),
    section('What happened', [
      list(
        stories.map((text) => html(text)),
        most,
      ),
    ]),
    section('By class, reason and place', [
      `<div class="columns">${barChart('Classes', report.classes)}${barChart('Reasons', report.reasons)}${barChart('Places', report.places)}</div>`,
    ]),
    section('Flows', [flowTable(report.flows, most)]),
    section('By interface, protocol and origin', [
      `<div class="columns">${[
        groupTable('Interface', report.interfaces, most),
        groupTable('Protocol', report.protocols, most),
        groupTable('Origin', report.origins, most),
        groupTable('Trap', report.traps, most),
      ].join('')}</div>`,
    ]),
    section('What the causes mean', [
      ...explanations.slice(0, most).map((one) => explanationHtml(one)),
      list(
        unexplained.map((name) => `dropcap has no explanation for <code>${html(name)}</code>.`),
        most,
      ),
    ]),
    section(
      'Packets',
      samples.map(
        ({ cause, time, interface: device, packet, bytes }) =>
          `<h3>First packet of <code>${html(cause)}</code></h3><p class="soft">${html(time ?? 'time not known')}, ${html(device ?? 'no device name')}</p><pre tabindex="0">${html([packet, ...bytes].join('\n'))}</pre>`,
      ),
    ),
    section('Files', [inputTable(inputs, most)]),
    section('Completeness', [
      list(
        losses.map((text) => html(text)),
        most,
      ),
    ]),
    `<p class="soft">Made by ${html(report.application)}.</p>`,
  ];
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${html(policy)}">
<title>${html(title)}</title><style>${STYLE}</style></head>
<body><main>
${body.filter((part) => part !== '').join('\n')}
</main><script>${SCRIPT}</script></body></html>
`;
}

/** The hash that a policy names for a style or a script. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function section(title: string, parts: readonly string[]): string {
  const content = parts.filter((part) => part !== '');
  return content.length === 0 ? '' : `<h2>${html(title)}</h2>\n${content.join('\n')}`;
}

/** @param most items that are shown */
function list(items: readonly string[], most: number): string {
  if (items.length === 0) return '';
  const more = items.length > most ? [`${countText(items.length - most)} more`] : [];
  return `<ul>${[...items.slice(0, most), ...more].map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

function burstHtml({ start, seconds, drops, cause, causeShare }: Burst): string {
  return `Burst at ${html(start)}: ${countText(drops)} drops in ${durationText(seconds)}, ${shareText(causeShare)} of them <code>${html(cause)}</code>`;
}

function explanationHtml({ name, explanation }: Explained): string {
  const { what, causes, sender, counters, next } = explanation;
  return `<details><summary><code>${html(name)}</code> ${html(what)}</summary>
<ol>${causes.map(([cause, sign]) => `<li>${html(cause)}<br><span class="soft">Sign: ${html(sign)}</span></li>`).join('')}</ol>
<p><b>Sender:</b> ${html(sender)}</p><p><b>Counters:</b> ${html(counters)}</p><pre tabindex="0">${html(next.join('\n'))}</pre></details>`;
}

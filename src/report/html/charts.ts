import { scaleLinear, scaleUtc } from 'd3-scale';
import type { Meaning, Report, Table } from '../report.js';
import { MEANING_WORDS, MEANINGS } from '../texts.js';
import { countText, durationText } from '../times.js';
import { html } from './escape.js';

/** Sizes in the units of the pictures, which are scaled to the width of the page. */
const WIDTH = 1000;
const LINE_HEIGHT = 180;
const LEFT = 56;
const BOTTOM = 22;
const TOP = 8;
const BAR_WIDTH = 340;
const BAR_ROW = 34;
const MAX_BARS = 8;
const MAX_LABEL = 46;

/** Drops over time as bars, one on another by what they mean. Empty when fewer than two times are known. */
export function timeLineChart({ timeLine: { spans, seconds } }: Report): string {
  if (spans.length < 2) return '';
  const totals = spans.map(({ drops }) => MEANINGS.reduce((sum, meaning) => sum + drops[meaning], 0));
  const start = Date.parse(spans[0]!.start);
  const end = Date.parse(spans.at(-1)!.start) + seconds * 1000;
  const x = scaleUtc()
    .domain([start, end])
    .range([LEFT, WIDTH - 8]);
  const y = scaleLinear()
    .domain([0, Math.max(...totals)])
    .nice()
    .range([LINE_HEIGHT - BOTTOM, TOP]);
  const xTicks = x.ticks(6);
  const xFormat = x.tickFormat(6);
  const parts = [
    ...y
      .ticks(4)
      .map(
        (tick) =>
          `<line class="axis" x1="${LEFT}" x2="${WIDTH - 8}" y1="${at(y(tick))}" y2="${at(y(tick))}"/><text x="${LEFT - 6}" y="${at(y(tick) + 4)}" text-anchor="end">${countText(tick)}</text>`,
      ),
    ...xTicks.map(
      (tick) =>
        `<text x="${at(x(tick))}" y="${LINE_HEIGHT - 5}" text-anchor="middle">${html(xFormat(tick))}</text>`,
    ),
    ...spans.map(({ start: begin, drops }, i) => {
      if (totals[i] === 0) return '';
      const left = x(Date.parse(begin));
      const width = Math.max(x(Date.parse(begin) + seconds * 1000) - left - 0.5, 0.8);
      return stack(drops, (value) => y(value), left, width);
    }),
  ];
  const label = `Drops over time, in spans of ${durationText(seconds)}: at most ${countText(Math.max(...totals))}`;
  const chart = `<svg viewBox="0 0 ${WIDTH} ${LINE_HEIGHT}" role="img" aria-label="${html(label)}">${parts.join('')}</svg>`;
  const range = `${timeText(spans[0]!.start)} to ${timeText(spans.at(-1)!.start)} UTC, in spans of ${durationText(seconds)}`;
  return `<div class="scroll line" tabindex="0" role="region" aria-label="Drops over time">${chart}</div><p class="soft">${range}</p>`;
}

function stack(
  drops: Readonly<Record<Meaning, number>>,
  y: (value: number) => number,
  left: number,
  width: number,
): string {
  let [text, sum] = ['', 0];
  for (const meaning of MEANINGS) {
    if (drops[meaning] === 0) continue;
    const bottom = y(sum);
    sum += drops[meaning];
    text += `<rect class="${meaning}" x="${at(left)}" y="${at(y(sum))}" width="${at(width)}" height="${at(bottom - y(sum))}"/>`;
  }
  return text;
}

/** The most frequent rows of a table as bars with their names and numbers. Empty for an empty table. */
export function barChart(title: string, { rows }: Table): string {
  const shown = rows.slice(0, MAX_BARS);
  if (shown.length === 0) return '';
  const x = scaleLinear()
    .domain([0, Math.max(...shown.map(({ drops }) => drops))])
    .range([0, BAR_WIDTH]);
  const parts = shown.map(({ name, drops }, i) => {
    const top = i * BAR_ROW;
    const label = name.length <= MAX_LABEL ? name : `${name.slice(0, MAX_LABEL - 3)}...`;
    return `<text x="0" y="${top + 13}">${html(label)}</text><text x="${BAR_WIDTH}" y="${top + 13}" text-anchor="end">${countText(drops)}</text><rect class="bar" x="0" y="${top + 18}" width="${at(Math.max(x(drops), 1))}" height="8"/>`;
  });
  return `<figure style="margin:0"><figcaption><h3>${html(title)}</h3></figcaption><svg viewBox="0 0 ${BAR_WIDTH} ${shown.length * BAR_ROW}" role="img" aria-label="${html(`${title}: ${shown.map(({ name, drops }) => `${name} ${drops}`).join(', ')}`)}">${parts.join('')}</svg></figure>`;
}

/** How many drops have which meaning. */
export function legend(meanings: Readonly<Record<Meaning, number>>): string {
  const items = MEANINGS.map(
    (meaning) =>
      `<li><span class="${meaning}" aria-hidden="true">&#9632;</span> ${MEANING_WORDS[meaning]} <b>${countText(meanings[meaning])}</b></li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

/** `2026-11-22 15:57:34`. */
function timeText(iso: string): string {
  return html(iso.replace('T', ' ').replace(/\.\d+Z$/, ''));
}

/** A coordinate, to a tenth. */
function at(value: number): string {
  return `${Math.round(value * 10) / 10}`;
}

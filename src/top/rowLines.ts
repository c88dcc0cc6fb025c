import { explanationLines } from '../explain/explanationText.js';
import { explanationOf } from '../explain/explain.js';
import { packetText } from '../report/samples.js';
import { MEANING_WORDS } from '../report/texts.js';
import { type KindNames, nameText } from '../report/names.js';
import { dropsText, durationText, isoTime, rateText } from '../report/times.js';
import type { LastPacket } from './lastPackets.js';
import type { Line } from './line.js';
import { sparkline } from './sparkline.js';
import { MEANING_STYLES } from './tableLines.js';
import { wrapText } from './textWidth.js';
import type { TopRow, TopView } from './view.js';

const NS = 1e9;
/** Packets that are shown: what the row means must have a place too. */
const PACKETS = 6;

/** A row with what is known about it. */
export interface RowDetails {
  readonly row: TopRow;
  readonly view: TopView;
  /** The cause that most of its drops have; undefined: not known. */
  readonly cause: KindNames | undefined;
  /** The oldest first. */
  readonly packets: readonly LastPacket[];
  readonly columns: number;
  readonly unicode: boolean;
}

/** The page about a row: its numbers, its last packets, and what it means. */
export function rowLines({ row, view, cause, packets, columns, unicode }: RowDetails): Line[] {
  const { name, drops, perSecond, last, meaning, history, filter } = row;
  const rate = `${perSecond === 0 ? '0' : rateText(perSecond, 2)} a second`;
  const ago =
    last === null || view.time === null
      ? ''
      : `, the last ${durationText(Math.max(view.time - last, 0))} ago`;
  const explained = cause && explanationOf(cause.cause);
  return [
    ...wrapText(name, columns).map((text): Line => [{ text, style: 'title' }]),
    [
      { text: MEANING_WORDS[meaning], style: MEANING_STYLES[meaning] },
      { text: `; ${dropsText(drops)} in ${durationText(view.windowSeconds)}, ${rate}${ago}` },
    ],
    [{ text: sparkline(history, unicode) }],
    ...(filter === null ? [] : wrapText(`filter: ${filter}`, columns)).map((text): Line => [
      { text, style: 'key' },
    ]),
    [],
    [
      {
        text: packets.length === 0 ? 'No packet of this row came since the page was opened' : 'Last packets',
        style: 'heading',
      },
    ],
    ...packets
      .slice(-PACKETS)
      .toReversed()
      .flatMap((packet) => packetLines(packet, columns)),
    [],
    ...(explained
      ? explanationLines(explained, columns).map((text, i): Line => [
          { text, style: i === 0 ? 'heading' : undefined },
        ])
      : [[{ text: 'dropcap has no explanation of this cause', style: 'dim' } as const]]),
  ];
}

/** A packet in one line, or in two on a narrow screen. */
function packetLines(packet: LastPacket, columns: number): Line[] {
  const { timestampNs, interfaceName } = packet.drop;
  const time = timestampNs === 0n ? '-' : isoTime(Number(timestampNs) / NS)!.slice(11, -1);
  const start = `${time} ${interfaceName === undefined ? '-' : nameText(interfaceName)} `;
  const text = packetText(packet);
  if (start.length + text.length <= columns) return [[{ text: start, style: 'dim' }, { text }]];
  return [[{ text: start, style: 'dim' }], [{ text: `  ${text}` }]];
}

import { type DropCount, MAX_COUNTED_PLACES } from '../drop/dropCount.js';
import { AttributeCursor } from '../netlink/attributeCursor.js';
import {
  NET_DM_ATTR_HW_ENTRIES,
  NET_DM_ATTR_HW_ENTRY,
  NET_DM_ATTR_HW_TRAP_COUNT,
  NET_DM_ATTR_HW_TRAP_NAME,
  NET_DM_ATTR_UNSPEC,
} from './constants.js';

const ATTRIBUTE_HEADER_BYTES = 4;
const POINTS_OFFSET = 4;
/** Bytes of an alert's attribute before its points. */
const HEADER_BYTES = ATTRIBUTE_HEADER_BYTES + POINTS_OFFSET;
const POINT_BYTES = 12;

/**
 * Decodes NET_DM_CMD_ALERT, which has the drops since the previous such alert by place, and no packets. Undefined when
 * the alert is malformed: also if an entry lacks its name or its count.
 *
 * Software: attribute 0 is struct net_dm_alert_msg, whose points are packed: u32 entries, then `entries` times
 * {u8 pc[8] in host order, u32 count}. Hardware: attribute 0 with no entries, then HW_ENTRIES, a nest of HW_ENTRY
 * nests {HW_TRAP_NAME str, HW_TRAP_COUNT u32}. Source: send_dm_alert() and net_dm_hw_summary_report_fill() of
 * net/core/drop_monitor.c, Linux 6.12.
 *
 * @param start offset of the first attribute, after the generic netlink header.
 */
export function decodeSummaryAlert(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
): DropCount[] | undefined {
  const entries: DropCount[] = [];
  const cursor = new AttributeCursor();
  cursor.reset(view, start, end, littleEndian);
  while (cursor.next()) {
    if (cursor.type === NET_DM_ATTR_UNSPEC) {
      if (!decodePoints(cursor, view, littleEndian, entries)) return undefined;
    } else if (cursor.type === NET_DM_ATTR_HW_ENTRIES) {
      if (!decodeHardwareEntries(cursor.nested(), entries)) return undefined;
    }
  }
  return cursor.failed ? undefined : entries;
}

/**
 * Whether the bytes of a message's attributes are those of a summary alert of software drops and of nothing else: one
 * attribute 0 with as many points as it says, from 1 to 64, each with drops. No other family has data in attribute 0.
 */
export function isExactSummary(view: DataView, start: number, end: number, littleEndian: boolean): boolean {
  const points = (end - start - HEADER_BYTES) / POINT_BYTES;
  if (!Number.isInteger(points) || points < 1 || points > MAX_COUNTED_PLACES) return false;
  if (view.getUint16(start, littleEndian) !== end - start) return false;
  if (view.getUint16(start + 2, littleEndian) !== NET_DM_ATTR_UNSPEC) return false;
  if (view.getUint32(start + ATTRIBUTE_HEADER_BYTES, littleEndian) !== points) return false;
  const counts = decodeSummaryAlert(view, start, end, littleEndian);
  return counts !== undefined && counts.every(({ count }) => count > 0);
}

function decodePoints(
  cursor: AttributeCursor,
  view: DataView,
  littleEndian: boolean,
  entries: DropCount[],
): boolean {
  if (cursor.length < POINTS_OFFSET) return false;
  const count = view.getUint32(cursor.offset, littleEndian);
  if (count > (cursor.length - POINTS_OFFSET) / POINT_BYTES) return false;
  for (let i = 0; i < count; i++) {
    const at = cursor.offset + POINTS_OFFSET + i * POINT_BYTES;
    entries.push({
      programCounter: view.getBigUint64(at, littleEndian),
      count: view.getUint32(at + 8, littleEndian),
    });
  }
  return true;
}

function decodeHardwareEntries(list: AttributeCursor, entries: DropCount[]): boolean {
  while (list.next()) {
    if (list.type !== NET_DM_ATTR_HW_ENTRY) continue;
    const entry = list.nested();
    let trap: string | undefined;
    let count: number | undefined;
    while (entry.next()) {
      if (entry.type === NET_DM_ATTR_HW_TRAP_NAME) trap = entry.text();
      if (entry.type === NET_DM_ATTR_HW_TRAP_COUNT) count = entry.u32();
    }
    if (entry.failed || trap === undefined || count === undefined) return false;
    entries.push({ trap, count });
  }
  return !list.failed;
}

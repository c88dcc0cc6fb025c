import { AttributeCursor } from '../netlink/attributeCursor.js';
import { GENL_HDRLEN } from '../netlink/constants.js';
import type { Message } from '../netlink/message.js';
import {
  NET_DM_ATTR_ALERT_MODE,
  NET_DM_ATTR_HW_STATS,
  NET_DM_ATTR_QUEUE_LEN,
  NET_DM_ATTR_STATS,
  NET_DM_ATTR_STATS_DROPPED,
  NET_DM_ATTR_TRUNC_LEN,
  NET_DM_CMD_CONFIG_NEW,
  NET_DM_CMD_STATS_NEW,
} from './constants.js';

/** The monitor's settings. They are global, and stay when the program that set them ends. */
export interface MonitorConfig {
  /** NET_DM_ALERT_MODE_SUMMARY or NET_DM_ALERT_MODE_PACKET. */
  readonly alertMode: number;
  /** Most bytes of a packet that an alert carries; 0 for all. */
  readonly truncationLength: number;
  /** Most packets in a processor's queue. The software queue and the hardware queue each have this limit. */
  readonly queueLength: number;
}

/** Packets dropped because a processor's queue was full, counted since the module was loaded. Never reset. */
export interface MonitorStats {
  readonly softwareDropped: bigint;
  readonly hardwareDropped: bigint;
}

/** Decodes CONFIG_NEW; undefined when the message has another command or is malformed. */
export function decodeConfig(message: Message): MonitorConfig | undefined {
  const cursor = attributesOf(message, NET_DM_CMD_CONFIG_NEW);
  if (!cursor) return undefined;
  const config = { alertMode: 0, truncationLength: 0, queueLength: 0 };
  while (cursor.next()) {
    if (cursor.type === NET_DM_ATTR_ALERT_MODE) config.alertMode = cursor.u8();
    if (cursor.type === NET_DM_ATTR_TRUNC_LEN) config.truncationLength = cursor.u32();
    if (cursor.type === NET_DM_ATTR_QUEUE_LEN) config.queueLength = cursor.u32();
  }
  return cursor.failed ? undefined : config;
}

/** Decodes STATS_NEW; undefined when the message has another command or is malformed. */
export function decodeStats(message: Message): MonitorStats | undefined {
  const cursor = attributesOf(message, NET_DM_CMD_STATS_NEW);
  if (!cursor) return undefined;
  const stats = { softwareDropped: 0n, hardwareDropped: 0n };
  while (cursor.next()) {
    if (cursor.type === NET_DM_ATTR_STATS) stats.softwareDropped = droppedIn(cursor);
    if (cursor.type === NET_DM_ATTR_HW_STATS) stats.hardwareDropped = droppedIn(cursor);
  }
  return cursor.failed ? undefined : stats;
}

function attributesOf(message: Message, command: number): AttributeCursor | undefined {
  const { view, start, end } = message;
  if (end - start < GENL_HDRLEN || view.getUint8(start) !== command) return undefined;
  const cursor = new AttributeCursor();
  cursor.reset(view, start + GENL_HDRLEN, end, message.littleEndian);
  return cursor;
}

function droppedIn(stats: AttributeCursor): bigint {
  const inside = stats.nested();
  let dropped = 0n;
  while (inside.next()) if (inside.type === NET_DM_ATTR_STATS_DROPPED) dropped = inside.u64();
  if (inside.failed) stats.failed = true;
  return dropped;
}

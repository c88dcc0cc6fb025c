import { ADDRESS_FILTER_BYTES } from './device.js';
import { FRAMING_ETHERNET, FRAMING_RAW, FRAMING_SLL } from '../linktype/framing.js';

/**
 * The memory that the native addon and DropBatch share. `LAYOUT` describes all of this memory. The addon has its own
 * description (native/hot/layout.cc); loading the addon compares both and fails when they differ.
 */

/** Columns of a batch in the order of their memory, each of 32 bits a row. */
export const COLUMNS = [
  ['kind', 'u32'],
  ['timestampLow', 'u32'],
  ['timestampHigh', 'u32'],
  ['protocol', 'i32'],
  ['originalLength', 'u32'],
  ['payloadOffset', 'u32'],
  ['payloadLength', 'u32'],
  ['lostBefore', 'u32'],
  ['repeatedBefore', 'u32'],
  ['framing', 'u32'],
] as const;

/** Value of `DropBatch.framing` when a row's alert is decoded, but its device and framing are not yet resolved. */
export const FRAMING_UNRESOLVED = 255;

/** Words about the device of a kind of alerts, for the first DEVICE_KINDS kinds of a table. */
export const DEVICE_WORDS = [
  'deviceType',
  'framings',
  'bareKind',
  'namedKind',
  'certainKind',
  'addressHigh',
  'addressLow',
] as const;
export const DEVICE_KINDS = 8192;

/** Words of a range of times (TimeRange of encode/timeRange.ts). */
const TIME_WORDS = ['firstHigh', 'firstLow', 'lastHigh', 'lastLow', 'any'] as const;

/** The whole layout in one line of text. */
export const LAYOUT: string = [
  `columns ${COLUMNS.map(([name, type]) => `${name}:${type}`).join(' ')}`,
  `unresolved ${FRAMING_UNRESOLVED}`,
  `framings ethernet ${FRAMING_ETHERNET} raw ${FRAMING_RAW} sll ${FRAMING_SLL}`,
  `devices ${DEVICE_KINDS} ${DEVICE_WORDS.join(' ')}`,
  `address filter ${ADDRESS_FILTER_BYTES}`,
  `times ${TIME_WORDS.join(' ')}`,
].join('; ');

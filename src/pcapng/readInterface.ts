import {
  IF_DESCRIPTION,
  IF_FILTER,
  IF_FILTER_TEXT,
  IF_HARDWARE,
  IF_MACADDR,
  IF_NAME,
  IF_OS,
  IF_SPEED,
  IF_TSOFFSET,
  IF_TSRESOL,
  MAC_ADDRESS_BYTES,
  MAX_FILTER_BYTES,
} from './constants.js';
import { OPTIONS_OVERRUN, OptionCursor } from './optionCursor.js';

/** Most bytes of a text that are kept. */
const MAX_TEXT_BYTES = 256;

/** Characters that the texts of a section's interfaces may still take. This bounds the memory of a file with many interfaces. */
export interface TextRoom {
  characters: number;
}
/** if_tsresol without the option: microseconds. */
const DEFAULT_RESOLUTION = 6;
const BINARY_RESOLUTION = 0x80;
const NANOSECONDS = 9;

/** Lengths of the values of options. A value of another length is not used: its block is damaged. */
const VALUE_BYTES: ReadonlyMap<number, number> = new Map([
  [IF_MACADDR, MAC_ADDRESS_BYTES],
  [IF_SPEED, 8],
  [IF_TSRESOL, 1],
  [IF_TSOFFSET, 8],
]);

/** An interface of a section, as its interface description block describes it. */
export interface ReadInterface {
  /** LINKTYPE_* */
  readonly linkType: number;
  /** Most bytes of a packet; 0: no limit. */
  readonly snapLength: number;
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** The filter expression that chose the packets; undefined also when it is longer than MAX_FILTER_BYTES. */
  readonly filter: string | undefined;
  readonly os: string | undefined;
  readonly hardware: string | undefined;
  readonly macAddress: Uint8Array | undefined;
  /** Bits a second. */
  readonly speed: bigint | undefined;
  /** Converts a time stamp of this interface to nanoseconds since 1970 UTC; undefined when it already has that unit. */
  readonly toNanoseconds: ((timestamp: bigint) => bigint) | undefined;
}

/**
 * Reads the body of an interface description block, from `start` to `end`. The caller checked that it has 8 bytes.
 * @param room shrinks by the texts. A text for which it has no room is damage, and is not kept.
 * @param onDamage called with a text for people when an option is damaged. The other options are read.
 *
 *     offset size name
 *     0      2    link type
 *     2      2    reserved
 *     4      4    snap length
 *     8      ...  options
 */
export function readInterface(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  room: TextRoom,
  onDamage: (what: string) => void = () => {},
): ReadInterface {
  const texts = new Map<number, string>();
  let macAddress: Uint8Array | undefined;
  let speed: bigint | undefined;
  let resolution = DEFAULT_RESOLUTION;
  let offsetSeconds = 0n;
  const keep = (code: number, text: string) => {
    if (text.length > room.characters) onDamage('no room for more texts of interfaces');
    else {
      room.characters -= text.length;
      texts.set(code, text);
    }
  };
  const option = new OptionCursor();
  option.reset(view, start + 8, end, littleEndian);
  while (option.next()) {
    const { code, length } = option;
    if (length !== (VALUE_BYTES.get(code) ?? length)) onDamage(`option ${code} of ${length} bytes`);
    else if (code === IF_NAME || code === IF_DESCRIPTION || code === IF_OS || code === IF_HARDWARE) {
      keep(code, option.text(MAX_TEXT_BYTES));
    } else if (code === IF_FILTER) {
      const value = option.bytes();
      if (value[0] === IF_FILTER_TEXT && length <= 1 + MAX_FILTER_BYTES)
        keep(code, textOf(value.subarray(1)));
    } else if (code === IF_MACADDR) macAddress = option.bytes();
    else if (code === IF_SPEED) speed = option.u64();
    else if (code === IF_TSRESOL) resolution = option.u8();
    else if (code === IF_TSOFFSET) offsetSeconds = BigInt.asIntN(64, option.u64());
  }
  if (option.overrun) onDamage(OPTIONS_OVERRUN);
  return {
    linkType: view.getUint16(start, littleEndian),
    snapLength: view.getUint32(start + 4, littleEndian),
    name: texts.get(IF_NAME),
    description: texts.get(IF_DESCRIPTION),
    filter: texts.get(IF_FILTER),
    os: texts.get(IF_OS),
    hardware: texts.get(IF_HARDWARE),
    macAddress,
    speed,
    toNanoseconds: conversion(resolution, offsetSeconds),
  };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/**
 * @param resolution if_tsresol. With n its lower 7 bits, a second has 10^n units, or 2^n units when the highest bit is
 * set.
 */
function conversion(resolution: number, offsetSeconds: bigint): ReadInterface['toNanoseconds'] {
  if (resolution === NANOSECONDS && offsetSeconds === 0n) return undefined;
  const base = (resolution & BINARY_RESOLUTION) === 0 ? 10n : 2n;
  const unitsPerSecond = base ** BigInt(resolution & ~BINARY_RESOLUTION);
  const offset = offsetSeconds * 1_000_000_000n;
  return (timestamp) => BigInt.asUintN(64, (timestamp * 1_000_000_000n) / unitsPerSecond + offset);
}

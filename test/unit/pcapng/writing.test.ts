import { describe, expect, test } from 'vitest';
import { viewOf } from '../../../src/bytes.js';
import { UsageError } from '../../../src/errors.js';
import {
  buildInterfaceDescription,
  buildInterfaceStatistics,
  buildSectionHeader,
} from '../../../src/pcapng/blockBuilders.js';
import {
  enhancedPacketBytes,
  EPB_HEADER_BYTES,
  writeEnhancedPacketFrame,
} from '../../../src/pcapng/enhancedPacket.js';
import { OptionWriter } from '../../../src/pcapng/optionWriter.js';

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const plain = (...lines: string[]) => lines.join('').replaceAll(' ', '');

describe('buildSectionHeader', () => {
  test('lays out a section of unknown length with its options', () => {
    expect(
      hexOf(buildSectionHeader({ hardware: 'x86_64', os: 'L', application: 'dc 1', comments: [] })),
    ).toBe(
      plain(
        '0a0d0d0a 3c000000', // type, total length 60
        '4d3c2b1a 0100 0000 ffffffffffffffff', // magic, version 1.0, length -1
        '0200 0600 7838365f3634 0000', // shb_hardware, padded
        '0300 0100 4c 000000', // shb_os
        '0400 0400 64632031', // shb_userappl
        '0000 0000 3c000000', // end of options, total length
      ),
    );
  });
});

describe('buildInterfaceDescription', () => {
  test('lays out link type, snap length, name and nanoseconds', () => {
    expect(hexOf(buildInterfaceDescription({ linkType: 101, snapLength: 262_144, name: 'ipip1' }))).toBe(
      plain(
        '01000000 2c000000',
        '6500 0000 00000400', // RAW, reserved, snap length
        '0200 0500 6970697031 000000', // if_name
        '0900 0100 09 000000', // if_tsresol
        '0000 0000 2c000000',
      ),
    );
  });
});

describe('buildInterfaceStatistics', () => {
  test('writes the high half of time stamps first, and leaves out unknown values', () => {
    const block = buildInterfaceStatistics({
      interfaceId: 2,
      timestampNs: 0x191a5bf47de98115n,
      droppedByOs: 7n,
    });
    expect(hexOf(block)).toBe(
      plain(
        '05000000 28000000',
        '02000000 f45b1a19 1581e97d', // interface, time
        '0700 0800 0700000000000000', // isb_osdrop
        '0000 0000 28000000',
      ),
    );
  });
});

describe('buildInterfaceStatistics, all options', () => {
  test('gives each option the length of its value, 8 bytes, and writes the largest number in place of a larger one', () => {
    const block = buildInterfaceStatistics({
      interfaceId: 1,
      timestampNs: 0x0000000300000004n,
      startNs: 0x0000000100000002n,
      endNs: 0x0000000300000004n,
      droppedByInterface: 0n,
      droppedByOs: 1n << 64n,
      delivered: 0xffffffffffffffffn,
    });
    expect(hexOf(block)).toBe(
      plain(
        '05000000 58000000',
        '01000000 03000000 04000000', // interface, time
        '0200 0800 01000000 02000000', // isb_starttime: high word first
        '0300 0800 03000000 04000000', // isb_endtime
        '0500 0800 0000000000000000', // isb_ifdrop: known to be 0
        '0700 0800 ffffffffffffffff', // isb_osdrop: 2^64 does not wrap to 0
        '0800 0800 ffffffffffffffff', // isb_usrdeliv
        '0000 0000 58000000',
      ),
    );
  });
});

describe('buildInterfaceDescription, all options', () => {
  test('gives each option the length of its value', () => {
    const block = buildInterfaceDescription({
      linkType: 1,
      snapLength: 80,
      name: 'va',
      description: 'd',
      filter: 'tcp',
      os: 'Linux',
      hardware: 'veth',
      macAddress: Uint8Array.of(2, 0, 0, 0, 0, 1),
      speed: 10_000_000_000n,
    });
    expect(hexOf(block)).toBe(
      plain(
        '01000000 64000000',
        '0100 0000 50000000',
        '0b00 0400 00746370', // if_filter, before shorter texts
        '0300 0100 64 000000', // if_description
        '0200 0200 7661 0000', // if_name
        '0900 0100 09 000000', // if_tsresol
        '0c00 0500 4c696e7578 000000', // if_os
        '0f00 0400 76657468', // if_hardware
        '0600 0600 020000000001 0000', // if_MACaddr
        '0800 0800 00e40b5402000000', // if_speed
        '0000 0000 64000000',
      ),
    );
  });
});

describe('writeEnhancedPacketFrame', () => {
  test('lays out a packet of 5 bytes, clears its padding, and never claims less than it has', () => {
    const total = enhancedPacketBytes(5, 8);
    const block = new Uint8Array(total).fill(0xee);
    const options = writeEnhancedPacketFrame(viewOf(block), 0, 3, 0x191a5bf4, 0x7de98115, 5, 4, 8);
    expect([total, options]).toEqual([28 + 8 + 8 + 4, EPB_HEADER_BYTES + 8]);
    expect(hexOf(block)).toBe(
      plain(
        '06000000 30000000 03000000',
        'f45b1a19 1581e97d',
        '05000000 05000000', // original length 4 is raised to 5
        'eeeeeeeeee 000000', // the packet's bytes, and padding
        'eeeeeeeeeeeeeeee', // the options
        '30000000',
      ),
    );
  });
});

describe('OptionWriter', () => {
  test('refuses an option that is too long for its length field', () => {
    expect(() => new OptionWriter().bytes(1, new Uint8Array(65_535))).not.toThrow();
    expect(() => new OptionWriter().bytes(1, new Uint8Array(65_536))).toThrow(UsageError);
    expect(() => new OptionWriter().text(1, 'é'.repeat(40_000))).toThrow(UsageError);
  });

  test('writes nothing when there is no option', () => {
    expect(new OptionWriter().text(1, undefined).text(2, '').finish()).toHaveLength(0);
  });
});

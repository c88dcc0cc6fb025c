import { describe, expect, test } from 'vitest';
import { installForTests } from '../../support/installedPlugin.js';
import { readRecording } from '../../support/recordingReference.js';
import { lacksTools, run, temporaryFolder } from '../../support/tools.js';
import { tsharkFields } from '../../support/tshark.js';

const LINKTYPE_ETHERNET = 1;
const LINKTYPE_NETLINK = 253;

const folder = temporaryFolder();

describe.skipIf(lacksTools('tshark'))('on packets that dropcap did not write, the plugin', () => {
  const { commented } = installForTests(folder);

  test('work on malformed packets, empty packets and netlink messages', () => {
    const ip = '4500002000004000401100000102030405060708';
    const udp = '00350035000c0000';
    // DNS with four bytes: its header needs twelve.
    const malformed = Buffer.from(`0102030405060708090a0b0c0800${ip}${udp}ffffffff`, 'hex');
    const path = commented('malformed.pcapng', LINKTYPE_ETHERNET, [
      [malformed, 'dropcap: reason=UDP_CSUM'],
      [Buffer.alloc(0), 'dropcap: reason=PKT_TOO_SMALL'],
    ]);
    const rows = tsharkFields(path, 'dropcap', ['dropcap.reason', '_ws.malformed']);
    expect(rows.map(([reason]) => reason)).toEqual(['UDP_CSUM', 'PKT_TOO_SMALL']);
    expect(rows[0]?.[1]).not.toBe('');
    const alert = readRecording('nlmon').find(({ bytes }) => bytes.length > 300)!;
    const comment = 'dropcap: reason=NO_SOCKET pc=0x1 ifindex=5';
    const netlink = commented('netlink.pcapng', LINKTYPE_NETLINK, [[alert.bytes, comment]]);
    const fields = ['dropcap.reason', 'dropcap.pc', 'dropcap.ifindex'];
    expect(tsharkFields(netlink, 'netlink && dropcap.reason', fields)).toEqual([
      ['NO_SOCKET', '0x0000000000000001', '5'],
    ]);
  });

  test('read only comments of dropcap, and ignore all others', () => {
    const packet = Buffer.alloc(60);
    const path = commented('comments.pcapng', LINKTYPE_ETHERNET, [
      [packet, 'mine: reason=X'],
      [packet, ' dropcap: reason=X'],
      [packet],
      [packet, 'dropcap: reason=100%25%20s%0A%00 pc=0xzz ifindex=99999999999 proto=x cookie=zz', 'mine'],
      [packet, 'mine', 'dropcap: reason=A', 'dropcap: reason=B ifindex=7'],
      [packet, `dropcap: ${'%FF='.repeat(16_000)}`],
      [packet, ...Array.from({ length: 2000 }, (_, i) => `dropcap: ifindex=${i}`)],
    ]);
    const fields = ['frame.number', 'dropcap.reason', 'dropcap.pc', 'dropcap.ifindex', 'dropcap.cookie'];
    const rows = tsharkFields(path, 'dropcap', fields);
    expect(rows.slice(0, 3)).toEqual([
      ['4', '100% s%0A%00', '', '', 'zz'],
      ['5', 'A,B', '', '7', ''],
      ['6', '', '', '', ''],
    ]);
    expect(rows[3]?.[3]?.split(',')).toHaveLength(2000);
    expect(tsharkFields(path, '_ws.lua.error', ['frame.number'])).toEqual([]);
    expect(run('tshark', ['-n', '-r', path, '-V']).stderr).toBe('');
  });

  test('read a long comment without equals signs in linear time', () => {
    const path = commented('long.pcapng', LINKTYPE_ETHERNET, [
      [Buffer.alloc(60), `dropcap: ${'x'.repeat(65_000)} origin=sw`],
    ]);
    const started = performance.now();
    expect(tsharkFields(path, 'dropcap', ['dropcap.origin'])).toEqual([['sw']]);
    // Takes half a second. A search from each byte took more than thirty seconds.
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

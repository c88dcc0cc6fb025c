import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dropcap, temporaryFolder } from '../../../support/tools.js';

const folder = temporaryFolder();
const caseOf = (name: string) => new URL(`../../../cases/${name}.pcap`, import.meta.url).pathname;
/** Lines of text that dropcap prints of the five alerts of the cases. */
const lines = () => dropcap('-q', '-r', caseOf('netlink-in-linux-sll')).stdout;

/** The records of a pcap file whose record headers have 16 bytes. */
function* recordsOf(file: Buffer) {
  for (let at = 24; at < file.length; at += 16 + file.readUInt32LE(at + 8)) {
    yield {
      header: file.subarray(at, at + 16),
      packet: file.subarray(at + 16, at + 16 + file.readUInt32LE(at + 8)),
    };
  }
}

/** The file with the header that LINUX_SLL2 has in the place of that of LINUX_SLL. */
function withSll2(file: Buffer): Buffer {
  const start = Buffer.from(file.subarray(0, 24));
  start.writeUInt32LE(276, 20);
  const parts: Uint8Array[] = [start];
  for (const { header, packet } of recordsOf(file)) {
    const cooked = Buffer.alloc(20);
    cooked.set(packet.subarray(14, 16), 0);
    cooked.writeUInt32BE(4, 4);
    cooked.set(packet.subarray(2, 4), 8);
    const longer = Buffer.from(header);
    for (const at of [8, 12]) longer.writeUInt32LE(header.readUInt32LE(at) + 4, at);
    parts.push(longer, cooked, packet.subarray(16));
  }
  return Buffer.concat(parts);
}

describe('recordings of other kinds', () => {
  test('netlink messages recorded on `any` are read: LINUX_SLL and LINUX_SLL2', () => {
    expect(lines().match(/ NO_SOCKET | NOT_SPECIFIED /g)).toHaveLength(5);
    const path = join(folder, 'sll2.pcap');
    writeFileSync(path, withSll2(readFileSync(caseOf('netlink-in-linux-sll'))));
    expect(dropcap('-q', '-r', path)).toMatchObject({ status: 0, stdout: lines() });
  });

  test('packets of other devices among them are counted', () => {
    const file = readFileSync(caseOf('netlink-in-linux-sll'));
    const [first] = recordsOf(file);
    const other = Buffer.from(first!.packet);
    other.writeUInt16BE(1, 2); // ARPHRD_ETHER
    const path = join(folder, 'any.pcap');
    writeFileSync(path, Buffer.concat([file, first!.header, other]));
    const { status, stdout, stderr } = dropcap('-r', path);
    expect([status, stdout]).toEqual([0, lines()]);
    expect(stderr).toContain('\n1 packet that is no drop\n');
    // Without a netlink message, it is no recording.
    writeFileSync(path, Buffer.concat([file.subarray(0, 24), first!.header, other]));
    expect(dropcap('-r', path)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('holds no drops') as string,
    });
  });

  test('the modified pcap format is read', () => {
    expect(dropcap('-q', '-r', caseOf('modified-pcap'))).toMatchObject({ status: 0, stdout: lines() });
  });

  test('a second pcap file in a file is named with its offset, after the drops before it', () => {
    const { status, stdout, stderr } = dropcap('-q', '-r', caseOf('two-pcap-files-in-one'));
    expect([status, stdout]).toEqual([1, lines()]);
    expect(stderr).toBe(
      'dropcap: pcap record: expected a packet, ' +
        'found the header of another pcap file (join such files with mergecap) at offset 1420\n',
    );
  });

  test('a recording without drops says what it holds', () => {
    const { status, stderr } = dropcap('-r', caseOf('netlink-without-drops'));
    expect(status).toBe(0);
    expect(stderr).toMatch(/^0 drops captured$[\s\S]*^2 netlink messages, none of NET_DM$/m);
    const json = dropcap('-r', caseOf('netlink-without-drops'), '--json').stderr;
    expect(JSON.parse(json.trimEnd().split('\n').at(-1)!)).toMatchObject({ captured: 0, otherMessages: 2 });
  });
});

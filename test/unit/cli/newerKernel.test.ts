import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pcapFile, recordsOf } from '../../support/captureFiles.js';
import {
  type AlertFields,
  familyAnswer,
  GENERIC,
  netlinkRecord,
  packetAlert,
} from '../../support/netlinkBytes.js';
import { ethernet, ipv4 } from '../../support/packetBytes.js';
import { dropcap, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();

const PAYLOAD = ethernet(0x0800, ipv4());
const ALERT: AlertFields = {
  pc: 0xffffffff81234567n,
  reason: 'NO_SOCKET',
  symbol: 'udp_rcv+0x49e/0xb20',
  ifindex: 3,
  timestampNs: 1_800_000_000_000_000_000n,
  originalLength: PAYLOAD.length,
  protocol: 0x0800,
  payload: PAYLOAD,
};
/** Attributes of the types after the last one that dropcap knows, which is 23. */
const NEWER: AlertFields = {
  ...ALERT,
  newer: [
    [24, Buffer.of(1, 2, 3, 4)],
    [25, Buffer.from('text\0')],
  ],
};

/** What dropcap prints of a recording of these messages. */
function read(name: string, ...messages: Buffer[]) {
  const path = join(folder, `${name}.pcap`);
  writeFileSync(path, pcapFile(recordsOf(...messages.map((message) => netlinkRecord(GENERIC, message)))));
  return dropcap('-r', path, '--json', '--no-pc');
}

/** The drops without their time. */
const drops = (output: string) =>
  output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);

const NOTICE = /^dropcap: the kernel is newer than this dropcap: its alerts have attributes/gm;

describe('a recording of a kernel that is newer than dropcap', () => {
  test.each([
    ['with the name of the family', [familyAnswer()]],
    ['without it', []],
  ])('%s: has all its drops; says once that attributes are left out, and counts them', (name, first) => {
    const newer = read(name, ...first, ...[NEWER, NEWER, NEWER].map((alert) => packetAlert(alert)));
    const known = read(
      `${name} known`,
      ...first,
      ...[ALERT, ALERT, ALERT].map((alert) => packetAlert(alert)),
    );
    expect([newer.status, known.status]).toEqual([0, 0]);
    expect(drops(newer.stdout)).toHaveLength(3);
    expect(drops(newer.stdout)).toEqual(drops(known.stdout));
    expect(newer.stderr.match(NOTICE)).toHaveLength(1);
    expect(newer.stderr).toContain('"unknownAttributes":6');
    expect(known.stderr).not.toMatch(NOTICE);
    expect(known.stderr).toContain('"unknownAttributes":0');
  });
});

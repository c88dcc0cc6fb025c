import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  lacksTools,
  PROGRAM,
  type Ran,
  recordingPath,
  run,
  runTool,
  temporaryFolder,
} from '../support/tools.js';

const folder = temporaryFolder();
const [input, disk] = [join(folder, 'input.pcap'), join(folder, 'disk')];
mkdirSync(disk);
const PCAP_HEADER_BYTES = 24;
/** So many drops that the output needs several writes, of about 1 MB. */
const REPEATED = 320;
const DROPS = 98 * REPEATED;

/** Ways to run dropcap so that its file cannot grow: a script, which gets Node, dropcap and the path of the file. */
const LIMITS = {
  'of ulimit -f': 'ulimit -f 3000; "$0" "$@" -w "$FILE"',
  // Another user namespace, so that also an ordinary user can mount.
  'of a full disk': `exec unshare --mount --map-root-user sh -c '
    mount -t tmpfs -o size=3000k none "$DISK" && "$0" "$@" -w "$DISK/file"; status=$?
    cp "$DISK/file" "$FILE"; exit $status' "$0" "$@"`,
};
const missing = lacksTools('unshare', 'capinfos', 'tshark');

describe.skipIf(missing).each(Object.entries(LIMITS))('a file at the limit %s', (name, script) => {
  describe.each([
    ['pcapng', ['--format', 'pcapng']],
    ['pcap', ['--format', 'pcap', '-y', 'LINUX_SLL2']],
    ['JSON', ['--json']],
  ])('as %s', (form, args) => {
    const path = join(folder, `${name.replaceAll(' ', '-')}.${form}`);
    let ran: Ran;
    let written: number;
    beforeAll(() => {
      const recording = readFileSync(recordingPath('nlmon'));
      const [header, records] = [PCAP_HEADER_BYTES, recording.length].map((end, i) =>
        recording.subarray(i * PCAP_HEADER_BYTES, end),
      );
      writeFileSync(input, Buffer.concat([header!, ...Array.from({ length: REPEATED }, () => records!)]));
      const settings = [`FILE=${path}`, `DISK=${disk}`];
      const command = [process.execPath, PROGRAM, '-r', input, ...args];
      ran = run('env', [...settings, 'bash', '-c', script, ...command]);
      const { stderr } = ran;
      written = Number((/^(\d+) drops written$/m.exec(stderr) ?? /"written":(\d+)/.exec(stderr))?.[1]);
    });

    test('ends the capture with status 1 and the reason, and with the bytes that the file has', () => {
      expect(ran.status).toBe(1);
      expect(ran.stderr).toMatch(/no space is left|larger than allowed/);
      const { length } = readFileSync(path);
      expect(ran.stderr).toContain(`(${length} bytes were written)`);
      expect(length).toBeGreaterThan(500_000);
    });

    test('has exactly the drops that dropcap says it wrote, and no part of another one', () => {
      expect(written).toBeGreaterThan(0);
      expect(written).toBeLessThan(DROPS);
      expect(form === 'JSON' ? linesIn(path) : packetsIn(path)).toBe(written);
    });
  });
});

/** The number of packets in a whole file. Both tools fail at a cut block. */
function packetsIn(path: string): number {
  const frames = runTool('tshark', '-r', path, '-T', 'fields', '-e', 'frame.number').stdout;
  const packets = /^Number of packets: +(\d+)$/m.exec(runTool('capinfos', '-cM', path).stdout)?.[1];
  return frames.trimEnd().split('\n').length === Number(packets) ? Number(packets) : Number.NaN;
}

/** The number of JSON objects in a file. Throws when the last line is cut. */
function linesIn(path: string): number {
  const lines = readFileSync(path, 'utf8').split('\n');
  if (lines.pop() !== '') throw new Error('the last line is cut');
  return lines.map((line) => JSON.parse(line) as object).length;
}

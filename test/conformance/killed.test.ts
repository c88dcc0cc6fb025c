import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { KILL_SEED, killAt, seededNumbers } from '../support/killing.js';
import { dropcap, lacksTools, PROGRAM, recordingPath, runTool, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const PCAP_HEADER_BYTES = 24;
/** Recordings in the input that is read to its end. An endless input repeats this one. */
const REPEATED = 100;
/** The file has at least so many bytes at the kill. */
const MAX_BYTES = 2_000_000;
const KILLS = 4;
/** More than the first write with drops has. A kill in this write leaves no drop. */
const FIRST_WRITE_BYTES = 200_000;
const input = join(folder, 'input.pcap');
/** Writes the input, and then its records again and again. */
const ENDLESS = `cat "$INPUT"; while tail -c +${PCAP_HEADER_BYTES + 1} "$INPUT"; do :; done 2>&-`;
const RUN = `exec "$0" "$@" < <(${ENDLESS})`;

/** Each form's options, and the function that counts its drops. */
const FORMS = {
  pcapng: [[], packetsIn],
  'pcapng of netlink': [['-y', 'NETLINK'], packetsIn],
  pcap: [['--format', 'pcap', '-y', 'LINUX_SLL2'], packetsIn],
  JSON: [['--json'], linesIn],
} as const;

beforeAll(() => {
  const recording = readFileSync(recordingPath('nlmon'));
  const records = Array.from({ length: REPEATED }, () => recording.subarray(PCAP_HEADER_BYTES));
  writeFileSync(input, Buffer.concat([recording.subarray(0, PCAP_HEADER_BYTES), ...records]));
});

describe.skipIf(lacksTools('tshark', 'capinfos')).each(Object.entries(FORMS))(
  'a file as %s, after SIGKILL',
  (form, [args, dropsIn]) => {
    let whole: Buffer;
    beforeAll(() => {
      const path = join(folder, `${form} whole`);
      dropcap('-q', '-r', input, ...args, '-w', path);
      whole = readFileSync(path);
    });

    test.each(seededNumbers(KILLS, MAX_BYTES))(
      `is whole, and begins as without the kill: at %i bytes (KILL_SEED=${KILL_SEED})`,
      async (bytes) => {
        const path = join(folder, `${form} ${bytes}`);
        const words = ['-c', RUN, process.execPath, PROGRAM, '-q', '-r', '-', ...args, '-w', path];
        await killAt(bytes + 1, path, 'env', [`INPUT=${input}`, 'bash', ...words]);
        const written = readFileSync(path);
        // A whole file has statistics at its end, which a killed capture lacks.
        const common = Math.min(written.length, whole.length - 1000);
        expect(written.subarray(0, common).equals(whole.subarray(0, common))).toBe(true);
        expect(dropsIn(path)).toBeGreaterThanOrEqual(bytes < FIRST_WRITE_BYTES ? 0 : 1);
      },
      60_000,
    );
  },
);

/** The number of packets that both tools find. Throws when a tool finds an error, as a cut block. */
function packetsIn(path: string): number {
  const frames = runTool('tshark', '-r', path, '-T', 'fields', '-e', 'frame.number');
  const facts = runTool('capinfos', '-cM', path);
  expect([frames.stderr, facts.stderr]).toEqual(['', '']);
  const packets = Number(/^Number of packets: +(\d+)$/m.exec(facts.stdout)?.[1]);
  expect(frames.stdout.split('\n').length - 1).toBe(packets);
  return packets;
}

/** The number of JSON objects. Throws when the last line is cut. */
function linesIn(path: string): number {
  const lines = readFileSync(path, 'utf8').split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line) as object).length;
}

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { dropcap, lacksTools, recordingPath, temporaryFolder } from '../../support/tools.js';

const PROGRAM = fileURLToPath(new URL('../../../bin/dropmon.js', import.meta.url));
const NOBODY = 65_534;
const folder = temporaryFolder();
const home = join(folder, 'home');
const programs = join(folder, 'extcap');

/** Runs tshark as an ordinary user: as root, it ignores WIRESHARK_EXTCAP_DIR. The interface plays a recording. */
function tshark(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('tshark', args, {
    encoding: 'utf8',
    timeout: 25_000,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: '', WIRESHARK_EXTCAP_DIR: programs },
    ...(process.geteuid?.() === 0 && { uid: NOBODY, gid: NOBODY }),
  });
  return { status, lines: stdout.split('\n').slice(0, -1), stderr };
}

describe.skipIf(lacksTools('tshark'))('tshark on the interface dropmon', () => {
  beforeAll(() => {
    mkdirSync(home);
    mkdirSync(programs);
    for (const path of [folder, home]) chmodSync(path, 0o777);
    const text = `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@" --read '${recordingPath('nlmon')}'\n`;
    writeFileSync(join(programs, 'dropmon'), text, { mode: 0o755 });
  });

  test('lists it', () => {
    expect(tshark('-D').lines.find((line) => line.includes('dropmon'))).toMatch(
      /^\d+\. dropmon \(Dropped packets\)$/,
    );
  });

  test('lists its link type', () => {
    expect(tshark('-i', 'dropmon', '-L').lines.at(-1)?.trim()).toBe('USER0 (Own link type of each packet)');
  });

  test('saves the same bytes as dropcap -w', () => {
    const saved = join(home, 'saved.pcapng');
    const written = join(folder, 'written.pcapng');
    expect(tshark('-q', '-i', 'dropmon', '-w', saved).status).toBe(0);
    expect(dropcap('-q', '-r', recordingPath('nlmon'), '-w', written).status).toBe(0);
    expect(readFileSync(saved).equals(readFileSync(written))).toBe(true);
  });

  test('ends the capture after a number of packets', () => {
    const { status, lines } = tshark('-i', 'dropmon', '-c', '5', '-T', 'fields', '-e', 'frame.comment');
    expect([status, lines.length]).toEqual([0, 5]);
    for (const line of lines) expect(line).toMatch(/^dropcap: reason=/);
  });

  test('takes its options and the capture filter', () => {
    const options = ['origin:sw', 'snapshotlength:20', 'device:va', 'filter:not reason = OTHERHOST'];
    const { lines } = tshark(
      '-i',
      'dropmon',
      ...options.flatMap((option) => ['-o', `extcap.dropmon.${option}`]),
      '-f',
      'reason = NO_SOCKET',
      '-T',
      'fields',
      '-e',
      'frame.cap_len',
      '-e',
      'frame.comment',
    );
    const expected = dropcap(
      '-q',
      '-r',
      recordingPath('nlmon'),
      '--json',
      '--origin',
      'sw',
      'iface = va and reason = NO_SOCKET',
    );
    expect(lines).toHaveLength(expected.stdout.split('\n').length - 1);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^20\tdropcap: reason=NO_SOCKET .*if=va /);
  });

  test('hides noise when it is asked to', () => {
    const comments = (hide: string) =>
      tshark('-i', 'dropmon', '-o', `extcap.dropmon.hidenoise:${hide}`, '-T', 'fields', '-e', 'frame.comment')
        .lines;
    expect(comments('false').filter((line) => line.includes('reason=OTHERHOST'))).toHaveLength(8);
    expect(comments('true').filter((line) => line.includes('reason=OTHERHOST'))).toEqual([]);
  });

  test('shows what is wrong with a filter, in one line, and does not wait', () => {
    const { status, stderr } = tshark('-i', 'dropmon', '-f', 'reason <', '-c', '1');
    expect(status).toBe(1);
    expect(stderr.split('\n').filter((line) => line.includes('dropcap'))).toEqual([
      expect.stringMatching(/^tshark: Error (?:by|from) extcap pipe: dropcap: filter: reason is a text: /),
    ]);
  });
});

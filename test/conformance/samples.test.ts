import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { lacksLibpcap } from '../support/libpcap.js';
import { lacksTools, recordingPath, runTool, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();

function sample(name: string, ...args: string[]) {
  const path = fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
  return spawnSync(process.execPath, [path, ...args], { encoding: 'utf8', cwd: folder });
}

describe('the samples', () => {
  test('read a capture', () => {
    const { status, stdout } = sample('read-capture.js', recordingPath('nlmon'));
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(99);
    expect(lines[0]).toBe('2026-11-22T15:57:34.094Z va NO_SOCKET __udp4_lib_rcv+0x545/0xdd0 49 bytes');
    expect(lines.at(-1)).toBe('The capture had lost an unknown number of drops.');
  });

  test('report what is wrong with a file', () => {
    const { status, stderr } = sample('read-capture.js', join(folder, 'none'));
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^cannot open .*no such file or folder\n$/)]);
  });

  test('count by reason', () => {
    const { stdout } = sample('count-by-reason.js', recordingPath('nlmon'));
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      '34\tfid_miss',
      '34\tttl_value_is_too_small',
      '11\tNO_SOCKET',
    ]);
  });

  test.skipIf(lacksTools('tcpdump'))('convert', () => {
    const path = join(folder, 'converted.pcap');
    expect(sample('convert.js', recordingPath('nlmon'), path).stderr).toBe('98 drops written.\n');
    // One line for each packet begins with its time. tcpdump prints unknown packets in hexadecimal after this line.
    expect(runTool('tcpdump', '-nr', path).stdout.match(/^\d\d:\d\d:/gm)).toHaveLength(98);
  });

  test.skipIf(lacksTools('tshark') || lacksLibpcap())('filter, copy and count by stages of their own', () => {
    const path = join(folder, 'wanted.pcapng');
    const expression = 'ip and not reason = NO_SOCKET';
    const { stderr, stdout } = sample('own-stages.js', recordingPath('nlmon'), path, expression);
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    const written = Number(/^(\d+) drops written/.exec(lines.at(-1)!)![1]);
    const counts = lines.slice(0, -1).map((line) => line.split('\t'));
    expect(counts).toContainEqual(['34', 'ttl_value_is_too_small', 'errors/l3/ttl-expired']);
    expect(counts.map(([, reason]) => reason)).not.toContain('NO_SOCKET');
    expect(counts.reduce((sum, [drops]) => sum + Number(drops), 0)).toBe(written);
    const fields = ['-T', 'fields', '-e', 'frame.protocols', '-e', 'frame.cap_len', '-e', 'frame.comment'];
    const packets = runTool('tshark', '-r', path, ...fields)
      .stdout.trimEnd()
      .split('\n');
    expect(packets).toHaveLength(written);
    for (const [protocols, length, comment] of packets.map((line) => line.split('\t'))) {
      expect(protocols).toMatch(/\bip\b/);
      expect(Number(length)).toBeLessThanOrEqual(64);
      expect(comment).not.toMatch(/\bNO_SOCKET\b/);
    }
  });

  test('refuse a wrong expression before a file is made', () => {
    const path = join(folder, 'refused.pcapng');
    const { status, stderr } = sample('own-stages.js', recordingPath('nlmon'), path, 'reason <');
    expect(status).toBe(1);
    expect(stderr).toContain('FilterError: filter: ');
    expect(existsSync(path)).toBe(false);
  });
});

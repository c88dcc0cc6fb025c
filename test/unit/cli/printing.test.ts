import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dropcap, recordingPath, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
const nlmon = recordingPath('nlmon');

describe('--print', () => {
  test('prints the lines of a run without -w, and writes the file of a run without --print', () => {
    const [printed, plain] = [join(folder, 'printed.pcapng'), join(folder, 'plain.pcapng')];
    expect(dropcap('-q', '-r', nlmon, '-w', plain).status).toBe(0);
    const { stdout, stderr, status } = dropcap('-tttt', '-x', '-r', nlmon, '-w', printed, '--print');
    expect([stdout, status]).toEqual([dropcap('-q', '-tttt', '-x', '-r', nlmon).stdout, 0]);
    expect(stderr).toContain('98 drops written\n');
    expect(readFileSync(printed).equals(readFileSync(plain))).toBe(true);
  });

  test('prints lines beside a file of JSON, or of one link type', () => {
    const lines = dropcap('-q', '-r', nlmon).stdout;
    const json = join(folder, 'drops.json');
    expect(dropcap('-q', '-r', nlmon, '--json', '-w', json, '--print').stdout).toBe(lines);
    expect(readFileSync(json, 'utf8')).toBe(dropcap('-q', '-r', nlmon, '--json').stdout);
    const cooked = join(folder, 'cooked.pcapng');
    expect(dropcap('-q', '-r', nlmon, '-y', 'LINUX_SLL2', '-w', cooked, '--print').stdout).toBe(lines);
  });
});

describe('--count', () => {
  test('prints only the number of drops', () => {
    expect(dropcap('--count', '-q', '-r', nlmon)).toEqual({ status: 0, stdout: '98 drops\n', stderr: '' });
    expect(dropcap('--count', '-q', '-r', nlmon, '-c', '1').stdout).toBe('1 drop\n');
    expect(dropcap('--count', '-q', '-r', nlmon, '--origin', 'hw').stdout).toBe('68 drops\n');
  });

  test('prints the number after a file is written', () => {
    const path = join(folder, 'counted.pcapng');
    expect(dropcap('--count', '-q', '-r', nlmon, '-w', path).stdout).toBe('98 drops\n');
    expect(dropcap('--count', '-q', '-r', path).stdout).toBe('98 drops\n');
  });
});

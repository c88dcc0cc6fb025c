import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dropcap, recordingPath, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
const nlmon = recordingPath('nlmon');

/** The lines of the summary about drops that were left out. */
function leftOut(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line.includes('left out'));
}

describe('options that leave drops out, on a recording of 98 drops', () => {
  test.each([
    [['--dedupe'], 95, ['3 drops left out by --dedupe']],
    [['--dedupe', '1'], 95, ['3 drops left out by --dedupe']],
    [['--dedupe', '2'], 98, []],
    [['--sample', '1/10'], 9, ['89 drops left out by --sample']],
    [['--sample', '1/1'], 98, []],
    [['--sample', '1/98'], 1, ['97 drops left out by --sample']],
    [['--sample', '1/99'], 0, ['98 drops left out by --sample']],
    [['--rate-limit', '1000000'], 98, []],
    [['--origin', 'hw', '--dedupe', '-c', '10'], 10, ['30 drops left out by --origin']],
    // Each takes what the one before it kept.
    [
      ['--rate-limit', '2', '--sample', '1/3', '--dedupe', '--origin', 'hw'],
      // A sample of 22 at intervals of 0.16 s: seconds of 7, 7, 7 and 1.
      7,
      ['30 drops left out by --origin', '46 drops left out by --sample', '15 drops left out by --rate-limit'],
    ],
  ])('%j', (options, count, lines) => {
    const { stdout, stderr } = dropcap('-r', nlmon, '--count', ...options);
    expect(stdout).toBe(`${count} drops\n`.replace(/^1 drops/, '1 drop'));
    expect(leftOut(stderr)).toEqual(lines);
  });

  test('the summary as JSON has each number by its name, and their sum', () => {
    const { stderr } = dropcap('-r', nlmon, '--json', '--dedupe', '--sample', '1/5', '-c', '10');
    const [summary] = stderr.split('\n').slice(1);
    expect(JSON.parse(summary!)).toMatchObject({
      captured: 89,
      filtered: 79,
      removed: { dedupe: 3, sample: 76 },
      written: 10,
    });
  });

  test('a file has the drops that its own options keep', () => {
    const output = join(folder, 'kept.json');
    expect(dropcap('-q', '-r', nlmon, '--json', '--sample', '1/49', '-w', output).status).toBe(0);
    const all = dropcap('-q', '-r', nlmon, '--json').stdout.split('\n');
    expect(readFileSync(output, 'latin1')).toBe(`${all[48]}\n${all[97]}\n`);
  });

  test.each([
    [['--dedupe', '0'], 'whole number from 1'],
    [['--dedupe', 'x'], 'whole number from 1'],
    [['--sample', '1/0'], 'It takes 1/N'],
    [['--sample', '100'], 'It takes 1/N'],
    [['--sample', '2/100'], 'It takes 1/N'],
    [['--sample', '1/4294967296'], 'It takes 1/N'],
    [['--rate-limit', '0'], 'whole number from 1'],
    [['--rate-limit', '1.5'], 'whole number from 1'],
  ])('%j is an error', (options, text) => {
    const { status, stderr } = dropcap('-r', nlmon, ...options);
    expect(status).toBe(2);
    expect(stderr).toContain(text);
  });
});

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { comesAgain, type SegmentNaming, SegmentNames } from '../../../src/cli/segmentNames.js';
import { format } from '../../../src/cli/strftime.js';

const TIME = new Date(2026, 10, 7, 9, 5, 3);
const later = (seconds: number) => new Date(TIME.getTime() + seconds * 1000);

describe('names of files', () => {
  test.each<[string, SegmentNaming, string, string[]]>([
    ['as tcpdump -C', { style: 'counted' }, 'd/x.pcapng', ['d/x.pcapng', 'd/x.pcapng1', 'd/x.pcapng2']],
    ['as tcpdump -C -W', { style: 'ring', files: 2 }, 'x', ['x0', 'x1', 'x0']],
    ['as tcpdump -C -W 11', { style: 'ring', files: 11 }, 'x', ['x00', 'x01', 'x02']],
    [
      'as tcpdump -G',
      { style: 'strftime' },
      'x-%Y%m%d-%H%M%S.pcapng',
      ['x-20261107-090503.pcapng', 'x-20261107-090513.pcapng', 'x-20261107-090523.pcapng'],
    ],
    [
      'that would be the same',
      { style: 'strftime' },
      'x-%F',
      ['x-2026-11-07', 'x-2026-11-071', 'x-2026-11-072'],
    ],
    [
      'as dumpcap',
      { style: 'numbered', timeFirst: false },
      'a.b/x.pcapng',
      [
        'a.b/x_00001_20261107090503.pcapng',
        'a.b/x_00002_20261107090513.pcapng',
        'a.b/x_00003_20261107090523.pcapng',
      ],
    ],
    [
      'as dumpcap with nametimenum:2',
      { style: 'numbered', timeFirst: true },
      '/x',
      ['/x_20261107090503_00001', '/x_20261107090513_00002', '/x_20261107090523_00003'],
    ],
  ])('%s', (_, naming, name, names) => {
    const files = new SegmentNames(name, naming, false);
    expect([0, 1, 2].map((file) => files.next(file, later(file * 10)))).toEqual(names);
  });

  test.each([
    [false, ['x-02', 'x-03', 'x-021', 'x-022']],
    [true, ['x-02', 'x-03', 'x-02', 'x-021']],
  ])('that come again later, as after the end of summer time, with --force %j', (overwrite, names) => {
    const files = new SegmentNames('x-%H', { style: 'strftime' }, overwrite);
    const times = [2, 3, 2, 2].map((hour) => new Date(2026, 9, 25, hour));
    expect(times.map((time, file) => files.next(file, time))).toEqual(names);
  });

  test('of the directives are those of date(1)', () => {
    const letters = '%YymdHMSFTRsjuwaAbB'.split('');
    for (const time of [TIME, new Date(2026, 0, 1), new Date(2028, 11, 31, 23, 59, 59)]) {
      const at = ['-d', `@${time.getTime() / 1000}`];
      const date = execFileSync('date', [...at, `+${letters.map((letter) => `%${letter}`).join('|')}`], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C' },
      });
      expect(letters.map((letter) => format(`%${letter}`, time)).join('|')).toBe(date.trimEnd());
    }
  });

  test.each(['x%Q', 'x%', '%é', '%constructor'])('with an unknown directive are refused: %s', (name) => {
    expect(() => format(name, TIME)).toThrow(/is not known \(known are %% %Y /);
  });

  test.each([
    ['%H.pcapng', true],
    ['%a-%H', true],
    ['%m%d%H%M%S', true],
    ['%Y-%H', false],
    ['%F', false],
    ['%s', false],
    ['no time', false],
  ])('%s come again in another year: %s', (name, again) => {
    expect(comesAgain(name)).toBe(again);
  });
});

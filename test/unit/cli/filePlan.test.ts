import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { type FilePlan, filePlanOf, withAutostop } from '../../../src/cli/filePlan.js';
import { captureOptions, type CliOptions } from '../../../src/cli/options.js';

function parse(args: string): CliOptions {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const option of captureOptions()) command.addOption(option);
  return command.parse(['node', 'dropcap', ...args.split(' ')]).opts();
}

const defined = ({ limits, ...plan }: FilePlan) => ({
  ...plan,
  limits: Object.fromEntries(Object.entries(limits ?? {}).filter(([, value]) => value !== undefined)),
});

describe('the files of a capture', () => {
  test.each<[string, FilePlan['limits'], number | undefined, FilePlan['naming']]>([
    ['-C 10', { bytes: 10_000_000 }, undefined, { style: 'counted' }],
    ['-C 10k', { bytes: 10_240 }, undefined, { style: 'counted' }],
    ['-C 1G', { bytes: 1 << 30 }, undefined, { style: 'counted' }],
    ['-C 10 -W 5', { bytes: 10_000_000 }, 5, { style: 'ring', files: 5 }],
    ['-G 60 -w x%F', { seconds: 60 }, undefined, { style: 'strftime' }],
    ['-G 60 -W 5 -w x%F', { seconds: 60, files: 5 }, undefined, { style: 'strftime' }],
    ['-G 60 -C 1 -W 5 -w x%F', { seconds: 60, bytes: 1_000_000 }, 5, { style: 'strftime' }],
    ['-G 60 -w x%H --force', { seconds: 60 }, undefined, { style: 'strftime' }],
    [
      '-b filesize:10 -b duration:60 -b files:3',
      { bytes: 10_000, seconds: 60 },
      3,
      { style: 'numbered', timeFirst: false },
    ],
    [
      '-b interval:3600 -b packets:7 -b nametimenum:2 -a files:4',
      { interval: 3600, packets: 7, files: 4 },
      undefined,
      { style: 'numbered', timeFirst: true },
    ],
    ['--recorder 1M -b files:3', {}, 3, { style: 'numbered', timeFirst: false }],
    ['-a filesize:10', { bytes: 10_000, files: 1 }, undefined, { style: 'counted' }],
  ])('%s', (args, limits, keep, naming) => {
    expect(defined(filePlanOf(parse(args))!)).toEqual({ limits, keep, naming });
  });

  test.each(['-w x', '-a packets:3', '-a duration:3'])('%s is one file', (args) => {
    expect(filePlanOf(parse(args))).toBeUndefined();
  });

  test.each([
    ['-W 3', /-W goes with -C or -G/],
    ['-C 1 -W 1', /2 or more/],
    ['-C 1 -b packets:2', /use one of the two ways/],
    ['-G 60 -w x%H', /these names come again/],
    ['-b files:3', /says when a file ends/],
    ['-b packets:3 -a filesize:3', /does not go with -b/],
    ['-C 1 -a files:3', /not with -C and -G/],
    ['-a files:3', /goes with -b/],
    ['--recorder 1M -C 1', /a file for each trigger/],
    ['--recorder 1M -b packets:3', /a file for each trigger/],
  ])('%s is refused', (args, why) => {
    expect(() => filePlanOf(parse(args))).toThrow(why);
  });

  test.each([
    ['-b files:1', /at least two files/],
    ['-b packets', /filesize:, files:.* with a value/],
    ['-b packets:0', /1 or more/],
    ['-b packets:x', /1 or more/],
    ['-b nametimenum:3', /nametimenum:1/],
    ['-b packets:1 -b packets:2', /given twice/],
    ['-a interval:3', /It takes duration:/],
    ["-z a'b", /a quote has no end/],
    ['-C 0', /above 0/],
    ['-C 5x', /above 0/],
    ['-G 0', /1 or more/],
  ])('%s is no value', (args, why) => {
    expect(() => parse(args)).toThrow(why);
  });

  test('-a duration: and packets: are --duration and -c', () => {
    expect(withAutostop(parse('-a duration:5 -a packets:7'))).toMatchObject({ duration: 5, drops: 7 });
    expect(() => withAutostop(parse('-a duration:5 --duration 6'))).toThrow('give one of them');
    expect(() => withAutostop(parse('-a packets:5 -c 6'))).toThrow('give one of them');
  });
});

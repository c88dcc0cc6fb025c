import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  dropcap,
  lacksTools,
  PROGRAM,
  recordingPath,
  runTool,
  temporaryFolder,
} from '../../support/tools.js';
import { tsharkFields } from '../../support/tshark.js';

const folder = temporaryFolder();
/** 104 drops. 14 of them are noise. */
const dwdump = recordingPath('dwdump');
const HIDDEN = 'hidden: 8 other-host, 4 multicast-not-joined, 2 queue-purge';
const HINT = 'dropcap: drops that are no loss are hidden: --all shows them';

/** The output, with errors, of a program whose output is a terminal. */
function onTerminal(...args: string[]): string[] {
  const spawn = 'import pty, sys; pty.spawn(sys.argv[1:])';
  const { stdout } = runTool('python3', '-c', spawn, process.execPath, PROGRAM, ...args);
  return stdout.split(/\r?\n/);
}

const isLine = (text: string) => /^\d\d:\d\d:\d\d\./.test(text);

describe('--hide, on a recording of 104 drops', () => {
  test.each([
    [['--hide', 'noise'], 90, [HIDDEN]],
    [['--hide', 'other-host'], 96, ['hidden: 8 other-host']],
    [['--hide', 'queue-purge,other-host'], 94, ['hidden: 8 other-host, 2 queue-purge']],
    [['--hide', 'socket-close'], 104, []],
    [['--hide', 'noise', '--origin', 'hw'], 74, []],
    [['--hide', 'noise', '-c', '50'], 50, [expect.stringMatching(/^hidden: /)]],
    [['--all'], 104, []],
    [[], 104, []],
  ])('%j', (options, count, lines) => {
    const { status, stdout, stderr } = dropcap('-r', dwdump, '--count', ...options);
    expect([status, stdout]).toEqual([0, `${count} drops\n`]);
    expect(stderr.split('\n').filter((line) => line.startsWith('hidden'))).toEqual(lines);
    expect(stderr).not.toContain('--all');
  });

  test('the summary as JSON has the numbers by name', () => {
    const { stdout, stderr } = dropcap('-r', dwdump, '--json', '--hide', 'noise');
    expect(stdout.trimEnd().split('\n')).toHaveLength(90);
    expect(JSON.parse(stderr.split('\n')[1]!)).toMatchObject({
      captured: 104,
      filtered: 14,
      removed: { hide: 14 },
      hidden: { 'other-host': 8, 'multicast-not-joined': 4, 'queue-purge': 2 },
    });
    expect(dropcap('-r', dwdump, '--json').stderr).toContain('"hidden":{}');
  });

  test.skipIf(lacksTools('capinfos', 'tshark'))('a file has all drops, or those that are not hidden', () => {
    const packets = (path: string) => Number(/(\d+)$/m.exec(runTool('capinfos', '-Mrc', path).stdout)?.[1]);
    const [all, shown] = [join(folder, 'all.pcapng'), join(folder, 'shown.pcapng')];
    expect(dropcap('-q', '-r', dwdump, '-w', all).status).toBe(0);
    expect(dropcap('-q', '-r', all, '-w', shown, '--hide', 'noise').status).toBe(0);
    expect([packets(all), packets(shown)]).toEqual([104, 90]);
    const noise = (path: string) =>
      tsharkFields(path, 'frame.comment matches "reason=OTHERHOST|ip6_mc_input|QUEUE_PURGE"', [
        'frame.number',
      ]);
    expect([noise(all).length, noise(shown).length]).toEqual([14, 0]);
  });

  test.each([
    [['--hide', 'nonsense'], 'It takes noise, or a list of socket-close, queue-purge, '],
    [['--hide', ''], 'It takes noise, or a list of '],
    [['--hide', 'noise,socket-close'], 'It takes noise, or a list of '],
    [['--hide', 'noise', '--all'], "option '--all' cannot be used with option '--hide <noise>'"],
  ])('%j is an error', (options, text) => {
    const { status, stderr } = dropcap('-r', dwdump, ...options);
    expect(status).toBe(2);
    expect(stderr).toContain(text);
  });
});

describe('without --hide', () => {
  test('lines in a pipe have all drops', () => {
    const { stdout, stderr } = dropcap('-r', dwdump);
    expect(stdout.split('\n').filter(isLine)).toHaveLength(104);
    expect(stderr).not.toMatch(/hidden/);
  });

  test.skipIf(lacksTools('python3'))('lines on a terminal have no noise, and the run says so', () => {
    const text = onTerminal('-r', dwdump);
    expect(text.filter(isLine)).toHaveLength(90);
    expect(text).toContain(HINT);
    expect(text).toContain(HIDDEN);
  });

  test.skipIf(lacksTools('python3')).each([
    ['--all', 104],
    ['--hide=other-host', 96],
    ['reason = OTHERHOST', 8],
  ])('lines on a terminal with %s', (option, count) => {
    const text = onTerminal('-r', dwdump, option);
    expect(text.filter(isLine)).toHaveLength(count);
    expect(text).not.toContain(HINT);
  });

  test.skipIf(lacksTools('python3')).each([['--json'], ['--count']])(
    '%s on a terminal has all drops',
    (option) => {
      const text = onTerminal('-r', dwdump, option);
      expect(text).not.toContain(HINT);
      expect(text.join('\n')).not.toContain('hidden:');
    },
  );

  test.skipIf(lacksTools('python3'))(
    'a file has all drops, also when --print shows them on a terminal',
    () => {
      const path = join(folder, 'printed.pcapng');
      const text = onTerminal('-r', dwdump, '-w', path, '--print');
      expect(text.filter(isLine)).toHaveLength(104);
      expect(readFileSync(path).length).toBeGreaterThan(0);
      expect(text).not.toContain(HINT);
    },
  );
});

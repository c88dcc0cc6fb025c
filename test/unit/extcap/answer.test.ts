import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacksLibpcap } from '../../support/libpcap.js';
import { VERSION } from '../../../src/version.js';

const PROGRAM = fileURLToPath(new URL('../../../bin/dropmon.js', import.meta.url));
let folder: string;
let link: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dropcap-extcap-'));
  link = join(folder, 'dropmon');
  symlinkSync(PROGRAM, link);
  writeFileSync(
    join(folder, 'loaded.cjs'),
    `process.on('exit', () => process.stderr.write(Object.keys(require.cache).join('\\n')));
     const { dlopen } = process;
     process.dlopen = (...args) => { process.stderr.write('ADDON\\n'); dlopen.apply(process, args); };`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program as Wireshark does: reached by a link. */
function call(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(link, args, { encoding: 'utf8' });
  return { status, lines: stdout.split('\n').slice(0, -1), stderr };
}

const ABOUT = ['--extcap-interface', 'dropmon'];

describe('the answers to extcap queries', () => {
  test.each([
    ['with a version', ['--extcap-interfaces', '--extcap-version=4.0']],
    ['with a version of a later form', ['--extcap-interfaces', '--extcap-version', '4.6']],
    ['without a version', ['--extcap-interfaces']],
  ])('list the interface and its controls, %s', (_, args) => {
    const { status, lines, stderr } = call(...args);
    expect([status, stderr]).toEqual([0, '']);
    expect(lines[0]).toMatch(
      /^extcap \{version=(.+)\}\{help=file:.*\/docs\/wireshark\.md\}\{display=dropcap\}$/,
    );
    expect(lines[0]).toContain(`{version=${VERSION}}`);
    expect(lines[1]).toBe('interface {value=dropmon}{display=Dropped packets}');
    expect(lines.slice(2).map((line) => /^control (\{number=\d\}\{type=\w+\})/.exec(line)?.[1])).toEqual([
      '{number=0}{type=string}',
      '{number=1}{type=string}',
      '{number=2}{type=button}',
    ]);
  });

  test('list one link type', () => {
    expect(call('--extcap-dlts', ...ABOUT)).toEqual({
      status: 0,
      lines: ['dlt {number=147}{name=USER0}{display=Own link type of each packet}'],
      stderr: '',
    });
  });

  test('list the options of a capture, with defaults', () => {
    const { status, lines } = call('--extcap-config', '--extcap-interface=dropmon', '--unknown', 'x');
    expect(status).toBe(0);
    const options = lines.flatMap((line) => {
      const found = /^arg \{number=(\d)\}\{call=(--[a-z-]+)\}.*\{type=(\w+)\}/.exec(line);
      return found ? [found.slice(1)] : [];
    });
    expect(options).toEqual([
      ['0', '--origin', 'selector'],
      ['1', '--snapshot-length', 'unsigned'],
      ['2', '--queue-length', 'unsigned'],
      ['3', '--device', 'string'],
      ['4', '--filter', 'string'],
      ['5', '--hide-noise', 'boolflag'],
    ]);
    expect(lines.filter((line) => line.startsWith('value {arg=0}'))).toHaveLength(3);
  });

  test.each([
    ['reason = NO_SOCKET', []],
    ['', []],
    [
      'iface = "a',
      [expect.stringMatching(/^filter: a closing quotation mark is missing \(at character 9: "a\)$/)],
    ],
  ])('judge the capture filter %j', (filter, lines) => {
    expect(call('--extcap-capture-filter', filter, ...ABOUT)).toEqual({ status: 0, lines, stderr: '' });
  });

  test.skipIf(lacksLibpcap()).each([
    ['tcp port 443 or lost', []],
    ['tcp prot 443', [expect.stringMatching(/^filter: libpcap: .*\(at character 1: tcp prot 443\)$/)]],
  ])('judge the capture filter %j by libpcap', (filter, lines) => {
    expect(call('--extcap-capture-filter', filter, ...ABOUT)).toEqual({ status: 0, lines, stderr: '' });
  });

  test.each([
    ['an unknown interface', ['--extcap-config', '--extcap-interface', 'eth0'], 0],
    ['no interface', ['--extcap-dlts'], 0],
    ['no arguments', [], 1],
  ])('fail for %s', (_, args, lines) => {
    const answer = call(...args);
    expect([answer.status, answer.lines.length]).toEqual([1, lines]);
  });

  test.each([
    [['--extcap-interfaces']],
    [['--extcap-dlts', ...ABOUT]],
    [['--extcap-config', ...ABOUT]],
    [['--extcap-capture-filter', 'reason = X', ...ABOUT]],
  ])('load neither the addon nor the pipeline: %j', (args) => {
    const words = ['--require', join(folder, 'loaded.cjs'), link, ...args];
    const { stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect(stderr).toMatch(/dist\/extcap\.cjs/);
    expect(stderr).not.toMatch(/ADDON|program\.cjs|start\.cjs/);
  });
});

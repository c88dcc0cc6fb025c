import { describe, expect, test } from 'vitest';
import { NOISE_NAMES } from '../../../src/class/noiseOf.js';
import { captureOptionsOf, expressionsOf } from '../../../src/cli/extcapOptions.js';
import { readArguments } from '../../../src/extcap/arguments.js';

describe('readArguments', () => {
  test.each([
    ['separate values', ['--fifo', '/p', '--filter', 'a b'], { '--fifo': '/p', '--filter': 'a b' }],
    ['values after =', ['--fifo=/p', '--filter=a = b'], { '--fifo': '/p', '--filter': 'a = b' }],
    ['flags', ['--capture', 'x', '--extcap-dlts'], { '--capture': '', '--extcap-dlts': '' }],
    [
      'missing values',
      ['--filter', '--fifo', '/p', '--device'],
      { '--filter': '', '--fifo': '/p', '--device': '' },
    ],
    ['empty values', ['--filter', '', '--fifo='], { '--filter': '', '--fifo': '' }],
    ['the last of two', ['--origin', 'sw', '--origin=hw'], { '--origin': 'hw' }],
    ['words of no option', ['x', '-y'], {}],
  ])('reads %s', (_, args, options) => {
    expect(Object.fromEntries(readArguments(args))).toEqual(options);
  });
});

const CALL = ['--capture', '--extcap-interface', 'dropmon', '--fifo', '/fifo'];
const defaults = { write: '/fifo', origin: 'all', format: 'pcapng', pc: true, quiet: true };

describe('captureOptionsOf', () => {
  test.each([
    ['nothing', [], defaults],
    ['the defaults of numbers', ['--snapshot-length', '0', '--queue-length', '0', '--origin', ''], defaults],
    [
      'all options',
      ['--origin', 'hw', '--snapshot-length=64', '--queue-length', '2000'],
      { ...defaults, origin: 'hw', snapshotLength: 64, queueLength: 2000 },
    ],
    ['the flag alone', ['--hide-noise', '--origin', 'all'], { ...defaults, hide: NOISE_NAMES }],
    ['the flag with a value', ['--hide-noise', 'true'], { ...defaults, hide: NOISE_NAMES }],
    ['the flag that is off', ['--hide-noise=false'], defaults],
    ['options of a later Wireshark', ['--extcap-new', 'x', '--new=y', '--newer'], defaults],
  ])('has defaults of its own, and takes %s', (_, args, options) => {
    expect(captureOptionsOf(readArguments([...CALL, ...args]))).toEqual(options);
  });

  test.each([
    ['--origin', 'x', 'takes all, sw or hw, not x'],
    ['--snapshot-length', '-1', 'takes a whole number, not -1'],
    ['--queue-length', '1e3', 'takes a whole number, not 1e3'],
    ['--fifo', '', '--capture needs --fifo PATH'],
  ])('refuses %s %s', (name, value, text) => {
    expect(() => captureOptionsOf(readArguments([...CALL, name, value]))).toThrow(text);
  });
});

describe('expressionsOf', () => {
  test('has the capture filter, the filter and the network interface', () => {
    const args = ['--extcap-capture-filter', 'tcp', '--filter', ' lost ', '--device', 'a"b'];
    expect(expressionsOf(readArguments(args))).toEqual(['tcp', 'lost', 'iface = "a\\"b"']);
    expect(expressionsOf(readArguments(['--extcap-capture-filter', '', '--device', ' ']))).toEqual([]);
  });
});

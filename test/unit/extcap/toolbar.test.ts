import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Toolbar } from '../../../src/extcap/toolbar.js';

let folder: string;
let output: string;
let reader: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dropcap-toolbar-'));
  output = join(folder, 'out');
  execFileSync('mkfifo', [output, join(folder, 'in')]);
  reader = openSync(output, constants.O_RDONLY | constants.O_NONBLOCK);
});
afterEach(() => {
  closeSync(reader);
  rmSync(folder, { recursive: true });
});

function received(): string {
  const bytes = Buffer.alloc(1 << 17);
  return bytes.subarray(0, readSync(reader, bytes)).toString('latin1');
}

describe('Toolbar', () => {
  test('sends messages as Wireshark reads them, and a text only when it changes', () => {
    const toolbar = new Toolbar(join(folder, 'in'), output);
    toolbar.disable(1);
    toolbar.set(0, '17');
    toolbar.set(0, '17');
    toolbar.log(2, 'é');
    // Sync T, length of 3 bytes, number, command, text.
    expect(received()).toBe(
      ['T\0\0\x02\x01\x05', 'T\0\0\x04\0\x0117', 'T\0\0\x05\x02\x02\xc3\xa9\n'].join(''),
    );
    toolbar.close();
  });

  test('does not wait for a reader that reads nothing', () => {
    const toolbar = new Toolbar(undefined, output);
    for (let i = 0; i < 1000; i++) toolbar.log(2, 'x'.repeat(5000));
    expect(received().length % 4096).toBe(0);
    toolbar.set(0, 'again');
    expect(received()).toContain('again');
    toolbar.close();
  });

  test('shows nothing without pipes', () => {
    const toolbar = new Toolbar(undefined, undefined);
    expect(toolbar.open).toBe(false);
    toolbar.set(0, 'x');
    toolbar.close();
  });
});

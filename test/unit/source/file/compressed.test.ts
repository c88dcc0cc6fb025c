import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openCapture } from '../../../../src/source/file/openCapture.js';
import {
  dropcap,
  dropcapWithInput,
  lacksTools,
  PROGRAM,
  recordingPath,
  run,
  temporaryFolder,
} from '../../../support/tools.js';

const folder = temporaryFolder();
const FILE = readFileSync(recordingPath('nlmon'));
const EXPECTED = dropcap('-q', '-r', recordingPath('nlmon')).stdout;
const LINES = EXPECTED.trimEnd().split('\n').length;

function saved(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** The number of drops that are read before the error, and the error's text; an empty text without an error. */
async function readUpToError(path: string): Promise<[drops: number, error: string]> {
  let drops = 0;
  try {
    for await (const _ of await openCapture(path)) drops++;
  } catch (error) {
    return [drops, (error as Error).message];
  }
  return [drops, ''];
}

describe('recordings compressed by gzip', () => {
  test('are known by their bytes, not by their name', () => {
    const path = saved('recording.pcap', gzipSync(FILE));
    expect(dropcap('-q', '-r', path)).toEqual({ status: 0, stdout: EXPECTED, stderr: '' });
    expect(dropcap('-q', '-r', saved('plain.gz', FILE)).stdout).toBe(EXPECTED);
  });

  test('are read from standard input: a file, and a pipe', () => {
    const path = saved('stdin.gz', gzipSync(FILE));
    expect(dropcapWithInput(path, '-q', '-r', '-').stdout).toBe(EXPECTED);
    const piped = run('sh', ['-c', 'cat "$1" | "$2" "$3" -q -r -', 'sh', path, process.execPath, PROGRAM]);
    expect(piped).toEqual({ status: 0, stdout: EXPECTED, stderr: '' });
  });

  test('may have several members, and zeros after the last one', () => {
    for (const at of [1, 24, 30_000]) {
      const members = [gzipSync(FILE.subarray(0, at)), gzipSync(FILE.subarray(at)), new Uint8Array(512)];
      expect(dropcap('-q', '-r', saved('members.gz', Buffer.concat(members))).stdout).toBe(EXPECTED);
    }
  });

  test('with a wrong checksum give all drops, and an error', async () => {
    const packed = gzipSync(FILE);
    packed[packed.length - 8]! ^= 1;
    const path = saved('checksum.gz', packed);
    const ran = dropcap('-q', '-r', path);
    expect([ran.status, ran.stdout]).toEqual([1, EXPECTED]);
    expect(ran.stderr).toBe(
      `dropcap: ${path} is cut short or damaged: what could be decompressed was read (gzip: incorrect data check)\n`,
    );
    expect((await readUpToError(path))[0]).toBe(LINES);
  });

  test.each([0.3, 0.6, 0.95])('cut at %d of their bytes give the drops before the cut', async (share) => {
    const packed = gzipSync(FILE);
    const cut = packed.subarray(0, packed.length * share);
    // Z_SYNC_FLUSH: zlib gives what it can.
    const whole = gunzipSync(cut, { finishFlush: 2 });
    const [before] = await readUpToError(saved('plain-cut.pcap', whole));
    expect(before).toBeGreaterThan(0);
    const path = saved('cut.gz', cut);
    const text = `${path} is cut short or damaged: what could be decompressed was read (gzip: unexpected end of file)`;
    expect(await readUpToError(path)).toEqual([before, text]);
  });

  test('with damage in the middle give the drops before the damage, but for those of the last piece', async () => {
    const half = FILE.subarray(0, 30_000);
    // The second member is ten bytes of header and a block of a type that does not exist.
    const damaged = Buffer.concat([gzipSync(half), gzipSync(FILE).subarray(0, 10), Buffer.alloc(100, 0xff)]);
    const [expected] = await readUpToError(saved('half.pcap', half));
    const [drops, error] = await readUpToError(saved('damaged.gz', damaged));
    expect(drops).toBeGreaterThanOrEqual(expected - 1);
    expect(error).toContain('gzip: invalid block type');
  });

  test('of many zeros are read in bounded memory', async () => {
    const zeros = gzipSync(Buffer.alloc(64 << 20));
    const path = saved(
      'zeros.gz',
      Buffer.concat([gzipSync(FILE.subarray(0, 24)), zeros, zeros, zeros, zeros]),
    );
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers)), 1);
    const [drops, error] = await readUpToError(path);
    clearInterval(watch);
    expect([drops, error]).toEqual([0, expect.stringContaining('holds no drops')]);
    expect(most - before).toBeLessThan(128 << 20);
  });
});

const TOOLS = [
  { tool: 'zstd', args: ['-q'] },
  { tool: 'xz', args: ['--block-size=8192'] },
  { tool: 'lz4', args: ['-q', '-B4', '-BD'] },
];

describe.skipIf(lacksTools('zstd', 'xz', 'lz4')).each(TOOLS)('recordings compressed by $tool', (format) => {
  const { tool, args } = format;
  const packed = (bytes: Uint8Array) => {
    const { stdout, status } = spawnSync(tool, ['-c', ...args], { input: bytes, maxBuffer: 1 << 26 });
    expect(status).toBe(0);
    return stdout;
  };

  test('are read from a file and from standard input', () => {
    const path = saved(`recording-${tool}`, packed(FILE));
    expect(dropcap('-q', '-r', path)).toEqual({ status: 0, stdout: EXPECTED, stderr: '' });
    expect(dropcapWithInput(path, '-q', '-r', '-')).toEqual({ status: 0, stdout: EXPECTED, stderr: '' });
  });

  test('end with -c before their end', () => {
    const path = saved(
      `many-${tool}`,
      packed(Buffer.concat([FILE, ...Array<Buffer>(200).fill(FILE.subarray(24))])),
    );
    const ran = dropcap('-q', '-c', '3', '-r', path);
    expect(ran).toEqual({ status: 0, stdout: EXPECTED.split('\n', 3).join('\n') + '\n', stderr: '' });
  });

  test('cut short give the drops that the tool gives, and its error', async () => {
    const whole = packed(Buffer.concat([FILE, ...Array<Buffer>(9).fill(FILE.subarray(24))]));
    const cut = saved(`cut-${tool}`, whole.subarray(0, whole.length - 20));
    const [drops, error] = await readUpToError(cut);
    const given = spawnSync(tool, ['-dcq'], { input: readFileSync(cut), maxBuffer: 1 << 26 }).stdout;
    const [expected] = await readUpToError(saved(`given-${tool}.pcap`, given));
    expect(drops).toBe(expected);
    expect(error).toContain(`${cut} is cut short or damaged: what could be decompressed was read (${tool}: `);
  });

  test('are refused without the tool, with the command that decompresses', () => {
    const path = saved(`no-tool-${tool}`, packed(FILE));
    const { status, stderr } = run('env', ['PATH=/nowhere', process.execPath, PROGRAM, '-r', path]);
    expect([status, stderr]).toEqual([
      1,
      `dropcap: cannot read ${path}: cannot start ${tool}, which decompresses it: no such file or folder ` +
        `(install ${tool}, or decompress elsewhere: ${tool} -dc FILE | dropcap -r -)\n`,
    ]);
  });
});

describe.skipIf(lacksTools('zstd') || process.getuid!() !== 0)('the tool for a recording of sudo', () => {
  test('runs as the user who called sudo, without groups of root', () => {
    const path = join(folder, 'sudo.pcap.zst');
    writeFileSync(path, spawnSync('zstd', ['-qc', recordingPath('nlmon')]).stdout);
    chmodSync(folder, 0o755);
    const bin = mkdtempSync(join(folder, 'bin-'));
    chmodSync(bin, 0o777);
    writeFileSync(join(bin, 'zstd'), `#!/bin/sh\nid >${bin}/id\nexec /usr/bin/zstd "$@"\n`, { mode: 0o755 });
    const { status, stdout } = spawnSync(process.execPath, [PROGRAM, '-q', '-r', path], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}:${process.env['PATH']}`, SUDO_UID: '65534', SUDO_GID: '65534' },
    });
    expect([status, stdout.split('\n').length - 1]).toEqual([0, 98]);
    expect(readFileSync(join(bin, 'id'), 'utf8')).toMatch(
      /^uid=65534\(\w+\) gid=65534\(\w+\) groups=65534\(\w+\)$/m,
    );
  });
});

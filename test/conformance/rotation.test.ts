import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pcapFile, recordsOf } from '../support/captureFiles.js';
import { fromHex } from '../support/packetBytes.js';
import {
  familyAnswer,
  GENERIC,
  netlinkRecord,
  newLink,
  packetAlert,
  ROUTE,
} from '../support/netlinkBytes.js';
import { dropsIn, readPcapngFile } from '../support/pcapngReference.js';
import { START_NS } from '../support/rows.js';
import { dropcap, lacksTools, runTool, temporaryFolder } from '../support/tools.js';
import { tsharkComplaints } from '../support/tshark.js';

const DROPS = 5000;
const ETHERNET = 1;
const folder = temporaryFolder();
const recording = join(folder, 'drops.pcap');
const whole = join(folder, 'whole.pcapng');

/** 5000 drops of three devices, ten milliseconds apart: 50 seconds from midnight on. */
writeFileSync(
  recording,
  pcapFile(
    recordsOf(
      netlinkRecord(GENERIC, familyAnswer()),
      ...[2, 3, 4].map((ifindex) => netlinkRecord(ROUTE, newLink(ifindex, ETHERNET, `eth${ifindex}`))),
      ...Array.from({ length: DROPS }, (_, i) =>
        netlinkRecord(
          GENERIC,
          packetAlert({
            reason: i % 7 === 0 ? 'NO_SOCKET' : 'NETFILTER_DROP',
            symbol: 'nft_do_chain+0x1/0x2',
            ifindex: 2 + (i % 3),
            timestampNs: START_NS + BigInt(i) * 10_000_000n,
            originalLength: 18,
            protocol: 0x88b5,
            payload: fromHex('ffffffffffff02000000000188b5', i.toString(16).padStart(8, '0')),
          }),
        ),
      ),
    ),
  ),
);
dropcap('-q', '-r', recording, '-w', whole);

let made = 0;
/** Converts the recording, and returns the paths of the files in the order of their names. */
function filesOf(name: string, ...options: string[]) {
  const place = join(folder, `${++made}`);
  mkdirSync(place);
  const ran = dropcap('-r', recording, '-w', join(place, name), ...options);
  const paths = readdirSync(place).map((file) => join(place, file));
  return { ...ran, paths: paths.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1)) };
}

const dropsOf = (paths: readonly string[]) => paths.flatMap((path) => dropsIn(readPcapngFile(path)));

describe.skipIf(lacksTools('tshark', 'capinfos'))('files one after another', () => {
  test.each<[string, string, string[], number]>([
    ['-C 100k', 'x.pcapng', ['-C', '100k'], 10],
    ['-G 7', 'x-%F-%H%M%S.pcapng', ['-G', '7'], 8],
    ['-b packets:999', 'x.pcapng', ['-b', 'packets:999'], 6],
    ['-b interval:10', 'x.pcapng', ['-b', 'interval:10', '-b', 'nametimenum:2'], 5],
    ['-b filesize:200 -b duration:12', 'x.pcapng', ['-b', 'filesize:200', '-b', 'duration:12'], 5],
  ])('have each drop once and in order, and are whole files: %s', (_, name, options, number) => {
    const { status, paths, stderr } = filesOf(name, ...options);
    expect(status).toBe(0);
    expect(stderr).toContain(`\n${number} files\n`);
    expect(paths).toHaveLength(number);
    expect(dropsOf(paths)).toEqual(dropsOf([whole]));
    for (const path of [paths[0]!, paths.at(-1)!]) {
      expect(tsharkComplaints(path)).toMatchObject({ status: 0, stderr: '' });
    }
    const counted = runTool('capinfos', '-cM', ...paths).stdout;
    expect([...counted.matchAll(/^Number of packets: +(\d+)$/gm)].map(([, count]) => Number(count))).toEqual(
      paths.map((path) => readPcapngFile(path).packets.length),
    );
  });

  test('of netlink messages begin with the answer that names the family', () => {
    const { paths } = filesOf('x.pcap', '--format', 'pcap', '-y', 'NETLINK', '-b', 'packets:2000');
    expect(paths).toHaveLength(3);
    for (const path of paths) {
      const counted = runTool('tshark', '-r', path, '-Y', 'net_dm', '-T', 'fields', '-e', 'net_dm.timestamp');
      expect(counted.stdout.split('\n').length - 1).toBe(path.includes('_00003_') ? 1000 : 2000);
    }
  });
});

test('a ring keeps the newest drops', () => {
  const { paths, stderr } = filesOf('x.pcapng', '-C', '100k', '-W', '4');
  expect(stderr).toContain('\n10 files: 6 removed to make room, 4 kept\n');
  expect(paths.map((path) => path.at(-1))).toEqual(['0', '1', '2', '3']);
  const inOrder = ['2', '3', '0', '1'].map((digit) => paths.find((path) => path.endsWith(digit))!);
  const kept = dropsOf(inOrder);
  expect(kept.length).toBeGreaterThan(1500);
  expect(kept).toEqual(dropsOf([whole]).slice(-kept.length));
});

test('a capture ends after its last file, and says which drops came later', () => {
  const { paths, stderr, status } = filesOf('x.pcapng', '-b', 'packets:100', '-a', 'files:3');
  expect(status).toBe(0);
  expect(dropsOf(paths)).toEqual(dropsOf([whole]).slice(0, 300));
  const captured = Number(/^(\d+) drops captured$/m.exec(stderr)?.[1]);
  const after = Number(/^(\d+) drops after the end of the last file$/m.exec(stderr)?.[1]);
  expect(captured - after).toBe(300);
});

test('an existing file ends the capture, and is not touched', () => {
  const place = join(folder, 'taken');
  mkdirSync(place);
  writeFileSync(join(place, 'x2'), 'precious');
  const { status, stderr } = dropcap('-r', recording, '-w', join(place, 'x'), '-C', '100k');
  expect(status).toBe(1);
  expect(stderr).toMatch(/x2: it exists \(choose another name, or --force to overwrite it\)/);
  expect(readFileSync(join(place, 'x2'), 'utf8')).toBe('precious');
  expect(existsSync(join(place, 'x3'))).toBe(false);
  expect(dropsOf([join(place, 'x'), join(place, 'x1')])).toEqual(
    dropsOf([whole]).slice(0, dropsOf([join(place, 'x'), join(place, 'x1')]).length),
  );
});

test.skipIf(lacksTools('gzip', 'zstd'))('complete files are compressed, named and given to a program', () => {
  for (const [method, end, tool] of [
    ['gzip', '.gz', 'gzip'],
    ['zstd', '.zst', 'zstd'],
  ] as const) {
    const { paths, stdout, stderr } = filesOf(
      'x.pcapng',
      '-b',
      'packets:2000',
      '-b',
      'printname:stdout',
      '--compress',
      method,
      '-z',
      'echo done with',
    );
    expect(paths.every((path) => path.endsWith(`.pcapng${end}`))).toBe(true);
    expect(stdout.trimEnd().split('\n')).toEqual(paths);
    for (const path of paths) expect(stderr).toContain(`done with ${path}\n`);
    for (const path of paths) runTool(tool, '-dqk', path);
    expect(dropsOf(paths.map((path) => path.slice(0, -end.length)))).toEqual(dropsOf([whole]));
  }
});

test('a failed program is a notice', () => {
  const { status, stderr } = filesOf('x.pcapng', '-z', 'false');
  expect(status).toBe(0);
  expect(stderr).toMatch(/^dropcap: -z: false ended with status 1 \(for .*x\.pcapng\)$/m);
});

test.each([
  ['-z', 'nosuch x', /-z: there is no program nosuch in PATH \(install it, or give its whole path\)/],
  ['-z', '/etc/passwd', /-z: cannot run \/etc\/passwd: permission denied/],
  ['-z', '/usr', /-z: cannot run \/usr: it is a folder/],
])('a missing program is an error before the first file: %s %s', (flag, command, why) => {
  const { status, stderr, paths } = filesOf('x.pcapng', flag, command);
  expect(stderr).toMatch(why);
  expect([status, paths]).toEqual([2, []]);
});

test('a recording that cannot be read leaves no compressed file', () => {
  const input = join(folder, 'damaged.pcap');
  writeFileSync(input, Buffer.concat([readFileSync(recording).subarray(0, 24), Buffer.alloc(3000, 0xff)]));
  const place = join(folder, 'none');
  mkdirSync(place);
  const { status } = dropcap('-r', input, '-w', join(place, 'x.pcapng'), '--compress', 'gzip');
  expect([status, readdirSync(place)]).toEqual([1, []]);
});

test.each([
  [['-w', '-', '-C', '1'], /and a recorder are about files, and standard output is none/],
  [['-w', '/dev/null', '--compress', 'gzip'], /are about files, and \/dev\/null is none/],
  [['-C', '1'], /go with -w FILE/],
  [['-w', 'x.gz'], /--compress gzip compresses the complete file, and adds .gz/],
])('%j is wrong usage', (options, why) => {
  const { status, stderr } = dropcap('-r', recording, ...options);
  expect(stderr).toMatch(why);
  expect(status).toBe(2);
});

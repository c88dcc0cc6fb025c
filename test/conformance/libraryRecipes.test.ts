import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { lacksLibpcap } from '../support/libpcap.js';
import { dropcap, recordingPath, temporaryFolder } from '../support/tools.js';

const project = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, project), 'utf8');
const recipes = new Map(
  Array.from(
    read('docs/library.md').matchAll(/^```js\n\/\/ (\S+\.js).*\n([\s\S]*?)^```$/gm),
    ([, name, code]) => [name!, code!],
  ),
);

const folder = temporaryFolder();
mkdirSync(join(folder, 'node_modules'));
symlinkSync(fileURLToPath(project), join(folder, 'node_modules/dropcap'));
writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
for (const [name, code] of recipes) writeFileSync(join(folder, name), code);

function run(name: string, ...args: string[]): string[] {
  const { stdout, stderr, status } = spawnSync(process.execPath, [name, ...args], {
    encoding: 'utf8',
    cwd: folder,
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.trimEnd().split('\n');
}

const dwdump = recordingPath('dwdump');

describe('the recipes of docs/library.md', () => {
  test('are all here', () => {
    expect([...recipes.keys()]).toEqual([
      'read.js',
      'json.js',
      'expression.js',
      'filter-live.js',
      'own-stages.js',
      'less.js',
      'lines.js',
      'recorder.js',
      'count.js',
      'classes.js',
      'convert-folder.js',
      'slow.js',
      'segments.js',
    ]);
  });

  test('read.js prints each drop', () => {
    expect(run('read.js', dwdump)).toHaveLength(104);
  });

  test('json.js prints what the program prints', () => {
    const program = spawnSync(
      process.execPath,
      [fileURLToPath(new URL('bin/dropcap.js', project)), '-q', '-r', dwdump, '--json'],
      {
        encoding: 'utf8',
      },
    );
    expect(run('json.js', dwdump)).toEqual(program.stdout.trimEnd().split('\n'));
  });

  // test/kernel/capture.test.ts runs it on a kernel.
  test('filter-live.js is the sample of that name', () => {
    expect(read('samples/filter-live.js')).toContain(recipes.get('filter-live.js')!.trim());
  });

  // test/conformance/samples.test.ts runs it.
  test('own-stages.js is the sample of that name', () => {
    expect(read('samples/own-stages.js')).toContain(recipes.get('own-stages.js')!.trim());
  });

  test.skipIf(lacksLibpcap())('expression.js keeps the drops that fit', () => {
    const kept = join(folder, 'expression.pcapng');
    expect(run('expression.js', dwdump, kept, 'udp and reason = NO_SOCKET')).toEqual([
      '10 drops fit, 94 do not',
    ]);
    expect(dropcap('-q', '-r', kept, '--count').stdout).toBe('10 drops\n');
  });

  test('recorder.js writes what the program writes', () => {
    const input = recordingPath('nlmon');
    const lines = run('recorder.js', input, join(folder, 'own'), 'reason = QUEUE_PURGE');
    expect(lines).toEqual(['file 1: 30 drops', '68 drops are in no file']);
    expect(dropcap('-q', '-r', join(folder, 'own-1.pcapng'), '--count').stdout).toBe('30 drops\n');
  });

  test('less.js leaves out what the program leaves out', () => {
    const [own, programs] = [join(folder, 'less.pcapng'), join(folder, 'less-by-program.json')];
    const [removed] = run('less.js', dwdump, own);
    const options = ['--dedupe', '--rate-limit', '10', '--json'];
    const { stderr } = dropcap('-r', dwdump, '-w', programs, ...options);
    const summary = JSON.parse(stderr.trimEnd().split('\n').at(-1)!) as { removed: unknown };
    expect(JSON.parse(removed!)).toEqual(summary.removed);
  });

  test('lines.js prints what the program prints', () => {
    const options = ['-q', '-tttt', '-#', '-r', dwdump];
    const program = spawnSync(
      process.execPath,
      [fileURLToPath(new URL('bin/dropcap.js', project)), ...options],
      {
        encoding: 'utf8',
      },
    );
    expect(run('lines.js', dwdump)).toEqual(program.stdout.trimEnd().split('\n'));
  });

  test('count.js counts all drops', () => {
    const counts = run('count.js', dwdump).map((line) => Number(line.split(' ')[0]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(104);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  test('classes.js counts the noise by name, and all other drops by class', () => {
    expect(run('classes.js', dwdump).toSorted()).toEqual([
      '12 host/no-listener (unclear)',
      '2 noise: queue-purge',
      '37 errors/l3/ttl-expired (unclear)',
      '37 not known',
      '4 noise: multicast-not-joined',
      '4 policy/l3/acl (intended)',
      '8 noise: other-host',
    ]);
  });

  test('convert-folder.js converts each file', () => {
    for (const name of ['in', 'out']) mkdirSync(join(folder, name));
    for (const name of ['dwdump', 'nlmon']) copyFileSync(recordingPath(name), join(folder, 'in', name));
    expect(run('convert-folder.js', 'in', 'out')).toEqual(['dwdump 104', 'nlmon 98']);
    expect(readdirSync(join(folder, 'out'))).toEqual(['dwdump.pcap', 'nlmon.pcap']);
  });

  test('slow.js sends all drops', () => {
    expect(run('slow.js', dwdump)).toEqual(['104 drops sent']);
  });

  test('segments.js writes files that hold all drops', () => {
    mkdirSync(join(folder, 'segments'));
    run('segments.js', dwdump, 'segments');
    const files = readdirSync(join(folder, 'segments'));
    expect(files).toEqual(['drops-0.pcapng']);
    expect(run('read.js', join('segments', files[0]!))).toHaveLength(104);
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

const project = new URL('../../', import.meta.url);

describe('the code that the program starts with', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dropcap-'));
  const dist = join(folder, 'dist');
  const name = readdirSync(new URL('dist/', project)).find((file) => file.endsWith('.code'))!;
  const path = join(dist, name);
  const whole = readFileSync(new URL(`dist/${name}`, project));
  const middle = whole.length >> 1;

  /** Prints on descriptor 3, for each script, whether V8 got code for it and accepted the code. */
  const observer = join(folder, 'observer.cjs');
  const OBSERVER = `
    const vm = require('node:vm');
    vm.Script = class extends vm.Script {
      constructor(source, options) {
        super(source, options);
        const used = options.cachedData !== undefined && !this.cachedDataRejected;
        require('node:fs').writeSync(3, used ? 'used' : 'compiled');
      }
    };`;

  /** Runs the program's --version. */
  function start(...flags: string[]) {
    const { status, output } = spawnSync(
      process.execPath,
      [...flags, '--require', observer, join(folder, 'bin/dropcap.js'), '--version'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe', 'pipe'], timeout: 20_000 },
    );
    const [, stdout, stderr, how] = output;
    return { status, stdout, stderr, how };
  }

  const started = (how: string) => ({
    status: 0,
    stdout: expect.stringMatching(/^dropcap \d/),
    stderr: '',
    how,
  });

  beforeAll(() => {
    for (const part of ['bin', 'dist', 'package.json']) {
      cpSync(new URL(part, project), join(folder, part), { recursive: true });
    }
    writeFileSync(observer, OBSERVER);
  });

  beforeEach(() => {
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, whole, { mode: 0o644 });
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('is the only code file, and is used', () => {
    expect(readdirSync(dist).filter((file) => file.includes('.code'))).toEqual([name]);
    expect(start()).toEqual(started('used'));
  });

  test.each<[string, () => void]>([
    ['is missing', () => rmSync(path)],
    ['is empty', () => truncateSync(path)],
    ['is cut in half', () => truncateSync(path, middle)],
    ['is all zeros', () => writeFileSync(path, Buffer.alloc(whole.length))],
    ['has a flipped bit', () => writeFileSync(path, whole.with(middle, whole[middle]! ^ 1))],
    ['is partly zeros', () => writeFileSync(path, Buffer.from(whole).fill(0, 1000, whole.length - 1000))],
    ['has more at its end', () => appendFileSync(path, 'more')],
    ['can be written by all users', () => chmodSync(path, 0o666)],
    ['is a symbolic link', () => replace(() => symlinkSync(new URL(`dist/${name}`, project), path))],
    ['is a FIFO', () => replace(() => execFileSync('mkfifo', [path]))],
    ['is a folder', () => replace(() => mkdirSync(path))],
  ])('is not used when it %s, and the program still runs', (_, damage) => {
    damage();
    expect(start()).toEqual(started('compiled'));
  });

  test.skipIf(process.getuid!() !== 0)('is not used, nor missed, when it belongs to another user', () => {
    chownSync(path, 65_534, 65_534);
    expect(start()).toEqual(started('compiled'));
  });

  test('is not used when V8 has other flags, and the program still runs', () => {
    expect(start('--stack-trace-limit=9')).toEqual(started('compiled'));
  });

  function replace(make: () => void): void {
    rmSync(path);
    make();
  }
});

test('a Node makes the same code in any folder, with --random-seed', () => {
  const codes = ['a', 'longer-name'].map((name) => {
    const folder = mkdtempSync(join(tmpdir(), `dropcap-${name}-`));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const part of ['bin', 'dist', 'package.json', 'samples/recordings/linux-6.12/dwdump.pcap']) {
      cpSync(new URL(part, project), join(folder, part), { recursive: true });
    }
    const file = join(folder, `dist/program-${process.version}-${process.arch}.code`);
    rmSync(file);
    const env = { ...process.env, NODE_OPTIONS: '' };
    execFileSync(process.execPath, ['--random-seed=1', join(folder, 'bin/compile.js')], { env });
    return readFileSync(file);
  });
  expect(codes[0]!.equals(codes[1]!)).toBe(true);
});

describe('the program that cannot start says why, in one line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dropcap-'));
  const program = join(folder, 'bin/dropcap.js');

  beforeEach(() => {
    for (const part of ['bin', 'dist', 'package.json']) {
      cpSync(new URL(part, project), join(folder, part), { recursive: true });
    }
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  function run(...flags: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, program, '--version'], {
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  test.each(['start.cjs', 'program.cjs'])('without dist/%s', (name) => {
    rmSync(join(folder, 'dist', name));
    expect(run()).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^dropcap: cannot start: [^\n]*\(its files are not complete: install dropcap again\)\n$/,
      ),
    });
  });

  test.each([
    ['explanations.cjs', ['explain', 'NO_SOCKET']],
    ['page.cjs', ['report', fileURLToPath(new URL('samples/recordings/linux-6.12/dwdump.pcap', project))]],
  ])('a command that needs dist/%s', (name, words) => {
    rmSync(join(folder, 'dist', name));
    expect(run()).toMatchObject({ status: 0, stderr: '' });
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: 'dropcap: its files are not complete: install dropcap again (npm run build, in a checkout)\n',
    });
  });

  test('on a Node that is too old', () => {
    const old = join(folder, 'old.cjs');
    writeFileSync(
      old,
      `Object.defineProperty(process, 'version', { value: 'v16.20.2' });
       Object.defineProperty(process, 'versions', { value: { node: '16.20.2' } });`,
    );
    expect(run('--require', old)).toEqual({
      status: 1,
      stdout: '',
      stderr: 'dropcap: Node 20 or later is needed, this is v16.20.2\n',
    });
  });

  test('in JavaScript of 2015, which old versions of Node can parse', () => {
    for (const name of ['dropcap.js', 'advice.js']) {
      const source = readFileSync(new URL(`bin/${name}`, project), 'utf8');
      const [old, modern] = ['es2015', 'esnext'].map((target) => transformSync(source, { target }).code);
      expect(old).toBe(modern);
    }
  });
});

test.each(['--help', '--version'])('%s loads no module of Node that only a capture needs', (option) => {
  const folder = mkdtempSync(join(tmpdir(), 'dropcap-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const list = join(folder, 'list.cjs');
  writeFileSync(list, "process.on('exit', () => console.error(process.moduleLoadList.join('\\n')));");
  const words = ['--require', list, fileURLToPath(new URL('bin/dropcap.js', project)), option];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  const loaded = stderr.split('\n').map((line) => line.replace('NativeModule ', ''));
  expect([status, loaded.includes('fs')]).toEqual([0, true]);
  expect(['child_process', 'fs/promises', 'timers/promises'].filter((it) => loaded.includes(it))).toEqual([]);
});

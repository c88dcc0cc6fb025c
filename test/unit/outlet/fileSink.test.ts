import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OutputError } from '../../../src/errors.js';
import { openFileSink } from '../../../src/outlet/fileSink.js';
import { runTool } from '../../support/tools.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dropcap-sink-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const STRANGER = 12345;
const ASKED = 23456;
const isRoot = process.geteuid?.() === 0;

/** What another user, or a slip, can put at the name of an output. Each makes it at the path. */
const planted = {
  'an empty file': (path: string) => writeFileSync(path, ''),
  'a file with content': (path: string) => writeFileSync(path, 'precious'),
  'a FIFO': (path: string) => execFileSync('mkfifo', [path]),
  // /dev/full
  'a character device': (path: string) => execFileSync('mknod', [path, 'c', '1', '7']),
};

describe.skipIf(!isRoot)('openFileSink, as root in a sticky folder', () => {
  beforeEach(() => chmodSync(folder, 0o1777));

  test.each(Object.entries(planted))('refuses %s of another user, also with overwrite', async (_, make) => {
    const path = join(folder, 'planted');
    make(path);
    chownSync(path, STRANGER, STRANGER);
    const before = lstatSync(path);
    // Without the refusal, opening a FIFO waits for a reader.
    execFileSync('sh', ['-c', 'test ! -p "$0" || (exec timeout 5 cat "$0" >/dev/null 2>&1 &)', path]);
    const opening = openFileSink(path, { overwrite: true, owner: { uid: ASKED, gid: ASKED } });
    await expect(opening).rejects.toThrow(`${path}: it belongs to another user, ${STRANGER}`);
    const after = lstatSync(path);
    expect([after.ino, after.uid, after.mode, after.size]).toEqual([
      before.ino,
      before.uid,
      before.mode,
      before.size,
    ]);
  });

  test.each([
    ['owner', { owner: { uid: ASKED, gid: ASKED } }],
    ['askedBy', { askedBy: ASKED }],
  ])('writes into an existing file of %s, and hides it from others', async (_, options) => {
    const path = join(folder, 'asked');
    writeFileSync(path, '');
    chmodSync(path, 0o666);
    chownSync(path, ASKED, ASKED);
    const sink = await openFileSink(path, options);
    await sink.write(Buffer.from('secret'));
    await sink.close();
    const { mode, uid } = statSync(path);
    expect([mode & 0o777, uid, readFileSync(path, 'utf8')]).toEqual([0o600, ASKED, 'secret']);
  });

  test('writes to the null device, whoever owns it', async () => {
    const path = join(folder, 'null');
    execFileSync('mknod', [path, 'c', '1', '3']);
    chownSync(path, STRANGER, STRANGER);
    const sink = await openFileSink(path);
    await expect(sink.write(Buffer.from('gone'))).resolves.toBeUndefined();
    await sink.close();
  });

  test('follows a link to a device of root, but not a link of another user', async () => {
    const [own, other] = [join(folder, 'own'), join(folder, 'other')];
    symlinkSync('/dev/null', own);
    symlinkSync('/dev/null', other);
    lchownSync(other, STRANGER, STRANGER);
    await (await openFileSink(own)).close();
    await expect(openFileSink(other)).rejects.toThrow(/belongs to another user/);
  });

  test.each(['loop', 'its link'])('refuses a block device: %s', async (name) => {
    const device = join(folder, 'loop');
    execFileSync('mknod', [device, 'b', '7', '250']);
    symlinkSync(device, join(folder, 'its link'));
    await expect(openFileSink(join(folder, name), { overwrite: true })).rejects.toThrow(/block device/);
  });
});

describe('openFileSink', () => {
  test('refuses a socket', async () => {
    const path = join(folder, 'socket');
    const server = createServer().listen(path);
    await once(server, 'listening');
    await expect(openFileSink(path)).rejects.toThrow(/it is a socket/);
    server.close();
  });

  test('refuses a file with several names, also with overwrite', async () => {
    const [path, name] = [join(folder, 'precious'), join(folder, 'name')];
    writeFileSync(path, 'precious');
    linkSync(path, name);
    await expect(openFileSink(name, { overwrite: true })).rejects.toThrow(/several names/);
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  test.each(['new', 'empty', 'full'])('gives one name (%s file) to one of two sinks', async (kind) => {
    const path = join(folder, 'shared');
    if (kind !== 'new') writeFileSync(path, kind === 'full' ? 'content that is longer' : '');
    const first = await openFileSink(path, { overwrite: true });
    const refusal = /another dropcap writes to it \(end it first/;
    await expect(openFileSink(path, { overwrite: true })).rejects.toThrow(refusal);
    await first.write(Buffer.from('first'));
    await expect(openFileSink(path, { overwrite: true })).rejects.toThrow(refusal);
    expect(readFileSync(path, 'utf8')).toBe('first');
    await first.close();
    await (await openFileSink(path, { overwrite: true })).close();
  });

  test('does not write a file that another program wrote or removed, and does not remove such a file', async () => {
    const path = join(folder, 'shared');
    const sink = await openFileSink(path);
    writeFileSync(path, 'of another program');
    await expect(sink.write(Buffer.from('first'))).rejects.toThrow(/another program writes it/);
    await expect(sink.close()).rejects.toThrow(OutputError);
    await sink.discard();
    expect(readFileSync(path, 'utf8')).toBe('of another program');
    const gone = await openFileSink(path, { overwrite: true });
    rmSync(path);
    await expect(gone.write(Buffer.from('x'))).rejects.toThrow(/it was removed/);
    await gone.discard();
  });

  test('discard leaves the file that another dropcap opened after the close', async () => {
    const path = join(folder, 'shared');
    const first = await openFileSink(path);
    await first.close();
    const second = await openFileSink(path);
    await first.discard();
    await second.write(Buffer.from('second'));
    await second.close();
    expect(readFileSync(path, 'utf8')).toBe('second');
  });

  test('discard removes the new file, but no other file that has its name by then', async () => {
    const path = join(folder, 'new');
    await (await openFileSink(path)).discard();
    expect(existsSync(path)).toBe(false);
    const sink = await openFileSink(path);
    renameSync(path, `${path}.moved`);
    writeFileSync(path, 'of another program');
    await sink.discard();
    expect(readFileSync(path, 'utf8')).toBe('of another program');
  });

  test('writes in order, into a file that only its owner can read', async () => {
    const path = join(folder, 'new.pcapng');
    const sink = await openFileSink(path);
    for (const text of ['one ', 'two ', 'three']) await sink.write(Buffer.from(text));
    await sink.close();
    await sink.close();
    expect(readFileSync(path, 'utf8')).toBe('one two three');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('has written the bytes when write resolves, with the option synchronous', async () => {
    const path = join(folder, 'synchronous');
    const sink = await openFileSink(path, { synchronous: true });
    for (const [text, content] of [
      ['one ', 'one '],
      ['two', 'one two'],
    ] as const) {
      await sink.write(Buffer.from(text));
      expect(readFileSync(path, 'utf8')).toBe(content);
    }
    await sink.close();
  });

  test('does not touch an existing file, unless overwrite is set or the file is empty', async () => {
    const path = join(folder, 'there');
    writeFileSync(path, 'precious and long');
    await expect(openFileSink(path)).rejects.toThrow(/exists .*--force/);
    expect(readFileSync(path, 'utf8')).toBe('precious and long');
    const sink = await openFileSink(path, { overwrite: true });
    await sink.write(Buffer.from('new'));
    await sink.close();
    expect(readFileSync(path, 'utf8')).toBe('new');
    writeFileSync(path, '');
    await (await openFileSink(path)).close();
  });

  test('does not write through a symbolic link to a file, or to a missing file', async () => {
    const target = join(folder, 'target');
    writeFileSync(target, 'precious');
    symlinkSync(target, join(folder, 'link'));
    symlinkSync(join(folder, 'nothing'), join(folder, 'dangling'));
    for (const name of ['link', 'dangling']) {
      await expect(openFileSink(join(folder, name), { overwrite: true })).rejects.toThrow(OutputError);
    }
    expect(readFileSync(target, 'utf8')).toBe('precious');
    expect(() => statSync(join(folder, 'nothing'))).toThrow(/ENOENT/);
  });

  test('removes the new file when its owner cannot be changed', async () => {
    const path = join(folder, 'given');
    const handle = await open('/dev/null');
    const refusal = Object.assign(new Error('EPERM: operation not permitted, fchown'), { errno: -1 });
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    const chown = vi.spyOn(prototype, 'chown').mockRejectedValue(refusal);
    await handle.close();
    try {
      const opening = openFileSink(path, { owner: { uid: 1234, gid: 1234 } });
      await expect(opening).rejects.toThrow(
        /^cannot write .*given: it cannot be made user 1234's: the operation is not permitted \(/,
      );
      await expect(opening).rejects.toThrow(OutputError);
    } finally {
      chown.mockRestore();
    }
    expect(existsSync(path)).toBe(false);
  });

  test('writes into a FIFO', async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const script = `cat '${fifo}' > '${fifo}.out'`;
    const reader = new Promise((resolve) => {
      void import('node:child_process').then(({ exec }) => exec(script, resolve));
    });
    const sink = await openFileSink(fifo);
    await sink.write(Buffer.from('through'));
    await sink.close();
    await reader;
    expect(readFileSync(`${fifo}.out`, 'utf8')).toBe('through');
  });

  test.each(['while it waits', 'before it waits'])(
    'stops waiting for the reader of a FIFO: %s',
    async (when) => {
      const fifo = join(folder, 'fifo');
      execFileSync('mkfifo', [fifo]);
      const abort = new AbortController();
      if (when === 'before it waits') abort.abort('no reader');
      else setTimeout(() => abort.abort('no reader'), 100);
      const opening = openFileSink(fifo, { signal: abort.signal });
      await expect(opening).rejects.toThrow(`cannot write ${fifo}: no program opened it to read`);
      await expect(opening).rejects.toMatchObject({ cause: 'no reader' });
    },
  );

  const impossible = [
    { name: 'a folder', path: () => folder, text: /directory/ },
    { name: 'a path in a missing folder', path: () => join(folder, 'no', 'file'), text: /no such folder/ },
  ];
  test.each(impossible)('reports why it cannot write $name', async ({ path, text }) => {
    await expect(openFileSink(path())).rejects.toThrow(text);
  });

  test('reports a full disk once, with the number of written bytes', async () => {
    const sink = await openFileSink('/dev/full');
    const first = sink.write(Buffer.from('x'));
    await expect(sink.write(Buffer.from('y'))).rejects.toThrow(/no space is left.*0 bytes were written/);
    await expect(first).rejects.toThrow(OutputError);
    await expect(sink.close()).rejects.toThrow(OutputError);
  });

  test.each([true, false])(
    'keeps only whole writes of a file that cannot grow (synchronous: %s)',
    (synchronous) => {
      const library = new URL('../../../dist/index.js', import.meta.url).href;
      const script = `
      const { openFileSink } = await import(${JSON.stringify(library)});
      const sink = await openFileSink(process.argv[1], { synchronous: ${synchronous} });
      for (let i = 0; i < 3; i++) await sink.write(Buffer.alloc(600, i)).catch((error) => console.log(error.message));
      await sink.close().catch((error) => console.log(error.message));`;
      const limited = `ulimit -f 1; exec "$0" --input-type=module -e "$1" "$2"`;
      const path = join(folder, 'limited');
      const { stdout } = runTool('bash', '-c', limited, process.execPath, script, path);
      const line = `cannot write ${path}: the file would be larger than allowed (see ulimit -f, and the limit of the file system) (600 bytes were written)\n`;
      expect(stdout).toBe(line.repeat(3));
      expect(readFileSync(path)).toEqual(Buffer.alloc(600));
    },
  );
});

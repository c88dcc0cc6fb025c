import type * as fs from 'node:fs';
import type * as fsPromises from 'node:fs/promises';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { capture } from '../../../src/capture/capture.js';
import { CaptureError } from '../../../src/capture/captureError.js';
import { OutputError } from '../../../src/errors.js';
import { createEncoder } from '../../../src/outlet/createEncoder.js';
import { EncodedOutlet } from '../../../src/outlet/encodedOutlet.js';
import { openFileSink } from '../../../src/outlet/fileSink.js';
import { openKernelSource } from '../../../src/source/live/kernel.js';
import { buildAlert, FakeKernel } from '../../support/fakeKernel.js';
import { readPcapng } from '../../support/pcapngReference.js';

/** What a call of the system does in place of the real one: fails with an errno, or writes only a part. */
type Fault = { readonly errno: number } | { readonly part: number };
/** Chooses the fault of each call. */
const faults = vi.hoisted(() => ({
  write: (() => undefined) as (call: number) => Fault | undefined,
  sync: (() => undefined) as () => Fault | undefined,
  close: undefined as number | undefined,
  calls: 0,
}));

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  type Write = (fd: number, bytes: Uint8Array, at: number, length: number, position: number | null) => number;
  const writeSync: Write = (fd, bytes, at, length, position) => {
    const fault = faults.write(faults.calls++);
    if (!fault) return real.writeSync(fd, bytes, at, length, position);
    if ('errno' in fault) throw failed('write', fault.errno);
    return real.writeSync(fd, bytes, at, Math.min(length, fault.part), position);
  };
  /** What promisify(write) calls: util.promisify.custom. */
  const PROMISIFIED = Symbol.for('nodejs.util.promisify.custom');
  const failed = (syscall: string, errno: number) =>
    Object.assign(new Error(`errno ${errno}, ${syscall}`), { errno: -errno, syscall });
  const write = () => {};
  Object.defineProperty(write, PROMISIFIED, {
    value: async (...args: Parameters<Write>) => ({ bytesWritten: writeSync(...args) }),
  });
  const fsync = () => {};
  Object.defineProperty(fsync, PROMISIFIED, {
    value: async (fd: number) => {
      const fault = faults.sync();
      if (fault && 'errno' in fault) throw failed('fsync', fault.errno);
      real.fsyncSync(fd);
    },
  });
  return { ...real, writeSync, write, fsync };
});

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof fsPromises>();
  /** The system closes the file although close(2) fails. */
  const open: typeof real.open = async (...args) => {
    const file = await real.open(...args);
    const close = file.close.bind(file);
    file.close = async () => {
      await close();
      const { close: errno } = faults;
      if (errno !== undefined)
        throw Object.assign(new Error(`errno ${errno}, close`), { errno: -errno, syscall: 'close' });
    };
    return file;
  };
  return { ...real, open };
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dropcap-faults-'));
  path = join(folder, 'file');
  faults.write = () => undefined;
  faults.sync = () => undefined;
  faults.close = undefined;
  faults.calls = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const EAGAIN = 11;
const ENOSPC = 28;
/** Errors of a write, and what the text must say. */
const ERRORS = [
  ['EIO', 5, 'the device failed to read or write'],
  ['ENOSPC', 28, 'no space is left on the device (free some, or choose another folder)'],
  ['EROFS', 30, 'the file system is read-only (choose another folder)'],
  ['EPIPE', 32, 'Broken pipe'],
  ['ESTALE', 116, 'the file is gone from its server (open it again)'],
  ['EDQUOT', 122, 'the disk quota is used up (free some space, or choose another folder)'],
] as const;
const BATCHES = 3;
/** One write is the header, one each batch, one the statistics. */
const WRITES = BATCHES + 2;

/** A live capture of one drop a batch. Ends by itself at the first failure, else after BATCHES drops. */
async function captured(synchronous: boolean) {
  const kernel = new FakeKernel();
  const source = await openKernelSource(kernel.options);
  const outlet = new EncodedOutlet(
    createEncoder('pcapng', source),
    await openFileSink(path, { synchronous }),
  );
  const alert = buildAlert(kernel.state.familyId, {
    pc: 0xffff_ffff_8100_0000n,
    reason: 'NO_SOCKET',
    protocol: 0x800,
    payload: new Uint8Array(60),
  });
  const ending = capture(source, outlet).then(
    () => undefined,
    (error: unknown) => error,
  );
  for (let i = 0; i < BATCHES; i++) {
    kernel.emit(alert);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await source.stop();
  const error = await ending;
  const monitoring = kernel.state.running.software || kernel.openSockets > 0;
  return { error, written: outlet.written, monitoring };
}

describe.each([true, false])('a capture whose file fails (synchronous: %s)', (synchronous) => {
  const everyWrite = Array.from(
    { length: WRITES },
    (_, call) => [...ERRORS[call % ERRORS.length]!, call] as const,
  );
  test.each([...everyWrite, ...ERRORS.map((error) => [...error, 2] as const)])(
    '%s (%i): %s, at write %i: ends, and keeps the blocks before',
    async (_, errno, text, failing) => {
      faults.write = (call) => (call === failing ? { errno } : undefined);
      const { error, written, monitoring } = await captured(synchronous);
      const { length } = readFileSync(path);
      expect(monitoring).toBe(false);
      expect((error as CaptureError).cause).toBeInstanceOf(OutputError);
      expect(String(error)).toContain(`cannot write ${path}: ${text} (${length} bytes were written)`);
      expect(written).toBe(Math.max(0, failing - 1));
      expect(packetsIn()).toBe(Math.min(BATCHES, written));
    },
  );

  test('in the middle of a write: removes the part', async () => {
    faults.write = (call) => (call === 2 ? { part: 30 } : call === 3 ? { errno: ENOSPC } : undefined);
    const { error, written, monitoring } = await captured(synchronous);
    expect([written, packetsIn(), monitoring]).toEqual([1, 1, false]);
    expect(String(error)).toContain('no space is left');
  });

  test.each(ERRORS)('%s (%i): %s, at fsync: reports it, and the file has all', async (_, errno, text) => {
    faults.sync = () => ({ errno });
    const { error, written, monitoring } = await captured(synchronous);
    expect([written, packetsIn(), monitoring]).toEqual([BATCHES, BATCHES, false]);
    expect(String(error)).toContain(`cannot write ${path}: ${text}`);
  });

  test.each(ERRORS)('%s (%i): %s, at close: reports it, and the file has all', async (_, errno, text) => {
    faults.close = errno;
    const { error, written, monitoring } = await captured(synchronous);
    expect([written, packetsIn(), monitoring]).toEqual([BATCHES, BATCHES, false]);
    expect((error as CaptureError).cause).toBeInstanceOf(OutputError);
    expect(String(error)).toContain(`cannot write ${path}: ${text}`);
  });

  test('a failed write is reported, not the close after it', async () => {
    faults.write = (call) => (call === 2 ? { errno: ENOSPC } : undefined);
    faults.close = 5;
    expect(String((await captured(synchronous)).error)).toContain('no space is left');
  });

  test('short writes and EAGAIN lose nothing', async () => {
    faults.write = (call) =>
      call % 3 === 0 ? { part: 1 + call } : call % 3 === 1 ? { errno: EAGAIN } : undefined;
    const { error, written } = await captured(synchronous);
    expect([error, written, packetsIn()]).toEqual([undefined, BATCHES, BATCHES]);
    expect(faults.calls).toBeGreaterThan(2 * WRITES);
  });
});

/** The packets in the file. The reader throws at a cut block. */
function packetsIn(): number {
  const bytes = readFileSync(path);
  return bytes.length === 0 ? 0 : readPcapng(bytes).packets.length;
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { capture } from '../../../src/capture/capture.js';
import { openCapture } from '../../../src/source/file/openCapture.js';
import { openRecording } from '../../../src/source/file/recording.js';
import { openKernelSource } from '../../../src/source/live/kernel.js';
import { KindTally } from '../../../src/tally/kindTally.js';
import { buildAlert, FakeKernel } from '../../support/fakeKernel.js';
import { recordingPath } from '../../support/tools.js';

const path = recordingPath('dwdump');
const reason = new Error('enough');

test('a source gives its drops once', async () => {
  const source = await openRecording(path);
  for await (const batch of source) batch.release();
  await expect(capture(source, new KindTally())).rejects.toThrow(/gives its drops once/);
});

describe('a signal', () => {
  test('that is already aborted opens nothing', async () => {
    const signal = AbortSignal.abort(reason);
    const kernel = new FakeKernel();
    await expect(openRecording(path, { signal })).rejects.toBe(reason);
    await expect(openCapture(path, { signal })).rejects.toBe(reason);
    await expect(openKernelSource({ ...kernel.options, signal })).rejects.toBe(reason);
    expect([kernel.sockets.length, kernel.state.running]).toEqual([0, { software: false, hardware: false }]);
  });

  test('is forgotten by a source that cannot start', async () => {
    const kernel = new FakeKernel();
    kernel.state.running.software = true;
    kernel.state.config = { ...kernel.state.config, alertMode: 0 };
    const stopping = new AbortController();
    const added = vi.spyOn(stopping.signal, 'addEventListener');
    await expect(openKernelSource({ ...kernel.options, signal: stopping.signal })).rejects.toThrow(
      /summary mode/,
    );
    expect(added).not.toHaveBeenCalled();
  });

  test('ends a live capture in order: queued drops are yielded, and the monitor is off', async () => {
    const kernel = new FakeKernel();
    const stopping = new AbortController();
    const source = await openKernelSource({ ...kernel.options, signal: stopping.signal });
    const tally = new KindTally();
    for (let i = 0; i < 3; i++) kernel.emit(buildAlert(35, { pc: 1n, timestampNs: BigInt(i) }));
    stopping.abort();
    const { delivered } = await capture(source, tally);
    expect([delivered, tally.drops]).toEqual([3, 3]);
    expect(kernel.state.running).toEqual({ software: false, hardware: false });
  });

  test('ends a capture with this signal, and has no listener afterwards', async () => {
    const kernel = new FakeKernel();
    const stopping = new AbortController();
    const source = await openKernelSource(kernel.options);
    const capturing = capture(source, new KindTally(), { signal: stopping.signal });
    stopping.abort();
    await expect(capturing).resolves.toMatchObject({ captured: 0 });
    const second = new AbortController();
    await capture(await openRecording(path), new KindTally(), { signal: second.signal });
    second.abort();
  });

  test('ends the reading of a file between two batches', async () => {
    const stopping = new AbortController();
    let drops = 0;
    for await (const _ of await openCapture(path, { signal: stopping.signal }))
      if (++drops === 5) stopping.abort();
    expect(drops).toBeGreaterThanOrEqual(5);
    expect(drops).toBeLessThanOrEqual(104);
  });

  test('ends the wait for the first byte of a FIFO', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dropcap-fifo-'));
    try {
      const fifo = join(folder, 'fifo');
      execFileSync('mkfifo', [fifo]);
      // Kept open for writing, so that reading waits and does not find the end.
      const { open } = await import('node:fs/promises');
      const writer = await open(fifo, 'r+');
      const opening = openRecording(fifo, { signal: AbortSignal.timeout(50) });
      await expect(opening).rejects.toThrow(/timeout/);
      await writer.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

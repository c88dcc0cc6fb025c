import { describe, expect, test } from 'vitest';
import { capture, type CaptureCounters } from '../../../src/capture/capture.js';
import { CaptureError } from '../../../src/capture/captureError.js';
import type { DropBatch } from '../../../src/drop/batch.js';
import type { BatchEncoder } from '../../../src/encode/encoder.js';
import type { OutputBuffer } from '../../../src/encode/outputBuffer.js';
import { EncodedOutlet } from '../../../src/outlet/encodedOutlet.js';
import type { Outlet } from '../../../src/outlet/outlet.js';
import { limitCount } from '../../../src/stage/limit.js';
import { selectOrigin } from '../../../src/stage/select.js';
import { truncatePayloads } from '../../../src/stage/truncate.js';
import { InputError, OutputError } from '../../../src/errors.js';
import type { ByteSink } from '../../../src/outlet/sink.js';
import { openKernelSource } from '../../../src/source/live/kernel.js';
import type { DropSource } from '../../../src/source/source.js';
import { buildAlert, type FakeAlert, FakeKernel } from '../../support/fakeKernel.js';

const PAYLOAD = Uint8Array.from({ length: 100 }, (_, i) => i);

/** Writes `time:length` for each drop, so that tests see which drops arrived. */
class TextEncoder implements BatchEncoder {
  header = (output: OutputBuffer) => output.append(Buffer.from('<'));
  encode(batch: DropBatch, output: OutputBuffer): number {
    let text = '';
    for (let i = 0; i < batch.length; i++) text += ` ${batch.timestampLow[i]}:${batch.payloadLength[i]}`;
    output.append(Buffer.from(text));
    return batch.length;
  }
  trailer = (_: unknown, output: OutputBuffer) => output.append(Buffer.from(' >'));
}

const outletTo = (sink: ByteSink) => new EncodedOutlet(new TextEncoder(), sink);

class MemorySink implements ByteSink {
  text = '';
  closed = 0;
  failAfter = Infinity;
  write(bytes: Uint8Array): Promise<void> {
    if (this.text.length >= this.failAfter) return Promise.reject(new OutputError('disk full', 'memory', 0));
    this.text += Buffer.from(bytes).toString();
    return Promise.resolve();
  }
  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }
  discard = async () => {
    await this.close();
    return false;
  };
  onFailure(listener: () => void): void {
    this.fail = listener;
  }
  fail = () => {};
}

async function liveSource(alerts: FakeAlert[]): Promise<{ kernel: FakeKernel; source: DropSource }> {
  const kernel = new FakeKernel();
  const source = await openKernelSource(kernel.options);
  for (const [i, alert] of alerts.entries()) {
    kernel.emit(buildAlert(35, { pc: 1n, payload: PAYLOAD, timestampNs: BigInt(i), ...alert }));
  }
  return { kernel, source };
}

describe('capture', () => {
  test('takes all queued drops of a stopped source, then closes source and outlet', async () => {
    const { kernel, source } = await liveSource([{}, {}, {}]);
    await source.stop();
    const sink = new MemorySink();
    const summary = await capture(source, outletTo(sink));
    expect(sink.text).toBe('< 0:100 1:100 2:100 >');
    expect(summary).toMatchObject({ captured: 3, delivered: 3, removed: {} });
    expect([kernel.openSockets, sink.closed > 0]).toEqual([0, true]);
  });

  test('reports drops while an outlet is still taking them', async () => {
    const { source } = await liveSource([{}]);
    await source.stop();
    const reported: CaptureCounters[] = [];
    let reportedBefore = -1;
    const slow: Outlet = {
      write: () =>
        new Promise((resolve) =>
          setImmediate(() => {
            reportedBefore = reported.length;
            resolve();
          }),
        ),
    };
    await capture(source, slow, { onProgress: (counters) => reported.push(counters) });
    expect(reported).toEqual([{ captured: 1, lost: 0, delivered: 1 }]);
    expect(reportedBefore).toBe(1);
  });

  test('ends after `count` drops, and stops monitoring', async () => {
    const { kernel, source } = await liveSource([{}, {}, {}, {}]);
    const sink = new MemorySink();
    const summary = await capture(source, outletTo(sink), { stages: [limitCount(2)] });
    expect(sink.text).toBe('< 0:100 1:100 >');
    expect(summary).toMatchObject({ captured: 2, delivered: 2 });
    expect(kernel.state.running).toEqual({ software: false, hardware: false });
  });

  test('takes no drop when a stage wants none', async () => {
    const { kernel, source } = await liveSource([]);
    const sink = new MemorySink();
    await capture(source, outletTo(sink), { stages: [limitCount(0)] });
    expect(sink.text).toBe('< >');
    expect(kernel.state.running).toEqual({ software: false, hardware: false });
  });

  test('removes drops of the other origin, and shortens packets', async () => {
    const { source } = await liveSource([{}, { origin: 1, trap: 't' }, {}, { origin: 1, trap: 't' }]);
    await source.stop();
    const sink = new MemorySink();
    const summary = await capture(source, outletTo(sink), {
      stages: [selectOrigin('hardware'), truncatePayloads(64)],
    });
    expect(sink.text).toBe('< 1:64 3:64 >');
    expect(summary).toMatchObject({ captured: 4, delivered: 2, removed: { origin: 2 } });
  });

  test('keeps the drops that a source gave before it failed, and reports the failure', async () => {
    const { source } = await liveSource([{}, {}]);
    await source.stop();
    const failing: DropSource = {
      description: 'failing',
      settings: '',
      devices: source.devices,
      live: false,
      kernelRelease: undefined,
      familyId: undefined,
      stop: () => source.stop(),
      close: () => source.close(),
      losses: () => source.losses(),
      statistics: () => source.statistics(),
      async *[Symbol.asyncIterator]() {
        yield* source;
        throw new InputError('cut short', 'x');
      },
    };
    const sink = new MemorySink();
    // A stage that holds each batch until the next one comes.
    let held: DropBatch | undefined;
    const swap = (batch: DropBatch | undefined) => {
      const given = held;
      held = batch;
      return given;
    };
    const delay = {
      name: 'delay',
      removed: 0,
      pendingLosses: 0,
      process: swap,
      flush: () => swap(undefined),
    };
    const error: unknown = await capture(failing, outletTo(sink), { stages: [delay] }).catch(
      (thrown: unknown) => thrown,
    );
    expect(sink.text).toBe('< 0:100 1:100 >');
    expect(error).toBeInstanceOf(CaptureError);
    expect(error).toMatchObject({ message: 'cut short', summary: { captured: 2, delivered: 2 } });
    expect((error as CaptureError).cause).toBeInstanceOf(InputError);
  });

  test('throws with the counters when a write fails, after it stopped monitoring and closed everything', async () => {
    const { kernel, source } = await liveSource([{}, {}]);
    const sink = new MemorySink();
    sink.failAfter = 1;
    const error: unknown = await capture(source, outletTo(sink)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: 'disk full', summary: { source: { overruns: 0 } } });
    expect((error as CaptureError).summary.captured).toBeGreaterThan(0);
    expect(kernel.state.running).toEqual({ software: false, hardware: false });
    expect([kernel.openSockets, sink.closed > 0]).toEqual([0, true]);
  });

  test('ends at a failed write even if no drop arrives', async () => {
    const { kernel, source } = await liveSource([]);
    const sink = new MemorySink();
    const capturing = capture(source, outletTo(sink));
    sink.fail();
    expect(await capturing).toMatchObject({ captured: 0 });
    expect(kernel.state.running).toEqual({ software: false, hardware: false });
  });
});

test('a reader of a pipe that has read enough does not hide the failure of another outlet', async () => {
  const { kernel, source } = await liveSource([{}, {}]);
  const closedPipe = new OutputError('closed', 'a pipe', 0, {
    cause: Object.assign(new Error('EPIPE'), { errno: -32 }),
  });
  const pipe: Outlet = { write: () => Promise.reject(closedPipe) };
  const file: Outlet = {
    write: () => undefined,
    end: () => Promise.reject(new OutputError('no space', 'a file', 0)),
  };
  const capturing = capture(source, [pipe, file]);
  kernel.emit(buildAlert(35, { pc: 1n, payload: PAYLOAD }));
  await expect(capturing).rejects.toMatchObject({ cause: { message: 'no space' } });
});

import { describe, expect, test } from 'vitest';
import { HOST_LITTLE_ENDIAN } from '../../../../src/bytes.js';
import type { DropCount } from '../../../../src/drop/dropCount.js';
import { buildGenericBody, buildMessage } from '../../../../src/netlink/message.js';
import { openKernelSource } from '../../../../src/source/live/kernel.js';
import type { DropSource } from '../../../../src/source/source.js';
import { buildAlert, FakeKernel } from '../../../support/fakeKernel.js';

/** A summary alert with points of software: pairs of program counter and count. */
function summaryAlert(...points: [bigint, number][]): Uint8Array {
  const bytes = new Uint8Array(8 + 12 * points.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, bytes.length, HOST_LITTLE_ENDIAN);
  view.setUint32(4, points.length, HOST_LITTLE_ENDIAN);
  for (const [i, [pc, count]] of points.entries()) {
    view.setBigUint64(8 + 12 * i, pc, HOST_LITTLE_ENDIAN);
    view.setUint32(16 + 12 * i, count, HOST_LITTLE_ENDIAN);
  }
  const body = buildGenericBody(1, 2, bytes);
  return buildMessage({ type: 35, flags: 0, sequence: 0 }, body, HOST_LITTLE_ENDIAN);
}

async function countDrops(source: DropSource): Promise<number> {
  let drops = 0;
  for await (const batch of source) {
    drops += batch.length;
    batch.release();
  }
  return drops;
}

function takeCounts() {
  const taken: DropCount[] = [];
  return { taken, onCounts: (counts: readonly DropCount[]) => void taken.push(...counts) };
}

describe('a capture in summary mode', () => {
  test('makes the kernel count, hands over the counts, and restores the settings', async () => {
    const kernel = new FakeKernel();
    kernel.state.config = { alertMode: 1, truncationLength: 5, queueLength: 6 };
    const { taken, onCounts } = takeCounts();
    const source = await openKernelSource({ ...kernel.options, alertMode: 'summary', onCounts });
    expect(kernel.state).toMatchObject({
      config: { alertMode: 0 },
      running: { software: true, hardware: true },
    });
    expect(source.settings).toMatch(/summary mode: counts by place/);
    expect(kernel.log.at(-1)).toBe('KEEP 7');
    kernel.emit(summaryAlert([0xffffffff81000001n, 1_000_000], [2n, 3]));
    await source.stop();
    expect(await countDrops(source)).toBe(0);
    expect(taken).toEqual([
      { programCounter: 0xffffffff81000001n, count: 1_000_000 },
      { programCounter: 2n, count: 3 },
    ]);
    expect((await source.statistics()).summarized).toBe(1_000_003);
    expect(kernel.state).toMatchObject({
      config: { alertMode: 1, truncationLength: 5, queueLength: 6 },
      running: { software: false, hardware: false },
    });
  });

  test('stops only after the counts of its last second arrived', async () => {
    const kernel = new FakeKernel();
    const { taken, onCounts } = takeCounts();
    const source = await openKernelSource({ ...kernel.options, alertMode: 'summary', onCounts });
    const counting = countDrops(source);
    const stopping = source.stop();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(kernel.state.running.software).toBe(true);
    kernel.emit(summaryAlert([7n, 1]));
    await stopping;
    await counting;
    expect(taken).toEqual([{ programCounter: 7n, count: 1 }]);
  });

  test('joins the monitoring of another program that counts, and takes packets too', async () => {
    const kernel = new FakeKernel();
    kernel.state.running = { software: true, hardware: true };
    const notices: string[] = [];
    const { taken, onCounts } = takeCounts();
    const source = await openKernelSource({
      ...kernel.options,
      onCounts,
      onNotice: (text) => notices.push(text),
    });
    expect(notices).toEqual([
      expect.stringMatching(/joined it, with its settings \(summary mode: counts by place/),
    ]);
    kernel.emit(summaryAlert([7n, 2]), buildAlert(35, { pc: 1n, payload: Buffer.alloc(1) }));
    await source.stop();
    expect(await countDrops(source)).toBe(1);
    expect(taken).toEqual([{ programCounter: 7n, count: 2 }]);
    expect(kernel.state.running).toEqual({ software: true, hardware: true });
  });

  test('joins the monitoring of another program that sends packets', async () => {
    const kernel = new FakeKernel();
    kernel.state.running = { software: true, hardware: true };
    kernel.state.config = { alertMode: 1, truncationLength: 64, queueLength: 77 };
    const { onCounts } = takeCounts();
    const source = await openKernelSource({ ...kernel.options, alertMode: 'summary', onCounts });
    kernel.emit(buildAlert(35, { pc: 1n, payload: Buffer.alloc(1) }));
    await source.stop();
    expect(await countDrops(source)).toBe(1);
    expect(kernel.state.config).toMatchObject({ alertMode: 1, queueLength: 77 });
  });
});

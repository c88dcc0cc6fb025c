import { describe, expect, test } from 'vitest';
import { openKernelSource } from '../../../../src/source/live/kernel.js';
import type { DropSource } from '../../../../src/source/source.js';
import { buildAlert, FakeKernel } from '../../../support/fakeKernel.js';

const PACKET_MODE = { alertMode: 1, truncationLength: 64, queueLength: 77 };
const alert = buildAlert(35, { pc: 1n, protocol: 0x0800, payload: Buffer.alloc(20, 0x45) });

/** A kernel in which another program monitors in packet mode. */
function monitored(running = { software: true, hardware: false }): FakeKernel {
  const kernel = new FakeKernel();
  kernel.state.config = PACKET_MODE;
  kernel.state.running = running;
  return kernel;
}

async function countDrops(source: DropSource): Promise<number> {
  let drops = 0;
  for await (const batch of source) {
    drops += batch.length;
    batch.release();
  }
  return drops;
}

describe('a capture while another program monitors', () => {
  test('joins an origin that runs in packet mode, starts the other origin, and leaves the first running', async () => {
    const kernel = monitored();
    const notices: string[] = [];
    const source = await openKernelSource({ ...kernel.options, onNotice: (text) => notices.push(text) });
    expect(notices).toEqual([expect.stringMatching(/joined it.*64 bytes of a packet, queues of 77 packets/)]);
    expect(kernel.state.running).toEqual({ software: true, hardware: true });
    kernel.emit(alert);
    await source.stop();
    expect(await countDrops(source)).toBe(1);
    expect(kernel.state).toMatchObject({
      config: PACKET_MODE,
      running: { software: true, hardware: false },
    });
    expect(kernel.log).toEqual([
      'CONFIG',
      'START software',
      'START hardware',
      'KEEP 3',
      'END',
      'STOP hardware',
    ]);
  });

  test('starts nothing in passive mode', async () => {
    const kernel = new FakeKernel();
    const source = await openKernelSource({ ...kernel.options, whenMonitored: 'passive' });
    expect(source.settings).toMatch(/^listening only/);
    kernel.emit(alert);
    await source.stop();
    expect(await countDrops(source)).toBe(1);
    expect(kernel.log).toEqual(['KEEP 0', 'END']);
  });

  test('reports that summary mode has no packets', async () => {
    const notices: string[] = [];
    const kernel = new FakeKernel();
    await (
      await openKernelSource({
        ...kernel.options,
        whenMonitored: 'passive',
        onNotice: (text) => notices.push(text),
      })
    ).close();
    expect(notices).toEqual([expect.stringMatching(/summary mode/)]);
  });

  test('takes over on request, and restores the previous settings', async () => {
    const kernel = monitored({ software: true, hardware: true });
    const source = await openKernelSource({ ...kernel.options, whenMonitored: 'takeover', queueLength: 5 });
    expect(kernel.state.config).toMatchObject({ alertMode: 1, queueLength: 5 });
    expect(kernel.log.slice(0, 3)).toEqual(['STOP software', 'STOP hardware', 'CONFIG']);
    await source.close();
    expect(kernel.state).toMatchObject({
      config: PACKET_MODE,
      running: { software: false, hardware: false },
    });
  });

  test('reports when it started monitoring again', async () => {
    const kernel = new FakeKernel();
    const notices: string[] = [];
    const source = await openKernelSource({ ...kernel.options, onNotice: (text) => notices.push(text) });
    kernel.guard!.restarted(1, 0);
    expect(notices).toEqual(['another program turned monitoring of hardware drops off: it is on again']);
    await source.close();
  });

  test('ends with the drops so far when monitoring cannot be started again', async () => {
    const kernel = new FakeKernel();
    const source = await openKernelSource(kernel.options);
    kernel.emit(alert);
    kernel.guard!.restarted(0, 12);
    await expect(countDrops(source)).rejects.toThrow(/monitoring of software drops.*Not enough memory/i);
    expect(kernel.openSockets).toBe(0);
  });
});

describe('a capture whose drop monitor is unloaded', () => {
  const unloaded = /^the kernel unloaded its drop monitor \(the module drop_monitor\)/;

  test.each(['join', 'passive'] as const)(
    'yields the drops so far, then ends with an error (%s)',
    async (how) => {
      const kernel = new FakeKernel();
      const source = await openKernelSource({ ...kernel.options, whenMonitored: how });
      kernel.emit(alert, alert);
      kernel.unload();
      let drops = 0;
      const reading = (async () => {
        for await (const batch of source) {
          drops += batch.length;
          batch.release();
        }
      })();
      await expect(reading).rejects.toThrow(unloaded);
      await expect(reading).rejects.toMatchObject({ errno: 2 });
      expect(drops).toBe(2);
      expect(kernel.openSockets).toBe(0);
    },
  );

  test('ends with the same error when the guard notices it first', async () => {
    const kernel = new FakeKernel();
    const source = await openKernelSource(kernel.options);
    kernel.guard!.restarted(0, 2);
    await expect(countDrops(source)).rejects.toThrow(unloaded);
  });

  test('continues when the kernel removes another family', async () => {
    const kernel = new FakeKernel();
    const source = await openKernelSource(kernel.options);
    kernel.state.familyId = 36;
    kernel.unload();
    await source.stop();
    expect(await countDrops(source)).toBe(0);
  });

  test('keeps the queue drops so far when a module that was loaded again counts from 0', async () => {
    const kernel = new FakeKernel();
    kernel.state.stats = { softwareDropped: 100n, hardwareDropped: 10n };
    const source = await openKernelSource(kernel.options);
    kernel.state.stats = { softwareDropped: 107n, hardwareDropped: 12n };
    expect(await source.statistics()).toMatchObject({ queueDrops: 9, hardwareQueueDrops: 2 });
    kernel.state.stats = { softwareDropped: 1n, hardwareDropped: 0n };
    expect(await source.statistics()).toMatchObject({ queueDrops: 9, hardwareQueueDrops: 2 });
    await source.close();
  });
});

describe('a capture whose guard is killed', () => {
  test('stops monitoring itself if it may, and ends with the drops so far', async () => {
    const kernel = new FakeKernel();
    const source = await openKernelSource(kernel.options);
    kernel.emit(alert, alert);
    kernel.guard!.kill();
    let drops = 0;
    const reading = (async () => {
      for await (const batch of source) {
        drops += batch.length;
        batch.release();
      }
    })();
    await expect(reading).rejects.toThrow(/guard.*was killed.*monitoring is off/);
    expect(drops).toBe(2);
    expect(kernel.state.running).toEqual({ software: false, hardware: false });
    expect(kernel.state.config).toEqual({ alertMode: 0, truncationLength: 0, queueLength: 1000 });
    expect(kernel.openSockets).toBe(0);
  });

  test('reports that monitoring may still be on if it may not stop it', async () => {
    const kernel = new FakeKernel();
    const source = await openKernelSource(kernel.options);
    kernel.state.mayConfigure = false;
    kernel.guard!.kill();
    await expect(countDrops(source)).rejects.toThrow(/may still be on.*Operation not permitted/);
  });
});

describe('the losses of a capture', () => {
  test('are at the first drop after the gap, and have the right sum', async () => {
    const kernel = new FakeKernel();
    kernel.state.stats = { softwareDropped: 100n, hardwareDropped: 10n };
    const source = await openKernelSource(kernel.options);
    kernel.emit(alert);
    kernel.state.stats = { softwareDropped: 107n, hardwareDropped: 12n };
    const lost: number[] = [];
    for await (const batch of source) {
      for (const drop of batch) lost.push(drop.lostBefore);
      batch.release();
      if (lost.length === 1) kernel.emit(alert, alert);
      if (lost.length === 3) await source.stop();
    }
    expect(lost).toEqual([9, 0, 0]);
    expect(await source.statistics()).toMatchObject({ queueDrops: 9, hardwareQueueDrops: 2, overruns: 0 });
  });
});

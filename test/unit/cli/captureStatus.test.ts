import { expect, test } from 'vitest';
import { capture } from '../../../src/capture/capture.js';
import { CaptureStatus } from '../../../src/cli/captureStatus.js';
import { dropsBetween, NO_DROPS } from '../../../src/cli/recentDrops.js';
import { summaryLines } from '../../../src/cli/report.js';
import { statusText } from '../../../src/cli/statusText.js';
import { openKernelSource } from '../../../src/source/live/kernel.js';
import { hideNoise } from '../../../src/stage/hide.js';
import { sampleDrops } from '../../../src/stage/sample.js';
import { buildAlert, FakeKernel } from '../../support/fakeKernel.js';

const OUTPUT = { name: 'drops.pcapng', written: 2, bytes: 0, cutPackets: 0, refused: 0 };

test('the status of a live capture knows what was lost and left out up to now', async () => {
  const kernel = new FakeKernel();
  const source = await openKernelSource(kernel.options);
  const hide = hideNoise();
  const stages = [hide, sampleDrops(2)];
  const status = new CaptureStatus(source, OUTPUT, stages, hide);
  const captured = async (drops: number) => {
    await expect.poll(() => status.counters.captured).toBe(drops);
  };
  const capturing = capture(source, status.tally, {
    stages,
    onProgress: (counters) => (status.counters = counters),
  });
  for (const reason of ['NO_SOCKET', 'NO_SOCKET', 'OTHERHOST', 'NO_SOCKET', 'NO_SOCKET']) {
    kernel.emit(buildAlert(35, { pc: 1n, payload: new Uint8Array(60), timestampNs: 1n, reason }));
  }
  await captured(5);
  // No drop comes after these: only the kernel's counters have them.
  kernel.state.stats = { softwareDropped: 7n, hardwareDropped: 1n };
  kernel.emit(new Uint8Array(10));
  await expect.poll(async () => (await source.statistics()).malformed).toBe(1);
  const facts = await status.facts();
  expect(summaryLines(facts.summary, OUTPUT, facts.hidden)).toEqual([
    '5 drops captured',
    '2 drops written',
    '8 queue drops (the kernel queued no more: raise --queue-length)',
    '0 overruns',
    '1 malformed alert',
    'hidden: 1 other-host',
    '2 drops left out by --sample',
    "1 of the queue drops was hardware's",
  ]);
  const recent = dropsBetween(NO_DROPS, { ...status.sample(), ms: 1000 });
  expect(statusText(facts, recent)).toBe(
    '5 captured (5.0/s), 2 written, most NO_SOCKET (100 %), 8 queue drops, 1 malformed alert, drops.pcapng 0 B',
  );
  await source.stop();
  await capturing;
});

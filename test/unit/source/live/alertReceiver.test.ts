import { expect, test } from 'vitest';
import type { BatchListener, MessageArena, NetlinkSocket } from '../../../../src/binding/contract.js';
import { DeviceTable } from '../../../../src/drop/device.js';
import { AlertReceiver } from '../../../../src/source/live/alertReceiver.js';
import type { LossCounter } from '../../../../src/source/live/lossCounter.js';
import { FAMILY_ID, packetAlert } from '../../../support/netlinkBytes.js';

const ALERT = packetAlert({ pc: 1n, timestampNs: 1n, originalLength: 60, payload: new Uint8Array(60) });
const MANY = 1_000_000;

/** A socket whose released arenas are full again at once, within the same turn of the event loop. */
function torrent(): NetlinkSocket {
  let listener: BatchListener;
  let arenas: readonly MessageArena[];
  const deliver = (arena: number) => {
    arenas[arena]!.bytes.set(ALERT);
    arenas[arena]!.index.set([0, ALERT.length]);
    listener(arena, 1);
  };
  const socket: Partial<NetlinkSocket> = {
    setOption() {},
    startReceiving(given, _kernelOnly, listening) {
      [arenas, listener] = [given, listening];
      for (const arena of given.keys()) deliver(arena);
    },
    release: deliver,
    close() {},
  };
  return socket as NetlinkSocket;
}

test('lets timers run while batches arrive without end', async () => {
  const losses: Partial<LossCounter> = { lostSinceLast: () => 0 };
  const receiver = new AlertReceiver(
    torrent(),
    FAMILY_ID,
    new DeviceTable(),
    losses as LossCounter,
    () => {},
  );
  receiver.start(0);
  let late = false;
  setTimeout(() => (late = true), 1);
  let batches = 0;
  for await (const batch of receiver.batches()) {
    batches++;
    batch.release();
    if (late || batches === MANY) break;
  }
  receiver.close();
  expect(late).toBe(true);
});

import { describe, expect, test } from 'vitest';
import { checkBatch } from '../../../src/drop/checkBatch.js';
import { DeviceTable } from '../../../src/drop/device.js';
import { KindTable } from '../../../src/drop/kind.js';
import { AddressMap } from '../../../src/share/addressMap.js';
import { KernelTexts } from '../../../src/share/kernelTexts.js';
import { ShareStage } from '../../../src/share/shareStage.js';
import { mac } from '../../support/addresses.js';
import { batchOfRows } from '../../support/rows.js';
import { MACS, SECRET_PACKETS } from '../../support/secretPackets.js';

const KEY = new Uint8Array(32).fill(3);

function stageFor(devices: DeviceTable = new DeviceTable()): ShareStage {
  return new ShareStage(new AddressMap(KEY), new KernelTexts(KEY, false), devices);
}

const rows = SECRET_PACKETS.map(({ packet, framing, protocol }) => ({ packet, framing, protocol }));

describe('the stage', () => {
  test('shortens each drop to its headers, and keeps its original length', () => {
    const stage = stageFor();
    const batch = stage.process(batchOfRows(rows));
    checkBatch(batch);
    expect([...batch.payloadLength.subarray(0, batch.length)]).toEqual(
      SECRET_PACKETS.map(({ kept }) => kept),
    );
    expect([...batch.originalLength.subarray(0, batch.length)]).toEqual(
      rows.map(({ packet }) => packet.length),
    );
    const [all, kept] = [
      rows.map(({ packet }) => packet.length),
      SECRET_PACKETS.map((secret) => secret.kept),
    ];
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(stage.cutBytes).toBe(sum(all) - sum(kept));
    expect(stage.bare).toBe(kept.filter((length) => length === 0).length);
  });

  test('replaces kinds, also of another table', () => {
    const stage = stageFor();
    // Kind 0 of the second table has other facts than kind 0 of the first one.
    for (const reasons of [['A', 'B', 'A'], ['B']]) {
      const batch = batchOfRows(
        reasons.map((reason) => ({ packet: Buffer.from('x'), reason })),
        new KindTable(),
      );
      stage.process(batch);
      expect(reasons.map((_, row) => batch.kindOf(row).reason)).toEqual(reasons);
      for (let row = 0; row < batch.length; row++) expect(batch.kindOf(row).programCounter).toBeUndefined();
    }
  });

  test('describes devices by their new name and address', () => {
    const devices = new DeviceTable();
    devices.set({
      ifindex: 5,
      name: 'acme0',
      type: 1,
      macAddress: mac(MACS[0]),
      hardware: 'acme',
      speed: 10n,
    });
    const stage = stageFor(devices);
    const kinds = new KindTable();
    const batch = batchOfRows([{ packet: Buffer.from('x') }], kinds);
    const facts = {
      ...batch.kindOf(0),
      ifindex: 5,
      interfaceName: 'acme0',
      interfaceNameSource: 'alert' as const,
    };
    batch.kind[0] = kinds.intern(facts).id;
    stage.process(batch);
    const name = batch.kindOf(0).interfaceName!;
    const device = stage.devices.find(5, name)!;
    expect(device).toMatchObject({ ifindex: 5, type: 1, speed: 10n });
    expect(device.hardware).toBeUndefined();
    expect(device.macAddress).not.toEqual(mac(MACS[0]));
    expect(devices.find(5, 'acme0')!.macAddress).toEqual(mac(MACS[0]));
  });
});

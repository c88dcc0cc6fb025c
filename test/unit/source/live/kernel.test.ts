import { describe, expect, test } from 'vitest';
import type { DropRecord } from '../../../../src/drop/record.js';
import { NetlinkError, UnsupportedKernelError } from '../../../../src/errors.js';
import { openKernelSource } from '../../../../src/source/live/kernel.js';
import type { DropSource } from '../../../../src/source/source.js';
import * as nl from '../../../../src/netlink/constants.js';
import { buildAlert, FakeKernel } from '../../../support/fakeKernel.js';

const packet = Buffer.from('4500001c000040004011 66cf 7f000001 7f000001'.replaceAll(' ', ''), 'hex');

async function collect(source: DropSource): Promise<DropRecord[]> {
  const drops: DropRecord[] = [];
  for await (const batch of source) {
    for (const drop of batch) drops.push(drop.copy());
    batch.release();
  }
  return drops;
}

describe('openKernelSource', () => {
  test('sets packet mode and starts both origins, then undoes all of it', async () => {
    const kernel = new FakeKernel();
    kernel.state.config = { alertMode: 0, truncationLength: 11, queueLength: 22 };
    const source = await openKernelSource({ ...kernel.options, truncationLength: 96, queueLength: 5000 });
    expect(kernel.state.config).toEqual({ alertMode: 1, truncationLength: 96, queueLength: 5000 });
    expect(kernel.state.running).toEqual({ software: true, hardware: true });
    await source.close();
    expect(kernel.log).toEqual([
      'CONFIG',
      'START software',
      'START hardware',
      'KEEP 3',
      'END',
      'STOP software',
      'STOP hardware',
      'CONFIG',
    ]);
    expect(kernel.state.config).toEqual({ alertMode: 0, truncationLength: 11, queueLength: 22 });
    expect(kernel.openSockets).toBe(0);
  });

  test.each([
    ['by default', undefined, 10],
    ['as asked for', 100, 100],
  ])('gathers drops %s', async (_, gatherMs, expected) => {
    const kernel = new FakeKernel();
    const source = await openKernelSource({ ...kernel.options, gatherMs });
    const events = kernel.sockets.find(({ groups }) => groups.has(nl.GENL_CTRL_NOTIFY_GROUP));
    expect(events?.gatherMs).toBe(expected);
    await source.close();
  });

  test('yields the drops that the kernel sends, after stop() the queued drops, then ends', async () => {
    const kernel = new FakeKernel();
    const source = await openKernelSource(kernel.options);
    const alert = (i: number) =>
      buildAlert(35, {
        pc: 0xffffffff81000000n + BigInt(i),
        reason: 'NO_SOCKET',
        symbol: 'udp_rcv+0x1/0x2',
        ifindex: 1,
        protocol: 0x0800,
        payload: packet,
        timestampNs: BigInt(i),
      });
    kernel.emit(...Array.from({ length: 300 }, (_, i) => alert(i)));
    await source.stop();
    const drops = await collect(source);
    expect(drops.map((drop) => Number(drop.timestampNs))).toEqual(Array.from({ length: 300 }, (_, i) => i));
    expect(drops[7]).toMatchObject({
      origin: 'software',
      reason: 'NO_SOCKET',
      symbol: 'udp_rcv+0x1/0x2',
      programCounter: 0xffffffff81000007n,
      ifindex: 1,
      protocol: 0x0800,
      originalLength: packet.length,
      payload: new Uint8Array(packet),
    });
    await source.close();
  });

  test('continues when more alerts wait than its arenas hold', async () => {
    const kernel = new FakeKernel();
    const source = await openKernelSource(kernel.options);
    const alert = buildAlert(35, { pc: 1n, ifindex: 1, protocol: 0x0800, payload: packet });
    kernel.emit(...Array.from({ length: 3000 }, () => alert));
    await source.stop();
    expect(await collect(source)).toHaveLength(3000);
    await source.close();
  });

  test('makes the kernel continue when the receive buffer was full', async () => {
    const kernel = new FakeKernel();
    const source = await openKernelSource(kernel.options);
    const NETLINK_NO_ENOBUFS = 5;
    expect(kernel.sockets.find(({ groups }) => groups.has(7))?.options.get(NETLINK_NO_ENOBUFS)).toBe(1);
    await source.close();
  });

  test('stops monitoring when its consumer leaves the loop early', async () => {
    const kernel = new FakeKernel();
    const source = await openKernelSource(kernel.options);
    kernel.emit(buildAlert(35, { pc: 1n, protocol: 0x0800, payload: packet }));
    for await (const batch of source) {
      batch.release();
      break;
    }
    expect(kernel.state.running).toEqual({ software: false, hardware: false });
    expect(kernel.openSockets).toBe(0);
  });

  test('skips and counts malformed alerts and copies of alerts', async () => {
    const kernel = new FakeKernel();
    const source = await openKernelSource(kernel.options);
    const good = buildAlert(35, { pc: 1n, protocol: 0x0800, payload: packet });
    const malformed = good.slice();
    malformed[20] = 0xff;
    const own = buildAlert(35, { pc: 1n, protocol: 0, payload: good });
    kernel.emit(malformed, own, good, good.subarray(0, 10));
    await source.stop();
    expect(await collect(source)).toHaveLength(1);
    expect(await source.statistics()).toMatchObject({ malformed: 2, alertCopies: 1, cut: 0 });
    await source.close();
  });

  test('counts only the queue drops during the capture', async () => {
    const kernel = new FakeKernel();
    kernel.state.stats = { softwareDropped: 2952n, hardwareDropped: 10n };
    const source = await openKernelSource(kernel.options);
    kernel.state.stats = { softwareDropped: 2959n, hardwareDropped: 11n };
    expect((await source.statistics()).queueDrops).toBe(8);
    kernel.state.stats = { softwareDropped: 2960n, hardwareDropped: 11n };
    await source.stop();
    kernel.state.stats = { softwareDropped: 9999n, hardwareDropped: 11n };
    expect((await source.statistics()).queueDrops).toBe(9);
    await source.close();
  });

  test('has the devices of this namespace', async () => {
    const kernel = new FakeKernel();
    kernel.state.links = [{ ifindex: 6, name: 'ipip1', type: 768 }];
    const source = await openKernelSource(kernel.options);
    expect(source.devices.get(6)).toMatchObject({ ifindex: 6, name: 'ipip1', type: 768 });
    await source.close();
  });

  test('learns of devices that are made or renamed during the capture', async () => {
    const kernel = new FakeKernel();
    const source = await openKernelSource(kernel.options);
    kernel.changeLink({ ifindex: 9, name: 'new0', type: 1 });
    kernel.changeLink({ ifindex: 9, name: 'renamed0', type: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(source.devices.get(9)).toMatchObject({ ifindex: 9, name: 'renamed0', type: 1 });
    await source.close();
    expect(kernel.openSockets).toBe(0);
  });

  test('captures no hardware drops on a kernel without devlink, and fails only if they are required', async () => {
    const kernel = new FakeKernel();
    kernel.state.hasDevlink = false;
    const source = await openKernelSource(kernel.options);
    expect(kernel.state.running).toEqual({ software: true, hardware: false });
    await source.close();
    await expect(openKernelSource({ ...kernel.options, origins: ['hardware'] })).rejects.toThrow(
      NetlinkError,
    );
  });
});

describe('openKernelSource where the kernel cannot', () => {
  const cases: {
    name: string;
    change: (kernel: FakeKernel) => void;
    error: new (...args: never[]) => Error;
    text: RegExp;
    log: string[];
  }[] = [
    {
      name: 'without the family says how to load the module',
      change: (kernel) => (kernel.state.hasFamily = false),
      error: UnsupportedKernelError,
      text: /modprobe drop_monitor/,
      log: [],
    },
    {
      name: 'without packet mode names the kernel that has it',
      change: (kernel) => (kernel.state.hasPacketMode = false),
      error: UnsupportedKernelError,
      text: /Linux 5\.4/,
      log: [],
    },
    {
      name: 'without the right to listen names doctor',
      change: (kernel) => (kernel.state.mayJoin = false),
      error: NetlinkError,
      text: /cannot listen for alerts: Operation not permitted.*dropcap doctor/,
      log: [],
    },
    {
      name: 'without the right to configure names doctor',
      change: (kernel) => (kernel.state.mayConfigure = false),
      error: NetlinkError,
      text: /cannot configure the drop monitor: Operation not permitted.*dropcap doctor/,
      log: ['CONFIG'],
    },
    {
      name: 'while another program monitors in summary mode gives the choices, and stops nothing',
      change: (kernel) => (kernel.state.running.software = true),
      error: NetlinkError,
      text: /summary mode.*--takeover.*--passive/,
      log: ['CONFIG'],
    },
  ];
  test.each(cases)('$name', async ({ change, error, text, log }) => {
    const kernel = new FakeKernel();
    change(kernel);
    const runningBefore = { ...kernel.state.running };
    const opening = openKernelSource(kernel.options);
    await expect(opening).rejects.toThrow(error);
    await expect(opening).rejects.toThrow(text);
    expect(kernel.log).toEqual(log);
    expect(kernel.state.running).toEqual(runningBefore);
    expect(kernel.openSockets).toBe(0);
  });
});

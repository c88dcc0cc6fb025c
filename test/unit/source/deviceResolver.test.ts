import { describe, expect, test } from 'vitest';
import { type Device, DeviceTable } from '../../../src/drop/device.js';
import { FRAMING_UNRESOLVED } from '../../../src/drop/layout.js';
import { JsonEncoder } from '../../../src/encode/jsonEncoder.js';
import { LineEncoder } from '../../../src/encode/lineEncoder.js';
import { DeviceResolver } from '../../../src/source/deviceResolver.js';
import { KindTable } from '../../../src/drop/kind.js';
import { batchIn, bytesOf } from '../../support/encoding.js';
import { dropcap } from '../../support/tools.js';

const NLMON = new URL('../../cases/ethernet-frame-named-nlmon0.pcap', import.meta.url).pathname;

const address = (last: number) => Uint8Array.of(2, 0, 0, 0, 0, last);
const GUEST = 0x50;
const BROADCAST = new Uint8Array(6).fill(0xff);
/** A Docker host: containers are ports of docker0; eth0 has a VLAN and a macvlan device. */
const HOST: readonly Device[] = [
  { ifindex: 1, name: 'lo', type: 772, macAddress: new Uint8Array(6) },
  { ifindex: 2, name: 'eth0', type: 1, macAddress: address(2) },
  { ifindex: 3, name: 'docker0', type: 1, macAddress: address(3) },
  { ifindex: 9, name: 'veth9', type: 1, macAddress: address(9), master: 3 },
  { ifindex: 10, name: 'eth0.5', type: 1, macAddress: address(2), link: 2 },
  { ifindex: 11, name: 'macvlan0', type: 1, macAddress: address(11), link: 10 },
];

/** The row of a frame that came in by a device, after its device was resolved. */
function resolved(ifindex: number, to: Uint8Array, from: Uint8Array, devices = HOST) {
  const table = new DeviceTable();
  for (const device of devices) table.set(device);
  const payload = Uint8Array.from([...to, ...from, 0x08, 0x06, ...new Uint8Array(28)]);
  const kinds = new KindTable();
  kinds.intern({ origin: 'software', ifindex, deviceType: -1, littleEndian: true });
  const batch = batchIn(payload, 1, kinds);
  batch.length = 1;
  batch.protocol[0] = 0x0806;
  batch.originalLength[0] = batch.payloadLength[0] = payload.length;
  batch.framing[0] = FRAMING_UNRESOLVED;
  new DeviceResolver(table, null).resolve(batch);
  return batch;
}

describe('the name of an input device', () => {
  test.each([
    ['a frame for the device', 2, address(2), address(GUEST), 'eth0', 'address'],
    ['a broadcast of another host', 2, BROADCAST, address(GUEST), 'eth0'],
    ['a frame between other hosts', 2, address(GUEST), address(GUEST + 1), 'eth0'],
    ['a frame for the bridge of a port', 9, address(3), address(GUEST), 'veth9'],
    ['a frame of the bridge of a port', 9, address(GUEST), address(3), 'veth9'],
    ['a frame for a device above a device above', 2, address(11), address(GUEST), 'eth0'],
    ['a frame in a loop', 1, new Uint8Array(6), new Uint8Array(6), 'lo', 'address'],
  ])('is known for %s', (_, ifindex, to, from, name, source = 'devices') => {
    const batch = resolved(ifindex, to, from);
    const [drop] = batch;
    expect(drop).toMatchObject({ interfaceName: name, interfaceNameSource: source });
    expect(drop!.otherNamespace).toBeUndefined();
    expect(Buffer.from(bytesOf(new LineEncoder(), batch)).toString()).toContain(
      source === 'address' ? ` ${name} ` : ` ${name}? `,
    );
  });

  test.each([
    ['in a container, from the bridge', 2, address(GUEST), address(3)],
    ['in a container, broadcast by the bridge', 2, BROADCAST, address(3)],
    ['of a container to the bridge', 2, address(3), address(GUEST)],
    ['for the host on a port', 9, address(2), address(GUEST)],
  ])('is of another namespace for a frame %s', (_, ifindex, to, from) => {
    const batch = resolved(ifindex, to, from);
    const [drop] = batch;
    expect(drop).toMatchObject({ interfaceName: undefined, otherNamespace: true, ifindex });
    expect(Buffer.from(bytesOf(new LineEncoder(), batch)).toString()).toContain(
      ` ifindex${ifindex}[another-namespace] `,
    );
    expect(JSON.parse(Buffer.from(bytesOf(new JsonEncoder(), batch)).toString())).toMatchObject({
      otherNamespace: true,
    });
  });

  test('does not depend on an address that a device had before', () => {
    const moved = [...HOST, { ifindex: 3, name: 'docker0', type: 1, macAddress: address(30) }];
    expect([...resolved(2, address(3), address(GUEST), moved)][0]).toMatchObject({ interfaceName: 'eth0' });
  });

  test('is left out when the device cannot deliver the frame: an Ethernet frame is not of nlmon0', () => {
    const { stdout } = dropcap('-q', '-r', NLMON);
    expect(stdout).toMatch(/^\S+ ifindex3 NO_SOCKET .* IP 10\.0\.0\.2\.58223 > 10\.0\.0\.1\.9999: UDP/);
  });
});

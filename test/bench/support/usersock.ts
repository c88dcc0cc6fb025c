// dropcap's source of live drops with alerts of a group of NETLINK_USERSOCK in place of the kernel's: the addon's socket and
// AlertReceiver. Only requests to the drop monitor are left out.
import { loadBinding } from '../../../src/binding/load.js';
import type { NetlinkSocket } from '../../../src/binding/contract.js';
import { DeviceTable, type DropSource } from '../../../src/index.js';
import { AlertReceiver } from '../../../src/source/live/alertReceiver.js';
import { LossCounter } from '../../../src/source/live/lossCounter.js';
import { NO_STATISTICS } from '../../../src/source/source.js';

/** The netlink protocol for messages between user-space sockets. */
const NETLINK_USERSOCK = 2;

/** Opens a source that is a member of the group. It receives when `receiver` is started. */
export function openUsersock(group: number, bufferBytes: number, familyId: number) {
  const socket = loadBinding().openNetlinkSocket(NETLINK_USERSOCK, bufferBytes);
  const startReceiving = socket.startReceiving.bind(socket);
  // Here the alerts do not come from the kernel.
  Object.defineProperty(socket, 'startReceiving', {
    value: ((arenas, _kernelOnly, listener, gatherMs) =>
      startReceiving(arenas, false, listener, gatherMs)) satisfies NetlinkSocket['startReceiving'],
  });
  socket.joinGroup(group);
  const devices = new DeviceTable();
  for (const ifindex of [2, 3]) devices.set({ ifindex, name: `eth${ifindex - 2}`, type: 1 });
  const monitor = { stats: () => ({ softwareDropped: 0n, hardwareDropped: 0n }) };
  const losses = new LossCounter(monitor as ConstructorParameters<typeof LossCounter>[0], socket);
  const receiver = new AlertReceiver(socket, familyId, devices, losses, () => {});
  const source: DropSource = {
    description: 'NETLINK_USERSOCK',
    settings: '',
    live: true,
    devices,
    kernelRelease: undefined,
    familyId,
    [Symbol.asyncIterator]: () => receiver.batches(),
    stop: () => Promise.resolve(socket.stopReceiving()),
    losses: () => losses.reported,
    statistics: () => Promise.resolve({ ...NO_STATISTICS, ...receiver.alerts.counters, ...losses.totals() }),
    close: () => Promise.resolve(receiver.close()),
  };
  return { source, receiver, socket, losses };
}

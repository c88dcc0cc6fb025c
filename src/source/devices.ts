import type { NetlinkBinding } from '../binding/contract.js';
import { DeviceTable } from '../device.js';
import { NETLINK_ROUTE } from '../netlink/constants.js';
import { buildLinkDump, decodeLink } from '../netlink/rtnetlink.js';
import { NetlinkRequester } from './netlinkRequester.js';

/** The devices of this network namespace as they are now. Needs no privilege. @throws NetlinkError */
export function loadDevices(binding: NetlinkBinding): DeviceTable {
  const devices = new DeviceTable();
  const requester = new NetlinkRequester(binding, NETLINK_ROUTE);
  try {
    requester.request('list the network devices', buildLinkDump, (message) => {
      const link = decodeLink(message);
      if (link) devices.set(link);
    });
  } finally {
    requester.close();
  }
  return devices;
}

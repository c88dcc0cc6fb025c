import { describe, expect, test } from 'vitest';
import * as link from '../../../src/linktype/constants.js';
import { framingFitsDevice } from '../../../src/linktype/deviceTypes.js';
import * as framing from '../../../src/linktype/framing.js';
import { DEVICE_TYPE_UNKNOWN } from '../../../src/linktype/resolve.js';

const COOKED = [framing.FRAMING_SLL, framing.FRAMING_SLL2, framing.FRAMING_SLL_WHOLE];
const ALL = framing.FRAMINGS.map((_, i) => i);

const fitting = (deviceType: number) => ALL.filter((each) => framingFitsDevice(each, deviceType));

describe('framingFitsDevice', () => {
  test.each([
    ['an Ethernet device', link.ARPHRD_ETHER, framing.FRAMING_ETHERNET],
    ['a tun device', link.ARPHRD_NONE, framing.FRAMING_RAW],
    ['a 6LoWPAN device', link.ARPHRD_6LOWPAN, framing.FRAMING_RAW],
    ['an 802.11 monitor', link.ARPHRD_IEEE80211_RADIOTAP, framing.FRAMING_RADIOTAP],
    ['a CAN device', link.ARPHRD_CAN, framing.FRAMING_CAN],
    ['an 802.15.4 monitor', link.ARPHRD_IEEE802154_MONITOR, framing.FRAMING_IEEE802_15_4_FCS],
    ['an nlmon device', link.ARPHRD_NETLINK, framing.FRAMING_NETLINK],
  ])('%s delivers one framing, or packets that got a cooked header', (_, deviceType, delivered) => {
    expect(fitting(deviceType)).toEqual([...COOKED, delivered].toSorted((a, b) => a - b));
  });

  test('an InfiniBand device delivers IPoIB, which files have without its pseudo header', () => {
    const { FRAMING_IPOIB, FRAMING_RAW } = framing;
    expect(fitting(link.ARPHRD_INFINIBAND)).toEqual(
      [...COOKED, FRAMING_IPOIB, FRAMING_RAW].toSorted((a, b) => a - b),
    );
  });

  test.each([DEVICE_TYPE_UNKNOWN, link.ARPHRD_VOID])('device type %d can deliver all', (deviceType) => {
    expect(fitting(deviceType)).toEqual(ALL);
  });
});

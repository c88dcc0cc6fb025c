import { describe, expect, test } from 'vitest';
import { describeEthernet, describeIp, describeProtocol } from '../../../src/dissect/describe.js';
import { ethernet, fromHex, ipv4, ipv6 } from '../../support/packetBytes.js';

const [IPV4, IPV6] = [0x0800, 0x86dd];

describe('the line about a packet', () => {
  test('has the addresses and ports of a header of the protocol', () => {
    expect(describeProtocol(IPV4, ipv4(), 32)).toBe('IP 10.0.0.1.1000 > 10.0.0.2.9: UDP, length 4');
    expect(describeProtocol(IPV6, ipv6(), 52)).toBe('IP6 fd00::1.1000 > fd00::2.9: UDP, length 4');
    expect(describeIp(ipv4(), 32)).toBe('IP 10.0.0.1.1000 > 10.0.0.2.9: UDP, length 4');
    expect(describeIp(ipv6(), 52)).toBe('IP6 fd00::1.1000 > fd00::2.9: UDP, length 4');
  });

  test('has no address of bytes that are another IP version', () => {
    const long = ipv4(Buffer.alloc(40));
    expect(describeProtocol(IPV6, long, 68)).toBe('IP6 (malformed), length 68');
    expect(describeProtocol(IPV4, ipv6(), 52)).toBe('IP (truncated or malformed), length 52');
    expect(describeEthernet(ethernet(IPV6, long), 82)).toBe('IP6 (malformed), length 68');
    expect(describeEthernet(ethernet(IPV4, ipv6()), 66)).toBe('IP (truncated or malformed), length 52');
  });

  test('has no address of an IP header of neither version, or of impossible length', () => {
    expect(describeIp(fromHex('f5'.repeat(40)), 40)).toBe('IP (truncated or malformed), length 40');
    const short = ipv4();
    short.writeUInt16BE(19, 2);
    expect(describeIp(short, 32)).toBe('IP (truncated or malformed), length 32');
    expect(describeIp(ipv6().subarray(0, 39), 52)).toBe('IP6 (truncated), length 52');
  });
});

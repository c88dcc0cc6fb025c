import { describe, expect, test } from 'vitest';
import {
  describeEthernet,
  describeIp,
  describeProtocol,
  MAX_DESCRIPTION_BYTES,
} from '../../../src/dissect/describe.js';
import { describeWithEthernet } from '../../../src/dissect/linkHeader.js';
import { writeIpv6 } from '../../../src/dissect/addresses.js';
import { asciiText } from '../../support/asciiText.js';
import { ethernet, fromHex, ipv4, ipv6 } from '../../support/packetBytes.js';

const [IPV4, IPV6] = [0x0800, 0x86dd];

function protocolText(type: number, bytes: Uint8Array, originalLength: number): string {
  return asciiText(MAX_DESCRIPTION_BYTES, (line) => describeProtocol(line, type, bytes, originalLength));
}

function ipText(bytes: Uint8Array, originalLength: number): string {
  return asciiText(MAX_DESCRIPTION_BYTES, (line) => describeIp(line, bytes, originalLength));
}

function ethernetText(bytes: Uint8Array, originalLength: number): string {
  return asciiText(MAX_DESCRIPTION_BYTES, (line) => describeEthernet(line, bytes, originalLength));
}

describe('the line about a packet', () => {
  test('has the addresses and ports of a header of the protocol', () => {
    expect(protocolText(IPV4, ipv4(), 32)).toBe('IP 10.0.0.1.1000 > 10.0.0.2.9: UDP, length 4');
    expect(protocolText(IPV6, ipv6(), 52)).toBe('IP6 fd00::1.1000 > fd00::2.9: UDP, length 4');
    expect(ipText(ipv4(), 32)).toBe('IP 10.0.0.1.1000 > 10.0.0.2.9: UDP, length 4');
    expect(ipText(ipv6(), 52)).toBe('IP6 fd00::1.1000 > fd00::2.9: UDP, length 4');
  });

  test('has no address of bytes that are another IP version', () => {
    const long = ipv4(Buffer.alloc(40));
    expect(protocolText(IPV6, long, 68)).toBe('IP6 (malformed), length 68');
    expect(protocolText(IPV4, ipv6(), 52)).toBe('IP (truncated or malformed), length 52');
    expect(ethernetText(ethernet(IPV6, long), 82)).toBe('IP6 (malformed), length 68');
    expect(ethernetText(ethernet(IPV4, ipv6()), 66)).toBe('IP (truncated or malformed), length 52');
  });

  test('has no address of an IP header of neither version, or of impossible length', () => {
    expect(ipText(fromHex('f5'.repeat(40)), 40)).toBe('IP (truncated or malformed), length 40');
    const short = ipv4();
    short.writeUInt16BE(19, 2);
    expect(ipText(short, 32)).toBe('IP (truncated or malformed), length 32');
    expect(ipText(ipv6().subarray(0, 39), 52)).toBe('IP6 (truncated), length 52');
  });

  test('of the longest kind fits into its room', () => {
    const tcp = fromHex('ffff fffe ffffffff 00000000 50 ff 0000 0000 0000');
    const header = fromHex('60000000 ffff 06 40', 'f0e0'.repeat(16));
    const tags = fromHex('0fff 8100'.repeat(7), '0fff');
    const frame = ethernet(0x8100, Buffer.concat([tags, fromHex('86dd'), header, tcp]));
    const address = 'f0e0:f0e0:f0e0:f0e0:f0e0:f0e0:f0e0:f0e0';
    expect(ethernetText(frame, 0xffffffff)).toBe(
      `${'vlan 4095, '.repeat(8)}IP6 ${address}.65535 > ${address}.65534: ` +
        'Flags [FSRP.UEW], seq 4294967295, length 65515',
    );
    const withHeader = asciiText(MAX_DESCRIPTION_BYTES, (line) =>
      describeWithEthernet(line, frame, 0xffffffff),
    );
    expect(withHeader).toBe(
      '02:00:00:00:00:02 > 02:00:00:00:00:01, ethertype 802.1Q (0x8100), length 4294967295: ' +
        `${'vlan 4095, p 0, ethertype 802.1Q (0x8100), '.repeat(7)}vlan 4095, p 0, ethertype IPv6 (0x86dd), ` +
        `${address}.65535 > ${address}.65534: Flags [FSRP.UEW], seq 4294967295, length 65515`,
    );
  });

  test('shortens the longest run of zeros of an IPv6 address', () => {
    const texts = ['::', '::1', 'fd00::', '1:0:2::', '1:0:0:2::3', '1:0:2:3:4:5:6:7', '::2:0:0:3:4:5'].map(
      (address) => {
        const groups = address.replace('::', ':x:').split(':').filter(Boolean);
        const zeros = '0000'.repeat(9 - groups.length);
        const bytes = fromHex(...groups.map((group) => (group === 'x' ? zeros : group.padStart(4, '0'))));
        return [asciiText(39, (line) => writeIpv6(line, bytes, 0)), address];
      },
    );
    for (const [text, address] of texts) expect(text).toBe(address);
  });
});

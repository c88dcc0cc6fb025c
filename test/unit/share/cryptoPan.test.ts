import { isIPv4 } from 'node:net';
import { describe, expect, test } from 'vitest';
import { CryptoPan } from '../../../src/share/cryptoPan.js';
import { ip, ipText } from '../../support/addresses.js';

/** The key and addresses of the sample trace that comes with the authors' program. */
const SAMPLE_KEY = Uint8Array.from(
  Buffer.from('1522178d33a4cf80130a5b1649907d10d8988f837979652762574c2d2a842202', 'hex'),
);
const SAMPLE_TRACE = [
  ['128.11.68.132', '135.242.180.132'],
  ['129.118.74.4', '134.136.186.123'],
  ['130.132.252.244', '133.68.164.234'],
  ['141.223.7.43', '141.167.8.160'],
  ['152.163.225.39', '151.140.114.167'],
  ['166.107.77.190', '160.132.178.185'],
  ['192.102.249.13', '252.138.62.131'],
  ['198.200.171.101', '249.199.68.213'],
  ['202.49.198.20', '245.206.7.234'],
  ['205.178.38.67', '242.108.198.51'],
] as const;
/** With the sample key, as the tests of other implementations have it: the authors' program has no IPv6. */
const IPV6 = [
  ['::1', '78ff:f001:9fc0:20df:8380:b1f1:704:ed'],
  ['::2', '78ff:f001:9fc0:20df:8380:b1f1:704:ef'],
  ['2001:db8::1', '4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e'],
] as const;

function replaced(pan: CryptoPan, text: string): string {
  const address = ip(text);
  const mask = pan.maskOf(address);
  return ipText(address.map((byte, i) => byte ^ mask[i]!));
}

describe('Crypto-PAn', () => {
  const pan = new CryptoPan(SAMPLE_KEY);

  test.each([...SAMPLE_TRACE, ...IPV6])('gives the published address for %s', (before, after) => {
    expect(replaced(pan, before)).toBe(ipText(ip(after)));
  });

  test('gives other addresses for another key', () => {
    const other = new CryptoPan(SAMPLE_KEY.toReversed());
    for (const [before, after] of SAMPLE_TRACE) {
      expect(isIPv4(replaced(other, before))).toBe(true);
      expect(replaced(other, before)).not.toBe(after);
    }
  });

  test.each([0, 16, 31, 33])('refuses a key of %i bytes', (length) => {
    expect(() => new CryptoPan(new Uint8Array(length))).toThrow(`a key has 32 bytes, not ${length}`);
  });
});

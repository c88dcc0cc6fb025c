import { describe, expect, test } from 'vitest';
import { FilterError } from '../../../src/filter/filterError.js';
import { parseFilter } from '../../../src/filter/parse.js';

function faultOf(text: string): FilterError {
  try {
    parseFilter(text);
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  throw new Error(`no fault in ${text}`);
}

describe('a term after the name of a header', () => {
  test.each([
    ['vlan and lost and udp', 18],
    ['vlan and (udp port 53 or reason = A)', 10],
    ['(vlan 5 or lost) and not udp', 21],
    ['mpls 20 and reason = A or ip', 26],
    ['lost or pppoes and reason = A and ip', 34],
    ['not geneve and origin = hw and tcp', 31],
  ])('must stand beside it: %s', (text, position) => {
    expect(faultOf(text)).toMatchObject({
      position,
      message: expect.stringContaining('must stand beside it') as string,
    });
  });

  test.each([
    'vlan and udp port 53 and reason = A',
    'reason = A and vlan and vlan 42 and ip',
    'udp and reason = A or vlan',
    'lost and (ip or vlan) and reason = A',
    'host vlan.example and reason = A and udp',
    'trap = vlan and udp',
  ])('may stand here: %s', (text) => {
    expect(() => parseFilter(text)).not.toThrow();
  });
});

import { describe, expect, test } from 'vitest';
import { machineOf } from './machine.js';

const FIT = 'dropcap: 3 drops fit: reason = NO_SOCKET and udp dst port 42001\n';

describe('dropcap assert on Linux 6.12', () => {
  const guest = machineOf('assert.sh', '6.12', ['found', 'other', 'none', 'failed', 'ended']);

  test('shows the drops that a command made, keeps them, and ends with 1', () => {
    expect([guest.status('found'), guest.text('found.out')]).toEqual([1, 'sent\n']);
    const errors = guest.text('found.err');
    expect(errors).toContain(FIT);
    expect(errors.match(/ lo NO_SOCKET .* > 127\.0\.0\.1\.42001: UDP, length 14\n/g)).toHaveLength(3);
    expect(errors).not.toContain('not complete');
    const packets = guest.drops('found.pcapng').map(({ bytes }) => bytes.toString('latin1'));
    expect(packets).toHaveLength(3);
    for (const packet of packets) expect(packet).toContain('dropcap-assert');
  });

  test.each([
    ['other drops', 'other', 0, 'dropcap: no drop fits: reason = NETFILTER_DROP\n'],
    ['no drops', 'none', 0, 'dropcap: no drop fits: '],
    ['a command that fails', 'failed', 6, 'dropcap: sh ended with status 7\n'],
  ])('ends with the status of %s', (_name, step, status, text) => {
    expect([guest.status(step), guest.text(`${step}.err`)]).toEqual([status, expect.stringContaining(text)]);
  });

  test('sends SIGTERM on to the command, says which drops came before, and leaves monitoring off', () => {
    expect([guest.status('ended'), guest.text('ended.err')]).toEqual([1, expect.stringContaining(FIT)]);
    expect(guest.text('ended.err')).toContain('dropcap: sh was ended by SIGTERM\n');
    expect(guest.text('ended.json')).toContain('"monitoring":false');
  });
});

import { describe, expect, test } from 'vitest';
import type { KindFacts } from '../../../src/drop/kind.js';
import { KernelTexts } from '../../../src/share/kernelTexts.js';

const KEY = new Uint8Array(32).fill(9);
const FACTS: KindFacts = { origin: 'software', deviceType: 1, littleEndian: true };

function named(interfaceName: string, keepNames = false): string | undefined {
  return new KernelTexts(KEY, keepNames).factsOf({ ...FACTS, interfaceName }).interfaceName;
}

const symbolOf = (symbolText: string) =>
  new KernelTexts(KEY, false).factsOf({ ...FACTS, symbolText }).symbolText;

describe('interface names', () => {
  test.each(
    'lo eth0 eth12 eno1 enp3s0 enp3s0f1 enp3s0f1np1 ens192 enP2p1s0 wlp2s0 wlan0 bond0 br10 docker0 veth0 veth1a2b3c4 vxlan42 wg0 tun3 ppp0 eth0.100 bond1.4094 swp7 ib0 can0 nlmon0 ifindex12'.split(
      ' ',
    ),
  )('%s stays', (name) => expect(named(name)).toBe(name));

  test.each(
    'enx001b21a1b2c3 wlx3cfdfed4e5f6 br-4f1d2c3b4a5e lan-acme eth0-acme acme0 vlan100 cali1a2b3c4d5e6 Eth0 eth eth0.acme eth123456 lo0 va'.split(
      ' ',
    ),
  )('%s is replaced', (name) => {
    expect(named(name)).toMatch(/^if[0-9a-f]{8}$/);
    expect(named(name)).toBe(named(name));
    expect(named(name, true)).toBe(name);
  });

  test('that differ are replaced by different ones, and by others with another key', () => {
    const other = new KernelTexts(new Uint8Array(32), false).factsOf({ ...FACTS, interfaceName: 'acme0' });
    expect(new Set([named('acme0'), named('acme1'), other.interfaceName]).size).toBe(3);
  });

  test('are counted for the report', () => {
    const texts = new KernelTexts(KEY, false);
    for (const interfaceName of ['eth0', 'acme0', 'eth0', 'acme0', 'lo'])
      texts.factsOf({ ...FACTS, interfaceName });
    expect([[...texts.kept], texts.replaced.size]).toEqual([['eth0', 'lo'], 1]);
  });
});

describe('symbols', () => {
  test.each([
    'kfree_skb_reason',
    'tcp_v4_rcv+0x12/0x3f0',
    'ip_rcv_finish_core.isra.0+0x1/0x2',
    'nft_do_chain+0x40f/0x630 [nf_tables]',
    'deadbeef_rcv+0xabcdef/0x1234567 [deadbeef_8021q]',
    'cafe+0x1/0x2',
    'f+',
    'f+0x1/',
    // Cut by the kernel.
    'a_function_with_a_name_of_some_length+0',
    'a_function_with_a_name_of_length+0x12/0',
  ])('%s stays', (text) => expect(symbolOf(text)).toBe(text));

  test.each([
    '0xffffffffa1b2c3d4',
    'ffffffffa1b2c3d4',
    'c0a1b2c3',
    'ffffffffa1b2c3d4+0x1/0x2',
    'f+0xffffffffa1b2c3d4',
    'f+ffffffffa1b2c3d4',
    'f+0x1/0xffffffffa1b2c3d4',
    'f+0xc0a1b2c3/0x2',
    'two words',
    'x@y',
    '+0x12/0x20',
    'f+0x1/0x2 extra',
  ])('%s goes', (text) => {
    expect(symbolOf(text)).toBeUndefined();
  });

  test('of a BPF program lose its name', () => {
    expect(symbolOf('bpf_prog_6deef7357e7b4530_acme+0x5/0x10')).toBe('bpf_prog+0x5/0x10');
  });

  test.each(['a b', 'ffffffffc0a1b2c3', 'c0a1b2c3'])('lose the module %s', (module) => {
    expect(symbolOf(`f+0x1/0x2 [${module}]`)).toBe('f+0x1/0x2');
  });
});

describe('the facts of a kind', () => {
  test('lose the program counter, the cookie and unusual texts', () => {
    const facts = new KernelTexts(KEY, false).factsOf({
      ...FACTS,
      programCounter: 0xffffffffa1b2c3d4n,
      cookie: Uint8Array.of(1, 2, 3),
      reason: 'for Mallory',
      trap: 'Mallory',
      trapGroup: 'l3_drops',
      ifindex: 7,
    });
    expect(JSON.stringify(facts)).toBe(
      JSON.stringify({
        origin: 'software',
        trapGroup: 'l3_drops',
        ifindex: 7,
        deviceType: 1,
        littleEndian: true,
      }),
    );
  });
});

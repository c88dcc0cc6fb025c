import { describe, expect, test } from 'vitest';
import { REASONS } from '../../../src/explain/tables.js';
import { reportHtml } from '../../../src/report/html/page.js';
import { reportMarkdown } from '../../../src/report/markdown.js';
import { ethernet, fromHex, ipv4 } from '../../support/packetBytes.js';
import { inputOf, reportOf } from '../../support/reports.js';
import type { DropRow } from '../../support/rows.js';

const SECOND = 1e9;
const udp = ethernet(0x0800, ipv4());
const repeat = (count: number, row: Omit<DropRow, 'packet'>, apart = SECOND): DropRow[] =>
  Array.from({ length: count }, (_, i) => ({ packet: udp, ...row, at: (row.at ?? 0) + i * apart }));

describe('the verdict', () => {
  test('says how many, what they are with the cause of most, and that nothing was lost', () => {
    const { verdict, meanings, complete } = reportOf(
      [
        ...repeat(3, {
          reason: 'SOCKET_RCVBUFF',
          symbolText: 'udp_queue_rcv_one_skb+0x1/0x2',
          interfaceName: 'eth0',
        }),
        ...repeat(11, {
          reason: 'NETFILTER_DROP',
          symbolText: 'nft_do_chain+0x1/0x2 [nf_tables]',
          interfaceName: 'eth0',
        }),
        ...repeat(2, { reason: 'OTHERHOST', symbolText: 'ip_rcv_core+0x1/0x2' }),
        ...repeat(1, { reason: 'REASON_OF_TOMORROW' }),
      ],
      [inputOf({}, { kernelRelease: '6.12.0' })],
    );
    expect(verdict).toEqual([
      '17 drops in 10 s (1.7 a second), Linux 6.12.0, 1 interface.',
      '3 hurt somebody (SOCKET_RCVBUFF at udp_queue_rcv_one_skb, UDP to 10.0.0.2.9); 1 of a cause that dropcap does not know (REASON_OF_TOMORROW, UDP to 10.0.0.2.9); 11 by policy or protocol (NETFILTER_DROP at nft_do_chain[nf_tables], UDP to 10.0.0.2.9); 2 noise, which is no loss.',
      'Complete: no drop was lost.',
    ]);
    expect(meanings).toEqual({ unintended: 3, unclear: 0, unknown: 1, intended: 11, noise: 2 });
    expect(complete).toBe(true);
  });

  test('names three kernels at most', () => {
    const inputs = ['6.1', '6.12', '6.6', '7.0', '7.1'].map((kernelRelease) =>
      inputOf({}, { kernelRelease }),
    );
    expect(reportOf(repeat(1, {}), inputs).verdict[0]).toBe(
      '1 drop, Linux 6.1 and 6.12 and 6.6 and 2 others.',
    );
  });

  test('of a file without drops', () => {
    expect(reportOf([]).verdict).toEqual([
      'No drop was captured.',
      'There is nothing to judge.',
      'Complete: no drop was lost.',
    ]);
  });
});

describe('completeness', () => {
  test.each([
    [
      'queue drops of two files add up',
      [inputOf({ queueDrops: 5 }), inputOf({ queueDrops: 2, overruns: 1 })],
      false,
      [/^7 drops lost in the queues/, /^1 drop lost in the receive buffer/],
    ],
    [
      'a file that does not report losses makes them not known',
      [inputOf(), inputOf({ queueDrops: undefined, overruns: undefined })],
      null,
      [/^It is not known how many drops were lost/],
    ],
    [
      'a loss of one file stands although another file does not report losses',
      [inputOf({ malformed: 4 }), inputOf({ overruns: undefined })],
      false,
      [/^4 drops in alerts that could not be decoded/, /^It is not known/],
    ],
    ['a file that was cut', [inputOf({}, { problem: 'x is cut short' })], false, [/^x is cut short$/]],
    [
      'a filter of the file',
      [inputOf({}, { filter: 'reason = X' })],
      true,
      [/^No drop was lost$/, /fit: reason = X$/],
    ],
  ])('%s', (_name, inputs, complete, texts) => {
    const report = reportOf(repeat(1, {}), inputs);
    expect(report.complete).toBe(complete);
    expect(report.losses).toHaveLength(texts.length);
    report.losses.forEach((text, i) => expect(text).toMatch(texts[i]!));
  });

  test('losses of one file stay known when another file does not report its own', () => {
    const silent = inputOf({ queueDrops: undefined, overruns: undefined });
    const lost = { ...silent, summary: { ...silent.summary, lost: 3 } };
    const { losses, complete, verdict } = reportOf(repeat(1, {}), [inputOf({ queueDrops: 5 }), lost]);
    expect(complete).toBe(false);
    expect(losses).toEqual([
      expect.stringMatching(/^5 drops lost in the queues/),
      expect.stringMatching(/^3 drops reported as lost/),
      expect.stringMatching(/^It is not known/),
    ]);
    expect(verdict[2]).toBe('Not complete: 5 drops lost in the queues of the kernel, and 1 more.');
  });

  test.each([
    ['of a filter', { filter: 'reason = X' }, 0, 'No drop was lost; a filter chose the drops.'],
    ['of --dedupe', {}, 4, 'No drop was lost; --dedupe left out equal drops.'],
  ])('the verdict does not call a file %s complete', (_name, changes, repeated, text) => {
    expect(reportOf(repeat(1, { repeated }), [inputOf({}, changes)]).verdict[2]).toBe(text);
  });

  test('has the drops that --dedupe left out', () => {
    const { losses } = reportOf(repeat(1, { repeated: 12 }));
    expect(losses.at(-1)).toMatch(/^12 drops equal to others/);
  });
});

describe('bursts and stories', () => {
  test('a burst has its time, its length and its cause', () => {
    const { bursts } = reportOf([
      ...repeat(60, { reason: 'NO_SOCKET' }),
      ...repeat(500, { reason: 'SOCKET_RCVBUFF', at: 30 * SECOND }, SECOND / 500),
    ]);
    expect(bursts).toHaveLength(1);
    expect(bursts[0]).toMatchObject({ cause: 'SOCKET_RCVBUFF' });
    expect(bursts[0]!.drops).toBeGreaterThan(495);
    expect(bursts[0]!.causeShare).toBeGreaterThan(0.98);
    expect(Math.abs(Date.parse(bursts[0]!.start) - Date.parse('2026-01-01T00:00:30Z'))).toBeLessThan(300);
  });

  test('even drops have no burst', () => expect(reportOf(repeat(100, {})).bursts).toEqual([]));

  const tcp = (flags: string, sequence: string, data = '') => {
    const segment = fromHex('9c400050', sequence, '00000000 50', flags, 'ffff 0000 0000', data);
    const header = fromHex('4500 0000 0001 4000 40 06 0000 0a000001 0a000002');
    header.writeUInt16BE(20 + segment.length, 2);
    // Padding of a short frame is no data.
    return ethernet(0x0800, Buffer.concat([header, segment, Buffer.alloc(6)]));
  };
  const fragment = (offset: number, more: boolean) => {
    const header = fromHex('4500 0024 1234 0000 40 11 0000 0a000001 0a000002');
    header.writeUInt16BE((more ? 0x2000 : 0) | (offset / 8), 6);
    return ethernet(0x0800, Buffer.concat([header, Buffer.alloc(16)]));
  };

  test('SYNs of one connection', () => {
    const syn = tcp('02', '00000001');
    const rows = [0, 1, 3].map((at) => ({ packet: syn, at: at * SECOND, reason: 'NETFILTER_DROP' }));
    expect(reportOf([...rows, { packet: tcp('02', '00000099') }]).stories).toEqual([
      '3 SYNs of one connection were dropped, 1.0 s, 2.0 s apart: 10.0.0.1.40000 > 10.0.0.2.80 TCP, NETFILTER_DROP. The client sent the SYN again, unless these are copies of one packet.',
    ]);
  });

  test('a segment that was sent again, but no acknowledgement without data', () => {
    const data = [0, 0.3].map((at) => ({ packet: tcp('18', '00000005', '6162'), at: at * SECOND }));
    const ack = [0, 1].map((at) => ({ packet: tcp('10', '00000005'), at: at * SECOND }));
    expect(reportOf([...data, ...ack]).stories).toEqual([
      'One TCP segment was dropped 2 times, 0.3 s apart: 10.0.0.1.40000 > 10.0.0.2.80 TCP, sequence number 5, NO_SOCKET. The sender sent the segment again, unless these are copies of one packet.',
    ]);
  });

  test('fragments of a datagram whose first one is missing', () => {
    const rows = [fragment(32, true), fragment(16, true), fragment(48, false)].map((packet) => ({ packet }));
    expect(reportOf(rows).stories).toEqual([
      '3 fragments of one datagram were dropped: 10.0.0.1 > 10.0.0.2 UDP, id 4660, offsets 16, 32, 48, NO_SOCKET. Not among them: the first fragment, which has the ports.',
    ]);
  });
});

describe('tables', () => {
  const report = reportOf(
    [
      ...repeat(4, {
        reason: 'NETFILTER_DROP',
        symbolText: 'nft_do_chain+0x1/0x2 [nf_tables]',
        interfaceName: 'eth0',
      }),
      ...repeat(1, { reason: 'NO_SOCKET', symbolText: 'tcp_v4_rcv+0x1/0x2' }),
    ],
    [inputOf()],
    1,
  );

  test('have the number, the share, the times, the rate and filters of each row', () => {
    expect(report.causes.rows[0]).toEqual({
      name: 'NETFILTER_DROP at nft_do_chain[nf_tables]',
      drops: 4,
      share: 0.8,
      first: '2026-01-01T00:00:00.000000Z',
      last: '2026-01-01T00:00:03.000000Z',
      perSecond: expect.closeTo(4 / 3, 5) as number,
      dropcapFilter: 'reason = NETFILTER_DROP and symbol = nft_do_chain',
      displayFilter: 'dropcap.reason == "NETFILTER_DROP" && dropcap.symbol matches "^nft_do_chain[.+]"',
      reason: 'NETFILTER_DROP',
      trap: null,
      place: 'nft_do_chain[nf_tables]',
      class: 'policy/l3/acl',
      meaning: 'intended',
    });
  });

  test('say what they leave out', () => {
    expect(report.causes).toMatchObject({ moreRows: 1, moreDrops: 1 });
    expect(report.flows).toMatchObject({ moreRows: 1, moreDrops: 1 });
    expect(reportMarkdown(report)).toContain('\n1 more row with 1 drop.\n');
  });
});

test.each([
  [[0, 2e-6], '2 us', '1,\\d{3},\\d{3}'],
  [[0, 0.016], '16 ms', '125'],
  [[0, 0.02015], '20 ms', '99'],
  [[0, 1e8], '1157.4 days', 'less than 0.001'],
])('drops at %j s are in %s, at a rate without an exponent', (times, duration, rate) => {
  const rows = times.map((at) => ({ packet: udp, at: at * SECOND }));
  expect(reportOf(rows).verdict[0]).toMatch(new RegExp(`^2 drops in ${duration} \\(${rate} a second\\)\\.$`));
});

test('the rates in tables have no exponent', () => {
  const report = reportOf(repeat(3, {}, 10_000));
  expect(reportMarkdown(report)).toMatch(/\| 1[45]\d,\d{3} +\|/);
  expect(reportHtml(report)).toMatch(/>1[45]\d,\d{3}<\/td>/);
});

test('a packet with more VLAN tags than a flow has room for is not called cut or damaged only', () => {
  const tags = fromHex('0005 8100 0006 8100 0007 0800');
  const { protocols } = reportOf([{ packet: ethernet(0x88a8, Buffer.concat([tags, ipv4()])) }]);
  expect(protocols.rows[0]!.name).toBe('(headers cut, damaged, or too many)');
});

describe('filters', () => {
  const filtersOf = (packet: Uint8Array, changes: Partial<DropRow> = {}) => {
    const { name, dropcapFilter, displayFilter } = reportOf([{ packet, ...changes }]).flows.rows[0]!;
    return [name, dropcapFilter, displayFilter];
  };
  const reason = ['reason = NO_SOCKET', 'dropcap.reason == "NO_SOCKET"'];
  const header = (protocol: string, fragment: string) =>
    fromHex('4500 0024 1234', fragment, '40', protocol, '0000 0a000001 0a000002');

  test.each([
    ['a later fragment of ICMP has no type', '01', '00b9', 'ICMP, later fragment'],
    ['a later fragment of UDP has no ports', '11', '00b9', 'UDP, later fragment'],
  ])('%s', (_name, protocol, fragment, text) => {
    const packet = ethernet(0x0800, Buffer.concat([header(protocol, fragment), Buffer.alloc(16)]));
    const number = Number.parseInt(protocol, 16);
    expect(filtersOf(packet)).toEqual([
      `10.0.0.1 > 10.0.0.2 ${text}`,
      `src host 10.0.0.1 and dst host 10.0.0.2 and ip proto ${number} and ip[6:2] & 0x1fff != 0 and ${reason[0]}`,
      `ip.src == 10.0.0.1 && ip.dst == 10.0.0.2 && ip.proto == ${number} && ip.frag_offset > 0 && ${reason[1]}`,
    ]);
  });

  test('port 0 is a port', () => {
    const packet = ethernet(0x0800, Buffer.concat([header('11', '0000'), Buffer.alloc(16)]));
    expect(filtersOf(packet)).toEqual([
      '10.0.0.1.0 > 10.0.0.2.0 UDP',
      `src host 10.0.0.1 and dst host 10.0.0.2 and udp src port 0 and udp dst port 0 and ${reason[0]}`,
      `ip.src == 10.0.0.1 && ip.dst == 10.0.0.2 && udp.srcport == 0 && udp.dstport == 0 && ${reason[1]}`,
    ]);
  });

  test('the first and the other fragments of a datagram are two flows', () => {
    const packets = ['2000', '0002'].map((offset) =>
      ethernet(0x0800, Buffer.concat([header('11', offset), Buffer.alloc(16)])),
    );
    const { flows, stories } = reportOf(packets.map((packet) => ({ packet })));
    expect(flows.rows).toHaveLength(2);
    expect(stories).toEqual([expect.stringMatching(/^2 fragments of one datagram .* offsets 0, 16,/)]);
  });

  test('of other frames have the type', () => {
    const macs = 'ether src 02:00:00:00:00:02 and ether dst 02:00:00:00:00:01';
    const fields = 'eth.src == 02:00:00:00:00:02 && eth.dst == 02:00:00:00:00:01';
    expect(filtersOf(ethernet(0x88cc, Buffer.alloc(40)))).toEqual([
      '02:00:00:00:00:02 > 02:00:00:00:00:01 ethertype 0x88cc',
      `${macs} and ether proto 0x88cc and ${reason[0]}`,
      `${fields} && eth.type == 0x88cc && ${reason[1]}`,
    ]);
    expect(filtersOf(ethernet(38, Buffer.alloc(46)))).toEqual([
      '02:00:00:00:00:02 > 02:00:00:00:00:01 LLC, length 38',
      null,
      `${fields} && eth.len == 38 && ${reason[1]}`,
    ]);
  });

  test('of DCCP have the ports, which pcap-filter(7) cannot say', () => {
    const packet = ethernet(
      0x0800,
      Buffer.concat([header('21', '0000'), fromHex('00010002'), Buffer.alloc(12)]),
    );
    expect(filtersOf(packet)).toEqual([
      '10.0.0.1.1 > 10.0.0.2.2 DCCP',
      null,
      `ip.src == 10.0.0.1 && ip.dst == 10.0.0.2 && ip.proto == 33 && dccp.srcport == 1 && dccp.dstport == 2 && ${reason[1]}`,
    ]);
  });

  test('are missing when they would choose other drops: for a name that is cut, or not plain', () => {
    for (const name of ['R'.repeat(200), 'A B']) {
      const { causes, flows, reasons } = reportOf([{ packet: udp, reason: name }]);
      for (const row of [causes.rows[0]!, flows.rows[0]!, reasons.rows[0]!])
        expect([row.dropcapFilter, row.displayFilter]).toEqual([null, null]);
    }
  });
});

describe('hostile texts', () => {
  const evil = '`|<script>alert(1)</script>[x](http://e.vil)\u001b]0;x\u0007\n# h *b* @user';
  const report = reportOf(
    [
      { packet: udp, reason: evil, symbolText: `${evil}+0x1/0x2 [${evil}]`, interfaceName: evil },
      { packet: Buffer.from(evil), reason: evil },
    ],
    [
      inputOf(
        {},
        {
          filter: evil.replace(/[^ -~]/g, ''),
          facts: { ...inputOf().facts, path: '<img src=x onerror=alert(1)>`|', os: '</table><script>' },
        },
      ),
    ],
  );

  test('are no markup in HTML', () => {
    const page = reportHtml(report);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/<(img|a|iframe|link|object)\b/);
    // oxlint-disable-next-line no-control-regex -- the pattern looks for control characters
    expect(page).not.toMatch(/[^\n\u0020-\u007e]/);
  });

  test('are no markup in Markdown', () => {
    const text = reportMarkdown(report);
    // oxlint-disable-next-line no-control-regex -- the pattern looks for control characters
    expect(text).not.toMatch(/[^\n\u0020-\u007e]/);
    const outside = text.replace(/```text\n[^]*?\n```/g, '').replace(/`[^`\n]*`/g, '');
    expect(outside).not.toMatch(/(?<!\\)[`<>*]|(?<!\\)\[|@(?!&#8203;)/);
    expect(outside.split('\n').filter((line) => /^#+ (?![A-Z])/.test(line))).toEqual([]);
    const cells = outside.split('\n').filter((line) => line.startsWith('|'));
    for (const line of cells) expect(line.replaceAll('\\|', '').split('|').length).toBeLessThanOrEqual(10);
  });
});

test('addresses and names of files are no links in Markdown', () => {
  const text = 'https://e.vil www.e.vil a@e.vil @user #1';
  const facts = { ...inputOf().facts, path: text, os: text, application: text };
  const report = reportMarkdown(reportOf([], [inputOf({}, { filter: text, facts })]));
  const outside = report.replace(/`[^`\n]*`/g, '');
  expect(outside).toContain('https\\://e.vil www\\.e.vil a@&#8203;e.vil @&#8203;user #&#8203;1');
  expect(outside).not.toMatch(/(?<!\\):\/\/|www\.|(?<!&)[@#](?=\w)/);
});

describe('the page stays below 500 KB', () => {
  const many = (row: (i: number) => Partial<DropRow>) =>
    Array.from({ length: 3000 }, (_, i) => ({
      packet: ethernet(0x0800, ipv4(Buffer.alloc(1000, '<'))),
      at: i * SECOND,
      ...row(i),
    }));
  const long = '"'.repeat(400);
  const facts = {
    path: long,
    drops: 1,
    application: long,
    os: long,
    hardware: long,
    filter: long,
    start: null,
    end: null,
    problem: long,
  };
  const inputs = Array.from({ length: 500 }, (_, i) =>
    inputOf({}, { facts, filter: long + i, problem: long + i }),
  );
  const reasons = Object.keys(REASONS);

  test.each([
    [
      'names that become longest in HTML',
      (i: number) => {
        const name = (letter: string) => letter.repeat(200) + i;
        return { reason: name('<'), symbolText: `${name('&')}+0x1/0x2`, interfaceName: name('"') };
      },
    ],
    [
      'names that filters have',
      (i: number) => {
        const name = (letter: string) => `${i}${letter.repeat(100)}`;
        return { reason: name('R'), symbolText: `${name('f')}+0x1/0x2`, interfaceName: name('i') };
      },
    ],
    [
      'many explanations',
      (i: number) => ({
        reason: reasons[i % reasons.length]!,
        symbolText: `${i}${'f'.repeat(100)}+0x1/0x2`,
      }),
    ],
  ])('with %s, and 500 files', (_name, row) => {
    expect(reportHtml(reportOf(many(row), inputs, 100)).length).toBeLessThan(500_000);
  });
});

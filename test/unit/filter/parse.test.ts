import { describe, expect, test } from 'vitest';
import { unreachable } from '../../../src/drop/origin.js';
import type { Node, TextValue } from '../../../src/filter/ast.js';
import { parseFilter } from '../../../src/filter/parse.js';

/** The tree in brackets: packet terms as they stand, metadata terms in short. */
function shape(text: string, node: Node = parseFilter(text)): string {
  switch (node.type) {
    case 'packet':
      return `[${text.slice(node.start, node.end)}]`;
    case 'text':
    case 'number':
      return `${node.key}${node.operator}${node.values.map(shown).join('|')}`;
    case 'lost':
      return 'lost';
    case 'not':
      return `not(${shape(text, node.operand)})`;
    case 'and':
    case 'or':
      return `${node.type}(${node.operands.map((each) => shape(text, each)).join(' ')})`;
  }
  return unreachable(node);
}

function shown(value: TextValue | number): string {
  return typeof value === 'object' ? `/${value.text}/` : `${value}`;
}

describe('parseFilter', () => {
  test.each([
    ['tcp port 443', '[tcp port 443]'],
    ['reason = NO_SOCKET', 'reason=NO_SOCKET'],
    ['reason=NO_SOCKET', 'reason=NO_SOCKET'],
    ['tcp port 443 and reason = NETFILTER_DROP', 'and([tcp port 443] reason=NETFILTER_DROP)'],
    // Equal precedence, from the left.
    ['reason=A or reason=B and reason=C', 'and(or(reason=A reason=B) reason=C)'],
    ['reason=A and reason=B or reason=C', 'or(and(reason=A reason=B) reason=C)'],
    ['reason=A and (reason=B or reason=C)', 'and(reason=A or(reason=B reason=C))'],
    ['not reason=A and reason=B', 'and(not(reason=A) reason=B)'],
    ['! reason=A || lost', 'or(not(reason=A) lost)'],
    // Runs of packet terms go to libpcap together.
    ['tcp port 80 or 443', '[tcp port 80 or 443]'],
    ['tcp port 80 or 443 and reason = A', 'and([tcp port 80 or 443] reason=A)'],
    ['reason = A and port 80 and host b', 'and(reason=A [port 80 and host b])'],
    ['(reason = A and port 80) and host b', 'and(reason=A [port 80] [host b])'],
    ['reason = A and (port 80) and host b', 'and(reason=A [(port 80) and host b])'],
    ['reason = A or port 80 or 443', 'or(reason=A [port 80 or 443])'],
    ['reason = A and port 80 or host b', 'or(and(reason=A [port 80]) [host b])'],
    ['not tcp and not (udp or icmp)', '[not tcp and not (udp or icmp)]'],
    ['(tcp or udp) and (reason=A)', 'and([(tcp or udp)] reason=A)'],
    // libpcap's own arithmetic.
    [
      'tcp[tcpflags] & (tcp-syn|tcp-fin) != 0 and reason=A',
      'and([tcp[tcpflags] & (tcp-syn|tcp-fin) != 0] reason=A)',
    ],
    ['(tcp[12] >> 4) * 4 > 20 and reason=A', 'and([(tcp[12] >> 4) * 4 > 20] reason=A)'],
    ['len - 10 > 5', '[len - 10 > 5]'],
    ['len > 100 and len <= 0x200', 'and(len>100 len<=512)'],
    // With a term about the packet, libpcap judges `len` too.
    ['not len > 64 or net 10.0.0.0/8', '[not len > 64 or net 10.0.0.0/8]'],
    ['ip and (len > 64 or len < 5) and reason = A', 'and([ip and (len > 64 or len < 5)] reason=A)'],
    ['reason = A and len > 64 and ip', 'and(reason=A [len > 64 and ip])'],
    ['len = 5,6 and ip', 'and(len=5|6 [ip])'],
    ['len > ip[2:2]', '[len > ip[2:2]]'],
    ['ip proto \\tcp and proto = 0x0800', 'and([ip proto \\tcp] proto=2048)'],
    ['ifindex = 1,2 and iface != eth0', 'and(ifindex=1|2 iface!=eth0)'],
    // Values.
    ['reason = A,B , C', 'reason=A|B|C'],
    ['symbol ~ "^nft_ (x)"', 'symbol~/^nft_ (x)/'],
    [String.raw`module !~ "^a\"\d+\\"`, String.raw`module!~/^a"\d+\\/`],
    ['symbol ~ ^nft_.*$ and tcp', 'and(symbol~/^nft_.*$/ [tcp])'],
    ['reason = SKB_DROP_REASON_NO_SOCKET', 'reason=NO_SOCKET'],
    ['class = policy/*,host/normal-free', 'class=policy/*|host/normal-free'],
    ['symbol = nft_*+0x40f/0x630', 'symbol=nft_*+0x40f/0x630'],
    ['(trap=ttl_value_is_too_small)', 'trap=ttl_value_is_too_small'],
    ['iface=va||iface=vb&&lost', 'and(or(iface=va iface=vb) lost)'],
    ['reason = "a||b"', 'reason=a||b'],
    ['host android', '[host android]'],
    ['host or.example', '[host or.example]'],
  ])('%s', (text, expected) => {
    expect(shape(text)).toBe(expected);
  });

  test.each([
    ['', 0, /a term is missing/],
    ['reason =', 8, /a value is missing/],
    ['reason = A and', 14, /a term is missing/],
    ['(reason = A', 11, /closing parenthesis/],
    ['reason = A)', 10, /expected and, or, or the end/],
    ['reason = A tcp', 11, /expected and, or, or the end/],
    ['reason < A', 0, /it takes =, !=, ~ or !~/],
    ['ifindex = eth0', 10, /a whole number/],
    ['proto > 1,2', 10, /takes one number/],
    ['symbol ~ (a|b)', 9, /needs quotation marks/],
    ['tcp and reason NO_SOCKET', 15, /reason needs =, !=, ~ or !~ and a value/],
    ['symbol ~ "x', 9, /closing quotation mark/],
    ['reason = A and port 80 or 443', 26, /needs its qualifiers/],
    ['symbol ~ x,"(a"', 11, /wrong regular expression: .*missing closing \)/],
    ['reason = A and tcp\0 and udp', 18, /NUL/],
    ['class = policy/*,none', 17, /no such class/],
    ['origin = software', 9, /origin is sw or hw/],
    ['tcp[(1', 6, /closing parenthesis/],
    [`${'('.repeat(300)}tcp`, 201, /nested too deeply/],
  ])('%s: says what is wrong at %i', (text, position, what) => {
    let error: unknown;
    try {
      parseFilter(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ position, message: expect.stringMatching(what) as string });
  });
});

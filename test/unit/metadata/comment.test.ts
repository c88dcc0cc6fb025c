import { describe, expect, test } from 'vitest';
import { splitSymbol } from '../../../src/drop/symbol.js';
import { buildComment, type CommentFields } from '../../../src/metadata/comment.js';
import { parseComment } from '../../../src/metadata/parseComment.js';

const NOTHING: CommentFields = {
  origin: 'software',
  reason: undefined,
  symbol: undefined,
  module: undefined,
  programCounter: undefined,
  trap: undefined,
  trapGroup: undefined,
  ifindex: undefined,
  interfaceName: undefined,
  cookie: undefined,
  protocol: undefined,
};

describe('buildComment', () => {
  test('writes all known facts in the documented order', () => {
    const fields: CommentFields = {
      ...NOTHING,
      reason: 'NETFILTER_DROP',
      symbol: 'nft_do_chain+0x40f/0x630',
      module: 'nf_tables',
      programCounter: 0xffffffffc0a1240fn,
      interfaceName: 'va',
      ifindex: 5,
      protocol: 0x0800,
    };
    expect(buildComment(fields)).toBe(
      'dropcap: reason=NETFILTER_DROP symbol=nft_do_chain+0x40f/0x630 module=nf_tables pc=0xffffffffc0a1240f if=va ifindex=5 proto=0x0800 origin=sw class=policy/l3/acl',
    );
  });

  test('describes a hardware drop by trap, group and cookie', () => {
    const fields: CommentFields = {
      ...NOTHING,
      origin: 'hardware',
      trap: 'fid_miss',
      trapGroup: 'l2_drops',
      interfaceName: 'eth0',
      ifindex: 7,
      protocol: 0x4,
      cookie: Uint8Array.of(0xde, 0xad),
    };
    expect(buildComment(fields)).toBe(
      'dropcap: trap=fid_miss group=l2_drops if=eth0 ifindex=7 proto=0x0004 origin=hw cookie=dead',
    );
  });

  test('has the class of a drop at its end, also after the cookie', () => {
    const fields: CommentFields = {
      ...NOTHING,
      origin: 'hardware',
      trap: 'blackhole_route',
      cookie: Uint8Array.of(1),
    };
    expect(buildComment(fields)).toBe(
      'dropcap: trap=blackhole_route origin=hw cookie=01 class=policy/l3/null-route',
    );
    expect(buildComment({ ...NOTHING, symbol: 'nf_hook_slow+0x1/0x2' })).toBe(
      'dropcap: symbol=nf_hook_slow+0x1/0x2 origin=sw class=policy/l3/acl',
    );
  });

  test('finds the class again when a comment was read, whatever the comment says', () => {
    const again = (comment: string) => {
      const bytes = Buffer.from(comment);
      return buildComment(parseComment(bytes, 0, bytes.length));
    };
    const right = 'dropcap: reason=NO_SOCKET origin=sw class=host/no-listener';
    expect(again(right)).toBe(right);
    expect(again('dropcap: reason=NO_SOCKET origin=sw class=policy/l3/acl')).toBe(right);
    expect(again('dropcap: reason=NO_SOCKET origin=sw')).toBe(right);
    expect(again('dropcap: reason=X origin=sw class=%1B[31m')).toBe('dropcap: reason=X origin=sw');
  });

  test('leaves out unknown facts', () => {
    expect(buildComment(NOTHING)).toBe('dropcap: origin=sw');
    expect(buildComment({ ...NOTHING, reason: '', interfaceName: '' })).toBe('dropcap: origin=sw');
  });

  test('percent-encodes blanks, %, control characters and all characters outside ASCII', () => {
    expect(buildComment({ ...NOTHING, interfaceName: 'a b%\u001b[31m\u00e9~!' })).toBe(
      'dropcap: if=a%20b%25%1B[31m%E9~! origin=sw',
    );
  });

  test('cuts values that are longer than any value of a kernel', () => {
    const comment = buildComment({ ...NOTHING, reason: '\u0001'.repeat(70_000), symbol: 'x'.repeat(70_000) });
    expect(comment.length).toBeLessThan(3000);
  });
});

describe('splitSymbol', () => {
  const cases = [
    { text: 'tcp_v4_rcv+0x9e/0x1380', symbol: 'tcp_v4_rcv+0x9e/0x1380', module: undefined },
    { text: 'br_stp_rcv+0x1/0x2 [stp]', symbol: 'br_stp_rcv+0x1/0x2', module: 'stp' },
    {
      text: 'ieee802154_tasklet_handler+0x88/0x90 [m',
      symbol: 'ieee802154_tasklet_handler+0x88/0x90',
      module: undefined,
    },
    {
      text: 'ieee802154_tasklet_handlers+0x88/0x90 [',
      symbol: 'ieee802154_tasklet_handlers+0x88/0x90',
      module: undefined,
    },
    {
      text: 'ieee802154_tasklet_handlerss+0x88/0x90 ',
      symbol: 'ieee802154_tasklet_handlerss+0x88/0x90',
      module: undefined,
    },
    { text: '0xffffffffc0123456', symbol: '0xffffffffc0123456', module: undefined },
  ];
  test.each(cases)('$text', ({ text, symbol, module }) => {
    expect(splitSymbol(text)).toEqual({ symbol, module });
  });
});

import { describe, expect, test } from 'vitest';
import { viewOf } from '../../../src/bytes.js';
import { UsageError } from '../../../src/errors.js';
import { decodeAck } from '../../../src/netlink/ack.js';
import { AttributeCursor } from '../../../src/netlink/attributeCursor.js';
import { AttributeWriter } from '../../../src/netlink/attributeWriter.js';
import { buildFamily, buildFamilyRequest, decodeFamily } from '../../../src/netlink/family.js';
import { type Message, messagesOf } from '../../../src/netlink/message.js';
import { buildLink, buildLinkDump, decodeLink } from '../../../src/netlink/rtnetlink.js';

const bytesOf = (...lines: string[]) =>
  Uint8Array.from(Buffer.from(lines.join('').replaceAll(' ', ''), 'hex'));
const first = (bytes: Uint8Array, littleEndian = true): Message => [...messagesOf(bytes, littleEndian)][0]!;

function cursorOver(bytes: Uint8Array, littleEndian = true): AttributeCursor {
  const cursor = new AttributeCursor();
  cursor.reset(viewOf(bytes), 0, bytes.length, littleEndian);
  return cursor;
}

describe('AttributeCursor', () => {
  test('walks attributes, skips their padding, and clears the two flag bits', () => {
    const cursor = cursorOver(
      bytesOf(
        '0600 0e00 0100 0000', // ORIGIN u16 1, padded
        '0800 0480 04000000', // nested, type 4: an attribute of length 4 and type 0
        '0500 0740 ff000000', // network byte order, type 7, one byte
      ),
    );
    expect([cursor.next(), cursor.type, cursor.u16()]).toEqual([true, 14, 1]);
    expect([cursor.next(), cursor.type, cursor.length]).toEqual([true, 4, 4]);
    const nested = cursor.nested();
    expect([nested.next(), nested.type, nested.length, nested.next(), nested.failed]).toEqual([
      true,
      0,
      0,
      false,
      false,
    ]);
    expect([cursor.next(), cursor.type, cursor.u8()]).toEqual([true, 7, 0xff]);
    expect([cursor.next(), cursor.failed]).toEqual([false, false]);
  });

  test('reads 64 bits, whole and in halves, in both byte orders', () => {
    const little = cursorOver(bytesOf('0c00 0200 8877665544332211'));
    const big = cursorOver(bytesOf('000c 0002 1122334455667788'), false);
    for (const cursor of [little, big]) {
      cursor.next();
      expect(cursor.u64()).toBe(0x1122334455667788n);
      expect([cursor.u64High(), cursor.u64Low()]).toEqual([0x11223344, 0x55667788]);
    }
  });

  const broken: { name: string; bytes: Uint8Array }[] = [
    { name: 'shorter than its own header', bytes: bytesOf('0300 0100 00000000') },
    { name: 'longer than the remaining bytes', bytes: bytesOf('0900 0100 00000000') },
    { name: 'of length 0', bytes: bytesOf('0000 0100 00000000') },
  ];
  test.each(broken)('fails, and stays failed, at an attribute $name', ({ bytes }) => {
    const cursor = cursorOver(bytes);
    expect([cursor.next(), cursor.failed, cursor.next()]).toEqual([false, true, false]);
  });

  test('fails when a value has another size than the requested size', () => {
    const cursor = cursorOver(bytesOf('0800 0500 01020304'));
    cursor.next();
    expect([cursor.u64(), cursor.failed]).toEqual([0n, true]);
  });

  test('ends at fewer than four bytes: they are padding', () => {
    const cursor = cursorOver(bytesOf('0400 0100 000000'));
    expect([cursor.next(), cursor.next(), cursor.failed]).toEqual([true, false, false]);
  });

  test('reports how many bytes of a cut attribute are there', () => {
    const cursor = cursorOver(bytesOf('1000 0700 aabbcc'));
    expect([cursor.next(), cursor.cutLength]).toEqual([false, 3]);
  });

  test('ends strings at their first NUL', () => {
    const cursor = cursorOver(bytesOf('0900 0300 6c6f00ff00 000000'));
    cursor.next();
    expect([cursor.text(), cursor.stringLength()]).toEqual(['lo', 2]);
  });
});

describe('AttributeWriter', () => {
  test('writes lengths without padding, values with it, and nests with their flag', () => {
    const bytes = new AttributeWriter(true)
      .u8(1, 1)
      .flag(20)
      .string(2, 'NET_DM')
      .nest(4, (inside) => inside.u32(0, 5))
      .finish();
    expect(Buffer.from(bytes).toString('hex')).toBe(
      [
        '05000100 01000000', // u8
        '04001400', // flag
        '0b000200 4e45545f444d0000', // NET_DM\0 and one byte of padding
        '0c000480 08000000 05000000', // nest of one u32
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  test('refuses a value that is too long for the length field', () => {
    expect(new AttributeWriter().bytes(7, new Uint8Array(65_531)).finish()).toHaveLength(65_536);
    expect(() => new AttributeWriter().bytes(7, new Uint8Array(65_532))).toThrow(UsageError);
  });
});

describe('messages that explain drops to Wireshark', () => {
  test("nlctrl's answer has the family's id, version and groups", () => {
    const groups = new Map([['events', 9]]);
    const answer = buildFamily({ id: 0x23, name: 'NET_DM', version: 2, groups, deleted: false });
    const expected = bytesOf(
      '4c000000 1000 0000 00000000 00000000', // nlmsg_len 76, GENL_ID_CTRL, no flags, sequence and port id
      '01 02 0000', // CTRL_CMD_NEWFAMILY, version 2
      '0b00 0200 4e45545f444d00 00', // CTRL_ATTR_FAMILY_NAME
      '0600 0100 2300 0000', // CTRL_ATTR_FAMILY_ID
      '0800 0300 02000000', // CTRL_ATTR_VERSION
      '1c00 0780', // CTRL_ATTR_MCAST_GROUPS, nested
      '1800 0180', // the first group, nested
      '0800 0200 09000000', // CTRL_ATTR_MCAST_GRP_ID
      '0b00 0100 6576656e747300 00', // CTRL_ATTR_MCAST_GRP_NAME
    );
    expect(Buffer.from(answer).toString('hex')).toBe(Buffer.from(expected).toString('hex'));
  });

  test("rtnetlink's message has the device's type, index, name, address and kind", () => {
    const macAddress = bytesOf('020000000001');
    const link = buildLink({ ifindex: 5, name: 'va', type: 1, macAddress, kind: 'veth' });
    const expected = bytesOf(
      '44000000 1000 0000 00000000 00000000', // nlmsg_len 68, RTM_NEWLINK
      '00 00 0100 05000000 00000000 00000000', // ifinfomsg: ARPHRD_ETHER, index 5
      '0700 0300 766100 00', // IFLA_IFNAME
      '0a00 0100 020000000001 0000', // IFLA_ADDRESS
      '1000 1280', // IFLA_LINKINFO, nested
      '0900 0100 7665746800 000000', // IFLA_INFO_KIND
    );
    expect(Buffer.from(link).toString('hex')).toBe(Buffer.from(expected).toString('hex'));
  });
});

describe('messagesOf', () => {
  test('goes from message to message, and reports when the last message was cut', () => {
    const bytes = bytesOf(
      '11000000 0300 0200 01000000 00000000 aa 000000', // 17 bytes and padding
      '20000000 1400 0000 02000000 00000000 bbbb', // claims 32, has 18
    );
    const messages = [...messagesOf(bytes, true)];
    expect(
      messages.map(({ type, flags, sequence, end, start, cut }) => [type, flags, sequence, end - start, cut]),
    ).toEqual([
      [3, 2, 1, 1, false],
      [20, 0, 2, 2, true],
    ]);
  });

  test('ends at a length below the header, and after one above 2^31', () => {
    expect([...messagesOf(bytesOf('0f000000 0300 0200 01000000 00000000'), true)]).toHaveLength(0);
    expect([...messagesOf(bytesOf('ffffffff 0300 0200 01000000 00000000 00000000'), true)]).toHaveLength(1);
  });
});

describe('decodeAck', () => {
  const request = '24000000 2300 0500 07000000 00000000'; // header of the refused request, 36 bytes long
  const cases = [
    {
      name: 'success',
      bytes: bytesOf('24000000 0200 0001 07000000 00000000', '00000000', request),
      ack: { errno: 0, extendedAck: undefined },
    },
    {
      name: 'an error without text, request whole',
      bytes: bytesOf('38000000 0200 0000 07000000 00000000', 'ffffffff', request, '00'.repeat(20)),
      ack: { errno: 1, extendedAck: undefined },
    },
    {
      name: 'an error with text after a capped request',
      bytes: bytesOf(
        '30000000 0200 0003 07000000 00000000',
        'f0ffffff',
        request,
        '0900 0100 6f6e2100 00000000',
      ),
      ack: { errno: 16, extendedAck: 'on!' },
    },
    {
      name: 'an error with text after a whole request',
      bytes: bytesOf(
        '44000000 0200 0002 07000000 00000000',
        'f5ffffff',
        request,
        '11'.repeat(20),
        '0900 0100 6f6e2100 00000000',
      ),
      ack: { errno: 11, extendedAck: 'on!' },
    },
    {
      name: 'the end of a dump',
      bytes: bytesOf('14000000 0300 0200 07000000 00000000', '00000000'),
      ack: { errno: 0, extendedAck: undefined },
    },
  ];
  test.each(cases)('decodes $name', ({ bytes, ack }) => {
    expect(decodeAck(first(bytes))).toEqual(ack);
  });

  test('is undefined for another message', () => {
    expect(decodeAck(first(bytesOf('14000000 1000 0000 07000000 00000000 00000000')))).toBeUndefined();
  });
});

describe('the look-up of a family', () => {
  test('asks nlctrl by name', () => {
    const request = first(buildFamilyRequest('NET_DM', 9));
    expect([request.type, request.flags, request.sequence]).toEqual([0x10, 5, 9]);
    expect(request.view.getUint8(request.start)).toBe(3);
  });

  test('takes id and groups from the answer, also in big-endian', () => {
    const body = new AttributeWriter(false)
      .string(2, 'NET_DM')
      .u16(1, 0x23)
      .u32(3, 2)
      .nest(7, (groups) => groups.nest(1, (group) => group.u32(2, 5).string(1, 'events')))
      .finish();
    const header = bytesOf(
      '000000',
      (20 + body.length).toString(16),
      '0010 0000 00000001 00000000',
      '01020000',
    );
    const family = decodeFamily(first(Uint8Array.from([...header, ...body]), false));
    expect(family).toMatchObject({ id: 0x23, name: 'NET_DM', version: 2, deleted: false });
    expect(family!.groups.get('events')).toBe(5);
  });
});

describe('rtnetlink', () => {
  test('asks for all links', () => {
    expect(first(buildLinkDump(3))).toMatchObject({ type: 18, flags: 0x301, sequence: 3 });
  });

  test('takes index, type and name of a link', () => {
    const link = bytesOf(
      '28000000 1000 0200 03000000 00000000', // RTM_NEWLINK
      '00 00 0003 06000000 d1000000 00000000', // type 768, index 6
      '0800 0300 74756e00', // IFLA_IFNAME
    );
    expect(decodeLink(first(link))).toEqual({ ifindex: 6, name: 'tun', type: 768 });
  });
});

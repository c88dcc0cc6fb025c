import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildComment, type CommentFields } from '../../../src/metadata/comment.js';
import { buildInterfaceText, parseInterfaceText } from '../../../src/metadata/interfaceDescription.js';
import { isComment, parseComment } from '../../../src/metadata/parseComment.js';
import { anyBytes, changes, guarded, kernelText } from '../../support/properties.js';

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const commentFields: fc.Arbitrary<CommentFields> = fc.record({
  origin: fc.constantFrom('software' as const, 'hardware' as const),
  reason: maybe(kernelText),
  symbol: maybe(kernelText),
  module: maybe(kernelText),
  programCounter: maybe(fc.bigInt({ min: 0n, max: 0xffffffffffffffffn })),
  trap: maybe(kernelText),
  trapGroup: maybe(kernelText),
  ifindex: maybe(fc.integer({ min: 1, max: 0xffffffff })),
  interfaceName: maybe(kernelText),
  cookie: maybe(fc.uint8Array({ minLength: 1, maxLength: 40 })),
  protocol: maybe(fc.nat(0xffff)),
});

function parse(comment: string | Uint8Array): CommentFields {
  const { arena, start, end } = guarded(Buffer.from(comment));
  const fields = parseComment(arena, start, end - start);
  return { ...fields, cookie: fields.cookie && Uint8Array.from(fields.cookie) };
}

describe('parseComment', () => {
  test('returns the facts that buildComment was given', () => {
    fc.assert(
      fc.property(commentFields, (fields) => {
        const comment = Buffer.from(buildComment(fields));
        expect(isComment(comment, 0, comment.length)).toBe(true);
        expect(parse(comment)).toEqual(fields);
      }),
      { numRuns: 500 },
    );
  });

  test('returns facts that are written and read unchanged, for any dropcap comment', () => {
    const built = commentFields.map((fields): Uint8Array => Buffer.from(buildComment(fields)));
    const changed = fc.tuple(built, changes).map(([comment, change]) => change(comment));
    const words = fc
      .array(
        fc.tuple(
          fc.constantFrom('reason', 'if', 'ifindex', 'pc', 'proto', 'origin', 'cookie', 'x', ''),
          fc.constantFrom('=', '==', '', ' '),
          fc.constantFrom(
            '',
            '0',
            '1',
            'hw',
            'sw',
            '0x',
            '0xffff',
            '0x12345',
            '%',
            '%4',
            '%zz',
            '-1',
            '1e3',
            'abc',
          ),
        ),
      )
      .map((list): Uint8Array => Buffer.from(`dropcap: ${list.map((parts) => parts.join('')).join(' ')}`));
    fc.assert(
      fc.property(fc.oneof(changed, words, anyBytes(100)), (bytes) => {
        const fields = parse(bytes);
        // Unknown words are not written again. Without a word for the origin, the origin is software.
        expect(parse(buildComment(fields))).toEqual({ ...fields, origin: fields.origin ?? 'software' });
        expect(fields.ifindex ?? 1).toBeGreaterThan(0);
        expect(fields.ifindex ?? 1).toBeLessThanOrEqual(0xffffffff);
        expect(fields.protocol ?? 0).toBeLessThanOrEqual(0xffff);
        expect((fields.programCounter ?? 0n) >> 64n).toBe(0n);
      }),
      { numRuns: 1000 },
    );
  });

  test('reads only its own bytes', () => {
    fc.assert(
      fc.property(commentFields, fc.nat(), (fields, cut) => {
        const comment = Buffer.from(buildComment(fields));
        const length = 9 + (cut % (comment.length - 8));
        const part = comment.subarray(0, length);
        const { arena, start } = guarded(part);
        const parsed = (around: number) => {
          arena.fill(around, 0, start).fill(around, start + length);
          return parseComment(arena, start, length);
        };
        expect(parsed(0x41)).toEqual(parsed(0x20));
        expect([isComment(arena, start, length), isComment(arena, start, 8)]).toEqual([true, false]);
      }),
    );
  });
});

describe('parseInterfaceText', () => {
  test('returns the facts that buildInterfaceText was given', () => {
    const facts = fc
      .record({
        deviceType: fc.oneof(fc.constant(-1), fc.nat(0xffff)),
        source: fc.constantFrom('alert', 'devices', 'other'),
      })
      .map(({ deviceType, source }) => {
        return { deviceType, nameFromDevices: source === 'devices', otherNamespace: source === 'other' };
      });
    const framing = fc.constantFrom('Ethernet', 'raw IP', '802.11 with radiotap header', 'netlink messages');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffffffff }), framing, facts, (ifindex, text, wanted) => {
        expect(parseInterfaceText(buildInterfaceText(ifindex, text, wanted))).toEqual(wanted);
      }),
    );
  });

  test.each([
    undefined,
    '',
    'eth0',
    'ARPHRD 1',
    'ifindex 5, Ethernet, ARPHRD 123456',
    'ifindex 5, Ethernet, ARPHRD -1',
    'ifindex x, Ethernet, ARPHRD 1',
    'my ifindex 5, Ethernet, ARPHRD 1',
    'ifindex 5, Ethernet, ARPHRD 1 or so',
  ])('finds nothing in %j', (text) => {
    expect(parseInterfaceText(text)).toEqual({
      deviceType: -1,
      nameFromDevices: false,
      otherNamespace: false,
    });
  });
});

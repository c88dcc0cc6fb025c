import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DropBatch } from '../../../src/drop.js';
import { AlertDecoder } from '../../../src/dropmon/alertDecoder.js';
import { StringTable } from '../../../src/stringTable.js';
import { packetAlert } from '../../support/netlinkBytes.js';
import { alertFields, changes } from '../../support/properties.js';

/** Decodes messages that lie one behind the other, from a place that is a multiple of 4 or is not. */
function decode(messages: readonly Uint8Array[], shift: number) {
  const bytes = Buffer.concat(messages);
  const arena = new Uint8Array(bytes.length + shift).subarray(shift);
  arena.set(bytes);
  const view = new DataView(arena.buffer, arena.byteOffset, arena.byteLength);
  const batch = new DropBatch(arena, messages.length, new StringTable());
  const decoder = new AlertDecoder();
  let at = 0;
  for (const message of messages) {
    decoder.decode(batch, view, at, message.length, true);
    at += message.length;
  }
  const { counters, unknownAttributes } = decoder;
  return {
    drops: Array.from(batch, (drop) => ({ ...drop, payload: drop.payload.slice() })),
    counters,
    unknownAttributes,
  };
}

/** Padded, so that the next message begins at a multiple of 4 too. */
function padded(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, new Uint8Array(-bytes.length & 3)]);
}

describe('alerts that begin as one before', () => {
  test('are decoded as they are attribute by attribute, also when they were changed', () => {
    // Few kinds, each more than once, and some with changes anywhere.
    const messages = fc
      .tuple(
        fc.array(alertFields, { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(fc.nat(), fc.option(changes, { nil: undefined, freq: 3 })), {
          minLength: 2,
          maxLength: 12,
        }),
      )
      .map(([kinds, picks]) =>
        picks.map(([pick, change]) => {
          const bytes = packetAlert(kinds[pick % kinds.length]!, true);
          return padded(change ? change(bytes) : bytes);
        }),
      );
    fc.assert(
      fc.property(messages, (list) => {
        expect(decode(list, 0)).toEqual(decode(list, 1));
      }),
      { numRuns: 2000 },
    );
  });
});

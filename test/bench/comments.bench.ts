import { bench, describe } from 'vitest';
import { ByteMemo } from '../../src/byteMemo.js';
import { viewOf } from '../../src/bytes.js';
import { buildComment } from '../../src/metadata/comment.js';
import { parseComment } from '../../src/metadata/parseComment.js';

/** A thousand comments of 20 kinds, one after another at multiples of 4. */
const COMMENTS = 1000;
const PLACES = 20;
const pieces = Array.from({ length: COMMENTS }, (_, i) => {
  const place = i % PLACES;
  return Buffer.from(
    buildComment({
      origin: 'software',
      reason: 'NO_SOCKET',
      symbol: `function_${place}+0x${place.toString(16)}/0x200`,
      module: undefined,
      programCounter: 0xffffffffa5978f00n + BigInt(place),
      trap: undefined,
      trapGroup: undefined,
      ifindex: 5,
      interfaceName: 'eth0',
      cookie: undefined,
      protocol: 0x0800,
    }),
    'latin1',
  );
});
const STRIDE = 256;
const arena = new Uint8Array(COMMENTS * STRIDE);
pieces.forEach((piece, i) => arena.set(piece, i * STRIDE));
const view = viewOf(arena);
const each = (read: (offset: number, length: number) => void) => () => {
  for (let i = 0; i < COMMENTS; i++) read(i * STRIDE, pieces[i]!.length);
};

describe('a thousand comments of 20 places', () => {
  const memo = new ByteMemo<object>();
  bench(
    'ByteMemo',
    each((offset, length) => {
      if (!memo.get(view, offset, length))
        memo.set(view, offset, length, parseComment(arena, offset, length));
    }),
  );
  const byText = new Map<string, object>();
  bench(
    'a Map of texts',
    each((offset, length) => {
      const text = Buffer.from(arena.buffer, offset, length).toString('latin1');
      if (!byText.has(text)) byText.set(text, parseComment(arena, offset, length));
    }),
  );
  bench(
    'parseComment each time',
    each((offset, length) => void parseComment(arena, offset, length)),
  );
});

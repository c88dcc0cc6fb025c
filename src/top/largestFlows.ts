import type { Slice } from './slices.js';

/** Drops of a flow in one part of the window. */
interface FlowPart {
  readonly slice: number;
  readonly drops: number;
  readonly missed: number;
  readonly last: number;
}

/** A flow of the window. */
export interface WindowFlow {
  /** Words of its FlowKey; the first one is the number of the cause. */
  readonly words: Uint32Array;
  drops: number;
  readonly parts: FlowPart[];
}

/** The flows with the most drops in the window, at most so many; of equal ones the newest. */
export function largestFlows(slices: readonly (Slice | undefined)[], most: number): WindowFlow[] {
  const flows = new Map<string, WindowFlow>();
  slices.forEach((slice, at) => {
    for (const { words, drops, missed, last } of slice?.flows ?? []) {
      const key = textOf(words);
      let flow = flows.get(key);
      if (!flow) {
        flow = { words, drops: 0, parts: [] };
        flows.set(key, flow);
      }
      flow.drops += drops;
      flow.parts.push({ slice: at, drops, missed, last });
    }
  });
  const all = [...flows.values()];
  if (all.length <= most) return all;
  const limit = Float64Array.from(all, ({ drops }) => drops).toSorted()[all.length - most]!;
  const larger = all.filter(({ drops }) => drops > limit);
  const equal = all.filter(({ drops }) => drops === limit);
  return [...larger, ...equal.slice(larger.length - most)];
}

/** A text that only these words have. Quicker to make than their digits. */
function textOf(words: Uint32Array): string {
  return String.fromCharCode(...new Uint16Array(words.buffer, words.byteOffset, 2 * words.length));
}

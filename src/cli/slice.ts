import type { EncoderSource } from '../outlet/createEncoder.js';
import type { DropSource } from '../source/source.js';

/** The source's facts for a file with a slice of its drops: begin and end of the whole capture are not the file's. */
export function sliceOf(source: DropSource): EncoderSource {
  return {
    live: source.live,
    devices: source.devices,
    get kernelRelease() {
      return source.kernelRelease;
    },
    get familyId() {
      return source.familyId;
    },
    get recorded() {
      const { recorded } = source;
      return recorded && { ...recorded, startNs: undefined, endNs: undefined };
    },
  };
}

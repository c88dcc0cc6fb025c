import { type DropCause, functionOf, NOT_SPECIFIED } from './dropCause.js';
import { NOISE, type NoiseName } from './noise.js';

/** The names of noise, in the order of the table. */
export const NOISE_NAMES: readonly NoiseName[] = [...new Set(NOISE.map(({ name }) => name))];

/** Names by `REASON function`, or by `REASON` for all functions. */
const NAMES: ReadonlyMap<string, NoiseName> = new Map(
  NOISE.flatMap(({ name, reasons, places }) =>
    reasons.flatMap((reason) =>
      (places ?? ['']).map((place): [string, NoiseName] => [`${reason} ${place}`, name]),
    ),
  ),
);

/**
 * The name of the noise that a drop is (docs/noise.md). Undefined when it is not known to be noise. A drop of the
 * hardware is never noise. Looks up texts: ask once for a kind, not for each packet.
 */
export function noiseOf({ reason = NOT_SPECIFIED, trap, symbol }: DropCause): NoiseName | undefined {
  if (trap !== undefined) return undefined;
  return NAMES.get(`${reason} ${functionOf(symbol)}`) ?? NAMES.get(`${reason} `);
}

import type { HostFacts } from '../host/hostFacts.js';
import type { Check } from './check.js';
import { EXIT_OK } from './exitStatus.js';

/** What doctor found out. */
export interface Diagnosis {
  readonly facts: HostFacts;
  /** A check that later checks depend on comes first. */
  readonly checks: readonly Check[];
}

/** The checks that failed. Without one, a capture would work. */
export function failuresOf({ checks }: Diagnosis): Check[] {
  return checks.filter(({ result }) => result === 'fail');
}

/** The exit status of doctor: that of the first failure. */
export function statusOf(diagnosis: Diagnosis): number {
  return failuresOf(diagnosis)[0]?.status ?? EXIT_OK;
}

import { guardPath } from '../binding/load.js';
import { type Host, THIS_HOST } from '../host/host.js';
import { gatherFacts } from '../host/hostFacts.js';
import type { Check } from './check.js';
import { checksOf } from './doctorChecks.js';
import { relinquishCheck } from './doctorPrivileges.js';
import { EXIT_OK } from './exitStatus.js';
import { print } from './terminal.js';

/** Path of the guard; undefined when the guard was not built. */
export function findGuard(): string | undefined {
  try {
    return guardPath();
  } catch {
    return undefined;
  }
}

const MARKS: Record<Check['result'], string> = { ok: 'ok   ', note: 'note ', fail: 'FAIL ' };
const INDENT = ' '.repeat(6);

/**
 * Prints to standard output what a capture needs and what is missing.
 * @param guard path of the guard, which captures for users without privileges; undefined when the guard was not built.
 * @param relinquish gives up the privileges of this process under sudo. A test passes a function that does not.
 * @returns the exit status: 0 when a capture would work.
 */
export function examineHost(
  guard: string | undefined,
  host: Host = THIS_HOST,
  relinquish: () => Check[] = relinquishCheck,
): number {
  const checks = [...checksOf(gatherFacts(host, guard)), ...relinquish()];
  for (const { result, name, text, why, fix } of checks) {
    print(`${MARKS[result]} ${name}: ${text}`);
    print(`${INDENT}why: ${why}`);
    if (fix !== undefined) print(`${INDENT}do:  ${fix}`);
  }
  const failed = checks.filter(({ result }) => result === 'fail');
  print(
    failed.length === 0
      ? 'a capture would work'
      : `a capture would not work: ${failed.map(({ name }) => name).join(', ')}`,
  );
  return failed[0]?.status ?? EXIT_OK;
}

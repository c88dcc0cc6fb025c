import { guardPath } from '../binding/load.js';
import { type Host, THIS_HOST } from '../host/host.js';
import { gatherFacts } from '../host/hostFacts.js';
import { systemFacts } from '../host/systemFacts.js';
import type { Check } from './check.js';
import { type Diagnosis, failuresOf, statusOf } from './diagnosis.js';
import { checksOf } from './doctorChecks.js';
import { diagnosisJson } from './doctorJson.js';
import { relinquishCheck } from './doctorPrivileges.js';
import { reportLines } from './doctorReport.js';
import { programFacts } from './programFacts.js';
import { print, printJson } from './terminal.js';

/** Path of the guard; undefined when the guard was not built. */
export function findGuard(): string | undefined {
  try {
    return guardPath();
  } catch {
    return undefined;
  }
}

/**
 * The forms in which doctor prints what it found. Each gathers its own facts when it is called: before `relinquish`, after
 * which the user may not read dropcap's folder.
 */
const FORMS = {
  text: () => printText,
  json: () => {
    const program = programFacts();
    return (diagnosis: Diagnosis) => printJson(diagnosisJson(diagnosis, program));
  },
  report: () => {
    const program = programFacts();
    const system = systemFacts();
    return (diagnosis: Diagnosis) => {
      for (const line of reportLines(diagnosis, program, system)) print(line);
    };
  },
};

/** `text`: for people. `json`: docs/doctor.schema.json. `report`: for a bug report, without names and addresses. */
export type DoctorForm = keyof typeof FORMS;

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
  form: DoctorForm = 'text',
): number {
  const show = FORMS[form]();
  const facts = gatherFacts(host, guard);
  const diagnosis = { facts, checks: [...checksOf(facts), ...relinquish()] };
  show(diagnosis);
  return statusOf(diagnosis);
}

const MARKS: Record<Check['result'], string> = { ok: 'ok   ', note: 'note ', fail: 'FAIL ' };
const INDENT = ' '.repeat(6);

function printText(diagnosis: Diagnosis): void {
  for (const { result, name, text, why, fix } of diagnosis.checks) {
    print(`${MARKS[result]} ${name}: ${text}`);
    print(`${INDENT}why: ${why}`);
    if (fix !== undefined) print(`${INDENT}do:  ${fix}`);
  }
  const failed = failuresOf(diagnosis).map(({ name }) => name);
  print(failed.length === 0 ? 'a capture would work' : `a capture would not work: ${failed.join(', ')}`);
}

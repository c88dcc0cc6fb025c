import { type Diagnosis, failuresOf, statusOf } from './diagnosis.js';
import type { ProgramFacts } from './programFacts.js';

/** What doctor found as an object (docs/doctor.schema.json). Its texts may have names and paths of this host. */
export function diagnosisJson(diagnosis: Diagnosis, program: ProgramFacts): object {
  const { parts, ...rest } = program;
  const { addon, guard, keeper, prebuilt, ...built } = parts;
  return {
    ...rest,
    kernel: diagnosis.facts.release,
    addon,
    guard,
    keeper,
    built: { prebuilt, ...built },
    captures: failuresOf(diagnosis).length === 0,
    exitStatus: statusOf(diagnosis),
    checks: diagnosis.checks.map(({ name, result, text, why, fix, status }) => {
      return { name, result, text, why, fix: fix ?? null, exitStatus: status ?? null };
    }),
  };
}

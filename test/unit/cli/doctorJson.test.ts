import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { examineHost } from '../../../src/cli/doctorCommand.js';
import { relinquishCheck } from '../../../src/cli/doctorPrivileges.js';
import { CONTAINER_STATUS, fakeHost, USER_STATUS } from '../../support/fakeHost.js';
import { FakeKernel } from '../../support/fakeKernel.js';
import { PROGRAM } from '../../support/tools.js';

const schema = JSON.parse(
  readFileSync(new URL('../../../docs/doctor.schema.json', import.meta.url), 'utf8'),
) as { $defs: { check: { properties: { name: { enum: string[] } } } } };
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

interface Found {
  readonly kernel: string;
  readonly captures: boolean;
  readonly exitStatus: number;
  readonly checks: { name: string; result: string; fix: string | null; exitStatus: number | null }[];
}

afterEach(() => vi.restoreAllMocks());

/** What doctor prints about a host, checked against the schema. */
function examine(...[changes, state]: [Record<string, string | undefined>?, Partial<FakeKernel['state']>?]) {
  const kernel = new FakeKernel();
  Object.assign(kernel.state, state);
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((output += String(text)), true));
  const relinquish = () => relinquishCheck({ uid: 1000, gid: 1000 }, () => {});
  const status = examineHost(process.execPath, fakeHost(kernel, changes), relinquish, 'json');
  vi.restoreAllMocks();
  expect(output).toMatch(/^[ -~]+\n$/);
  const found = JSON.parse(output) as Found;
  expect(validate(found) ? [] : validate.errors).toEqual([]);
  expect(found.exitStatus).toBe(status);
  expect(found.captures).toBe(status === 0);
  return found;
}

describe('dropcap doctor --json prints what docs/doctor.schema.json describes', () => {
  test('of a good host, with every check of the schema', () => {
    const found = examine();
    expect([found.captures, found.exitStatus, found.kernel]).toEqual([true, 0, '6.12.117+deb12-amd64']);
    expect(new Set(found.checks.map(({ name }) => name))).toEqual(
      new Set(schema.$defs.check.properties.name.enum),
    );
    expect(found.checks.filter(({ result }) => result === 'fail')).toEqual([]);
  });

  test.each([
    ['an ordinary user', { 'proc/self/status': USER_STATUS }, { mayConfigure: false, mayJoin: false }, 3],
    ['root of a container', { 'proc/self/status': CONTAINER_STATUS }, {}, 3],
    ['another network namespace', { 'proc/1/ns/net': undefined }, { hasFamily: false }, 4],
    ['another monitor', { 'sys/module/drop_monitor/refcnt': '1\n' }, {}, 1],
  ])('of %s', (_, changes, state, exitStatus) => {
    const found = examine(changes, state);
    expect(found.exitStatus).toBe(exitStatus);
    const failure = found.checks.find(({ result }) => result === 'fail')!;
    expect(failure).toMatchObject({ exitStatus, fix: expect.stringMatching(/./) });
  });

  test('as a process, and nothing else', () => {
    const { status, stdout } = spawnSync(process.execPath, [PROGRAM, 'doctor', '--json'], {
      encoding: 'utf8',
    });
    const found = JSON.parse(stdout) as Found;
    expect(validate(found) ? [] : validate.errors).toEqual([]);
    expect(found.exitStatus).toBe(status);
    expect(validate({ ...found, more: 1 })).toBe(false);
    expect(validate({ ...found, checks: [] })).toBe(false);
  });
});

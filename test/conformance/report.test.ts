import { copyFileSync, existsSync, linkSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report, Row } from '../../src/report/report.js';
import { dropcap, dropcapWithInput, PROGRAM, recordingPath, run, runTool } from '../support/tools.js';

const folder = mkdtempSync(join(tmpdir(), 'dropcap-report-'));
const own = join(folder, 'own.pcapng');
const PLUGIN = fileURLToPath(new URL('../../src/wireshark/dropcap.lua', import.meta.url));
let report: Report;

/** How many packets of the file have each value of a field, by tshark. */
function countsByTshark(field: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of runTool('tshark', '-n', '-r', own, '-T', 'fields', '-e', field).stdout.split('\n'))
    if (value !== '') counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const countsOf = (rows: readonly Row[]) => Object.fromEntries(rows.map(({ name, drops }) => [name, drops]));

beforeAll(() => {
  dropcap('-q', '-r', recordingPath('nlmon'), '-w', own);
  report = JSON.parse(dropcap('report', own, '--format', 'json', '--top', '100').stdout) as Report;
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the numbers of a report are those of tshark', () => {
  test('all drops, and the time of the first and the last one', () => {
    const times = runTool('tshark', '-n', '-r', own, '-T', 'fields', '-e', 'frame.time_epoch')
      .stdout.trim()
      .split('\n')
      .map(Number);
    expect(report.drops).toBe(times.length);
    expect(Date.parse(report.first!) / 1000).toBeCloseTo(Math.min(...times), 3);
    expect(Date.parse(report.last!) / 1000).toBeCloseTo(Math.max(...times), 3);
  });

  test('reasons and classes, by the comments', () => {
    const texts = Object.entries(countsByTshark('frame.comment'));
    for (const [key, rows] of [
      ['reason', report.reasons.rows],
      ['class', report.classes.rows],
      ['trap', report.traps.rows],
    ] as const) {
      const counts: Record<string, number> = {};
      for (const [text, drops] of texts) {
        const value = new RegExp(` ${key}=(\\S+)`).exec(text)?.[1];
        if (value !== undefined) counts[value] = (counts[value] ?? 0) + drops;
      }
      expect(countsOf(rows.filter(({ name }) => name !== '(not known)'))).toEqual(counts);
    }
  });

  test('flows, by addresses and ports', () => {
    const fields = ['ip.src', 'ip.dst', 'udp.srcport', 'udp.dstport'].flatMap((field) => ['-e', field]);
    const lines = runTool(
      'tshark',
      '-n',
      '-r',
      own,
      '-Y',
      'udp && ip && !icmp',
      '-T',
      'fields',
      ...fields,
      '-E',
      'occurrence=f',
    )
      .stdout.trim()
      .split('\n');
    const counts: Record<string, number> = {};
    for (const line of lines) {
      const [source, destination, from, to] = line.split('\t');
      const name = `${source}.${from} > ${destination}.${to} UDP`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    const flows: Record<string, number> = {};
    for (const { name, protocol, source, drops } of report.flows.rows)
      if (protocol === 'UDP' && !source!.includes(':')) flows[name] = (flows[name] ?? 0) + drops;
    expect(flows).toEqual(counts);
  });

  test("each row's filters choose as many drops as the row has, for dropcap and for Wireshark's fields", () => {
    const rows: Row[] = [
      ...report.causes.rows,
      ...report.interfaces.rows,
      ...report.classes.rows.filter(({ name }) => name !== '(not known)').slice(0, 2),
      ...report.places.rows.filter(({ name }) => name === 'l2_drops'),
      ...report.flows.rows.filter(({ cause }) => !cause.startsWith('ttl_value')).slice(0, 12),
      ...report.flows.rows.filter(({ cause }) => cause.startsWith('ttl_value')).slice(0, 2),
    ];
    const withFilter = rows.filter(({ dropcapFilter }) => dropcapFilter !== null);
    expect(withFilter.length).toBeGreaterThan(20);
    for (const { name, drops, displayFilter } of [
      ...report.causes.rows.slice(0, 3),
      ...report.interfaces.rows.slice(2, 5),
      ...report.classes.rows.slice(1, 2),
      ...report.places.rows.slice(0, 1),
      ...report.flows.rows.slice(0, 3),
    ]) {
      if (displayFilter === null) continue;
      const { stdout } = runTool(
        'tshark',
        '-n',
        '-X',
        `lua_script:${PLUGIN}`,
        '-r',
        own,
        '-Y',
        displayFilter,
        '-T',
        'fields',
        '-e',
        'frame.number',
      );
      expect([name, stdout.split('\n').length - 1]).toEqual([name, drops]);
    }
    for (const { name, drops, dropcapFilter } of withFilter) {
      expect([name, dropcap('-r', own, '--count', '-q', dropcapFilter!).stdout]).toEqual([
        name,
        `${drops} ${drops === 1 ? 'drop' : 'drops'}\n`,
      ]);
    }
  }, 120_000);
});

test('docs/report.schema.json describes the report', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
  expect(validate(report) ? [] : validate.errors).toEqual([]);
  expect(validate({ ...report, more: 1 })).toBe(false);
});

describe('golden reports', () => {
  test.each(['nlmon', 'dwdump-trunc64'])('of the recording %s', async (name) => {
    // Standard input has the same name everywhere. The width of a table depends on the name.
    const text = dropcapWithInput(recordingPath(name), 'report', '-').stdout.replace(
      /Made by dropcap .*/,
      'Made by dropcap.',
    );
    await expect(text).toMatchFileSnapshot(`golden/${name}.md`);
  });
});

test('a file that is cut has its report, with the cut, and status 1', () => {
  const cut = join(folder, 'cut.pcapng');
  runTool('sh', '-c', `head -c 9000 ${own} >${cut}`);
  const ran = run(process.execPath, [PROGRAM, 'report', cut]);
  expect(ran.status).toBe(1);
  expect(ran.stderr).toContain('is cut short');
  expect(ran.stdout).toContain('Not complete:');
});

test('--output never writes over a file without --force', () => {
  const output = join(folder, 'report.html');
  expect(dropcap('report', own, '-o', output).status).toBe(0);
  const before = readFileSync(output, 'utf8');
  expect(before).toMatch(/^<!DOCTYPE html>/);
  expect(run(process.execPath, [PROGRAM, 'report', recordingPath('dwdump'), '-o', output]).status).toBe(1);
  expect(readFileSync(output, 'utf8')).toBe(before);
  expect(dropcap('report', recordingPath('dwdump'), '-o', output, '--force').status).toBe(0);
});

test('--force does not let --output overwrite a file of the report, by whatever name', () => {
  const input = join(folder, 'input.pcapng');
  const link = join(folder, 'same.pcapng');
  copyFileSync(own, input);
  linkSync(input, link);
  for (const output of [input, link]) {
    const ran = run(process.execPath, [PROGRAM, 'report', own, input, '-o', output, '--force']);
    expect([ran.status, ran.stderr]).toEqual([2, expect.stringContaining('is a file to read')]);
  }
  expect(readFileSync(input).equals(readFileSync(own))).toBe(true);
});

test('a file is not counted twice, by whatever name', () => {
  const link = join(folder, 'again.pcapng');
  linkSync(own, link);
  expect(dropcap('report', own, link)).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining(`${link} is given twice`) as string,
  });
});

test('a file without drops, and one that cannot be read, have no report', () => {
  const other = join(folder, 'other.pcap');
  runTool('editcap', '-T', 'ether', recordingPath('nlmon'), other);
  const output = join(folder, 'none.md');
  const ran = dropcap('report', other, '-o', output);
  expect([ran.status, ran.stdout]).toEqual([1, '']);
  expect(ran.stderr).toMatch(/^dropcap: .*other\.pcap/);
  expect(existsSync(output)).toBe(false);
  expect(dropcap('report', own, join(folder, 'missing')).stderr).toMatch(/missing: no such file/);
});

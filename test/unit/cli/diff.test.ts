import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeviceTable } from '../../../src/drop/device.js';
import type { LossCounters } from '../../../src/drop/losses.js';
import { createEncoder } from '../../../src/outlet/createEncoder.js';
import { fileOf } from '../../support/encoding.js';
import { ethernet, ipv4 } from '../../support/packetBytes.js';
import { batchOfRows, type DropRow, START_NS } from '../../support/rows.js';
import { dropcap, recordingPath } from '../../support/tools.js';

const TEN_MINUTES_NS = 600e9;
const folder = mkdtempSync(join(tmpdir(), 'dropcap-diff-'));
const path = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

/** Drops spread over the time of a capture. */
function drops(count: number, reason: string, place: string): DropRow[] {
  const packet = ethernet(0x0800, ipv4());
  const symbolText = `${place}+0x1/0x2`;
  return Array.from({ length: count }, (_, i) => {
    return { packet, reason, symbolText, at: Math.round(((i + 0.5) / count) * TEN_MINUTES_NS) };
  });
}

/** Writes a file of a capture of ten minutes. */
function writeCapture(name: string, rows: readonly DropRow[], losses?: LossCounters): void {
  const times = { startNs: START_NS, endNs: START_NS + BigInt(TEN_MINUTES_NS) };
  const nothing = {
    hardware: undefined,
    os: undefined,
    application: undefined,
    filter: undefined,
    comments: [],
  };
  const source = {
    live: false,
    devices: new DeviceTable(),
    kernelRelease: undefined,
    familyId: undefined,
    recorded: { ...nothing, ...times },
  };
  writeFileSync(path(name), fileOf(createEncoder('pcapng', source), [batchOfRows(rows)], losses));
}

beforeAll(() => {
  const denied = (count: number) => drops(count, 'NETFILTER_DROP', 'nft_do_chain');
  const before = [...denied(30), ...drops(1, 'NO_SOCKET', 'tcp_v4_rcv')];
  writeCapture('before.pcapng', before);
  writeCapture('lossy.pcapng', before, { queueDrops: 4, overruns: 0 });
  writeCapture('after.pcapng', [
    ...denied(120),
    ...drops(61, 'SOCKET_RCVBUFF', 'udp_queue_rcv_one_skb'),
    ...drops(3, 'XFRM_POLICY', 'ip_forward'),
  ]);
});

describe('dropcap diff', () => {
  test('prints what changed, with status 1 for new drops that hurt', () => {
    const { status, stdout, stderr } = dropcap('diff', path('before.pcapng'), path('after.pcapng'));
    expect([status, stderr]).toEqual([1, '']);
    const page = readFileSync(new URL('../../../docs/diff.md', import.meta.url), 'utf8');
    // The example of the page.
    expect(page).toContain(`\n${stdout.replaceAll(`${folder}/`, '')}\`\`\`\n`);
  });

  test.each([
    ['nothing new', 'after.pcapng', 'before.pcapng', 0],
    ['losses of the first file', 'lossy.pcapng', 'after.pcapng', 5],
    ['losses of the second file', 'after.pcapng', 'lossy.pcapng', 5],
    ['a file that does not exist', 'after.pcapng', 'nothing.pcapng', 5],
  ])('the status of %s', (_name, first, second, status) => {
    expect(dropcap('diff', path(first), path(second)).status).toBe(status);
  });

  test('refuses wrong usage', () => {
    expect(dropcap('diff', path('after.pcapng')).status).toBe(2);
    expect(dropcap('diff', '-', '-').status).toBe(2);
  });

  test('says why a file could not be read to its end, and proves nothing', () => {
    writeFileSync(path('cut.pcapng'), readFileSync(path('after.pcapng')).subarray(0, 9000));
    const { status, stdout, stderr } = dropcap('diff', path('after.pcapng'), path('cut.pcapng'));
    expect(status).toBe(5);
    expect(stderr).toContain('is cut short');
    expect(stdout).toContain('the second file may lack drops');
  });
});

describe('docs/diff.schema.json', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../../docs/diff.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

  test.each([
    ['two captures', () => [path('before.pcapng'), path('after.pcapng')], 1],
    [
      'recordings, which say neither times nor losses',
      () => [recordingPath('nlmon'), recordingPath('dwdump')],
      5,
    ],
  ])('describes --json of %s', (_name, files, status) => {
    const ran = dropcap('diff', ...files(), '--json');
    expect(ran.status).toBe(status);
    const found = JSON.parse(ran.stdout) as object;
    expect(validate(found) ? [] : validate.errors).toEqual([]);
    expect(validate({ ...found, more: 1 })).toBe(false);
  });
});

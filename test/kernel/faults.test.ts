import { describe, expect, test } from 'vitest';
import { runTool } from '../support/tools.js';
import { tsharkComplaints } from '../support/tshark.js';
import { machineOf } from './machine.js';

const OFF = /^monitoring: +off$/m;
/** Time until monitoring ends after a signal, while the file system hangs. */
const OFF_SECONDS = 15;

describe('an output that goes wrong', () => {
  const guest = machineOf('faults.sh', '6.12', ['readonly', 'frozen', 'folder', 'full', 'ring']);

  const written = (step: string) => Number(/^(\d+) drops written$/m.exec(guest.text(`${step}.err`))?.[1]);
  /**
   * The numbers of flood.py's datagrams in a file, or in its first packets, in order: each processor has a queue of its own.
   */
  const numbersIn = (name: string, packets?: number) =>
    guest
      .drops(name)
      .slice(0, packets)
      .map(({ bytes }) => Number(/flood-(\d{8})/.exec(bytes.toString('latin1'))?.[1]))
      .toSorted((a, b) => a - b);
  const expectWhole = (name: string, packets: number) => {
    expect(tsharkComplaints(guest.path(name))).toMatchObject({ status: 0, stderr: '' });
    expect(runTool('capinfos', '-cM', guest.path(name)).stdout).toMatch(
      new RegExp(`^Number of packets: +${packets}$`, 'm'),
    );
  };

  test.each([
    ['readonly', /cannot write \/run\/readonly\/x\.pcapng: the file system is read-only \(choose/],
    ['written', /cannot write .*x_00002_\d+\.pcapng: it was deleted, so the \d+ bytes written are lost \(/],
    ['between', /cannot write .*x_00002_\d+\.pcapng: no such folder/],
    ['full', /cannot write \/run\/full\/x\.pcapng: no space is left on the device \(free some/],
    ['ring', /cannot remove .*x_00001_\d+\.pcapng: permission denied/],
  ])('ends the capture with the reason, and the monitor is off: %s', (step, reason) => {
    expect(guest.text(`${step}.err`)).toMatch(reason);
    expect(guest.status(step)).toBe(1);
    expect(guest.text(`${step}.monitor`)).toMatch(OFF);
  });

  test('has the drops before, on a file system that became read-only', () => {
    expect(written('readonly')).toBe(3);
    expect(numbersIn('readonly.pcapng', 3)).toEqual([0, 1, 2]);
  });

  test('is whole up to the last write, on a full disk', () => {
    expect(written('full')).toBeGreaterThan(1000);
    expectWhole('full.pcapng', written('full'));
  });

  test('has whole files before the folder was removed', () => {
    const first = new Set(numbersIn('written.pcapng'));
    expect(first.size).toBe(5);
    expect([...first].filter((number) => number > 7)).toEqual([]);
    expect(numbersIn('between.pcapng')).toEqual([0, 1, 2]);
    for (const [name, packets] of [
      ['written.pcapng', 5],
      ['between.pcapng', 3],
    ] as const)
      expectWhole(name, packets);
  });

  test('keeps the files of a ring that cannot be removed', () => {
    expect(guest.text('ring.files').trimEnd().split('\n')).toHaveLength(2);
    expect(written('ring')).toBe(6);
  });

  test('that hangs: a signal ends monitoring, and the file is whole after the thaw', () => {
    expect(guest.text('frozen-during.monitor')).toMatch(OFF);
    expect(Number(guest.text('frozen.seconds'))).toBeLessThanOrEqual(OFF_SECONDS);
    expect(guest.status('frozen')).toBe(0);
    expect(guest.text('frozen.monitor')).toMatch(OFF);
    expect(numbersIn('frozen.pcapng')).toEqual([0, 0, 1, 1, 2, 2]);
    expectWhole('frozen.pcapng', 6);
  });
});

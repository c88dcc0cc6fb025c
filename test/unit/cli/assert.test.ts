import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { assertNoDrops, type AssertOptions } from '../../../src/cli/assertCommand.js';
import { UsageError } from '../../../src/errors.js';
import { openKernelSource } from '../../../src/source/live/kernel.js';
import { NO_SYMBOLS } from '../../../src/symbols/symbolLookup.js';
import { capturedDrops } from '../../kernel/judges.js';
import { buildAlert, FakeKernel } from '../../support/fakeKernel.js';
import { dropcap, lacksTools, temporaryFolder } from '../../support/tools.js';

// The kernel's symbols are not needed, and no process ends here to close their file.
vi.mock('../../../src/cli/symbols.js', () => ({ openSymbols: () => Promise.resolve(NO_SYMBOLS) }));

const EXPRESSION = 'reason = NO_SOCKET';
const folder = temporaryFolder();
let kernel: FakeKernel;
let errors: string;
/** A file for whose existence the command waits. */
let go: string;
let tests = 0;

beforeEach(() => {
  kernel = new FakeKernel();
  errors = '';
  go = join(folder, `go-${++tests}`);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    errors += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const open: typeof openKernelSource = (options) => openKernelSource({ ...options, ...kernel.options });
const run = (command: readonly string[], options: Partial<AssertOptions> = {}, expression = EXPRESSION) =>
  assertNoDrops(expression, command, { settle: 0, ...options }, open);
const shell = (script: string) => ['sh', '-c', script];
const waiting = () => shell(`until [ -e ${go} ]; do sleep 0.02; done`);
const monitored = async () => {
  await expect.poll(() => kernel.state.running.software).toBe(true);
};
const drop = (reason: string) => kernel.emit(buildAlert(35, { pc: 1n, payload: new Uint8Array(60), reason }));

/** Runs a command. While it runs, `during` happens. */
async function runDuring(during: () => void, options?: Partial<AssertOptions>): Promise<number> {
  const running = run(waiting(), options);
  await monitored();
  during();
  writeFileSync(go, '');
  return await running;
}

describe('dropcap assert', () => {
  test('with --takeover, stops the monitoring of another program first; with --passive, starts nothing', async () => {
    kernel.state.running.software = true;
    expect(await run(shell('true'), { takeover: true })).toBe(0);
    expect(kernel.log.indexOf('STOP software')).toBeLessThan(kernel.log.indexOf('START software'));
    kernel.log.length = 0;
    await run(shell('true'), { passive: true });
    expect(kernel.log.filter((command) => command.startsWith('START'))).toEqual([]);
  });

  test('ends with 0 when no drop fits and none was lost', async () => {
    expect(await runDuring(() => drop('TCP_RESET'))).toBe(0);
    expect(errors).toBe('dropcap: no drop fits: reason = NO_SOCKET\n');
    expect(kernel.state.running.software).toBe(false);
    expect(kernel.openSockets).toBe(0);
  });

  test('ends with 1 when drops fit, and shows the first ones', async () => {
    const status = await runDuring(() => {
      for (let i = 0; i < 22; i++) drop('NO_SOCKET');
      drop('TCP_RESET');
    });
    expect(status).toBe(1);
    const lines = errors.split('\n');
    expect(lines[0]).toBe('dropcap: 22 drops fit: reason = NO_SOCKET');
    expect(lines.slice(1, 21).filter((line) => line.includes(' NO_SOCKET '))).toHaveLength(20);
    expect(lines.slice(21)).toEqual(['dropcap: and 2 more (-w FILE keeps all)', '']);
  });

  test('starts the command only when monitoring is on', async () => {
    const started = join(folder, 'started');
    const openLate: typeof open = async (options) => {
      const source = await open(options);
      expect([kernel.state.running.software, existsSync(started)]).toEqual([true, false]);
      return source;
    };
    expect(await assertNoDrops(EXPRESSION, ['touch', started], { settle: 0 }, openLate)).toBe(0);
    expect(existsSync(started)).toBe(true);
  });

  test('waits for drops after the end of the command', async () => {
    const ended = join(folder, 'ended');
    const running = run(['touch', ended], { settle: 1 });
    await expect.poll(() => existsSync(ended)).toBe(true);
    setTimeout(() => drop('NO_SOCKET'), 300);
    expect(await running).toBe(1);
  });

  test.skipIf(lacksTools('tshark'))('writes the drops that fit to a file', async () => {
    const write = join(folder, 'drops.pcapng');
    const during = () => {
      drop('NO_SOCKET');
      drop('TCP_RESET');
    };
    expect(await runDuring(during, { write })).toBe(1);
    expect(capturedDrops(write).map(({ comment }) => comment)).toEqual([
      expect.stringContaining('reason=NO_SOCKET'),
    ]);
  });

  describe('ends with 5, because nothing is proved,', () => {
    test.each<[string, () => void, RegExp]>([
      [
        'when the kernel lost drops',
        () => (kernel.state.stats = { softwareDropped: 7n, hardwareDropped: 0n }),
        /^dropcap: not complete: 7 drops lost in the queues of the kernel/,
      ],
      [
        'when an alert cannot be decoded',
        () => kernel.emit(new Uint8Array(10)),
        /: 1 drop in alerts that could not/,
      ],
      [
        'when another program turned monitoring off for a moment',
        () => kernel.guard!.restarted(1, 0),
        /not complete: another program turned monitoring off for a moment/,
      ],
      [
        'when the capture fails',
        () => kernel.guard!.restarted(0, 12),
        /not complete: the capture failed: another program turned monitoring of software drops off, and it/,
      ],
    ])('%s', async (_name, during, text) => {
      expect(await runDuring(during)).toBe(5);
      expect(errors).toMatch(text);
      expect(errors).toContain(
        'dropcap: nothing is proved: no drop fits: reason = NO_SOCKET, but drops may be',
      );
    });

    test('when the file exists, and does not run the command', async () => {
      writeFileSync(go, 'x');
      expect(await run(['rm', go], { write: go })).toBe(5);
      expect([errors, existsSync(go)]).toEqual([expect.stringContaining('it exists'), true]);
    });
  });

  test('losses do not hide a drop', async () => {
    const during = () => {
      drop('NO_SOCKET');
      kernel.state.stats = { softwareDropped: 7n, hardwareDropped: 0n };
    };
    expect(await runDuring(during)).toBe(1);
    expect(errors).toContain('dropcap: not complete: 7 drops lost');
  });

  test.each([
    ['fails', shell('exit 3'), 'dropcap: sh ended with status 3\n'],
    ['was killed', shell('kill -KILL $$'), 'dropcap: sh was ended by SIGKILL\n'],
    ['does not exist', ['/nonexistent'], 'dropcap: cannot start /nonexistent: no such file or folder\n'],
    [
      'is in no folder',
      ['/dev/null/x'],
      'dropcap: cannot start /dev/null/x: a folder in the path is not a folder\n',
    ],
  ])('ends with 6 when the command %s', async (_name, command, text) => {
    expect([await run(command), errors]).toEqual([6, text]);
  });

  test('a drop counts more than a command that fails', async () => {
    const running = run(shell(`until [ -e ${go} ]; do sleep 0.02; done; exit 9`));
    await monitored();
    drop('NO_SOCKET');
    writeFileSync(go, '');
    expect(await running).toBe(1);
    expect(errors).toContain('sh ended with status 9');
  });

  test('sends signals on to the command, and a later one ends the waiting', async () => {
    const running = run(
      shell(`trap 'touch ${go}; exit 0' TERM; touch ${go}.ready; while :; do sleep 0.02; done`),
      {
        settle: 60,
      },
    );
    await expect.poll(() => existsSync(`${go}.ready`)).toBe(true);
    process.emit('SIGTERM', 'SIGTERM');
    await expect.poll(() => existsSync(go)).toBe(true);
    setTimeout(() => process.emit('SIGTERM', 'SIGTERM'), 500);
    expect(await running).toBe(5);
    expect(errors).toContain('a signal ended the capture before the time of --settle');
  });

  test('says when a signal cannot be sent on, and waits for the command', async () => {
    const running = run(waiting());
    await monitored();
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { errno: -1, code: 'EPERM', syscall: 'kill' });
    });
    for (let i = 0; i < 2; i++) process.emit('SIGTERM', 'SIGTERM');
    kill.mockRestore();
    drop('NO_SOCKET');
    writeFileSync(go, '');
    expect(await running).toBe(1);
    expect(errors.match(/^dropcap: cannot send SIGTERM to sh: .*not permitted/gim)).toHaveLength(2);
  });

  test('the second signal after the command ends the process', async () => {
    const ended = join(folder, 'ended-2');
    const running = run(['touch', ended], { settle: 60 });
    await expect.poll(() => existsSync(ended)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const others = process.listeners('SIGTERM').length;
    for (let i = 0; i < 2; i++) process.emit('SIGTERM', 'SIGTERM');
    expect(kill.mock.calls).toEqual([[process.pid, 'SIGTERM']]);
    expect(others).toBeGreaterThan(0);
    expect(await running).toBe(5);
  });

  test('does not run the command without a drop monitor, and reports why', async () => {
    kernel.state.mayJoin = false;
    await expect(run(['touch', go])).rejects.toThrow(/not permitted/i);
    expect(existsSync(go)).toBe(false);
  });

  test('refuses a wrong expression, and the standard output of the command', async () => {
    await expect(run(['touch', go], {}, 'reason =')).rejects.toThrow(UsageError);
    await expect(run(['touch', go], { write: '-' })).rejects.toThrow(UsageError);
    await expect(run([''])).rejects.toThrow(UsageError);
    expect(existsSync(go)).toBe(false);
  });
});

test('the command begins after --, with options of its own', () => {
  expect(dropcap('assert', EXPRESSION).status).toBe(2);
  expect(dropcap('assert', EXPRESSION, '--settle', 'long', '--', 'true').status).toBe(2);
  for (const words of [['ping', '-w', '5'], ['ls'], ['ls', '--', '-l']])
    expect(dropcap('assert', EXPRESSION, ...words)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('-- is missing before the command') as string,
    });
  expect(dropcap('assert', 'no expression', '--', 'ls', '--', '-l').stderr).toMatch(/^dropcap: filter: /);
  expect(dropcap('assert', 'no expression', '--', 'ls', '--all').stderr).toMatch(/^dropcap: filter: /);
});

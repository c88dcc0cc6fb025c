import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endTmux, TmuxTerminal, WAIT } from '../../support/onTmux.js';
import { dropcap, lacksTools, PROGRAM, recordingPath, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
/** Only names the folder of tmux's socket. */
const driver = join(folder, 'none');
const own = join(folder, 'own.pcapng');
const STATUS = 'echo status $?';
let files = 0;

beforeAll(() => void dropcap('-q', '-r', recordingPath('nlmon'), '-w', own));
afterAll(() => endTmux(driver));

const screenOf = (terminal: TmuxTerminal) => terminal.lines().join('\n');

/** Starts the program on a terminal, with a file that grows. */
async function started() {
  const growing = join(folder, `growing${++files}.pcapng`);
  copyFileSync(own, growing);
  const terminal = new TmuxTerminal(driver);
  terminal.type(`${process.execPath} ${PROGRAM} top -r ${growing} --window 3600; ${STATUS}\n`);
  await expect.poll(() => screenOf(terminal), WAIT).toContain('fid_miss at l2_drops');
  return { terminal, growing, grow: () => appendFileSync(growing, readFileSync(own)) };
}

async function writeRow(terminal: TmuxTerminal, path: string): Promise<void> {
  terminal.press('w', 'C-u');
  terminal.type(path);
  terminal.press('Enter');
  await expect.poll(() => screenOf(terminal), WAIT).toMatch(/writing \d+ to|STOPPED|waiting/);
}

const TOOLS = ['tmux', 'bash', 'mkfifo'];

describe.skipIf(lacksTools(...TOOLS))('dropcap top while it writes a row', () => {
  test('q completes the file and says so', async () => {
    const { terminal, grow } = await started();
    const path = join(folder, 'row.pcapng');
    await writeRow(terminal, path);
    grow();
    await expect.poll(() => screenOf(terminal), WAIT).toContain('writing 34 to');
    terminal.press('q');
    await expect.poll(() => screenOf(terminal), WAIT).toContain('status 0');
    expect(screenOf(terminal).replaceAll('\n', '')).toContain(`${path} is complete: 34 drops`);
    expect(existsSync(path)).toBe(true);
  });

  test('a second q ends it although the output takes no bytes', async () => {
    const { terminal, grow } = await started();
    const path = join(folder, 'stuck');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDWR);
    await writeRow(terminal, path);
    for (let i = 0; i < 100; i++) grow();
    await expect.poll(() => screenOf(terminal), WAIT).toContain('STOPPED');
    terminal.press('q');
    await expect.poll(() => screenOf(terminal), WAIT).toContain('ctrl-c ends at once');
    terminal.press('q');
    await terminal.is('given back');
    terminal.type(STATUS);
    terminal.press('Enter');
    await expect.poll(() => screenOf(terminal), WAIT).toContain('status 130'); // SIGINT
    closeSync(reader);
  });

  test('another filter completes the file, which names the one before', async () => {
    const { terminal } = await started();
    await writeRow(terminal, join(folder, 'filtered.pcapng'));
    terminal.type('/udp');
    terminal.press('Enter');
    await expect.poll(() => screenOf(terminal), WAIT).toContain('filter: udp');
    expect(screenOf(terminal).replaceAll('\n', '')).toContain('filtered.pcapng is complete: 0 drops');
    terminal.press('q');
  });
});

describe.skipIf(lacksTools(...TOOLS))('dropcap top after the end of its source', () => {
  test('says why it ended and that it did, and keeps the numbers', async () => {
    const { terminal, growing } = await started();
    rmSync(growing);
    await expect.poll(() => screenOf(terminal), WAIT).toContain('the source ended');
    expect(screenOf(terminal)).toContain('ENDED');
    expect(screenOf(terminal)).toMatch(/the source ended; q quits\. [^]*has been\sremoved/);
    terminal.type('/udp');
    terminal.press('Enter');
    await expect.poll(() => screenOf(terminal), WAIT).toContain('no drop is left to choose');
    expect(screenOf(terminal)).toContain('fid_miss at l2_drops');
    terminal.press('q');
  });
});

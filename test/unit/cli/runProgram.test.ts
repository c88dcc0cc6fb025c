import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ProgramRunner } from '../../../src/cli/runProgram.js';
import { splitCommand } from '../../../src/cli/splitCommand.js';
import { UsageError } from '../../../src/errors.js';
import { temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();

describe('splitCommand', () => {
  test.each<[string, string[]]>([
    ['gzip', ['gzip']],
    ['  zstd  -q\t--rm ', ['zstd', '-q', '--rm']],
    [`sh -c 'echo "a b"'`, ['sh', '-c', 'echo "a b"']],
    [`mail -s "a drop's file" root`, ['mail', '-s', "a drop's file", 'root']],
    [`a'b c'd"e"`, ['ab cde']],
    [`a '' ""`, ['a', '', '']],
    ['a $HOME | b > c; d \\ e', ['a', '$HOME', '|', 'b', '>', 'c;', 'd', '\\', 'e']],
  ])('splits %s', (text, words) => {
    expect(splitCommand(text)).toEqual(words);
  });

  test.each(['', '  ', `a 'b`, `a "b c`, `'' a`])('refuses %j', (text) => {
    expect(() => splitCommand(text)).toThrow(UsageError);
  });
});

/** A runner of a shell script, whose $0 is the first file's name. */
function runnerOf(script: string) {
  const notices: string[] = [];
  return { runner: new ProgramRunner(['sh', '-c', script], (text) => notices.push(text)), notices };
}

describe('ProgramRunner', () => {
  test('runs the program for one file after another', async () => {
    const log = join(folder, 'log');
    const { runner, notices } = runnerOf(
      `echo "begin $0 $DROPCAP_FILE $FACT" >>${log}; sleep 0.1; echo "end $0" >>${log}`,
    );
    runner.run('a b', { FACT: '1' });
    runner.run('$(c)', { FACT: '2' });
    await runner.end();
    expect(readFileSync(log, 'utf8')).toBe('begin a b a b 1\nend a b\nbegin $(c) $(c) 2\nend $(c)\n');
    expect(notices).toEqual([]);
  });

  test('gives it no input', async () => {
    const { runner, notices } = runnerOf('! read line');
    runner.run('x');
    await runner.end();
    expect(notices).toEqual([]);
  });

  test.each([
    ['exit 3', 'sh ended with status 3 (for x)'],
    ['kill -KILL $$', 'sh was ended by SIGKILL (for x)'],
  ])('says that %s failed', async (script, notice) => {
    const { runner, notices } = runnerOf(script);
    runner.run('x');
    await runner.end();
    expect(notices).toEqual([notice]);
  });

  test('says that a program is missing', async () => {
    const notices: string[] = [];
    const runner = new ProgramRunner(['/no/such/program'], (text) => notices.push(text));
    runner.run('x');
    await runner.end();
    expect(notices).toEqual(['program cannot be run: no such file or folder (for x)']);
  });

  test('does not run a program for more than 16 files that wait', async () => {
    const { runner, notices } = runnerOf('sleep 0.1');
    for (let i = 0; i <= 18; i++) runner.run(`file ${i}`);
    expect(notices).toEqual(
      [17, 18].map((i) => `sh was not run for file ${i}: 16 files wait for it already`),
    );
    await runner.end();
    expect(notices).toHaveLength(2);
  });

  test('does not wait long for a program at the end', async () => {
    const { runner, notices } = runnerOf('sleep 7');
    runner.run('a');
    runner.run('b');
    await runner.end();
    expect(notices).toEqual(['sh still runs, and is not run for 1 more files']);
  });
});

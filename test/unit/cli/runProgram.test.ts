import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/runProgram.js';
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

const runScript = (script: string, file: string, facts = {}) => runProgram(['sh', '-c', script], file, facts);

describe('runProgram', () => {
  test("runs the program with the file's name as last argument, and facts in its environment", async () => {
    const log = join(folder, 'log');
    expect(
      await runScript(`echo "$0 $DROPCAP_FILE $FACT" >>${log}`, '$(a) b', { FACT: '1' }),
    ).toBeUndefined();
    expect(readFileSync(log, 'utf8')).toBe('$(a) b $(a) b 1\n');
  });

  test('gives it no input', async () => {
    expect(await runScript('! read line', 'x')).toBeUndefined();
  });

  test('does not let a name be an option', async () => {
    expect(await runScript('test "$0" = ./-rf', '-rf')).toBeUndefined();
  });

  test.each([
    ['exit 3', 'sh ended with status 3 (for x)'],
    ['kill -KILL $$', 'sh was ended by SIGKILL (for x)'],
  ])('says that %s failed', async (script, notice) => {
    expect(await runScript(script, 'x')).toBe(notice);
  });

  test('says that a program is missing', async () => {
    expect(await runProgram(['/no/such/program'], 'x')).toBe(
      'program cannot be run: no such file or folder (for x)',
    );
  });
});

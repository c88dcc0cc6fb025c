import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bash, fish, flags, zsh } from '../../../bin/package/completions.mjs';
import { manPage, visibleCommands, visibleOptions } from '../../../bin/package/manPage.mjs';
import { buildProgram } from '../../../src/cli/program.js';
import { runTool } from '../../support/tools.js';

const program = buildProgram(() => {});
const folder = mkdtempSync(join(tmpdir(), 'dropcap-texts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const long = [program, ...visibleCommands(program)].flatMap((command) =>
  visibleOptions(command).flatMap((option) => (option.long ? [option.long] : [])),
);
const commands = visibleCommands(program).map((command) => command.name());

test('the program has the options and commands that the texts must have', () => {
  expect(long).toContain('--write');
  expect(commands).toContain('uninstall');
});

describe('the man page', () => {
  const text = manPage(program, new Date(0));

  test('has every option, every command and the examples', () => {
    const plain = text.replaceAll('\\-', '-');
    expect([...long, ...commands].filter((word) => !plain.includes(word))).toEqual([]);
    expect(plain).toContain('\n.SH EXAMPLES\n.nf\n  dropcap ');
    expect(text).toContain('.TH DROPCAP 1 "1970-01-01"');
  });

  test('has no line that roff takes for a command of its own', () => {
    const requests = text.split('\n').flatMap((line) => /^[.']([A-Za-z]*)/.exec(line)?.[1] ?? []);
    expect(new Set(requests)).toEqual(new Set(['TH', 'SH', 'SS', 'TP', 'B', 'BR', 'br', 'nf', 'fi']));
  });
});

describe('the completions', () => {
  test.each([
    ['bash', bash(program)],
    ['zsh', zsh(program)],
  ])('for %s have every option and command', (_shell, text) => {
    const direct = visibleCommands(program).filter((command) => command.parent === program);
    expect(long.filter((option) => !text.includes(option))).toEqual([]);
    expect(direct.map((command) => command.name()).filter((name) => !text.includes(`${name})`))).toEqual([]);
  });

  test('for fish have every option and command', () => {
    const text = fish(program);
    expect(long.filter((option) => !text.includes(` -l ${option.slice(2)} `))).toEqual([]);
    expect(commands.filter((name) => !text.includes(` -a ${name} `))).toEqual([]);
  });

  test('work in bash: options, commands, and the words that an option takes', () => {
    const path = join(folder, 'dropcap.bash');
    writeFileSync(path, bash(program));
    const complete = (...words: string[]) =>
      runTool(
        'bash',
        '-c',
        'source "$0"; cd /nonexistent 2>/dev/null; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dropcap; printf "%s\\n" "${COMPREPLY[@]}"',
        path,
        ...words,
      ).stdout.trim();
    expect(complete('dropcap', '--snap')).toBe('--snapshot-length');
    expect(complete('dropcap', 'doc')).toContain('doctor');
    expect(complete('dropcap', '--origin', 'h')).toBe('hw');
    expect(complete('dropcap', 'status', '--js')).toBe('--json');
  });
});

test('an option has its short and long form', () => {
  const write = visibleOptions(program).find((option) => option.long === '--write')!;
  expect(flags(write)).toEqual(['-w', '--write']);
});

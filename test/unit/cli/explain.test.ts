import { describe, expect, test } from 'vitest';
import { explanationLines } from '../../../src/explain/explanationText.js';
import { explainName } from '../../../src/explain/explain.js';
import { dropcap, PROGRAM, run } from '../../support/tools.js';

describe('dropcap explain', () => {
  test('prints what was asked for, and status 2 with similar names for a name that is not known', () => {
    const ran = dropcap('explain', 'NO_SOCKET', 'NO_SOCKT', 'blackhole_route');
    expect(ran.status).toBe(2);
    expect(ran.stdout).toMatch(/^NO_SOCKET \(drop reason, class host\/no-listener, unclear\)\n {2}\S/);
    expect(ran.stdout).toMatch(
      /\n\nblackhole_route \(devlink trap, class policy\/l3\/null-route, intended\)\n/,
    );
    expect(ran.stderr).toBe('dropcap: no explanation for NO_SOCKT (did you mean NO_SOCKET?)\n');
  });

  test('lists all names', () => {
    const { stdout, status } = dropcap('explain');
    const names = stdout.trimEnd().split('\n');
    expect(status).toBe(0);
    expect(names.length).toBeGreaterThan(400);
    expect(names).toEqual(expect.arrayContaining(['NO_SOCKET', 'blackhole_route', 'nf_hook_slow']));
    expect(new Set(names).size).toBe(names.length);
  });

  test('prints all of a long text, also when its reader is slow', () => {
    const names = dropcap('explain').stdout.trimEnd().split('\n');
    const command = `"$0" "$1" explain ${names.join(' ')} | { sleep 0.5; cat; }`;
    const { stdout } = run('sh', ['-c', command, process.execPath, PROGRAM]);
    expect(stdout.length).toBeGreaterThan(300_000);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^ {2}Linux \d/);
    expect(
      stdout.match(/^\S+ (at \S+ )?\((drop reason|devlink trap|function)/gm)!.length,
    ).toBeGreaterThanOrEqual(names.length);
  });

  test('prints JSON', () => {
    const [one] = JSON.parse(dropcap('explain', '--json', 'no_socket').stdout) as unknown[];
    expect(one).toMatchObject({
      name: 'NO_SOCKET',
      kind: 'drop reason',
      class: { name: 'host/no-listener', intent: 'unclear' },
      explanation: { causes: expect.arrayContaining([[expect.any(String), expect.any(String)]]) as unknown },
    });
  });

  test('shows a hostile name without its control characters', () => {
    expect(dropcap('explain', 'a\u001b]0;title\u0007').stderr).toBe(
      'dropcap: no explanation for a\\x1b]0;title\\x07 (dropcap explain lists all names)\n',
    );
  });
});

test('lines are no wider than the terminal, except for commands', () => {
  const [one] = explainName('NO_SOCKET');
  const lines = explanationLines(one!, 40);
  const commands = new Set(one!.explanation.next.map((command) => `  ${command}`));
  const wide = lines
    .slice(1)
    .filter((line) => line.length > 40 && !commands.has(line) && !line.startsWith('  Linux '));
  expect(wide).toEqual([]);
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
  expect(words(lines.join(' '))).toEqual(expect.arrayContaining(words(one!.explanation.what)));
});

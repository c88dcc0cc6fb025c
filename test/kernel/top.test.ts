import { describe, expect, test } from 'vitest';
import { type Guest, machineOf } from './machine.js';
import { runTool } from '../support/tools.js';

const UDP4 = 'NO_SOCKET at __udp4_lib_rcv';
const NFT = 'NETFILTER_DROP at nft_do_chain[nf_tables]';
/** The end of an SGR sequence with a colour. "39" and "49" are the colours of the terminal itself. */
const COLOUR = /\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10\d)(?:;\d+)*m/;

/** The rows of a screen's first table: drops and name. */
function rowsOf(screen: string): [number, string][] {
  const lines = screen.split('\n');
  const heading = lines.findIndex((line) => /^ +DROPS /.test(line));
  const names = lines[heading]!.search(/[A-Z]+(, by \w+)?$/);
  const rows = lines.slice(heading + 1, lines.indexOf('', heading));
  return rows.map((line) => [Number.parseInt(line, 10), line.slice(names)]);
}

/** What a step left on the terminal, and whether the monitor is off. */
function leftBy(guest: Guest, step: string) {
  const { monitoring } = JSON.parse(guest.text(`${step}.json`)) as { monitoring: boolean };
  return { terminal: guest.text(`${step}.terminal`), monitoring };
}

const NOTHING_LEFT = { terminal: '', monitoring: false };

describe('dropcap top on a terminal on Linux 6.12', () => {
  const guest = machineOf('top.sh', '6.12', [
    'wide',
    'narrow',
    'stopped',
    'colours',
    'once',
    'followed',
    'killed',
  ]);
  const screen = (name: string) => guest.text(`${name}.screen`);

  test('counts real drops by cause, interface and flow, at 80x24', () => {
    expect(rowsOf(screen('causes'))).toEqual([
      [7, UDP4],
      [3, NFT],
      [1, 'IP_NOPROTO at ip_local_deliver_finish'],
    ]);
    expect(screen('causes')).toContain('11 drops since the start; no drop was lost\n');
    expect(rowsOf(screen('interfaces'))).toEqual([
      [9, 'dc0'],
      [2, 'lo'],
    ]);
    const flows = rowsOf(screen('flows'));
    expect(flows).toHaveLength(11);
    for (const [drops, name] of flows)
      expect([drops, name]).toEqual([
        1,
        expect.stringMatching(
          /^(10\.77\.0\.2(\.\d+)? > 10\.77\.0\.1(\.4200\d)?|127\.0\.0\.1\.\d+ > 127\.0\.0\.1\.42003) /,
        ),
      ]);
    for (const name of ['causes', 'flows', 'row']) expect(screen(name).split('\n')).toHaveLength(25);
  });

  test('sorts, pauses and filters', () => {
    expect(rowsOf(screen('sorted')).map(([, name]) => name.split(' ')[0])).toEqual([
      'IP_NOPROTO',
      'NETFILTER_DROP',
      'NO_SOCKET',
    ]);
    expect(screen('paused')).toContain('PAUSED');
    expect(rowsOf(screen('paused'))[0]).toEqual([7, UDP4]);
    expect(rowsOf(screen('filtered'))).toEqual([[3, NFT]]);
    expect(screen('filtered')).toContain('filter: udp dst port 42004');
  });

  test('explains a row, and shows its last packets', () => {
    const lines = screen('row').split('\n');
    expect(lines[0]).toBe(UDP4);
    expect(lines.filter((line) => / dc0 .*10\.77\.0\.2\.\d+ > 10\.77\.0\.1\.42001/.test(line))).toHaveLength(
      5,
    );
    expect(screen('row')).toContain('NO_SOCKET');
    expect(screen('row')).toContain(`filter: reason = `);
    expect(screen('row')).toMatch(/no socket|nobody listens|no program/i);
  });

  test('writes the drops of a row to a file', () => {
    const drops = guest.drops('row.pcapng');
    expect(drops.map(({ bytes }) => bytes.subarray(-14).toString()).toSorted()).toEqual(
      [1, 2, 3, 4, 5].map((i) => `dropcap-udp4-${i}`),
    );
    for (const { comment } of drops) expect(comment).toMatch(/reason=NO_SOCKET .*symbol=__udp4_lib_rcv/);
    const { stdout } = runTool('node', 'bin/dropcap.js', '-r', guest.path('row.pcapng'), '--json');
    expect(stdout.trimEnd().split('\n')).toHaveLength(5);
  });

  test('fits a terminal of 40x12, which becomes larger', () => {
    const lines = screen('narrow').split('\n');
    expect(lines).toHaveLength(13);
    expect(lines[11]).toMatch(/^q quit/);
    expect(rowsOf(screen('narrow')).map(([drops, name]) => [drops, name.slice(0, 12)])).toEqual([
      [5, 'NO_SOCKET at'],
      [3, 'NETFILTER_DR'],
    ]);
    expect(screen('narrow-row')).toMatch(/\n {2}IP 10\.77\.0\.2\.\d+ > /);
    expect(rowsOf(screen('enlarged'))).toEqual([
      [5, UDP4],
      [3, NFT],
    ]);
    expect(screen('enlarged').split('\n')[23]).toMatch(/^q quit .*1-6$/);
  });

  test.each(['wide', 'narrow', 'followed'])(
    'q leaves nothing of %s on the terminal, and the monitor off',
    (step) => {
      expect(leftBy(guest, step)).toEqual(NOTHING_LEFT);
    },
  );

  test('q leaves the screen as it was, and says what it saw', () => {
    expect(screen('wide-after')).toMatch(/^ready> bin\/dropcap top .*\n43 drops captured\n/);
    expect(screen('wide-after')).not.toContain('CAUSES');
  });

  test('Ctrl-Z gives the terminal to the shell, and fg takes it with the drops of that time', () => {
    expect(guest.text('stopped.terminal')).toBe('');
    expect(screen('stopped')).toContain('Stopped');
    expect(screen('stopped')).not.toContain('nothing is being dropped');
    expect(rowsOf(screen('continued'))).toEqual([[5, UDP4]]);
  });

  test.each(['NO_COLOR=1', 'TERM=vt100'])('draws without colours for %s', (name) => {
    expect(guest.text('causes.colours')).toMatch(COLOUR);
    expect(guest.text(`${name}.colours`)).not.toMatch(COLOUR);
    expect(rowsOf(screen(name))).toEqual([
      [5, UDP4],
      [3, NFT],
    ]);
    expect(guest.text(`${name}.terminal`)).toBe('');
  });

  test('prints a table, or all tables as JSON, without a terminal', () => {
    expect(guest.text('once--once.out')).toMatch(/8 drops since the start; no drop was lost/);
    expect(rowsOf(`${guest.text('once--once.out')}\n`)).toEqual([
      [5, UDP4],
      [3, NFT],
    ]);
    const view = JSON.parse(guest.text('once--json.out')) as { drops: number; complete: boolean };
    expect([view.drops, view.complete]).toEqual([8, true]);
    for (const option of ['--once', '--json'])
      expect([guest.status(`once${option}`), guest.text(`once${option}.err`)]).toEqual([0, '']);
  });

  test('shows the drops of a file that is being written', () => {
    expect(rowsOf(screen('followed'))).toEqual([
      [5, UDP4],
      [3, NFT],
    ]);
    expect(rowsOf(screen('followed-more'))).toEqual([
      [10, UDP4],
      [3, NFT],
    ]);
  });

  test('leaves the terminal as it was and the monitor off, whenever a signal kills it', () => {
    const rounds = guest.text('killed').trimEnd().split('\n');
    expect(rounds).toHaveLength(8);
    for (const round of rounds) {
      const [number] = round.split(' ');
      expect([round, guest.text(`killed-${number}.terminal`)]).toEqual([expect.stringMatching(/ off$/), '']);
    }
  });
});

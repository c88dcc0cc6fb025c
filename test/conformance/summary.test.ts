import { describe, expect, test } from 'vitest';
import { dropcap, lacksTools, recordingPath, runTool } from '../support/tools.js';

interface Row {
  readonly drops: number;
  readonly symbol?: string;
  readonly module?: string;
  readonly trap?: string;
}

/** Number of alerts by drop point or trap, as tshark reads the kernel's messages. This tshark does not know reasons. */
function countByTshark(file: string): Record<string, number> {
  const fields = ['-e', 'net_dm.symbol', '-e', 'net_dm.hw_trap_name'];
  const { stdout } = runTool('tshark', '-r', file, '-Y', 'net_dm.timestamp', '-T', 'fields', ...fields);
  const counts: Record<string, number> = {};
  for (const line of stdout.split('\n').slice(0, -1)) {
    const key = line.trim();
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

describe.skipIf(lacksTools('tshark'))('the counts of dropcap --summary', () => {
  test.each(['nlmon', 'dwdump'])('are those of tshark (%s)', (name) => {
    const file = recordingPath(name);
    const { stdout } = dropcap('-q', '--summary', '--json', '-r', file);
    const { rows, drops } = JSON.parse(stdout) as { drops: number; rows: Row[] };
    const counts: Record<string, number> = {};
    for (const { symbol, module, trap, drops: number } of rows) {
      const key = symbol === undefined ? trap! : symbol + (module === undefined ? '' : ` [${module}]`);
      counts[key] = (counts[key] ?? 0) + number;
    }
    const expected = countByTshark(file);
    expect(Object.keys(expected).length).toBeGreaterThan(3);
    expect(counts).toEqual(expected);
    expect(drops).toBe(Object.values(expected).reduce((sum, one) => sum + one, 0));
  });
});

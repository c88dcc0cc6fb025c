import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { lacksTools, runTool, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const script = (name: string) => fileURLToPath(new URL(`../bench/${name}.js`, import.meta.url));

describe.skipIf(lacksTools('python3', 'tcpdump', 'editcap', 'tshark'))('benchmarks, run briefly', () => {
  test('start.js prints what each command took', () => {
    const { stdout } = runTool(process.execPath, script('start'), '1');
    expect(stdout.match(/^ {2}\S.* ms of processor time .* times/gm)).toHaveLength(4);
  });

  test('offline.js prints what each command took, and the memory', () => {
    const options = ['--alerts', '1000', '--large', '2000', '--runs', '1', '--folder', folder];
    const { stdout } = runTool(process.execPath, script('offline'), ...options);
    expect(stdout.match(/^ {2}\S.* ms of processor time .* times/gm)).toHaveLength(5);
    expect(stdout).toMatch(/^ {2}1000 alerts +\d+ MB\n {2}2000 alerts +\d+ MB\n$/m);
  });
});

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { lacksTools, runTool, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const script = (name: string) => fileURLToPath(new URL(`../bench/${name}.js`, import.meta.url));

describe.skipIf(lacksTools('python3', 'tcpdump', 'editcap', 'tshark'))('benchmarks, run briefly', () => {
  test('start.js prints the time of each command', () => {
    const { stdout } = runTool(process.execPath, script('start'), '1');
    expect(stdout.match(/^ {2}\S.* ms of processor time .* times/gm)).toHaveLength(7);
  });

  test('offline.js prints the time and memory of each command', () => {
    const options = ['--alerts', '1000', '--large', '2000', '--runs', '1', '--folder', folder];
    const { stdout } = runTool(process.execPath, script('offline'), ...options);
    expect(stdout.match(/^ {2}\S.* ms of processor time .* times/gm)).toHaveLength(6);
    expect(stdout).toMatch(/^ {2}1000 alerts +\d+ MB\n {2}2000 alerts +\d+ MB\n$/m);
  });
});

test.skipIf(lacksTools('python3'))('text.js prints the time of JSON and of lines', () => {
  const { stdout } = runTool(
    process.execPath,
    script('text'),
    '--drops',
    '1000',
    '--runs',
    '1',
    '--folder',
    folder,
  );
  expect(stdout.match(/^ {2}dropcap.* ms of processor time .* times/gm)).toHaveLength(3);
});

test.skipIf(lacksTools('python3', 'tcpdump'))(
  'filter.js prints the time of each expression',
  () => {
    const options = ['--rounds', '1', '--alerts', '1000', '--runs', '1', '--folder', folder];
    const { stdout } = runTool(process.execPath, script('filter'), ...options);
    expect(stdout.match(/^ {2}\S.* ns a drop .* more than no stage .* kept/gm)).toHaveLength(14);
    // The filters did their work: the numbers of drops that are built to fit.
    expect(stdout.match(/ tcp port 443 .* 500 of 1000 kept/g)).toHaveLength(2);
    expect(stdout.match(/^ {2}\S.* ms of processor time .* times/gm)).toHaveLength(12);
  },
  120_000,
);

test('fewer.js prints the time of each stage', () => {
  const { stdout } = runTool(process.execPath, script('fewer'), '1');
  expect(stdout.match(/^ {2}\S.* ns a drop, median \d+\.\d$/gm)).toHaveLength(20);
});

test('recorder.js prints the cost of each trigger', () => {
  const { stdout } = runTool(process.execPath, script('recorder'), '1');
  expect(stdout.match(/^ {2}\S.* \d+\.\d ns a drop, median \d+\.\d$/gm)).toHaveLength(12);
});

// Sending to a multicast group of netlink needs CAP_NET_ADMIN.
describe.skipIf(process.getuid!() !== 0 || lacksTools('cc', 'mkfifo'))(
  'benchmarks of receiving, run briefly',
  () => {
    test('receive.js prints the messages of each receiver', () => {
      const { stdout } = runTool(process.execPath, script('receive'), '3000', '1', '200');
      expect(stdout.match(/^(only receive|dwdump's way|dropcap) +\d+ +\d+\.\d % +\d+\.\d+$/gm)).toHaveLength(
        6,
      );
    });

    test('hours.js prints memory, delays and losses', () => {
      const { stdout } = runTool(process.execPath, script('hours'), '3', '1000');
      expect(stdout).toMatch(/^3000 alerts .*: 0 lost/);
      expect(stdout.match(/^(rss|heap|external) +\d+\.\d MB at the end/gm)).toHaveLength(3);
      expect(stdout).toMatch(/^event loop late by .* at the 99th percentile/m);
    });

    test('steady.js prints the processor time of both phases', () => {
      const { stdout } = runTool(process.execPath, script('steady'), '1', '1', '1', '100');
      expect(
        stdout.match(/^100 a second, (first|later) 1 s: .*dwdump's way .*; ratio \d+\.\d+ \(goal 1\)$/gm),
      ).toHaveLength(2);
    });

    test.skipIf(lacksTools('script'))('top.js prints the share of a core, losses and memory', () => {
      const { stdout } = runTool(process.execPath, script('top'), '1000', '1', '1', '1');
      expect(
        stdout.match(/^\S.*: \d+ % of a core in the first 1 s, \d+ % of a core in the later 1 s /gm),
      ).toHaveLength(2);
      expect(
        stdout.match(/^ {2}\d+ drops a second taken, lost 0 \(0 overruns\) .*, peak memory \d+ MB$/gm),
      ).toHaveLength(2);
    });

    test('quiet.js prints the cost of an idle capture, and the delay of a drop', () => {
      const { stdout } = runTool(process.execPath, script('quiet'), '1', '3', '1');
      expect(stdout).toMatch(/^idle for 1 s: \d+\.\d+ ms of processor time/m);
    });
  },
);

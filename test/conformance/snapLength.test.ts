import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dropcap, lacksTools, recordingPath, runTool, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();

/** The snap lengths that capinfos reads from a file's header or from its interfaces. */
function snapLengths(path: string): number[] {
  const { stdout } = runTool('capinfos', path);
  const all = [...stdout.matchAll(/(?:Capture length = |Packet size limit:\s+file hdr: )(\d+)/g)];
  return [...new Set(all.map(([, length]) => Number(length)))];
}

test.skipIf(lacksTools('capinfos')).each([
  ['the longest packet that readers take', [], 262_144],
  ['that of -s, and room for a cooked header', ['-s', '64'], 80],
  ['that of -s and the header of LINUX_SLL2', ['-s', '64', '-y', 'LINUX_SLL2'], 84],
  [
    'that of -s and the header of LINUX_SLL, in pcap',
    ['-s', '64', '-y', 'LINUX_SLL', '--format', 'pcap'],
    80,
  ],
  ['not that of -s for whole messages', ['-s', '64', '-y', 'NETLINK'], 262_144],
])('the snap length of a file is %s', (_, args, expected) => {
  const path = join(folder, `${args.join('')}.${args.includes('pcap') ? 'pcap' : 'pcapng'}`);
  expect(dropcap('-q', '-r', recordingPath('nlmon'), '-w', path, ...args).status).toBe(0);
  expect(snapLengths(path)).toEqual([expected]);
});

test.skipIf(lacksTools('tcpdump'))('tcpdump reads the snap length of all interfaces', () => {
  const path = join(folder, 'tcpdump.pcapng');
  expect(dropcap('-q', '-r', recordingPath('nlmon'), '-w', path, '-s', '64', '-y', 'LINUX_SLL2').status).toBe(
    0,
  );
  expect(runTool('tcpdump', '-nr', path).stderr).toContain('snapshot length 84');
});

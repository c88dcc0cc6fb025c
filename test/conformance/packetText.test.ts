import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dropcap, lacksTools, recordingPath, runTool, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();

/** The IP version, both ends with their ports, and the transport of a line; undefined for a packet without IP. */
function endsOf(line: string): string[] | undefined {
  const found = /(?:^| )(IP6?) (\S+) > (\S+): (.*)/.exec(line);
  if (!found) return undefined;
  const [, version, source, destination, rest] = found;
  const transport = /UDP|Flags|tcp|ICMP6?|GRE|SCTP|sctp/.exec(rest!)?.[0] ?? 'other';
  return [version!, source!, destination!, transport.replace('Flags', 'tcp').toLowerCase()];
}

function endsIn(text: string): (string[] | undefined)[] {
  return text.trimEnd().split('\n').map(endsOf);
}

test.skipIf(lacksTools('tcpdump')).each([
  ['dwdump', 90],
  ['nlmon', 90],
])('lines have the addresses, ports and protocols that tcpdump prints: %s', (name, least) => {
  const path = join(folder, `${name}.pcap`);
  dropcap('-q', '-r', recordingPath(name), '--format', 'pcap', '-y', 'LINUX_SLL2', '-w', path);
  const judged = endsIn(runTool('tcpdump', '-nnqt', '-r', path).stdout.replace(/\n\t.*/g, ''));
  const lines = dropcap('-q', '-r', recordingPath(name)).stdout;
  expect(judged.filter(Boolean).length).toBeGreaterThan(least);
  expect(endsIn(lines)).toEqual(judged);
});

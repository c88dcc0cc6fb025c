import { join } from 'node:path';
import PcapngParser from 'pcap-ng-parser';
import { describe, expect, test } from 'vitest';
import { buildInterfaceDescription, buildSectionHeader } from '../../src/pcapng/blockBuilders.js';
import { lacksLibpcap } from '../support/libpcap.js';
import { dropcap, lacksTools, recordingPath, runTool, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();

describe.skipIf(lacksTools('capinfos', 'tshark') || lacksLibpcap())(
  'a filtered file, for other programs',
  () => {
    const path = join(folder, 'filtered.pcapng');
    const ran = dropcap('-q', '-r', recordingPath('nlmon'), '-w', path, 'udp and reason = NO_SOCKET');

    test('has only drops that fit', () => {
      expect(ran.status).toBe(0);
      const fields = runTool('tshark', '-r', path, '-T', 'fields', '-e', 'udp.length', '-e', 'frame.comment');
      const lines = fields.stdout.trimEnd().split('\n');
      expect(lines).toHaveLength(10);
      for (const line of lines) expect(line).toMatch(/^\d+\tdropcap: reason=NO_SOCKET /);
    });

    test('names its filter for each interface', () => {
      const { stdout } = runTool('capinfos', '-I', path);
      const filters = [...stdout.matchAll(/Filter string = (.*)$/gm)].map(([, text]) => text);
      expect(filters.length).toBe([...stdout.matchAll(/^Interface #\d+ info:/gm)].length);
      expect(new Set(filters)).toEqual(new Set(['udp and reason = NO_SOCKET']));
    });
  },
);

test('pcap-ng-parser reads interfaces with filters of all lengths', () => {
  const lengths = Array.from({ length: 300 }, (_, i) => i + 1);
  const parser = new PcapngParser();
  const linkTypes: number[] = [];
  parser.on('interface', ({ linkType }) => linkTypes.push(linkType));
  parser.write(Buffer.from(buildSectionHeader({ application: 'test' })));
  for (const length of lengths) {
    const description = `ifindex ${length}, Ethernet, ARPHRD 1`;
    const common = { name: 'dc0', snapLength: 262_144, os: 'Linux 6.12', description };
    const block = buildInterfaceDescription({ ...common, linkType: length, filter: 'x'.repeat(length) });
    parser.write(Buffer.from(block));
  }
  expect(linkTypes).toEqual(lengths);
});

import { describe, expect, test } from 'vitest';
import { checkOutputName } from '../../../src/cli/outputName.js';
import { UsageError } from '../../../src/errors.js';

describe('checkOutputName', () => {
  test.each([
    ['d.pcapng', 'pcapng'],
    ['d.PcapNG', 'pcapng'],
    ['d', 'pcapng'],
    ['-', 'pcapng'],
    ['.pcap', 'pcapng'],
    ['folder.gz/d', 'pcapng'],
    ['/dev/null', 'json'],
    ['d.pcap', 'pcap'],
    ['d.cap', 'pcap'],
    ['d.json', 'json'],
    ['d.txt', 'json'],
  ] as const)('has nothing to say about %s with %s', (path, format) => {
    expect(checkOutputName(path, format)).toBeUndefined();
  });

  test.each([
    ['d.pcap', 'pcapng', /written as pcapng; for pcap .*LINUX_SLL2 \(loses reasons and places\).*NETLINK/],
    ['a.b/d.CAP', 'pcapng', /^a\.b\/d\.CAP is written as pcapng/],
    ['d.pcapng', 'pcap', /written as pcap; for pcapng leave out --format pcap/],
  ] as const)('says in one line what is in %s with %s', (path, format, text) => {
    expect(checkOutputName(path, format)).toMatch(text);
    expect(checkOutputName(path, format)).not.toContain('\n');
  });

  test.each([
    ['d.pcapng.gz', 'pcapng', /--compress gzip compresses/],
    ['d.pcap.GZ', 'pcap', /--compress gzip compresses/],
    ['d.json.gz', 'json', /--compress gzip compresses/],
    ['d.zst', 'pcapng', /--compress zstd compresses/],
    ['d.xz', 'pcapng', /\| xz >/],
    ['d.lz4', 'pcapng', /\| lz4 >/],
    ['d.bz2', 'pcapng', /\| bzip2 >/],
    ['d.pcapng', 'json', /--json writes no capture file/],
    ['d.pcap', 'json', /--json writes no capture file/],
    ['d.cap', 'json', /--json writes no capture file/],
    ['d.json', 'pcapng', /a capture file is no JSON/],
    ['d.jsonl', 'pcap', /a capture file is no JSON/],
    ['d.ndjson', 'pcapng', /a capture file is no JSON/],
  ] as const)('refuses %s with %s', (path, format, text) => {
    expect(() => checkOutputName(path, format)).toThrow(text);
    expect(() => checkOutputName(path, format)).toThrow(UsageError);
  });
});

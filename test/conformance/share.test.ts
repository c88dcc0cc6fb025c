import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createEncoder } from '../../src/outlet/createEncoder.js';
import { DeviceTable } from '../../src/drop/device.js';
import { ip, mac } from '../support/addresses.js';
import { converted } from '../support/convert.js';
import { fileOf } from '../support/encoding.js';
import { generatedPackets } from '../support/generatedPackets.js';
import { handmadeRecording } from '../support/handmadeAlerts.js';
import { readPcapngFile } from '../support/pcapngReference.js';
import { FILE_PACKETS, SECRET_TEXTS, secretFile } from '../support/secretFile.js';
import { SECRETS } from '../support/secretPackets.js';
import { dropcap, lacksTools, recordingPath, runTool, temporaryFolder } from '../support/tools.js';
import { tsharkFields } from '../support/tshark.js';

const folder = temporaryFolder();
const keyFile = join(folder, 'key');
const inputOf = (name: string) => join(folder, `${name}-in.pcapng`);
const sharedOf = (name: string) => join(folder, `${name}-out.pcapng`);

const NAMES = ['secrets', 'nlmon', 'dwdump', 'nlmon-trunc64', 'handmade', 'generated'];

/** Generated packets of each framing, as a file. */
function generatedFile(): Buffer {
  const source = { live: false, devices: new DeviceTable(), kernelRelease: undefined, familyId: undefined };
  return fileOf(createEncoder('pcapng', source), generatedPackets(400));
}

beforeAll(async () => {
  writeFileSync(keyFile, '0123456789abcdef'.repeat(4), { mode: 0o600 });
  const recorded = (name: string) => converted(readFileSync(recordingPath(name)), { omitAddresses: false });
  const files: Record<string, Buffer> = {
    secrets: secretFile,
    nlmon: await recorded('nlmon'),
    dwdump: await recorded('dwdump'),
    'nlmon-trunc64': await recorded('nlmon-trunc64'),
    handmade: await converted(handmadeRecording, { omitAddresses: false }),
    generated: generatedFile(),
  };
  for (const name of NAMES) {
    writeFileSync(inputOf(name), files[name]!);
    const { status, stderr } = dropcap('share', '--key-file', keyFile, inputOf(name), sharedOf(name));
    if (status !== 0) throw new Error(stderr);
  }
}, 120_000);

/** Numbers of the frames that tshark calls malformed, or reports an error of, checksums included. */
function complaints(path: string): string[] {
  const checks = ['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
  const filter = '_ws.malformed || _ws.expert.severity == "Error"';
  const { stdout } = runTool(
    'tshark',
    '-n',
    '-r',
    path,
    ...checks,
    '-Y',
    filter,
    '-T',
    'fields',
    '-e',
    'frame.number',
  );
  return stdout.split('\n').slice(0, -1);
}

const ADDRESS_FIELDS = [
  'eth.addr',
  'ip.addr',
  'ipv6.addr',
  'arp.src.hw_mac',
  'arp.dst.hw_mac',
  'arp.src.proto_ipv4',
  'arp.dst.proto_ipv4',
  'sll.src.eth',
  'icmpv6.opt.linkaddr',
  'icmpv6.nd.ns.target_address',
  'icmpv6.nd.na.target_address',
  'icmpv6.mldr.mar.multicast_address',
  'igmp.maddr',
];

/** The bytes of each address that tshark finds, without those that name no host. */
function addressesIn(path: string): Buffer[] {
  const texts = tsharkFields(path, 'frame', ADDRESS_FIELDS).flatMap((row) =>
    row.flatMap((cell) => cell.split(',')),
  );
  const isNoHost = (text: string) =>
    text === '' ||
    /^(0\.|127\.|224\.0\.[01]\.|255\.255|ff0[0-9a-f]::(1:)?[0-9a-f]{1,4}$|::1?$)/.test(text) ||
    /^(00:00:00:00:00:00|ff:ff:ff:ff:ff:ff|01:00:5e:00:0[01]|01:80:c2:00:00|01:00:0c:cc:cc:cc|33:33:00:0[01])/.test(
      text,
    );
  const isMac = (text: string) => /^(..:){5}..$/.test(text);
  return [...new Set(texts)]
    .filter((text) => !isNoHost(text))
    .map((text) => Buffer.from(isMac(text) ? mac(text) : ip(text)));
}

describe.skipIf(lacksTools('tshark'))('tshark judges shared files', () => {
  test.each(NAMES)('%s: no packet is malformed that was not', (name) => {
    const before = new Set(complaints(inputOf(name)));
    expect(complaints(sharedOf(name)).filter((frame) => !before.has(frame))).toEqual([]);
  });

  test.each(NAMES.filter((name) => name !== 'generated'))(
    '%s: no address of the original is left',
    (name) => {
      const originals = addressesIn(inputOf(name));
      expect(originals.length).toBeGreaterThan(3);
      const packets = readPcapngFile(sharedOf(name)).packets.map(({ bytes }) => bytes);
      const left = originals.filter((address) => packets.some((packet) => packet.includes(address)));
      expect(left.map((address) => address.toString('hex'))).toEqual([]);
    },
  );

  // Generated packets are cut anywhere: of a cut header, tshark shows more fields than stay.
  test.each(NAMES.filter((name) => name !== 'generated'))(
    '%s: times, lengths and the fields that stay are the same',
    (name) => {
      const fields = [
        'frame.time_epoch',
        'frame.len',
        'vlan.id',
        'ip.len',
        'ip.ttl',
        'ip.proto',
        'tcp.seq_raw',
        'tcp.port',
      ];
      const before = tsharkFields(inputOf(name), 'frame', fields);
      expect(before.length).toBeGreaterThan(3);
      expect(tsharkFields(sharedOf(name), 'frame', fields)).toEqual(before);
    },
  );
});

describe('a file with a secret in each place', () => {
  test('is shared without any of them', () => {
    const file = readFileSync(sharedOf('secrets'));
    const input = readFileSync(inputOf('secrets'));
    const lines = dropcap('-q', '-r', sharedOf('secrets'), '-v', '-e').stdout;
    for (const secret of SECRET_TEXTS) {
      expect([secret, input.includes(secret)]).toEqual([secret, true]);
      expect([secret, file.includes(secret), lines.includes(secret)]).toEqual([secret, false, false]);
    }
    for (const secret of SECRETS)
      expect([secret.toString('hex'), file.includes(secret)]).toEqual([secret.toString('hex'), false]);
  });

  test('keeps each packet, its lengths and its headers', () => {
    const before = readPcapngFile(inputOf('secrets')).packets;
    const after = readPcapngFile(sharedOf('secrets')).packets;
    expect(after.map(({ originalLength }) => originalLength)).toEqual(
      before.map(({ originalLength }) => originalLength),
    );
    const added = before.map(({ bytes }, i) => bytes.length - FILE_PACKETS[i]!.packet.length);
    expect(after.map(({ bytes }) => bytes.length)).toEqual(
      FILE_PACKETS.map(({ kept }, i) => kept + added[i]!),
    );
  });

  test('keeps reasons, functions and the form of the kernel release', () => {
    const json = dropcap('-q', '-r', sharedOf('secrets'), '--json').stdout.split('\n').slice(0, 4);
    const drops = json.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(drops[0]).toMatchObject({ reason: 'NO_SOCKET', symbol: 'udp_rcv+0x12/0x340', ifindex: 3 });
    expect(drops[0]!['interface']).toMatch(/^if[0-9a-f]{8}$/);
    expect(drops[1]).toMatchObject({ reason: 'NETFILTER_DROP', module: 'nf_tables', interface: 'eth0' });
    expect(drops[2]).toMatchObject({ symbol: 'bpf_prog+0x5/0x10' });
    expect(Object.keys(drops[3]!)).not.toContain('symbol');
    const shared = readFileSync(sharedOf('secrets'));
    expect(shared.includes('Linux 6.12.1-…')).toBe(true);
    // Not how many words are hidden.
    expect(shared.includes('…-…')).toBe(false);
  });
});

describe('shared kinds', () => {
  test('of the recordings have no kernel address', () => {
    for (const name of NAMES) {
      const text = readFileSync(sharedOf(name)).toString('latin1');
      expect(text).not.toMatch(/pc=|0xffffffff/);
    }
    expect(readFileSync(inputOf('nlmon')).toString('latin1')).toMatch(/pc=0xffffffff/);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DeviceTable } from '../../src/drop/device.js';
import { AlertDecoder } from '../../src/dropmon/alertDecoder.js';
import { createEncoder, type LinkTypeName } from '../../src/outlet/createEncoder.js';
import { DeviceResolver } from '../../src/source/deviceResolver.js';
import { converted } from '../support/convert.js';
import { fileOf } from '../support/encoding.js';
import { packetAlert } from '../support/netlinkBytes.js';
import { ethernet, ipv4 } from '../support/packetBytes.js';
import { blocksOf, INTERFACE_DESCRIPTION } from '../support/pcapngBlocks.js';
import { optionsIn } from '../support/pcapngReference.js';
import { batchOver } from '../support/properties.js';
import { lacksTools, runTool, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const MAC = '020000000011';
const [IF_NAME, IF_MACADDR, IF_SPEED, IF_OS, IF_HARDWARE] = [2, 6, 8, 12, 15];
const SPEED = 25_000_000_000n;

/** The file of a live capture with one drop, whose input device has all facts that dropcap can know. */
function liveFile(linkType?: LinkTypeName): Buffer {
  const payload = ethernet(0x800, ipv4());
  const fields = { ifindex: 7, protocol: 0x800, payload, originalLength: payload.length };
  const message = packetAlert({ ...fields, timestampNs: 1_800_000_000_000_000_000n });
  const { batch, view, start } = batchOver(message);
  new AlertDecoder(null).decode(batch, view, start, message.length, true);
  // The table asks for details only of devices that are written to the file.
  const devices = new DeviceTable((device) => ({ ...device, hardware: 'mlx5_core', speed: SPEED }));
  devices.set({ ifindex: 7, name: 'eth0', type: 1, macAddress: Buffer.from(MAC, 'hex') });
  new DeviceResolver(devices, null).resolve(batch);
  const source = { live: true, devices, kernelRelease: '6.12.0', familyId: 35 };
  return fileOf(createEncoder('pcapng', source, { linkType }), [batch]);
}

/** The options of the first interface. */
function optionsOf(file: Buffer): Map<number, Buffer> {
  const { body } = blocksOf(file).find(({ type }) => type === INTERFACE_DESCRIPTION)!;
  return new Map(optionsIn(body.subarray(8)).map(({ code, value }) => [code, value]));
}

function factsIn(options: Map<number, Buffer>) {
  const text = (code: number) => options.get(code)?.toString();
  return {
    name: text(IF_NAME),
    hardware: text(IF_HARDWARE),
    os: text(IF_OS),
    mac: options.get(IF_MACADDR)?.toString('hex'),
    speed: options.get(IF_SPEED)?.readBigUInt64LE(),
  };
}

const FACTS = { name: 'eth0', hardware: 'mlx5_core', os: 'Linux 6.12.0', mac: MAC, speed: SPEED };

const LINK_TYPES = [undefined, 'NETLINK', 'LINUX_SLL2', 'LINUX_SLL'] as const;

describe.each(LINK_TYPES.map((name) => [name]))('an interface (-y %s)', (linkType) => {
  test('has all known facts of its device', () => {
    expect(factsIn(optionsOf(liveFile(linkType)))).toEqual(FACTS);
  });

  test('keeps these facts when the file is written again, in any form', async () => {
    for (const again of LINK_TYPES) {
      const file = await converted(liveFile(linkType), { linkType: again });
      expect(factsIn(optionsOf(file))).toEqual(FACTS);
    }
  });

  test.skipIf(lacksTools('capinfos'))('is read by capinfos with its speed and system', () => {
    const path = join(folder, `${linkType}.pcapng`);
    writeFileSync(path, liveFile(linkType));
    const { stdout, stderr } = runTool('capinfos', '-M', path);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/Name = eth0\n/);
    expect(stdout).toMatch(/Hardware = mlx5_core\n/);
    expect(stdout).toMatch(/Operating system = Linux 6\.12\.0\n/);
    expect(stdout).toMatch(/Speed = 25000000000\n/);
  });
});

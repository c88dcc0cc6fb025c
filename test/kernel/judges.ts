import { runTool } from '../support/tools.js';
import { linkTypeOfEncapsulation } from '../support/tshark.js';

/** A packet of a capture, as tshark reads it. */
export interface CapturedDrop {
  readonly bytes: Buffer;
  /** Original length. */
  readonly length: number;
  /** LINKTYPE_*, for the link types in these tests. */
  readonly linkType: number | undefined;
  readonly interfaceName: string;
  readonly comment: string;
  /** The protocols that tshark found, from the outer to the inner: `eth:ethertype:ip:udp:data`. */
  readonly protocols: string;
  readonly malformed: boolean;
}

/** Reads a capture file that dropcap wrote. */
export function capturedDrops(path: string): CapturedDrop[] {
  const packets = readPackets(path, [
    'frame.len',
    'frame.encap_type',
    'frame.interface_name',
    'frame.comment',
    'frame.protocols',
  ]);
  return packets.map(({ bytes, fields: [length, encapsulation, interfaceName, comment, protocols] }) => ({
    bytes,
    length: Number(length),
    linkType: linkTypeOfEncapsulation(encapsulation!),
    interfaceName: interfaceName!,
    comment: comment!,
    protocols: protocols!,
    malformed: protocols!.includes('_ws.malformed'),
  }));
}

/** tshark has the command in one of two fields, depending on whether the file has the family's id. */
const ALERTS = 'genl.cmd == 5 or net_dm.cmd == 5';

/**
 * The alerts in a file that dwdump wrote, as whole messages. Their last attribute is the packet, padded to 4 bytes. dwdump
 * records only a part of the look-up of the family, so the family's id may be missing.
 */
export function dwdumpAlerts(path: string): Buffer[] {
  const { stdout } = runTool('tshark', '-n', '-r', path, '-Y', ALERTS, '-T', 'json', '-x', '-J', 'frame');
  const packets = JSON.parse(stdout) as { _source: { layers: Record<string, unknown> } }[];
  return packets.map(({ _source: { layers } }) =>
    Buffer.from(String((layers['frame_raw'] as unknown[])[0]), 'hex'),
  );
}

/** Whether an alert of dwdump's file has exactly this packet. */
export function isAlertOf(alert: Buffer, packet: Buffer): boolean {
  const padding = (4 - (packet.length % 4)) % 4;
  const attribute = Buffer.concat([Buffer.of(0, 0, 7, 0), packet, Buffer.alloc(padding)]);
  attribute.writeUInt16LE(4 + packet.length);
  return alert.subarray(-attribute.length).equals(attribute);
}

function readPackets(path: string, fields: string[]): { bytes: Buffer; fields: string[] }[] {
  const { stdout } = runTool('tshark', '-n', '-r', path, '-T', 'json', '-x', '-J', 'frame');
  const packets = JSON.parse(stdout) as { _source: { layers: Record<string, unknown> } }[];
  const table = runTool(
    'tshark',
    '-n',
    '-r',
    path,
    '-T',
    'fields',
    ...fields.flatMap((field) => ['-e', field]),
  );
  const rows = table.stdout.split('\n').slice(0, packets.length);
  return packets.map(({ _source: { layers } }, i) => ({
    bytes: Buffer.from(String((layers['frame_raw'] as unknown[])[0]), 'hex'),
    fields: rows[i]!.split('\t'),
  }));
}

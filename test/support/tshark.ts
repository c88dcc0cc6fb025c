import { type Ran, runTool } from './tools.js';

type Json = { readonly [key: string]: unknown };

/** A packet as tshark shows it. `field` finds a value by its name, anywhere in the frame's tree. */
export interface TsharkFrame {
  readonly bytes: string;
  readonly comment: string | undefined;
  field(name: string): string | undefined;
}

/** tshark's reading of a capture file. */
export interface TsharkReading {
  readonly frames: readonly TsharkFrame[];
  readonly stderr: string;
}

/** Link types (LINKTYPE_*) by WTAP_ENCAP_* of wiretap/wtap.h, as `frame.encap_type` shows it. */
const LINK_TYPES: ReadonlyMap<string, number> = new Map([
  ['1', 1],
  ['7', 101],
  ['20', 105],
  ['21', 119],
  ['23', 127],
  ['25', 113],
  ['104', 195],
  ['109', 227],
  ['125', 227],
  ['127', 230],
  ['158', 253],
]);

/** Reads a whole file with one run of tshark, which takes half a second. */
export function readWithTshark(path: string): TsharkReading {
  const ran = runTool(
    'tshark',
    '-n',
    '-r',
    path,
    '-T',
    'json',
    '-x',
    '--no-duplicate-keys',
    '-J',
    'frame pkt_comment',
  );
  const packets = JSON.parse(ran.stdout === '' ? '[]' : ran.stdout) as { _source: { layers: Json } }[];
  return { frames: packets.map(({ _source: { layers } }) => frameOf(layers)), stderr: ran.stderr };
}

/** Values of fields, one row for each packet that matches a display filter. */
export function tsharkFields(path: string, filter: string, fields: readonly string[]): string[][] {
  const ran = runTool(
    'tshark',
    '-n',
    '-r',
    path,
    '-Y',
    filter,
    '-T',
    'fields',
    ...fields.flatMap((field) => ['-e', field]),
  );
  return ran.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}

/** tshark's lines about frames that are malformed, or that have an expert info of severity error. */
export function tsharkComplaints(path: string): Ran {
  return runTool('tshark', '-n', '-r', path, '-Y', '_ws.malformed || _ws.expert.severity == "Error"');
}

/** The link type of a frame. */
export function linkTypeOf(frame: TsharkFrame): number | undefined {
  return linkTypeOfEncapsulation(frame.field('frame.encap_type') ?? '');
}

/** The link type for a value of tshark's `frame.encap_type`. */
export function linkTypeOfEncapsulation(encapsulation: string): number | undefined {
  return LINK_TYPES.get(encapsulation);
}

function frameOf(layers: Json): TsharkFrame {
  const raw = layers['frame_raw'] as [string] | undefined;
  return {
    bytes: raw?.[0] ?? '',
    comment: find(layers, 'frame.comment'),
    field: (name) => find(layers, name),
  };
}

function find(tree: Json, name: string): string | undefined {
  for (const [key, value] of Object.entries(tree)) {
    if (key === name && typeof value === 'string') return value;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const inside = find(value as Json, name);
      if (inside !== undefined) return inside;
    }
  }
  return undefined;
}

/** The payload of each packet alert (its last attribute), from tshark's dissector: offset in the record, and length. */
export function alertPayloadsIn(path: string): [offset: number, length: number][] {
  const args = ['-n', '-r', path, '-Y', 'net_dm.cmd == 5', '-T', 'json', '-x', '-J', 'net_dm'];
  const ran = runTool('tshark', ...args);
  const packets = JSON.parse(ran.stdout === '' ? '[]' : ran.stdout) as { _source: { layers: Json } }[];
  return packets.map(({ _source: { layers } }) => {
    const lengths = collect(layers, 'netlink.attr_len_raw') as [string, number][];
    const [hex, offset] = lengths.toSorted((one, other) => one[1] - other[1]).at(-1)!;
    return [offset + 4, Buffer.from(hex, 'hex').readUInt16LE() - 4];
  });
}

function collect(tree: Json, name: string): unknown[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    if (key === name) return [value];
    return typeof value === 'object' && value !== null ? collect(value as Json, name) : [];
  });
}

import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  enhancedPacket,
  interfaceDescription,
  option,
  recordsOf,
  sectionHeader,
} from '../support/captureFiles.js';
import { readPcapngFile } from '../support/pcapngReference.js';
import { readRecording } from '../support/recordingReference.js';
import {
  dropcap,
  lacksTools,
  PROGRAM,
  recordingPath,
  run,
  runTool,
  temporaryFolder,
} from '../support/tools.js';
import { tsharkFields } from '../support/tshark.js';

const PLUGIN = fileURLToPath(new URL('../../src/wireshark/dropcap.lua', import.meta.url));
const LINKTYPE_ETHERNET = 1;
const LINKTYPE_NETLINK = 253;

const folder = temporaryFolder();
const home = join(folder, 'home');
const mixed = join(folder, 'nlmon.pcapng');
const cut = join(folder, 'cut.pcapng');

/** Field of the plugin, key of the comment. */
const FIELDS: readonly (readonly [string, string])[] = [
  ['dropcap.reason', 'reason'],
  ['dropcap.trap', 'trap'],
  ['dropcap.trap_group', 'group'],
  ['dropcap.symbol', 'symbol'],
  ['dropcap.module', 'module'],
  ['dropcap.pc', 'pc'],
  ['dropcap.interface', 'if'],
  ['dropcap.ifindex', 'ifindex'],
  ['dropcap.proto', 'proto'],
  ['dropcap.origin', 'origin'],
  ['dropcap.cookie', 'cookie'],
  ['dropcap.class', 'class'],
  ['dropcap.repeated_before', 'repeated'],
];
const NAMES = FIELDS.map(([name]) => name);

/** The values of a comment, read without dropcap's code. */
function valuesIn(comment: string): string[] {
  const pairs = new Map(
    comment
      .split(' ')
      .slice(1)
      .map((pair) => [pair.split('=')[0]!, decodeURIComponent(pair.slice(pair.indexOf('=') + 1))]),
  );
  return FIELDS.map(([, key]) => pairs.get(key) ?? '');
}

/** The values in the comment of each packet of a file. */
function valuesOf(path: string): string[][] {
  return readPcapngFile(path).packets.map(({ comments }) => valuesIn(comments[0]!));
}

/** Writes a file of packets, each with its comments. Returns the path. */
function commented(name: string, linkType: number, packets: readonly [Uint8Array, ...string[]][]): string {
  const path = join(folder, name);
  const end = option(0, Buffer.alloc(0), true);
  const blocks = packets.map(([bytes, ...comments]) => {
    const options = comments.map((text) => option(1, Buffer.from(text), true));
    return enhancedPacket(recordsOf(bytes)[0]!, true, 0, ...options, end);
  });
  writeFileSync(path, Buffer.concat([sectionHeader(true), interfaceDescription(true, linkType), ...blocks]));
  return path;
}

describe.skipIf(lacksTools('tshark', 'editcap', 'mergecap'))(
  'the plugin and profile that dropcap wireshark install installed',
  () => {
    let installed: ReturnType<typeof dropcap>;

    beforeAll(() => {
      mkdirSync(home);
      vi.stubEnv('HOME', home);
      // Not the usual folder: dropcap finds this folder only if it asks tshark.
      vi.stubEnv('XDG_CONFIG_HOME', join(home, 'settings'));
      vi.stubEnv('SUDO_USER', undefined);
      installed = dropcap('wireshark', 'install');
      for (const [recording, output, ...options] of [
        ['nlmon', mixed],
        ['nlmon', cut, '-s', '20'],
      ] as const) {
        runTool(process.execPath, PROGRAM, '-q', '-r', recordingPath(recording), '-w', output, ...options);
      }
    });
    afterAll(() => vi.unstubAllEnvs());

    test('are reported, with user and paths', () => {
      const profile = join(home, 'settings/wireshark/profiles/dropcap');
      expect(installed.status).toBe(0);
      const lines = installed.stderr.split('\n');
      // Wireshark 4.0 does not report its folder for extcap programs.
      const reported = /^Personal Extcap path:\s*(.*)$/m.exec(runTool('tshark', '-G', 'folders').stdout)?.[1];
      const extcap = reported ?? join(home, 'settings/wireshark/extcap');
      expect(lines[0]).toMatch(
        /^dropcap: Wireshark's folders of \S+: \S+\/plugins, \S+\/settings\/wireshark, \S+\/wireshark\/extcap$/,
      );
      expect(lines[0]?.endsWith(`, ${extcap}`)).toBe(true);
      expect(lines.slice(1, 4)).toEqual([
        expect.stringMatching(new RegExp(`^dropcap: installed ${home}/\\S+/plugins/dropcap\\.lua$`)),
        `dropcap: installed ${profile}/preferences`,
        `dropcap: installed ${profile}/colorfilters`,
      ]);
      expect(lines.slice(4, 7)).toEqual([
        `dropcap: installed ${profile}/recent`,
        `dropcap: installed ${profile}/profile_settings`,
        `dropcap: installed ${extcap}/dropmon`,
      ]);
      expect(runTool('tshark', '-G', 'plugins').stdout).toMatch(/^dropcap\.lua\s.*lua script/m);
    });

    test('give the fields of every comment', () => {
      const rows = tsharkFields(mixed, 'dropcap', NAMES);
      expect(rows).toHaveLength(98);
      expect(rows).toEqual(valuesOf(mixed));
    });

    test.each([
      ['dropcap.reason == "NO_SOCKET"', 'reason=NO_SOCKET '],
      ['dropcap.symbol matches "^nft_do_chain"', 'symbol=nft_do_chain'],
      ['dropcap.module', 'module='],
      ['dropcap.pc == 0xffffffffa5978f65', 'pc=0xffffffffa5978f65 '],
      ['dropcap.ifindex == 5 && dropcap.interface == "va"', 'if=va ifindex=5 '],
      ['dropcap.proto == 0x86dd', 'proto=0x86dd '],
      ['dropcap.origin == "hw"', 'origin=hw'],
      ['dropcap.trap in {"fid_miss"}', 'trap=fid_miss '],
      ['dropcap.trap_group == "l3_exceptions"', 'group=l3_exceptions '],
      ['dropcap.class == "policy/l3/acl"', 'class=policy/l3/acl'],
      ['dropcap.class matches "^host/"', 'class=host/'],
    ])('filters by %s', (filter, text) => {
      const numbers = tsharkFields(mixed, `frame.comment contains "${text}"`, ['frame.number']);
      expect(numbers.length).toBeGreaterThan(0);
      expect(numbers.length).toBeLessThan(98);
      expect(tsharkFields(mixed, filter, ['frame.number'])).toEqual(numbers);
    });

    test('add the reason to the column Info, and expert information for each reason', () => {
      // The column as it is shown. From Wireshark 4.4 on, the field _ws.col.info has its text before plugins change it.
      const info = runTool('tshark', '-n', '-r', mixed, '-o', 'gui.column.format:"Info","%i"').stdout;
      const reasons = tsharkFields(mixed, 'dropcap', ['dropcap.reason', 'dropcap.trap']);
      const texts = info.trimEnd().split('\n');
      expect([texts.length, reasons.length]).toEqual([98, 98]);
      for (const [place, [reason, trap]] of reasons.entries())
        expect(texts[place]).toMatch(new RegExp(` \\[Dropped: ${reason || trap}\\]$`));
      const { stdout } = runTool('tshark', '-n', '-r', mixed, '-q', '-z', 'expert,note,dropcap');
      const notes = stdout.split('\n').filter((line) => line.includes('DROPCAP'));
      expect(notes.map((line) => line.trim().split(/ {2,}/))).toEqual([
        ['11', 'Protocol', 'DROPCAP', 'Dropped: NO_SOCKET'],
        ['4', 'Protocol', 'DROPCAP', 'Dropped: NOT_SPECIFIED'],
        ['4', 'Protocol', 'DROPCAP', 'Dropped: NETFILTER_DROP'],
        ['1', 'Protocol', 'DROPCAP', 'Dropped: IP_NOPROTO'],
        ['8', 'Protocol', 'DROPCAP', 'Dropped: OTHERHOST'],
        ['34', 'Protocol', 'DROPCAP', 'Dropped by hardware: fid_miss'],
        ['34', 'Protocol', 'DROPCAP', 'Dropped by hardware: ttl_value_is_too_small'],
        ['2', 'Protocol', 'DROPCAP', 'Dropped: QUEUE_PURGE'],
      ]);
    });

    test('show a tree', () => {
      const { stdout } = runTool('tshark', '-n', '-r', mixed, '-c', '1', '-V');
      const place = '__udp4_lib_rcv+0x545/0xdd0';
      expect(stdout).toContain(
        `\nDropped: NO_SOCKET at ${place}\n    Reason: NO_SOCKET\n    Symbol: ${place}\n`,
      );
    });

    test('filter in two passes', () => {
      const filter = 'dropcap.reason == "NETFILTER_DROP"';
      const args = ['-n', '-2', '-r', mixed, '-R', filter, '-T', 'fields', '-e', 'dropcap.reason'];
      expect(runTool('tshark', ...args).stdout).toBe('NETFILTER_DROP\n'.repeat(4));
    });

    test('filter live from a pipe', () => {
      const script =
        'node "$0" -q -r "$1" -w - | tshark -n -l -i - -Y \'dropcap.trap == "fid_miss"\' -T fields -e dropcap.trap';
      expect(runTool('sh', '-c', script, PROGRAM, recordingPath('nlmon')).stdout).toBe(
        'fid_miss\n'.repeat(34),
      );
    });

    test('give the columns of the profile', () => {
      const lines = runTool('tshark', '-n', '-C', 'dropcap', '-r', mixed).stdout.split('\n');
      expect(lines[0]?.trim()).toBe(
        '1 0.000000000 va NO_SOCKET __udp4_lib_rcv+0x545/0xdd0     10.0.0.2 → 10.0.0.1     UDP 58223 → 9999 Len=7 [Dropped: NO_SOCKET]',
      );
      // Drops of hardware have no reason and no symbol: the column Reason shows the trap.
      expect(lines[97]).toMatch(
        /^ *98 12\.98\d+ eth0 ttl_value_is_too_small +\S+ → \S+ +UDP 26022 → 2677 Len=100 \[Dropped: ttl_value_is_too_small\]$/,
      );
      const cells = runTool('tshark', '-n', '-C', 'dropcap', '-r', mixed, '-c', '1', '-T', 'tabs').stdout;
      expect(cells.split('\t').slice(2, 5)).toEqual(['va', 'NO_SOCKET', '__udp4_lib_rcv+0x545/0xdd0']);
      expect(runTool('tshark', '-n', '-r', mixed, '-c', '1').stdout).not.toContain('__udp4_lib_rcv');
    });

    test('colour packets by drop reason', () => {
      const fields = [
        '-T',
        'fields',
        '-e',
        'frame.coloring_rule.name',
        '-e',
        'dropcap.reason',
        '-e',
        'dropcap.trap',
      ];
      const ran = runTool('tshark', '-n', '-C', 'dropcap', '--color', '-r', mixed, ...fields);
      expect(ran.stderr).toBe('');
      const rules = new Map(
        ran.stdout
          .trimEnd()
          .split('\n')
          .map((row) => row.trimEnd().split(/\t+/).toReversed() as [string, string]),
      );
      expect(Object.fromEntries(rules)).toEqual({
        NO_SOCKET: 'Drop: no socket',
        IP_NOPROTO: 'Drop: no socket',
        NETFILTER_DROP: 'Drop: firewall and filters',
        OTHERHOST: 'Drop: routes and neighbours',
        QUEUE_PURGE: 'Drop: queues and buffers',
        NOT_SPECIFIED: 'Drop: other',
        fid_miss: 'Drop: hardware trap',
        ttl_value_is_too_small: 'Drop: hardware trap',
      });
    });

    test('have a colour rule for each class of reasons', () => {
      const expected = {
        TCP_CSUM: 'Drop: checksum and header errors',
        IP_INHDR: 'Drop: checksum and header errors',
        PKT_TOO_SMALL: 'Drop: checksum and header errors',
        SOCKET_RCVBUFF: 'Drop: queues and buffers',
        QDISC_DROP: 'Drop: queues and buffers',
        NEIGH_QUEUEFULL: 'Drop: queues and buffers',
        NEIGH_FAILED: 'Drop: routes and neighbours',
        IP_OUTNOROUTES: 'Drop: routes and neighbours',
        XDP: 'Drop: firewall and filters',
        TC_INGRESS: 'Drop: firewall and filters',
        TCP_OLD_DATA: 'Drop: TCP',
        TCP_LISTEN_OVERFLOW: 'Drop: queues and buffers',
        OVS_DROP_EXPLICIT: 'Drop: firewall and filters',
        RX_DROP_U_MIC_FAIL: 'Drop: wireless and encryption',
        SOMETHING_NEW: 'Drop: other',
      };
      const packets = Object.keys(expected).map((reason): [Buffer, string] => [
        Buffer.alloc(60),
        `dropcap: reason=${reason} origin=sw`,
      ]);
      const path = commented('classes.pcapng', LINKTYPE_ETHERNET, packets);
      const fields = ['-T', 'fields', '-e', 'dropcap.reason', '-e', 'frame.coloring_rule.name'];
      const { stdout } = runTool('tshark', '-n', '-C', 'dropcap', '--color', '-r', path, ...fields);
      expect(
        Object.fromEntries(
          stdout
            .trimEnd()
            .split('\n')
            .map((row) => row.split('\t')),
        ),
      ).toEqual(expected);
    });

    test('work on truncated packets', () => {
      expect(tsharkFields(cut, 'dropcap', NAMES)).toEqual(valuesOf(mixed));
      expect(tsharkFields(cut, 'dropcap && _ws.short', ['dropcap.origin']).length).toBeGreaterThan(0);
    });

    test('work on malformed packets, empty packets and netlink messages', () => {
      const ip = '4500002000004000401100000102030405060708';
      const udp = '00350035000c0000';
      // DNS with four bytes: its header needs twelve.
      const malformed = Buffer.from(`0102030405060708090a0b0c0800${ip}${udp}ffffffff`, 'hex');
      const path = commented('malformed.pcapng', LINKTYPE_ETHERNET, [
        [malformed, 'dropcap: reason=UDP_CSUM'],
        [Buffer.alloc(0), 'dropcap: reason=PKT_TOO_SMALL'],
      ]);
      const rows = tsharkFields(path, 'dropcap', ['dropcap.reason', '_ws.malformed']);
      expect(rows.map(([reason]) => reason)).toEqual(['UDP_CSUM', 'PKT_TOO_SMALL']);
      expect(rows[0]?.[1]).not.toBe('');
      const alert = readRecording('nlmon').find(({ bytes }) => bytes.length > 300)!;
      const comment = 'dropcap: reason=NO_SOCKET pc=0x1 ifindex=5';
      const netlink = commented('netlink.pcapng', LINKTYPE_NETLINK, [[alert.bytes, comment]]);
      const fields = ['dropcap.reason', 'dropcap.pc', 'dropcap.ifindex'];
      expect(tsharkFields(netlink, 'netlink && dropcap.reason', fields)).toEqual([
        ['NO_SOCKET', '0x0000000000000001', '5'],
      ]);
    });

    test('read only comments of dropcap, and ignore all others', () => {
      const packet = Buffer.alloc(60);
      const path = commented('comments.pcapng', LINKTYPE_ETHERNET, [
        [packet, 'mine: reason=X'],
        [packet, ' dropcap: reason=X'],
        [packet],
        [packet, 'dropcap: reason=100%25%20s%0A%00 pc=0xzz ifindex=99999999999 proto=x cookie=zz', 'mine'],
        [packet, 'mine', 'dropcap: reason=A', 'dropcap: reason=B ifindex=7'],
        [packet, `dropcap: ${'%FF='.repeat(16_000)}`],
        [packet, ...Array.from({ length: 2000 }, (_, i) => `dropcap: ifindex=${i}`)],
      ]);
      const fields = ['frame.number', 'dropcap.reason', 'dropcap.pc', 'dropcap.ifindex', 'dropcap.cookie'];
      const rows = tsharkFields(path, 'dropcap', fields);
      expect(rows.slice(0, 3)).toEqual([
        ['4', '100% s%0A%00', '', '', 'zz'],
        ['5', 'A,B', '', '7', ''],
        ['6', '', '', '', ''],
      ]);
      expect(rows[3]?.[3]?.split(',')).toHaveLength(2000);
      expect(tsharkFields(path, '_ws.lua.error', ['frame.number'])).toEqual([]);
      expect(run('tshark', ['-n', '-r', path, '-V']).stderr).toBe('');
    });

    test('read a long comment without equals signs in linear time', () => {
      const path = commented('long.pcapng', LINKTYPE_ETHERNET, [
        [Buffer.alloc(60), `dropcap: ${'x'.repeat(65_000)} origin=sw`],
      ]);
      const started = performance.now();
      expect(tsharkFields(path, 'dropcap', ['dropcap.origin'])).toEqual([['sw']]);
      // Takes half a second. A search from each byte took more than thirty seconds.
      expect(performance.now() - started).toBeLessThan(10_000);
    });

    test('work on files that editcap and mergecap rewrote', () => {
      const copy = join(folder, 'copy.pcapng');
      const merged = join(folder, 'merged.pcapng');
      runTool('editcap', mixed, copy);
      runTool('mergecap', '-w', merged, mixed, cut);
      expect(tsharkFields(copy, 'dropcap', NAMES)).toEqual(valuesOf(mixed));
      const lines = (rows: readonly string[][]) => rows.map((row) => row.join('\t')).toSorted();
      const both = [...valuesOf(mixed), ...valuesOf(cut)];
      expect(lines(tsharkFields(merged, 'dropcap', NAMES))).toEqual(lines(both));
      const filter = 'dropcap.reason == "NO_SOCKET"';
      expect(tsharkFields(merged, filter, ['frame.number'])).toHaveLength(22);
    });

    test('report when the plugin is loaded twice', () => {
      const args = ['-n', '-X', `lua_script:${PLUGIN}`, '-r', mixed, '-T', 'fields', '-e', 'dropcap.origin'];
      const { stdout, stderr } = runTool('tshark', ...args);
      expect(stdout.split('\n', 1)).toEqual(['sw']);
      expect(stderr).toMatch(/^dropcap\.lua: not loaded, there is a protocol dropcap already .*\n$/);
    });

    test('are removed by dropcap wireshark uninstall', () => {
      const { status, stderr } = dropcap('wireshark', 'uninstall');
      expect([status, stderr.match(/^dropcap: removed /gm)?.length]).toEqual([0, 6]);
      expect(readdirSync(home)).toEqual([]);
      expect(run('tshark', ['-r', mixed, '-Y', 'dropcap.reason']).status).not.toBe(0);
      expect(run('tshark', ['-C', 'dropcap', '-r', mixed]).status).not.toBe(0);
      expect(dropcap('wireshark', 'uninstall').stderr).toContain('nothing is installed there');
      expect(existsSync(join(home, 'settings'))).toBe(false);
    });
  },
);

import { describe, expect, test } from 'vitest';
import { installForTests } from '../../support/installedPlugin.js';
import { lacksTools, runTool, temporaryFolder } from '../../support/tools.js';

const LINKTYPE_ETHERNET = 1;

const folder = temporaryFolder();

describe.skipIf(lacksTools('tshark'))('the profile', () => {
  const { mixed, commented } = installForTests(folder);

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
});

import { expect, test } from 'vitest';
import { judge, STEPS } from '../../kernel/fewSteps.js';
import { type KindOfDrops, ofKind } from '../../kernel/kinds.js';
import { type Guest, machineOf } from '../../kernel/machine.js';

/**
 * Tests of the packages, which guest.sh installs in a virtual machine.
 * @param processor as Node calls it
 * @param kernel as test/vm/run calls it
 * @param kinds what this kernel calls the drops
 */
export function judgePackages(
  processor: 'x64' | 'arm64',
  kernel: string,
  kinds: readonly KindOfDrops[],
  ...options: string[]
): void {
  const guest: Guest = machineOf('../everywhere/installed/guest.sh', kernel, STEPS, ...options);
  judge(guest, kinds, true);

  test('the .deb is installed', () => {
    // dpkg reports the dependencies, but the package's script nothing.
    expect(guest.text('deb.err')).not.toMatch(/^dropcap:/m);
    expect(guest.text('guard')).toMatch(/^root:dropcap 750 .* cap_net_admin,cap_sys_admin=ep\n$/);
  });

  test("the steps ran with the package's Node", () => {
    expect(guest.text('node')).toBe(`${processor} /usr/lib/dropcap/lib/node\n`);
  });

  test.each(['deb', 'tarball'])('V8 accepts the code that was compiled before: %s', (where) => {
    const code = new RegExp(`^program-v24\\.\\d+\\.\\d+-${processor}\\.code accepted\\n$`);
    expect(guest.text(`${where}.code`)).toMatch(code);
  });

  test.each([
    { who: 'a member of the group, with the .deb', step: 'member' },
    { who: 'root, with the tarball', step: 'tarball' },
  ])('$who captures', ({ step }) => {
    expect(guest.status(step)).toBe(0);
    const drops = ofKind(guest.drops(`${step}.pcapng`), 'udp4');
    expect(drops).toHaveLength(5);
    for (const drop of drops) expect(drop.comment).toContain(' reason=NO_SOCKET symbol=__udp4_lib_rcv+0x');
  });

  test('another user cannot capture', () => {
    expect(guest.status('nobody')).toBe(3);
  });
}

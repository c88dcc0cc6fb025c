import { describe, expect, test } from 'vitest';
import { judge, STEPS } from '../../kernel/fewSteps.js';
import { ARM64_KINDS, ofKind } from '../../kernel/kinds.js';
import { machineOf } from '../../kernel/machine.js';

const root = process.env['DROPCAP_ARM64_ROOT'];
if (root === undefined) throw new Error('run test/everywhere/arm64.sh: it makes the root file system');

/** The packages on an emulated arm64 machine. */
describe('dropcap on Linux 6.12 for arm64', () => {
  const guest = machineOf('../everywhere/arm64/guest.sh', '6.12-arm64', STEPS, '-r', root);
  judge(guest, ARM64_KINDS, true);

  test('the .deb is installed', () => {
    expect(guest.text('machine')).toBe('aarch64\n');
    // dpkg reports the dependencies, but the package's script nothing.
    expect(guest.text('deb.err')).not.toMatch(/^dropcap:/m);
    expect(guest.text('guard')).toMatch(/^root:dropcap 750 .* cap_net_admin,cap_sys_admin=ep\n$/);
  });

  test.each(['deb', 'tarball'])('V8 accepts the code that was compiled before: %s', (where) => {
    expect(guest.text(`${where}.code`)).toMatch(/^program-v24\.\d+\.\d+-arm64\.code accepted\n$/);
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
});

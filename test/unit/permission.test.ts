import { describe, expect, test } from 'vitest';
import { permissionHint, permissionOf } from '../../src/permission.js';

const status = (uid: number, capabilities: string, bounding = '000001ffffffffff') =>
  `Name:\tnode\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nCapPrm:\t000001ffffffffff\nCapEff:\t${capabilities}\nCapBnd:\t${bounding}\n`;

describe('permissionOf', () => {
  test.each([
    ['root', status(0, '000001ffffffffff'), true, []],
    ['root with CAP_NET_ADMIN', status(0, '0000000000001000'), true, ['CAP_SYS_ADMIN']],
    ['root with CAP_SYS_ADMIN', status(0, '0000000000200000'), true, ['CAP_NET_ADMIN']],
    ['a user', status(1000, '0000000000000000'), false, ['CAP_NET_ADMIN', 'CAP_SYS_ADMIN']],
    ['a set-user-id program of root', 'Uid:\t1000\t0\t0\t0\nCapEff:\t000001ffffffffff\n', true, []],
    ['nothing', '', false, ['CAP_NET_ADMIN', 'CAP_SYS_ADMIN']],
  ])('reads what %s may do', (_, text, root, missing) => {
    expect(permissionOf(text)).toEqual({ root, missing });
  });
});

describe('permissionHint', () => {
  test('tells an ordinary user to be root', () => {
    expect(permissionHint(status(1000, '0'))).toMatch(/^ \(run as root; dropcap doctor/);
  });

  test('tells root of a container which capability is missing, and not to be root', () => {
    const hint = permissionHint(status(0, '0000000000001000'));
    expect(hint).toMatch(/^ \(CAP_SYS_ADMIN is missing: .*--cap-add=SYS_ADMIN --network=host/);
    expect(hint).not.toMatch(/run as root/);
    expect(permissionHint(status(0, '0'))).toMatch(/CAP_NET_ADMIN and CAP_SYS_ADMIN are missing/);
  });

  test.each([
    ['0000000000001000', 'CAP_SYS_ADMIN'],
    ['0000000000200000', 'CAP_NET_ADMIN'],
    ['0000000000000000', 'CAP_NET_ADMIN and CAP_SYS_ADMIN'],
  ])('tells an ordinary user with the bounding set %s what its service does not allow', (bounding, names) => {
    const text = ` (the container or the service does not allow ${names}: docs/service.md)`;
    expect(permissionHint(status(1000, '0', bounding))).toBe(text);
    expect(permissionHint(status(1000, bounding, bounding))).toBe(text);
  });

  test('tells root with all capabilities to run doctor', () => {
    expect(permissionHint(status(0, '000001ffffffffff'))).toBe(
      ' (dropcap doctor reports what a capture needs)',
    );
  });
});

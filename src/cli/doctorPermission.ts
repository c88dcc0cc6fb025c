import type { Guard } from '../host/guard.js';
import type { HostFacts } from '../host/hostFacts.js';
import { permissionFix } from '../permission.js';
import type { Check } from './check.js';
import { EXIT_NO_PERMISSION } from './exitStatus.js';

/** Whether this user may capture, with privileges of its own or through the guard. */
export function permissionCheck({ privileges, guard }: HostFacts): Check {
  const name = 'permission';
  const why = 'listening needs CAP_SYS_ADMIN; settings, start and stop need CAP_NET_ADMIN';
  const { permission, firstUserNamespace } = privileges;
  const { missing } = permission;
  if (missing.length === 0 && firstUserNamespace)
    return { result: 'ok', name, text: 'this process has CAP_NET_ADMIN and CAP_SYS_ADMIN', why };
  if (guard?.capable && guard.mayRun) return { result: 'ok', name, text: `through ${guard.path}`, why };
  const status = EXIT_NO_PERMISSION;
  if (missing.length === 0) {
    const text = 'CAP_NET_ADMIN and CAP_SYS_ADMIN are valid only in this user namespace, which is not enough';
    return { result: 'fail', name, text, why, fix: 'run dropcap on the host, as root of the host', status };
  }
  const text = `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`;
  return { result: 'fail', name, text, why, fix: permissionFix(permission), status };
}

/** Whether ordinary users can capture through the guard. No check when the guard was not built (`guard` undefined). */
export function guardCheck(guard: Guard | undefined): Check[] {
  if (!guard) return [];
  const name = 'ordinary users';
  const why = `${guard.path} captures for users without privileges when its file has the capabilities`;
  if (guard.capable === undefined) {
    const fix = 'sudo apt install libcap2-bin, then run dropcap doctor again';
    return [
      { result: 'note', name, text: 'getcap, which shows the capabilities of a file, is missing', why, fix },
    ];
  }
  if (!guard.capable) {
    const text = 'only root can capture';
    return [{ result: 'note', name, text, why, fix: grantingCommands(guard.path) }];
  }
  if (guard.mayRun) return [{ result: 'ok', name, text: 'this user can capture', why }];
  const fix = 'sudo usermod -aG dropcap "$USER", then log in again';
  return [{ result: 'note', name, text: `this user may not run ${guard.path}`, why, fix }];
}

/**
 * The commands that let a group run the guard. setcap comes after chgrp, because chgrp removes capabilities. groupadd has
 * --force, because the group exists already when the guard was built again.
 */
function grantingCommands(path: string): string {
  const file = `'${path.replaceAll("'", "'\\''")}'`;
  return [
    'sudo groupadd --system --force dropcap',
    `sudo chgrp dropcap ${file}`,
    `sudo chmod 750 ${file}`,
    `sudo setcap cap_net_admin,cap_sys_admin+ep ${file}`,
    'sudo usermod -aG dropcap "$USER"',
  ].join(' && ');
}

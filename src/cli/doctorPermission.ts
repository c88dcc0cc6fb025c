import type { Guard } from '../host/guard.js';
import type { HostFacts } from '../host/hostFacts.js';
import type { Check } from './check.js';
import { EXIT_NO_PERMISSION } from './exitStatus.js';

/** Whether this user may capture, itself or through the helper. */
export function permissionCheck({ privileges, guard }: HostFacts): Check {
  const name = 'permission';
  const why = 'listening takes CAP_SYS_ADMIN; settings, start and stop take CAP_NET_ADMIN';
  const { netAdmin, sysAdmin, firstUserNamespace } = privileges;
  const missing = [...(netAdmin ? [] : ['CAP_NET_ADMIN']), ...(sysAdmin ? [] : ['CAP_SYS_ADMIN'])];
  if (missing.length === 0 && firstUserNamespace)
    return { result: 'ok', name, text: 'CAP_NET_ADMIN and CAP_SYS_ADMIN are there', why };
  if (guard?.capable && guard.mayRun) return { result: 'ok', name, text: `through ${guard.path}`, why };
  const status = EXIT_NO_PERMISSION;
  if (missing.length === 0) {
    const text = 'CAP_NET_ADMIN and CAP_SYS_ADMIN are those of a user namespace, which do not count';
    return { result: 'fail', name, text, why, mend: 'run dropcap on the host, as its root', status };
  }
  const text = `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`;
  return { result: 'fail', name, text, why, mend: 'run dropcap as root: sudo dropcap ...', status };
}

/** Whether ordinary users can capture by the helper `guard`. No check without one: it was not built. */
export function guardCheck(guard: Guard | undefined): Check[] {
  if (!guard) return [];
  const name = 'ordinary users';
  const why = `${guard.path} captures for users without privilege, once it has the capabilities for it`;
  if (guard.capable === undefined) {
    const mend = 'sudo apt install libcap2-bin, then dropcap doctor again';
    return [
      { result: 'note', name, text: 'getcap is missing, which tells capabilities of files', why, mend },
    ];
  }
  if (!guard.capable) {
    const text = 'only root can capture';
    return [{ result: 'note', name, text, why, mend: grantingCommands(guard.path) }];
  }
  if (guard.mayRun) return [{ result: 'ok', name, text: 'this user can capture', why }];
  const mend = 'sudo usermod -aG dropcap "$USER", then log in again';
  return [{ result: 'note', name, text: `this user may not run ${guard.path}`, why, mend }];
}

/** Capabilities last: a change of the group takes them away. The group may be there: a guard built anew has none. */
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

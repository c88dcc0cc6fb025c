import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { controlFile } from '../../../bin/package/deb.mjs';
import { unit } from '../../../bin/package/layOut.mjs';
import { specFile } from '../../../bin/package/rpm.mjs';
import { afterInstall, afterRemove, beforeRemove } from '../../../bin/package/scripts.mjs';
import { missingTools } from '../../../bin/package/tools.mjs';
import { runTool } from '../../support/tools.js';

const folder = mkdtempSync(join(tmpdir(), 'dropcap-system-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the unit of the packages has a user that is not named as the group', () => {
  const text = unit(readFileSync('samples/systemd/dropcap.service', 'utf8'));
  expect(text).toContain('\nDynamicUser=yes\nUser=dropcap-service\nSupplementaryGroups=dropcap\n');
  expect(text).toContain('\nExecStart=/usr/bin/dropcap -w ');
  expect(() => unit('[Service]\n')).toThrow('the systemd unit has no DynamicUser=yes');
});

test('the control file has all fields of a Debian package', () => {
  const text = controlFile('amd64', 7, 'A <a@b.org>');
  expect(text).toMatch(/^Package: dropcap\nVersion: \d+\.\d+\.\d+\nArchitecture: amd64\n/);
  expect(text).toContain('\nMaintainer: A <a@b.org>\nInstalled-Size: 7\n');
});

test('the rpm has the files and the scripts, and does not verify what a script changes', () => {
  const guard = '/usr/lib/dropcap/native/prebuilds/linux-arm64/dropcap-guard';
  const text = specFile('arm64', ['/usr/bin/dropcap', guard, '/usr/share/licenses/dropcap/LICENSES']);
  expect(text.slice(text.indexOf('%files')).split('\n')).toEqual([
    '%files',
    '%defattr(-,root,root)',
    '%dir /usr/lib/dropcap',
    '%dir /usr/lib/dropcap/native',
    '%dir /usr/lib/dropcap/native/prebuilds',
    '%dir /usr/lib/dropcap/native/prebuilds/linux-arm64',
    '%dir /usr/share/licenses/dropcap',
    '"/usr/bin/dropcap"',
    `%attr(0750,root,root) %verify(not group caps) "${guard}"`,
    '%license "/usr/share/licenses/dropcap/LICENSES"',
    '',
  ]);
  expect(text).toContain(`\nguard=${guard}\n`);
  expect(text).not.toContain('#!');
});

describe('the scripts', () => {
  const extcap = [join(folder, 'extcap'), join(folder, 'later')];
  const scripts = {
    postinst: afterInstall('x64', extcap),
    prerm: beforeRemove(extcap),
    postrm: afterRemove(),
  };
  /** Runs a script with programs that only write down how they are called. */
  const calls = (name: keyof typeof scripts, ...args: string[]) => {
    const bin = mkdtempSync(join(folder, 'bin-'));
    for (const program of ['groupadd', 'groupdel', 'chgrp', 'chmod', 'setcap', 'systemctl', 'rm', 'getent']) {
      const path = join(bin, program);
      writeFileSync(path, `#!/bin/sh\necho "${program} $*"\n`);
      chmodSync(path, 0o755);
    }
    writeFileSync(join(bin, 'script'), scripts[name]);
    const result = runTool('env', `PATH=${bin}:/usr/bin:/bin`, 'sh', join(bin, 'script'), ...args);
    expect(result.status).toBe(0);
    return result.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('systemctl'));
  };

  test('are what a shell can parse', () => {
    for (const text of Object.values(scripts)) {
      const path = join(folder, 'script');
      writeFileSync(path, text);
      expect(runTool('sh', '-n', path)).toMatchObject({ stderr: '' });
    }
  });

  test('give the guard to the group after installation, and its capabilities last', () => {
    const guard = '/usr/lib/dropcap/native/prebuilds/linux-x64/dropcap-guard';
    expect(calls('postinst', 'configure', '').slice(0, 4)).toEqual([
      'groupadd --system --force dropcap',
      `chgrp dropcap ${guard}`,
      `chmod 0750 ${guard}`,
      `setcap cap_net_admin,cap_sys_admin+ep ${guard}`,
    ]);
  });

  test('do nothing to the group when Wireshark brings its folder', () => {
    expect(calls('postinst', 'triggered', extcap[0]!)).toEqual([]);
  });

  test('make the link in each folder of Wireshark that is there, and remove it', () => {
    const link = join(extcap[0]!, 'dropmon');
    mkdirSync(extcap[0]!);
    calls('postinst', 'triggered', extcap[0]!);
    expect(readlinkSync(link)).toBe('/usr/lib/dropcap/bin/dropmon');
    expect(existsSync(extcap[1]!)).toBe(false);
    expect(calls('prerm', 'remove')).toContain(`rm ${link}`);
    rmSync(extcap[0]!, { recursive: true });
  });

  test('keep everything at an upgrade, of dpkg and of rpm', () => {
    expect(calls('prerm', 'upgrade', '9.9.9')).toEqual([]);
    expect(calls('prerm', '1')).toEqual([]);
    expect(calls('postrm', 'upgrade', '9.9.9')).toEqual([]);
  });

  test('keep the group at removal, and remove it at purge', () => {
    expect(calls('postrm', 'remove')).toEqual([]);
    expect(calls('postrm', '0')).toEqual([]);
    expect(calls('postrm', 'purge')).toEqual([
      'rm -rf /var/lib/dropcap /var/lib/private/dropcap',
      'groupdel dropcap',
    ]);
    expect(calls('prerm', 'remove')).toContain('rm -f /usr/lib/dropcap/dist/*.code*');
  });
});

test('missing programs are named, with the packages that have them', () => {
  expect(missingTools(['x64'], ['rpm', 'deb'], false, folder)).toMatch(
    /^cannot make packages: missing make, .*rpmbuild.* \(Debian 12: sudo apt install make .*\brpm\b.*\)$/,
  );
});

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { installForTests } from '../../support/installedPlugin.js';
import { dropcap, lacksTools, run, runTool, temporaryFolder } from '../../support/tools.js';
import { wiresharkHas } from '../../support/wiresharkSeries.js';

const PLUGIN = fileURLToPath(new URL('../../../src/wireshark/dropcap.lua', import.meta.url));

const folder = temporaryFolder();

describe.skipIf(lacksTools('tshark'))('the files that dropcap wireshark install installed', () => {
  const { home, mixed, ran } = installForTests(folder);

  test('are reported, with user and paths', () => {
    const profile = join(home, 'settings/wireshark/profiles/dropcap');
    expect(ran().status).toBe(0);
    const lines = ran().stderr.split('\n');
    const reported = /^Personal Extcap path:\s*(.*)$/m.exec(runTool('tshark', '-G', 'folders').stdout)?.[1];
    expect(reported !== undefined).toBe(wiresharkHas('personal extcap folder'));
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
    expect(runTool('tshark', '-G', 'plugins').stdout).toMatch(/^dropcap\.lua\s.*lua script/im);
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
});

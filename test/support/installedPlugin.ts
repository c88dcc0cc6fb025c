import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { enhancedPacket, interfaceDescription, option, recordsOf, sectionHeader } from './captureFiles.js';
import { dropcap, PROGRAM, type Ran, recordingPath, runTool } from './tools.js';

/** What installForTests() made. `mixed` is a file of 98 drops, `cut` has 20 bytes of each. */
export interface Installed {
  readonly home: string;
  readonly mixed: string;
  readonly cut: string;
  /** The run of `dropcap wireshark install`. Call it in a test. */
  ran(): Ran;
  /** Writes a file of packets, each with its comments. Returns the path. */
  commented(name: string, linkType: number, packets: readonly [Uint8Array, ...string[]][]): string;
}

/** Installs plugin and profile into a home in this folder, before the tests of the `describe` that calls it. */
export function installForTests(folder: string): Installed {
  const home = join(folder, 'home');
  const mixed = join(folder, 'nlmon.pcapng');
  const cut = join(folder, 'cut.pcapng');
  let installed: Ran;

  beforeAll(() => {
    mkdirSync(home);
    vi.stubEnv('HOME', home);
    // Not the usual folder: dropcap finds this folder only if it asks tshark.
    vi.stubEnv('XDG_CONFIG_HOME', join(home, 'settings'));
    vi.stubEnv('SUDO_USER', undefined);
    installed = dropcap('wireshark', 'install');
    const read = [PROGRAM, '-q', '-r', recordingPath('nlmon')];
    runTool(process.execPath, ...read, '-w', mixed);
    runTool(process.execPath, ...read, '-w', cut, '-s', '20');
  });
  afterAll(() => vi.unstubAllEnvs());

  return {
    home,
    mixed,
    cut,
    ran: () => installed,
    commented: (name, linkType, packets) => {
      const path = join(folder, name);
      const end = option(0, Buffer.alloc(0), true);
      const blocks = packets.map(([bytes, ...comments]) => {
        const options = comments.map((text) => option(1, Buffer.from(text), true));
        return enhancedPacket(recordsOf(bytes)[0]!, true, 0, ...options, end);
      });
      writeFileSync(
        path,
        Buffer.concat([sectionHeader(true), interfaceDescription(true, linkType), ...blocks]),
      );
      return path;
    },
  };
}

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT } from '../../support/packedPackage.js';
import { run } from '../../support/tools.js';

/** The packages are built on Debian 12. The code of newer compilers needs functions of their own libstdc++. */
const PACKAGED_BY = 12;
/** The newest versions that a host with glibc 2.28 has: Debian 10 (GCC 8.3) and RHEL 8 (GCC 8.5). */
const NEWEST: Readonly<Record<string, string>> = {
  GLIBC: '2.28',
  GLIBCXX: '3.4.25',
  CXXABI: '1.3.11',
  GCC: '8.0.0',
};

function isNewer(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) > 0;
}

describe('the addon', () => {
  const addon = join(PROJECT, 'native/build/Release/dropcap.node');

  const compiler = Number(run(process.env['CXX'] ?? 'g++', ['-dumpversion']).stdout.split('.')[0]);

  test.skipIf(compiler > PACKAGED_BY)('needs no function that a host with glibc 2.28 lacks', () => {
    const { status, stdout } = run('readelf', ['--wide', '--dyn-syms', addon]);
    const needed = Array.from(
      stdout.matchAll(/ UND (\w+)@(\w+?)_([\d.]+)/g),
      ([, name, library, version]) => ({
        name,
        library: library!,
        version: version!,
      }),
    );
    expect(status).toBe(0);
    expect(needed.map(({ name }) => name)).toContain('recvmmsg');
    expect(needed.filter(({ library, version }) => isNewer(version, NEWEST[library] ?? '0'))).toEqual([]);
  });

  test('needs no library that Node does not need', () => {
    const { stdout } = run('readelf', ['--dynamic', addon]);
    const libraries = Array.from(stdout.matchAll(/Shared library: \[(.*)\]/g), ([, name]) => name);
    expect(libraries).toEqual(['libstdc++.so.6', 'libgcc_s.so.1', 'libc.so.6']);
  });
});

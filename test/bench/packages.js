// Measures how long the packages for x64 take to start, beside the Node that each of them runs with:
//     npm run package -- x64 tarball deb && npm run package -- npm && node test/bench/packages.js [RUNS]
// Installs the packages of build/packages into a folder: needs dpkg-deb, and a network for npm's package.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLE, withFolder } from './support/files.js';
import { compare } from './support/measure.js';

const runs = Number(process.argv[2] ?? 20);
const PACKAGES = 'build/packages';
const env = { ...process.env, NODE_OPTIONS: '' };

/** @param {string} end @returns {string} the package whose name ends so */
function packed(end) {
  const name = readdirSync(PACKAGES).find((file) => file.endsWith(end));
  if (name === undefined) throw new Error(`${PACKAGES} has no package *${end}: npm run package makes it`);
  return join(PACKAGES, name);
}

withFolder((folder) => {
  const output = join(folder, 'out.pcapng');
  /** @param {string} name @param {string} program */
  const jobs = (name, program) => [
    { name: `${name}: --version`, command: [program, '--version'] },
    {
      name: `${name}: -q -r (104 alerts) -w`,
      command: [program, '-q', '-r', SAMPLE, '-w', output],
      before: () => rmSync(output, { force: true }),
    },
  ];

  const tarball = join(folder, 'tarball');
  mkdirSync(tarball);
  execFileSync('tar', ['-xJf', packed('-linux-x64.tar.xz'), '--strip-components=1', '-C', tarball]);
  const root = join(folder, 'deb');
  execFileSync('dpkg-deb', ['-x', packed('_amd64.deb'), root]);
  const home = join(root, 'usr/lib/dropcap');
  // As the package's script does when it is installed.
  execFileSync(join(home, 'lib/node'), [join(home, 'bin/compile.js')], { env });
  compare(
    'tarball and .deb',
    [
      { name: 'their Node -e 0', command: [join(home, 'lib/node'), '-e', '0'] },
      ...jobs('tarball', join(tarball, 'bin/dropcap')),
      ...jobs('.deb', join(home, 'bin/dropcap')),
    ],
    runs,
  );

  /** @param {string} name @param {string[]} options @returns {string} path of the program */
  const install = (name, ...options) => {
    const prefix = join(folder, name);
    execFileSync('npm', ['install', '-g', '--silent', '--prefix', prefix, ...options, packed('.tgz')], {
      env,
    });
    return join(prefix, 'bin/dropcap');
  };
  const withScripts = install('npm');
  compare(
    "npm's package",
    [
      { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
      ...jobs('with scripts', withScripts),
      ...jobs('--ignore-scripts', install('no-scripts', '--ignore-scripts')),
    ],
    runs,
  );
});

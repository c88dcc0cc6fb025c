// Measures how long dropcap takes to start, compared with Node itself:  node test/bench/start.js [RUNS]
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EXTCAP, PROGRAM, SAMPLE, withFolder } from './support/files.js';
import { compare } from './support/measure.js';

const runs = Number(process.argv[2] ?? 20);
const node = process.execPath;

withFolder((folder) => {
  const output = join(folder, 'out.pcapng');
  compare(
    'start and end',
    [
      { name: 'node -e 0', command: [node, '-e', '0'] },
      {
        name: 'dropcap --version',
        command: [node, PROGRAM, '--version'],
        goal: 'at most 1.5 times',
      },
      {
        name: 'dropmon --extcap-interfaces',
        command: [EXTCAP, '--extcap-interfaces', '--extcap-version=4.0'],
        goal: 'below 1.5 times',
      },
      {
        name: 'dropmon --extcap-config',
        command: [EXTCAP, '--extcap-config', '--extcap-interface', 'dropmon'],
        goal: 'below 1.5 times',
      },
      { name: 'dropcap --help', command: [node, PROGRAM, '--help'] },
      {
        name: 'dropcap -q -r (104 alerts) -w',
        command: [node, PROGRAM, '-q', '-r', SAMPLE, '-w', output],
        before: () => rmSync(output, { force: true }),
      },
      {
        // V8 rejects code that was made for other flags.
        name: 'the same without code made before',
        command: [node, '--stack-trace-limit=9', PROGRAM, '-q', '-r', SAMPLE, '-w', output],
        before: () => rmSync(output, { force: true }),
      },
    ],
    runs,
  );
});

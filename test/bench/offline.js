// Compares dropcap with tcpdump, editcap and tshark on the same files of many alerts, as whole processes:
//     node test/bench/offline.js [--alerts N] [--large N] [--runs N] [--tshark-runs N] [--folder FOLDER]
// The folder needs 600 bytes an alert of the large recording. Default: the folder for temporary files.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { COPY, PROGRAM, withFolder, writeRecording } from './support/files.js';
import { compare, measure, megabytes, print } from './support/measure.js';

const { values } = parseArgs({
  options: {
    alerts: { type: 'string', default: '1000000' },
    large: { type: 'string', default: '10000000' },
    runs: { type: 'string', default: '5' },
    'tshark-runs': { type: 'string', default: '1' },
    folder: { type: 'string' },
  },
});
const alerts = Number(values.alerts);
const large = Number(values.large);
const runs = Number(values.runs);
const dropcap = [process.execPath, PROGRAM, '-q'];

withFolder((folder) => {
  const recording = join(folder, 'in.pcap');
  const own = join(folder, 'own.pcapng');
  const output = join(folder, 'out');
  const before = () => rmSync(output, { force: true });

  writeRecording(recording, alerts);
  compare(
    `recording of ${alerts} alerts to a capture file`,
    [
      { name: 'tcpdump', command: ['tcpdump', '-r', recording, '-w', output], before },
      { name: 'editcap', command: ['editcap', recording, output], before },
      {
        name: 'dropcap',
        command: [...dropcap, '-r', recording, '-w', output],
        before,
        goal: "at most 1.0 of tcpdump's, 0.4 of editcap's",
      },
      { name: 'a copy by Node', command: [process.execPath, COPY, recording, output], before },
    ],
    runs,
  );

  measure({ name: 'dropcap', command: [...dropcap, '-r', recording, '-w', own] });
  const comments = ['tshark', '-r', own, '-T', 'fields', '-e', 'frame.comment'];
  compare(
    `file of ${alerts} drops to text`,
    [
      {
        name: 'tshark, comments alone',
        command: comments,
        output,
        before,
        runs: Number(values['tshark-runs']),
      },
      {
        name: 'dropcap --json',
        command: [...dropcap, '-r', own, '--json'],
        output,
        before,
        goal: 'at most 0.10 times',
      },
    ],
    runs,
  );
  before();
  rmSync(own);

  print('peak memory of dropcap, recording to pcapng  goal: at most 150 MB, and the same');
  for (const count of [alerts, large]) {
    writeRecording(recording, count);
    const { peakBytes } = measure({
      name: 'dropcap',
      command: [...dropcap, '-r', recording, '-w', output],
      before,
    });
    print(`  ${count} alerts  ${megabytes(peakBytes)}`);
  }
}, values.folder);

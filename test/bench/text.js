// Compares dropcap's lines for people with its JSON, from the same file of many drops, as whole processes:
//     node test/bench/text.js [--drops N] [--runs N] [--folder FOLDER]
// The folder needs 800 bytes a drop. Default: the folder for temporary files.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROGRAM, withFolder, writeRecording } from './support/files.js';
import { compare, measure } from './support/measure.js';

const { values } = parseArgs({
  options: {
    drops: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '5' },
    folder: { type: 'string' },
  },
});
const dropcap = [process.execPath, PROGRAM, '-q'];

withFolder((folder) => {
  const recording = join(folder, 'in.pcap');
  const own = join(folder, 'own.pcapng');
  writeRecording(recording, Number(values.drops));
  measure({ name: 'dropcap', command: [...dropcap, '-r', recording, '-w', own] });
  rmSync(recording);
  compare(
    `file of ${values.drops} drops to lines`,
    [
      { name: 'dropcap --json', command: [...dropcap, '-r', own, '--json'] },
      { name: 'dropcap', command: [...dropcap, '-r', own], goal: 'at most 2 times' },
      { name: 'dropcap -v, with the bytes', command: [...dropcap, '-r', own, '-v'] },
    ],
    Number(values.runs),
  );
}, values.folder);

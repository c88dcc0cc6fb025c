// Counts a file's drops by reason:  node samples/count-by-reason.js samples/recordings/linux-6.12/nlmon.pcap
import { openRecording } from '../dist/index.js';

// Batches, not openCapture(): nothing is made for a drop but what is looked at, so large files take seconds.
/** @type {Map<string, number>} */
const counts = new Map();
for await (const batch of await openRecording(process.argv[2] ?? '-')) {
  for (let i = 0; i < batch.length; i++) {
    const why = batch.strings.text(batch.reason[i] || batch.trap[i] || 0) || 'unknown';
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  batch.release();
}
for (const [why, count] of [...counts].toSorted((a, b) => b[1] - a[1])) {
  process.stdout.write(`${count}\t${why}\n`);
}

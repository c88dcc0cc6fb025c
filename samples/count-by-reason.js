// Counts a recording's drops by reason:  node samples/count-by-reason.js samples/recordings/linux-6.12/nlmon.pcap
import { openRecording } from '../dist/index.js';

const source = await openRecording(process.argv[2] ?? '-');
/** @type {Map<string, number>} */
const counts = new Map();
for await (const batch of source) {
  for (const drop of batch) {
    const why = drop.reason ?? drop.trap ?? 'unknown';
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  batch.release();
}
for (const [why, count] of counts) process.stdout.write(`${count}\t${why}\n`);

// Counts a file's drops by reason:  node samples/count-by-reason.js samples/recordings/linux-6.12/nlmon.pcap
import { capture, KindTally, openRecording } from 'dropcap';

// A tally counts drops by their kinds and makes no objects, so large files take seconds.
const tally = new KindTally();
await capture(await openRecording(process.argv[2] ?? '-'), tally);

/** @type {Map<string, number>} */
const counts = new Map();
for (const { kind, drops } of tally.counts()) {
  const why = kind.reason ?? kind.trap ?? 'unknown';
  counts.set(why, (counts.get(why) ?? 0) + drops);
}
for (const [why, count] of [...counts].toSorted((a, b) => b[1] - a[1])) {
  process.stdout.write(`${count}\t${why}\n`);
}

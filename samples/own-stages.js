// Takes drops through stages of one's own, joined by stream-chain: filters, copies to a file, and counts by class.
//     node samples/own-stages.js samples/recordings/linux-6.12/nlmon.pcap wanted.pcapng 'udp and not reason = NO_SOCKET'
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import chain, { none } from 'stream-chain';
import {
  classOf,
  compileFilter,
  createEncoder,
  EncodedOutlet,
  filterDrops,
  KindTally,
  openFileSink,
  openRecording,
} from 'dropcap';

/** @typedef {import('dropcap').DropBatch} DropBatch */

const [, , input = '-', output = 'wanted.pcapng', expression = 'udp'] = process.argv;
const filter = filterDrops(compileFilter(expression)); // Throws for a wrong expression, before a file is made.
const source = await openRecording(input);
const file = new EncodedOutlet(createEncoder('pcapng', source), await openFileSink(output));
const tally = new KindTally();
let short = 0;

await file.begin();
await pipeline(
  Readable.from(source),
  chain([
    // The filter releases a batch of which nothing is left.
    (/** @type {DropBatch} */ batch) => filter.process(batch) ?? none,
    // A stage of one's own: cuts payloads, and counts how many were short already.
    (/** @type {DropBatch} */ batch) => {
      for (let row = 0; row < batch.length; row++) {
        const length = batch.payloadLength[row] ?? 0;
        if (length > 64) batch.payloadLength[row] = 64;
        else short++;
      }
      return batch;
    },
    // Both outlets get the batch. The last one to use it releases it.
    async (/** @type {DropBatch} */ batch) => {
      tally.write(batch);
      await file.write(batch);
      batch.release();
      return none;
    },
  ]).resume(),
);
await file.end(await source.statistics());

/** @type {Map<string, number>} */
const counts = new Map();
for (const { kind, drops } of tally.counts()) {
  const line = `${kind.reason ?? kind.trap ?? 'unknown'}\t${classOf(kind)?.name ?? 'not known'}`;
  counts.set(line, (counts.get(line) ?? 0) + drops);
}
for (const [line, drops] of counts) process.stdout.write(`${drops}\t${line}\n`);
process.stdout.write(
  `${file.written} drops written, ${short} of them at most 64 bytes long; ${filter.removed} others\n`,
);

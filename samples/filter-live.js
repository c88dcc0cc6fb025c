// Captures live drops of one reason for some seconds, as root:
//   node samples/filter-live.js filtered.pcapng NO_SOCKET 10
import {
  capture,
  createEncoder,
  EncodedOutlet,
  openFileSink,
  openKernelSource,
  selectDrops,
  selectKinds,
} from 'dropcap';

const [, , output = 'filtered.pcapng', reason = 'NO_SOCKET', seconds = '10'] = process.argv;
const sink = await openFileSink(output);
const source = await openKernelSource({ signal: AbortSignal.timeout(Number(seconds) * 1000) });
const outlet = new EncodedOutlet(createEncoder('pcapng', source), sink);
const { captured, removed } = await capture(source, outlet, {
  stages: [
    selectKinds('reason', (kind) => kind.reason === reason),
    selectDrops('short packets', (batch, row) => (batch.payloadLength[row] ?? 0) >= 20),
  ],
});
process.stdout.write(`${outlet.written} of ${captured} drops written; removed: ${JSON.stringify(removed)}\n`);

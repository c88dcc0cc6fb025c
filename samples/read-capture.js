// Prints the drops of a file:  node samples/read-capture.js samples/recordings/linux-6.12/nlmon.pcap
import { DropcapError, openCapture } from 'dropcap';

try {
  const capture = await openCapture(process.argv[2] ?? '-');
  for await (const { timestampNs, reason, trap, symbol, interfaceName, ifindex, payload } of capture) {
    const time = new Date(Number(timestampNs / 1_000_000n)).toISOString();
    const device = interfaceName ?? ifindex ?? '-';
    process.stdout.write(`${time} ${device} ${reason ?? trap} ${symbol ?? '-'} ${payload.length} bytes\n`);
  }
  const { queueDrops, overruns } = await capture.statistics();
  const known = queueDrops !== undefined && overruns !== undefined; // A recording may not report them.
  process.stdout.write(
    `The capture had lost ${known ? queueDrops + overruns : 'an unknown number of'} drops.\n`,
  );
} catch (error) {
  if (!(error instanceof DropcapError)) throw error;
  process.stderr.write(`${error.message}\n`); // If the file is cut short, all drops before the cut were printed.
  process.exitCode = 1;
}

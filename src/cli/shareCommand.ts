import { extname } from 'node:path';
import { isatty } from 'node:tty';
import { capture, type CaptureSummary } from '../capture/capture.js';
import { CaptureError } from '../capture/captureError.js';
import { isClosedPipe, messageOf, OutputError, UsageError } from '../errors.js';
import { createEncoder } from '../outlet/createEncoder.js';
import { EncodedOutlet } from '../outlet/encodedOutlet.js';
import { openFileSink } from '../outlet/fileSink.js';
import type { ByteSink } from '../outlet/sink.js';
import { AddressMap } from '../share/addressMap.js';
import { KernelTexts } from '../share/kernelTexts.js';
import { SharedFacts } from '../share/sharedFacts.js';
import { ShareStage } from '../share/shareStage.js';
import { openRecording } from '../source/file/recording.js';
import type { DropSource } from '../source/source.js';
import { EXIT_FAILED, EXIT_OK, exitStatusOf } from './exitStatus.js';
import { PRIORITY_ERROR, PRIORITY_WARNING } from './journal.js';
import { nameOf } from './paths.js';
import { sudoUser } from './privileges.js';
import { unreadText } from './progress.js';
import { summaryLines } from './report.js';
import { openShareKey, type ShareKey } from './shareKey.js';
import { shareLines, type Sharing } from './shareReport.js';
import { onEndSignal } from './signals.js';
import { say } from './terminal.js';

const STDOUT_FD = 1;
const PATIENCE_MS = 10_000;
/** What a shared file says about itself. */
const COMMENT = 'dropcap share removed the payloads, and replaced addresses and names';

/** Options of `dropcap share`. */
export interface ShareOptions {
  readonly keyFile?: string;
  readonly keepVendor?: boolean;
  readonly keepNames?: boolean;
}

/**
 * Writes the drops of a file to a file that can be given to others: without payloads, with other addresses. Returns the exit
 * status.
 * @throws UsageError, and the errors of opening the key, the source and the sink.
 */
export async function shareDrops(input: string, output: string, options: ShareOptions): Promise<number> {
  if (output === '-' && isatty(STDOUT_FD))
    throw new UsageError(
      '- writes binary data, and standard output is a terminal (name a file, or use a pipe)',
    );
  const key = await openShareKey(options.keyFile);
  if (key.doubt !== undefined) say(`dropcap: ${key.doubt}`, PRIORITY_WARNING);
  if (output !== '-' && extname(output).toLowerCase() !== '.pcapng')
    say(`dropcap: ${output} is written as pcapng, whatever its name says`);
  const user = sudoUser();
  // A recording can be read again, so nothing waits for the disk.
  const sink = await openFileSink(output, { owner: user, askedBy: user?.uid, sync: false });
  let source: DropSource;
  try {
    const onNotice = (text: string) => say(`dropcap: ${text}`, PRIORITY_WARNING);
    source = await openRecording(input, { toolUser: user, onNotice });
  } catch (error) {
    await sink.discard();
    throw error;
  }
  return await share(source, sink, input, output, key, options);
}

async function share(
  source: DropSource,
  sink: ByteSink,
  input: string,
  output: string,
  key: ShareKey,
  { keyFile, keepVendor = false, keepNames = false }: ShareOptions,
): Promise<number> {
  const texts = new KernelTexts(key.bytes, keepNames);
  const stage = new ShareStage(new AddressMap(key.bytes, { keepVendor }), texts, source.devices);
  const facts = new SharedFacts(source, stage.devices);
  const outlet = new EncodedOutlet(
    createEncoder('pcapng', facts, { comment: COMMENT, omitAddresses: true }),
    sink,
  );
  let interrupted = false;
  const forgetSignals = onEndSignal(
    () => {
      interrupted = true;
      void source.stop();
    },
    {
      bytes: () => (outlet.pending ? outlet.bytes : undefined),
      lossText: () => `${nameOf(output)} takes no more bytes`,
      patienceMs: () => PATIENCE_MS,
    },
  );
  say(`dropcap: sharing ${source.description} as ${nameOf(output)}`);
  let failure: unknown;
  let summary: CaptureSummary;
  try {
    summary = await capture(source, outlet, { stages: [stage] });
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    ({ summary, cause: failure } = error);
    if (outlet.written === 0 && !(failure instanceof OutputError)) await sink.discard();
  } finally {
    forgetSignals();
  }
  const sharing: Sharing = { stage, texts, facts, randomKey: keyFile === undefined, keepVendor };
  const { written, bytes, cutPackets } = outlet;
  for (const line of summaryLines(summary, { name: nameOf(output), written, bytes, cutPackets, refused: 0 }))
    say(line);
  if (written > 0) for (const line of shareLines(sharing)) say(line);
  if (failure && !isClosedPipe(failure)) {
    say(`dropcap: ${messageOf(failure)}`, PRIORITY_ERROR);
    return exitStatusOf(failure);
  }
  const unread = interrupted && source.progress ? unreadText(source.progress, input) : undefined;
  if (unread === undefined) return EXIT_OK;
  say(`dropcap: ${unread}`, PRIORITY_ERROR);
  return EXIT_FAILED;
}

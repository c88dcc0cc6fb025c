import { UsageError } from '../errors.js';
import { runCapture } from './captureCommand.js';
import { checkOptions } from './checkOptions.js';
import { EXIT_FAILED } from './exitStatus.js';
import { filterOf, triggerOf } from './expression.js';
import { withAutostop } from './filePlan.js';
import type { CliOptions } from './options.js';
import { userOf } from './privileges.js';
import { say } from './terminal.js';
import { openWiresharkWindow } from './wiresharkWindow.js';

/**
 * Starts Wireshark, and runs a capture that writes to it, and to the file of -w too. Returns the exit status.
 * @throws UsageError, InputError when Wireshark cannot be started, and the errors of a capture
 */
export async function runInWireshark(options: CliOptions, expression: string): Promise<number> {
  for (const [name, value] of [
    ['--json', options.json],
    ['--count', options.count],
    ['--summary', options.summary],
  ] as const) {
    if (value) throw new UsageError(`--wireshark does not go with ${name}: Wireshark reads capture files`);
  }
  // Before Wireshark starts: it would wait for a capture that never comes.
  checkOptions(withAutostop(options));
  await filterOf(options, expression);
  await triggerOf(options);
  const window = openWiresharkWindow(userOf(options.relinquishPrivileges));
  try {
    if (!options.quiet) say('dropcap: starting Wireshark; the capture begins when Wireshark is ready');
    const { write } = options;
    const outputs = write === undefined ? { write: window.fifo } : { alsoWrite: window.fifo };
    const status = await runCapture({ ...options, ...outputs }, expression, { signal: window.closed });
    const failure = window.failure();
    if (failure === undefined) return status;
    say(`dropcap: ${failure}`);
    return EXIT_FAILED;
  } finally {
    window.remove();
  }
}

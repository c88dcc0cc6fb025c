import { InputError, isClosedPipe, shownPath, UsageError } from '../errors.js';
import { openFileSink } from '../outlet/fileSink.js';
import { Analysis } from '../report/analysis.js';
import { buildReport, type ReportInput } from '../report/buildReport.js';
import { reportHtml } from '../report/html/page.js';
import { reportMarkdown } from '../report/markdown.js';
import type { Report } from '../report/report.js';
import { VERSION } from '../version.js';
import { EXIT_FAILED, EXIT_OK } from './exitStatus.js';
import { PRIORITY_ERROR } from './journal.js';
import { isSameFile } from './paths.js';
import { becomeUser, userOf } from './privileges.js';
import { readInput } from './reportInput.js';
import { openSymbols } from './symbols.js';
import { asciiJson, say } from './terminal.js';

/** The options of `dropcap report`, as commander parses them. */
export interface ReportCommandOptions {
  readonly format?: ReportFormat;
  readonly output?: string;
  readonly force?: true;
  readonly top: number;
  readonly kallsyms?: string;
  readonly relinquishPrivileges?: string;
}

type ReportFormat = 'md' | 'json' | 'html';

const FORMATS: Readonly<Record<ReportFormat, (report: Report) => string>> = {
  md: reportMarkdown,
  json: (report) => `${asciiJson(JSON.stringify(report))}\n`,
  html: reportHtml,
};
/** Packets that are shown. */
const SAMPLES = 5;

/**
 * Reads files of drops, and writes a report about all of them. Returns the exit status: 1 when a file could not be read to its
 * end; the report then says so.
 * @throws UsageError, InputError for a file that cannot be opened, OutputError
 */
export async function reportOn(paths: readonly string[], options: ReportCommandOptions): Promise<number> {
  if (paths.filter((path) => path === '-').length > 1)
    throw new UsageError('standard input can be read once');
  const { output = '-', force = false, top, kallsyms } = options;
  if (output !== '-' && paths.some((path) => isSameFile(path, output))) {
    throw new UsageError(
      `-o ${output} is a file to read (write to another file: this would overwrite the recording)`,
    );
  }
  const again = paths.find(
    (path, i) => path !== '-' && paths.slice(0, i).some((one) => isSameFile(one, path)),
  );
  if (again !== undefined)
    throw new UsageError(`${shownPath(again)} is given twice: its drops would be counted twice`);
  const format = options.format ?? formatByName(output);
  const user = userOf(options.relinquishPrivileges);
  const symbols = await openSymbols({ read: '', ...(kallsyms !== undefined && { kallsyms }) });
  const sink = await openFileSink(output, { overwrite: force, owner: user, askedBy: user?.uid, sync: false });
  try {
    if (user) becomeUser(user);
    const analysis = new Analysis();
    const inputs: ReportInput[] = [];
    for (const path of paths) inputs.push(await readInput(path, analysis));
    const problems = inputs.flatMap(({ problem }) => problem ?? []);
    if (analysis.total.drops === 0 && problems.length > 0) throw new InputError(problems[0]!, paths[0]!);
    const report = buildReport(analysis, inputs, {
      rows: top,
      samples: SAMPLES,
      application: `dropcap ${VERSION}`,
      symbols,
    });
    await sink.write(Buffer.from(FORMATS[format](report), 'latin1'));
    await sink.close();
    for (const problem of problems) say(`dropcap: ${problem}`, PRIORITY_ERROR);
    return problems.length > 0 ? EXIT_FAILED : EXIT_OK;
  } catch (error) {
    await sink.discard();
    // The reader of a pipe has read enough: dropcap report FILE | head.
    if (isClosedPipe(error)) return EXIT_OK;
    throw error;
  }
}

/** The format that a file's name asks for. */
function formatByName(output: string): ReportFormat {
  const ending = /\.(\w+)$/.exec(output)?.[1]?.toLowerCase();
  return ending === 'html' || ending === 'json' ? ending : 'md';
}

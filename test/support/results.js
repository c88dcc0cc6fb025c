// Prints what a report of vitest (--reporter=json) says, for .ci/run:
//     node test/support/results.js counts FILE     number of passed tests, and of others: a skipped test counts as failed
//     node test/support/results.js failures FILE   one line for each test that did not pass
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * @typedef {{ fullName: string, status: string, failureMessages: string[] }} Test
 * @typedef {{ name: string, message: string, status: string, assertionResults: Test[] }} TestFile
 */
const [what, path = ''] = process.argv.slice(2);
/** @type {{ numPassedTests: number, numTotalTests: number, success: boolean, testResults: TestFile[] }} */
const report = JSON.parse(readFileSync(path, 'utf8'));

/** @param {string | undefined} text */
const firstLine = (text) => (text ?? '').split('\n', 1)[0];

if (what === 'counts') {
  // A test file that cannot be loaded counts as one failed test.
  const others = Math.max(report.numTotalTests - report.numPassedTests, report.success ? 0 : 1);
  process.stdout.write(`${report.numPassedTests} ${others}\n`);
} else {
  for (const { name, message, status, assertionResults } of report.testResults) {
    const file = relative(process.cwd(), name);
    if (status === 'failed' && message !== '') process.stdout.write(`${file}: ${firstLine(message)}\n`);
    for (const test of assertionResults) {
      if (test.status === 'passed') continue;
      process.stdout.write(
        `${file}: ${test.fullName}: ${firstLine(test.failureMessages[0]) || test.status}\n`,
      );
    }
  }
}

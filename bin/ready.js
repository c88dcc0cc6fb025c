// Runs before `npm start`, whose sample needs the built library: says what to do when it is not built.
const { advice } = require('./advice.js');

try {
  // Not require(): the library is an ES module.
  require.resolve('../dist/index.js');
  require.resolve('stream-chain');
} catch (error) {
  process.stderr.write(`dropcap: cannot start: ${error.message.split('\n')[0]} (${advice()})\n`);
  process.exitCode = 1;
}

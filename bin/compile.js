// Has this machine's Node make the code that dropcap starts with, by having it do once what it does mostly. Run by build.js
// and when the package is installed; in a checkout that was not built yet there is nothing to do.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { crc32 } = require('node:zlib');

const recording = join(__dirname, '../samples/recordings/linux-6.12/dwdump.pcap');
// Node before 20.15 has no crc32, without which src/codeFile.ts uses no code.
if (crc32 && existsSync(join(__dirname, '../dist/start.cjs'))) {
  // It would become the user who called sudo, to whom the folder is closed.
  delete process.env.SUDO_UID;
  process.argv.splice(2, Infinity, '-q', '-r', recording, '-w', '/dev/null');
  require('../dist/start.cjs').startAndKeepCode();
}

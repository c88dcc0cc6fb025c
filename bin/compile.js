// Makes the code that dropcap starts with, by running dropcap's most common work once in this host's Node. Run by
// build.js and when the package is installed. Does nothing in a checkout that was not built yet. With --random-seed, which V8 ignores
// when it compares flags, the same Node makes the same code of the same program.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { crc32 } = require('node:zlib');

const recording = join(__dirname, '../samples/recordings/linux-6.12/dwdump.pcap');
// Node before 20.15 has no crc32. Without crc32, src/codeFile.ts uses no code.
if (crc32 && existsSync(join(__dirname, '../dist/start.cjs'))) {
  // With SUDO_UID, dropcap would become the user who called sudo. That user cannot write to the folder.
  delete process.env.SUDO_UID;
  // In a service that builds or installs dropcap, dropcap would say to the service manager that the service is ready.
  delete process.env.NOTIFY_SOCKET;
  // Time decides which functions V8 compiles to machine code, and the code says which: none, so that it is the same each time.
  setFlagsFromString('--no-sparkplug');
  process.on('exit', () => setFlagsFromString('--sparkplug'));
  process.argv.splice(2, Infinity, '-q', '-r', recording, '-w', '/dev/null');
  require('../dist/start.cjs').startAndKeepCode();
}

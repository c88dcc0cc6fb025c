#!/usr/bin/env node
// The program in Wireshark's extcap folder, which Wireshark starts often: it answers queries with a file of its own, and
// starts dropcap only for a capture. This file must also parse on old versions of Node: see dropcap.js.

// First of all: without a listener, SIGUSR1 opens Node's debugger, which lets others run code as this user.
process.on('SIGUSR1', function () {});

const args = process.argv.slice(2);
let answer;
// On an older Node, dropcap.js says which one is needed.
if (parseInt(process.versions.node, 10) >= 20) {
  try {
    answer = require('../dist/extcap.cjs').answer(args);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error; // dropcap.js says what is missing.
  }
}
if (answer) {
  require('fs').writeSync(1, answer.text);
  process.exitCode = answer.status;
} else {
  process.argv.splice(2, args.length, 'extcap', ...args);
  require('./dropcap.js');
}

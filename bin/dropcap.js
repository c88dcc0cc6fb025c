#!/usr/bin/env node
// This file must also parse on old versions of Node: there it says which Node is needed.
const NEEDED = 20;

// First of all: without a listener, SIGUSR1 opens Node's debugger, which lets others run code as this user.
process.on('SIGUSR1', function () {});
// Without a listener, SIGUSR2 ends the process: one that comes before the recorder listens would lose the capture.
process.on('SIGUSR2', function () {});
if (process.env.DROPCAP_SIGHUP_IGNORED) process.on('SIGHUP', function () {});

if (parseInt(process.versions.node, 10) < NEEDED) {
  fail('Node ' + NEEDED + ' or later is needed, this is ' + process.version);
} else {
  try {
    require('../dist/start.cjs').start();
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ENOENT') throw error;
    const cause = error.message.split('\n')[0];
    fail('cannot start: ' + cause + ' (' + require('./advice.js').advice() + ')');
  }
}

function fail(text) {
  process.stderr.write('dropcap: ' + text + '\n');
  process.exitCode = 1;
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { piecesOf, play } from '../support/slowRecording.js';
import { dropcap, lacksTools, PROGRAM, recordingPath, runTool, temporaryFolder } from '../support/tools.js';
import { wiresharkHas } from '../support/wiresharkSeries.js';

const folder = temporaryFolder();
const INTERVAL_MS = 5;
const DROPS = 98;
const at = (name: string) => join(folder, name);

let children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
});

/** Runs a line of bash, in which `dropcap` is the program under test, and plays the recording to its standard input. */
async function pipeline(line: string, name = 'nlmon') {
  const script = `dropcap() { '${process.execPath}' '${PROGRAM}' "$@"; }\n${line}\necho "statuses: \${PIPESTATUS[*]}" >&2`;
  const child = spawn('bash', ['-c', script], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString('latin1')));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  await Promise.all([play(name, child.stdin, INTERVAL_MS), once(child, 'close')]);
  return { lines: stdout.split('\n').slice(0, -1), stderr, statuses: /statuses: (.*)/.exec(stderr)?.[1] };
}

/** No names of interfaces: a recording in a pipe brings them after their first drops. */
const FIELDS = '-T fields -e frame.encap_type -e frame.time_epoch -e frame.len -e frame.cap_len';
/** What tshark shows of the same recording, written to a file. */
let expected: string[];
beforeAll(() => {
  execFileSync('mkfifo', [at('fifo')]);
  dropcap('-q', '-r', recordingPath('nlmon'), '-w', at('file.pcapng'));
});

describe.skipIf(lacksTools('tshark', 'socat'))('a live capture in a pipe', () => {
  beforeAll(() => {
    expected = runTool('tshark', '-r', at('file.pcapng'), ...FIELDS.split(' '))
      .stdout.split('\n')
      .slice(0, -1);
  });

  test('has packets of several link types', () => {
    expect(expected).toHaveLength(DROPS);
    expect(new Set(expected.map((line) => line.split('\t')[0])).size).toBeGreaterThan(2);
  });

  test.each(
    [
      ['-w - | tshark -r -', `dropcap -q -r - -w - | tshark -r - ${FIELDS}`, '0 0'],
      ['-w - | tshark -i -', `dropcap -q -r - -w - | tshark -i - ${FIELDS}`, '0 0'],
      ['-w FIFO', `tshark -i fifo ${FIELDS} & dropcap -q -r - -w fifo; wait`, '0'],
      ['-w FIFO, read by cat', `cat fifo | tshark -r - ${FIELDS} & dropcap -q -r - -w fifo; wait`, '0'],
    ].filter(([, line]) => wiresharkHas('captures from pipes') || !line?.includes('tshark -i')),
  )('%s: tshark gets all drops, with their link types', async (_, line, statuses) => {
    const ran = await pipeline(line);
    expect([ran.lines, ran.statuses]).toEqual([expected, statuses]);
  });

  test.skipIf(!wiresharkHas('captures from pipes'))(
    'tshark -i TCP@HOST:PORT gets all drops from socat',
    async () => {
      const port = await freePort();
      const listener = `dropcap -q -r - -w - | socat -u - TCP-LISTEN:${port},bind=127.0.0.1`;
      const ran = await pipeline(
        `tshark_later() { until grep -q ':${port.toString(16).toUpperCase().padStart(4, '0')} .* 0A ' /proc/net/tcp; do sleep 0.1; done; tshark -i TCP@127.0.0.1:${port} ${FIELDS}; }
      tshark_later & ${listener}; statuses="\${PIPESTATUS[*]}"; wait; echo "statuses: $statuses" >&2`,
      );
      expect([ran.lines, ran.statuses]).toEqual([expected, '0 0']);
    },
  );

  test.skipIf(!wiresharkHas('captures from pipes'))('tshark -c ends the capture', async () => {
    const ran = await pipeline(`dropcap -r - -w - | tshark -q -i - -c 5 -w five.pcapng`);
    expect([ran.statuses, ran.stderr]).toEqual(['0 0', expect.stringMatching(/\n\d+ drops written\n/)]);
    expect(runTool('tshark', '-r', at('five.pcapng')).stdout.trimEnd().split('\n')).toHaveLength(5);
  });
});

describe('a pipe', () => {
  test.each(['-w -', '-w fifo'])('gets each drop at once, in whole blocks: %s', async (output) => {
    const words = ['-q', '-r', '-', ...output.split(' ')];
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const reader = output === '-w -' ? child : spawn('cat', [at('fifo')]);
    children.push(child, reader);
    let bytes = Buffer.alloc(0);
    reader.stdout.on('data', (data: Buffer) => (bytes = Buffer.concat([bytes, data])));
    const pieces = piecesOf('nlmon');
    let before = 0;
    for (const end of [14, 15, 16, 18]) {
      for (const piece of pieces.slice(before, end)) child.stdin.write(piece);
      before = end;
      writeFileSync(at('first.pcap'), Buffer.concat(pieces.slice(0, end)));
      const drops = dropcap('-q', '-r', at('first.pcap'), '--json').stdout.split('\n').length - 1;
      await expect.poll(() => packetsIn(bytes), { timeout: 10_000 }).toBe(drops);
      expect(drops).toBeGreaterThan(0);
    }
    child.stdin.end();
    await once(child, 'exit');
  });

  test.each([
    ['is not the end: all bytes come', 'sleep 1; cat > slow.pcapng', '0 0'],
    ['and takes a byte at a time', 'dd bs=1 status=none of=slow.pcapng', '0 0'],
  ])('a slow reader %s', async (_, reader, statuses) => {
    expect((await pipeline(`dropcap -q -r - -w - | (${reader})`)).statuses).toBe(statuses);
    expect(packetsIn(readFileSync(at('slow.pcapng')))).toBe(DROPS);
  });

  test('that does not block loses nothing, and stays as it is', async () => {
    const nonBlocking = `import os, sys; os.set_blocking(1, False); os.execvp(sys.argv[1], sys.argv[1:])`;
    const flags = `grep flags /proc/self/fdinfo/3 3>&1 >&2`;
    // More bytes than a pipe holds.
    const many = `for i in 1 2 3; do '${process.execPath}' '${PROGRAM}' -q -r '${recordingPath('nlmon')}' -w - ; done`;
    const { stderr, statuses } = await pipeline(
      `python3 -c '${nonBlocking}' bash -c "${many.replaceAll('"', '\\"')}; ${flags}" | (sleep 5; cat > many.pcapng)`,
    );
    expect(statuses).toBe('0 0');
    expect(packetsIn(readFileSync(at('many.pcapng')))).toBe(3 * DROPS);
    expect(flagsIn(stderr) & O_NONBLOCK).toBe(O_NONBLOCK);
  });

  test('that others share is not made non-blocking', async () => {
    const { stderr } = await pipeline(
      `{ dropcap -r - -w - <&4 & sleep 1; grep flags /proc/self/fdinfo/3 3>&1 >&2; wait; } 4<&0 | cat > shared`,
    );
    expect(flagsIn(stderr) & O_NONBLOCK).toBe(0);
    expect(packetsIn(readFileSync(at('shared')))).toBe(DROPS);
  });

  test('whose reader ends within a block ends the capture with status 0', async () => {
    const { statuses, stderr } = await pipeline('dropcap -r - -w - | head -c 1001 > part');
    expect([statuses, stderr]).toEqual(['0 0', expect.stringMatching(/\n\d+ drops captured\n/)]);
    expect(readFileSync(at('part'))).toHaveLength(1001);
  });
});

const O_NONBLOCK = 0o4000;

function flagsIn(stderr: string): number {
  return Number.parseInt(/flags:\s*([0-7]+)/.exec(stderr)![1]!, 8);
}

/** The number of packets in a pcapng stream. Fails when a block is cut or damaged. */
function packetsIn(bytes: Buffer): number {
  let packets = 0;
  for (let offset = 0; offset < bytes.length;) {
    const length = bytes.readUInt32LE(offset + 4);
    if (bytes.readUInt32LE(offset + length - 4) !== length) throw new Error(`a cut block at ${offset}`);
    if (bytes.readUInt32LE(offset) === 6) packets++;
    offset += length;
  }
  return packets;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../../bin/dropcap.js', import.meta.url));
const recording = fileURLToPath(
  new URL('../../../samples/recordings/linux-6.12/nlmon.pcap', import.meta.url),
);

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'dropcap-cli-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, stdout, stderr };
}

describe('dropcap -r', () => {
  test('prints one line a drop, and the counters on standard error', () => {
    const { status, stdout, stderr } = run('-r', recording);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(98);
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:34\.094468 va NO_SOCKET __udp4_lib_rcv\+0x545\/0xdd0 IP 10\.0\.0\.2\.58223 > 10\.0\.0\.1\.9999: UDP, length 7$/,
    );
    expect(stderr.split('\n').slice(1)).toEqual([
      '98 drops captured',
      '98 drops written',
      'queue drops not known: what was read does not report them',
      'overruns not known: what was read does not report them',
      '0 malformed alerts',
      '',
    ]);
  });

  test('prints all known facts with -v, and only drops with -q', () => {
    const { stdout, stderr } = run('-r', recording, '-v', '-q', '-c', '1');
    expect(stderr).toBe('');
    expect(stdout.split('\n')[1]).toBe(
      '\torigin software, pc 0xffffffffa5978f65, ifindex 5, protocol 0x0800, Ethernet, captured 49 of 49 bytes',
    );
    expect(stdout.split('\n')[2]).toMatch(
      /^\t0x0000: {2}06 cd d4 6d b3 5f 2e f5 .* {2}\.\.\.m\._\.\.\.@\|\.\.\.E\.$/,
    );
  });

  test.each([
    [['-r', ''], "dropcap: cannot open '': the name is empty (give the name of a file)\n"],
    [['-r', recording, '-w', ''], "dropcap: cannot write '': the name is empty (give the name of a file)\n"],
    [
      ['-r', recording, '--kallsyms', ''],
      "dropcap: cannot read symbols from '': the name is empty (give the name of a file)\n",
    ],
  ])('refuses an empty name: %j', (args, text) => {
    expect(run(...args)).toEqual({ status: 1, stdout: '', stderr: text });
  });

  test('writes the same file to standard output as to a named one', () => {
    const path = join(folder, 'same.pcapng');
    expect(run('-q', '-r', recording, '-w', path).status).toBe(0);
    const { stdout } = spawnSync(process.execPath, [program, '-q', '-r', recording, '-w', '-'], {
      cwd: folder,
    });
    expect(stdout.equals(readFileSync(path))).toBe(true);
  });

  test('writes only drops of the requested origin, cut to the requested length', () => {
    expect(run('-q', '-r', recording, '--origin', 'hw').stdout.trimEnd().split('\n')).toHaveLength(68);
    expect(run('-q', '-r', recording, '--origin', 'sw', '-s', '20', '-c', '1', '-v').stdout).toContain(
      'captured 20 of 49 bytes',
    );
  });

  test('names drop points from a symbol file as the kernel does, and leaves out addresses on request', () => {
    const kallsyms = recording.replace('nlmon.pcap', 'kallsyms.gz');
    const named = run('-q', '-r', recording, '--kallsyms', kallsyms);
    expect([named.status, named.stdout]).toEqual([0, run('-q', '-r', recording).stdout]);
    expect(run('-q', '-r', recording, '-v', '-c', '1').stdout).toContain('pc 0xffffffffa5978f65');
    expect(run('-q', '-r', recording, '-v', '-c', '1', '--no-pc').stdout).not.toContain('pc 0x');
    const path = join(folder, 'without-pc.pcapng');
    expect(run('-q', '-r', recording, '-w', path, '--no-pc').status).toBe(0);
    const text = readFileSync(path, 'latin1');
    expect(text).toContain('reason=NO_SOCKET symbol=__udp4_lib_rcv+0x545/0xdd0 if=va');
    expect(text).not.toContain('pc=');
  });

  test('refuses symbols whose addresses are hidden', () => {
    writeFileSync(join(folder, 'hidden'), '0000000000000000 T _stext\n');
    const { status, stderr } = run('-r', recording, '--kallsyms', 'hidden');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/no addresses .*kptr_restrict/)]);
  });

  test('keeps the drops before a cut, reports the cut, and exits with 1', () => {
    const cut = join(folder, 'cut.pcap');
    writeFileSync(cut, readFileSync(recording).subarray(0, 20_000));
    const { status, stdout, stderr } = run('-r', cut);
    expect(status).toBe(1);
    expect(stdout.split('\n').length).toBeGreaterThan(10);
    expect(stderr).toContain('is cut short');
  });

  test('reads standard input, and ends cleanly at a signal while it waits', async () => {
    const child = spawn(process.execPath, [program, '-r', '-', '-w', join(folder, 'signal.pcapng')], {
      cwd: folder,
    });
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.stdin.write(readFileSync(recording));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve([code, signal])));
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(stderr).toContain('98 drops written');
  });

  test('ends at a signal while the writer of a FIFO waits', async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const child = spawn(process.execPath, [program, '-r', fifo], { cwd: folder });
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    const writer = spawn('bash', ['-c', `exec > '${fifo}'; cat '${recording}'; sleep 20`]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve([code, signal])));
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(stderr).toContain('98 drops written');
    writer.kill();
  });

  test('ends at once at a second signal, even if its output is not read', async () => {
    const long = join(folder, 'long.pcap');
    const bytes = readFileSync(recording);
    const records = Array.from({ length: 100 }, () => bytes.subarray(24));
    writeFileSync(long, Buffer.concat([bytes.subarray(0, 24), ...records]));
    const child = spawn(process.execPath, [program, '-q', '-r', long, '-w', '-'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve([code, signal])));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    expect(await ended).toEqual([null, 'SIGINT']);
  });

  test('ends after --duration also while it waits for the first byte', async () => {
    const args = ['-r', '-', '-w', 'late.pcapng', '--duration', '0.2'];
    const child = spawn(process.execPath, [program, ...args], { cwd: folder });
    const ended = new Promise((resolve) => child.on('exit', (...how) => resolve(how)));
    expect(await ended).toEqual([0, null]);
    expect(readdirSync(folder)).not.toContain('late.pcapng');
  });

  test('ends at the first signal while it waits for the first byte, and removes its file', async () => {
    const child = spawn(process.execPath, [program, '-r', '-', '-w', 'waiting.pcapng'], { cwd: folder });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve([code, signal])));
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(readdirSync(folder)).not.toContain('waiting.pcapng');
  });

  test('shows a counter line on a terminal while it captures, then removes it', async () => {
    const fifo = join(folder, 'counted');
    execFileSync('mkfifo', [fifo]);
    const command = `'${process.execPath}' '${program}' -r '${fifo}' -w '${join(folder, 'counted.pcapng')}'`;
    const terminal = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let shown = '';
    terminal.stdout.on('data', (data: Buffer) => (shown += data.toString()));
    spawn('bash', ['-c', `exec > '${fifo}'; cat '${recording}'; sleep 1.5`]);
    await new Promise((resolve) => terminal.on('close', resolve));
    expect(shown).toMatch(/K56\.3 kB read, [\d.]+ k?B\/s; 98 captured \([\d,.]+\/s\), /);
    expect(shown).toContain('\r\u001b[K98 drops captured\r\n');
  });

  test('works even if it cannot write to standard error', () => {
    const path = join(folder, 'unheard.pcapng');
    const command = `'${process.execPath}' '${program}' -r '${recording}' -w '${path}' 2>/dev/full`;
    expect(spawnSync('bash', ['-c', command]).status).toBe(0);
    expect(run('-q', '-r', recording, '-w', join(folder, 'heard.pcapng')).status).toBe(0);
    expect(readFileSync(path).equals(readFileSync(join(folder, 'heard.pcapng')))).toBe(true);
  });

  test('with --force, keeps the content of a file until there are bytes to write', () => {
    const path = join(folder, 'kept');
    writeFileSync(path, 'precious');
    expect(run('-r', 'nowhere.pcap', '-w', path, '--force').status).toBe(1);
    expect(readFileSync(path, 'utf8')).toBe('precious');
    const copy = join(folder, 'copy.pcap');
    writeFileSync(copy, readFileSync(recording));
    const { status, stderr } = run('-r', copy, '-w', copy, '--force');
    expect([status, stderr]).toEqual([2, expect.stringContaining('the same file')]);
    expect(readFileSync(copy).equals(readFileSync(recording))).toBe(true);
    expect(run('-q', '-r', recording, '-w', path, '--force').status).toBe(0);
    expect(readFileSync(path).subarray(0, 4).toString('hex')).toBe('0a0d0d0a');
  });

  test('ends without an error when its reader closes the pipe', () => {
    const { status, stderr } = spawnSync(
      'bash',
      [
        '-c',
        `set -o pipefail; '${process.execPath}' '${program}' -q -v -r '${recording}' | head -n 1 >/dev/null`,
      ],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('dropcap with wrong usage', () => {
  const cases: { name: string; args: string[]; text: RegExp }[] = [
    { name: 'an unknown option', args: ['--nonsense'], text: /unknown option '--nonsense'/ },
    { name: 'a count that is not a number', args: ['-c', '5x'], text: /whole number from 1/ },
    { name: 'a count of 0', args: ['-c', '0'], text: /whole number from 1/ },
    { name: 'an unknown origin', args: ['--origin', 'x'], text: /Allowed choices are sw, hw, all/ },
    { name: 'a duration of 0', args: ['--duration', '0'], text: /seconds above 0/ },
    {
      name: 'an option with control characters, which a terminal would obey',
      args: ['--js\u001b[2Jx\ny'],
      text: /^error: unknown option '--js\\x1b\[2Jx\\x0ay'\n(\(Did you mean .*\n)?\(dropcap --help/,
    },
    { name: 'an argument too many', args: ['status', 'eth0'], text: /too many arguments/ },
    {
      name: 'the name of an interface alone',
      args: ['eth0'],
      text: /neither a command .* nor an expression \('host eth0', 'iface = eth0' and 'reason = eth0' are\)/,
    },
    {
      name: 'two expressions',
      args: ['-r', recording, '-F', recording, 'tcp'],
      text: /-F reads the expression from the file .*, and the command line has one too/,
    },
    {
      name: 'an interface that -D does not list',
      args: ['-i', 'eth0'],
      text: /dropmon:hw, or a number of -D/,
    },
    { name: 'number 0 of -D', args: ['-i', '0'], text: /dropmon:hw, or a number of -D/ },
    { name: 'number 4 of -D', args: ['-i', '4'], text: /dropmon:hw, or a number of -D/ },
    {
      name: '-i and --origin that differ',
      args: ['-i', '2', '--origin', 'hw'],
      text: /ask for different drops/,
    },
    { name: '-t six times', args: ['-tttttt', '-r', recording], text: /up to 5 times/ },
    { name: '-t with --json', args: ['-t', '--json', '-r', recording], text: /-t is about printed lines/ },
    { name: '-xx with -w', args: ['-xx', '-w', 'x', '-r', recording], text: /-x is about printed lines/ },
    { name: '-e with --json', args: ['-e', '--json', '-r', recording], text: /-e is about printed lines/ },
    { name: '-# with -w', args: ['-#', '-w', 'x', '-r', recording], text: /-# is about printed lines/ },
    { name: '--count without -r', args: ['--count'], text: /--count goes with -r/ },
    {
      name: '--count with --json',
      args: ['--count', '--json', '-r', recording],
      text: /--count goes with -r/,
    },
    { name: '--print with -w -', args: ['--print', '-w', '-', '-r', recording], text: /standard output/ },
    { name: '--count with -w -', args: ['--count', '-w', '-', '-r', recording], text: /standard output/ },
    {
      name: '--print with --json',
      args: ['--print', '--json', '-r', recording],
      text: /--print prints lines/,
    },
    { name: '-n before a command', args: ['-n', 'status'], text: /-n is an option of a capture/ },
    { name: '-i with -r', args: ['-i', '1', '-r', 'x'], text: /-i goes with capturing/ },
    {
      name: 'an option twice with different values',
      args: ['-c', '1', '-c', '2'],
      text: /-c, --drops <count> is given twice, with 1 and 2/,
    },
    { name: '--force without -w', args: ['--force', '-r', recording], text: /--force goes with -w/ },
    {
      name: '--force with -w -',
      args: ['--force', '-w', '-', '-r', recording],
      text: /--force goes with -w/,
    },
    {
      name: '--passive with --queue-length',
      args: ['--passive', '--queue-length', '9'],
      text: /does not go with --queue-length/,
    },
    {
      name: '--duration with a file',
      args: ['--duration', '1', '-r', recording],
      text: /--duration goes with capturing/,
    },
    ...[
      ['-V', '-v prints'],
      ['-Y', 'tshark -r FILE -Y'],
      ['-f', 'tshark -r FILE -Y'],
      ['-R', 'tshark -r FILE -Y'],
      ['-T', '--json'],
      ['--time-stamp-precision', '--micro writes'],
      ['-P', '--print prints'],
      ['-O', '-v prints'],
      ['-k', '--wireshark'],
    ].flatMap(([flag, answer]) =>
      [[flag!], [flag!, 'value']].map((args) => ({
        name: `${args.join(' ')} of another tool`,
        args,
        text: new RegExp(`^error: no option ${flag} here: .*${answer}`),
      })),
    ),
    { name: 'help of an unknown command', args: ['help', 'statu'], text: /unknown command 'statu'/ },
    { name: '-B with -r', args: ['-r', 'x', '-B', '1024'], text: /-B goes with capturing from the kernel/ },
  ];
  test.each(cases)('exits with 2 for $name, and says what to do', ({ args, text }) => {
    const { status, stderr, stdout } = run(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(text);
  });
});

describe('dropcap with an invalid input or output', () => {
  const cases: { name: string; make: () => string[]; text: RegExp }[] = [
    { name: 'a missing recording', make: () => ['-r', 'nowhere.pcap'], text: /no such file/ },
    { name: 'a folder for a recording', make: () => ['-r', '.'], text: /directory/ },
    { name: 'an empty recording', make: () => ['-r', write('empty', '')], text: /is empty/ },
    {
      name: 'something else than a capture',
      make: () => ['-r', write('text', 'hello')],
      text: /not a pcap or pcapng/,
    },
    {
      name: 'a capture of another tool',
      make: () => [
        '-r',
        write('eth', Buffer.from(`d4c3b2a10200040000000000000000000000040001000000`, 'hex')),
      ],
      text: /neither packets with dropcap's comment nor netlink messages.*tcpdump -i nlmon0/,
    },
    {
      name: 'an output that is there',
      make: () => ['-r', recording, '-w', write('there', 'precious')],
      text: /exists .*--force/,
    },
  ];
  test.each(cases)('exits with 1 for $name, in one line', ({ make, text }) => {
    const args = make();
    const { status, stderr } = run('-q', ...(args.includes('-w') ? [] : ['-w', 'never.pcapng']), ...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(text);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(readdirSync(folder)).not.toContain('never.pcapng');
  });

  function write(name: string, content: string | Buffer): string {
    writeFileSync(join(folder, name), content);
    return name;
  }
});

describe('dropcap', () => {
  test("takes tcpdump's options for what it always does", () => {
    const plain = run('-r', recording);
    const habits = ['-n', '-nn', '-l', '-U', '-p', '-S', '-K', '--immediate-mode', '--packet-buffered'];
    expect(run(...habits, '-r', recording)).toEqual(plain);
    expect(run('-nnlUp', '-c', '98', '-c', '98', '-r', recording)).toEqual(plain);
    expect(plain.stderr).toMatch(/^dropcap: reading from /);
  });

  // Without privilege: `stop` must not turn off the monitor of the host that runs the tests.
  test.each<[string, RegExp]>([
    ['stop', /^dropcap: .*drop monitor/],
    ['status', /^module: /],
    ['doctor', /^\S+ +kernel: /],
  ])('runs its command %s as a process', (command, text) => {
    const unprivileged = process.getuid!() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, command], {
      encoding: 'utf8',
      ...unprivileged,
    });
    expect([0, 1, 3, 4]).toContain(status);
    expect(stdout + stderr).toMatch(text);
  });

  test('has commands for its help and its version', () => {
    expect(run('help')).toEqual(run('--help'));
    for (const name of ['status', 'doctor', 'stop', 'wireshark', 'version']) {
      expect(run('help', name)).toEqual(run(name, '--help'));
      expect(run('help', name).stdout).toContain(`Usage: dropcap ${name}`);
    }
    expect(run('version')).toEqual(run('--version'));
  });

  test('prints its help with examples, and the sources that it can capture from', () => {
    expect(run('--help').stdout).toMatch(/-w, --write <file>[\s\S]*Examples:[\s\S]*dropcap -w drops\.pcapng/);
    expect(run('-D').stdout).toMatch(/^1\.dropmon \(.*\)\n2\.dropmon:sw/);
  });
});

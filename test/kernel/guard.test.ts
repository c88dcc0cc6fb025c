import { describe, expect, test } from 'vitest';
import { machine } from './machine.js';

const [EPERM, EAGAIN, EBUSY, EALREADY] = [1, 11, 16, 114];
const RESTARTED = 0x101;
/** Alert mode, truncation length, queue length: the settings after boot, and the settings that the guard sets. */
const BEFORE = [0, 0, 1000];
const WANTED = [1, 96, 777];
const OFF = [false, BEFORE];
const ON = [true, WANTED];
const BUSY = 'drop_monitor: Cannot configure drop monitor during monitoring';
const STARTED_BY = [2, 'dropcap-guard: must be started by dropcap\n'];
const NO_ARGUMENTS = [2, 'dropcap-guard: takes no arguments\n'];

describe.each(['6.12', '6.1'])('dropcap-guard on Linux %s', (kernel) => {
  const guest = machine(kernel, ['guard']);
  // The result of a check of test/kernel/guard, by its name.
  const check = (name: string) =>
    (JSON.parse(guest.text('guard.json')) as Record<string, Record<string, unknown>>)[name]!;

  test('opens, configures and starts, and at END stops and restores the settings', () => {
    const whole = check('whole');
    expect(whole).toEqual({
      begin: [0, 0, 0],
      hardware: 0,
      family: whole['family'],
      during: ON,
      alert: true,
      // Above the limit of users, whom the guard refuses with EPERM.
      'large queue': EBUSY,
      // 2: a filter.
      seccomp: '2',
      'bounding set': '0000000000000000',
      'begun twice': EAGAIN,
      'configured late': [2, EBUSY, 0, BUSY],
      end: [0, 0],
      after: OFF,
      dwdump: 'Alert mode: summary\nTruncation length: 0\nQueue length: 1000\n',
    });
  });

  test("reports the family's id, and opens only once", () => {
    const { reply, family, again, end } = check('reply_of_open');
    expect({ reply, again, end }).toEqual({ reply: [1, 0, family, ''], again: EALREADY, end: [0, 0] });
  });

  test('undoes its changes within two seconds after SIGKILL of its parent at any moment', () => {
    const killed = check('killed');
    expect(Object.keys(killed)).toHaveLength(12);
    const late = Object.entries(killed).filter(([, seconds]) => (seconds as number) >= 2);
    expect(late).toEqual([]);
  });

  test("survives when the kernel kills its parent's control group out of memory, and undoes its changes", () => {
    const { begin, signal, seconds } = check('out_of_memory');
    expect({ begin, signal }).toEqual({ begin: [0, 0, 0], signal: 9 });
    expect(seconds).toBeLessThan(2);
  });

  test('ends half a second after a signal, so that its parent can end first', () => {
    const { harmless, 'in grace': inGrace, ...signals } = check('signalled');
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']) {
      const [seconds, reply, status] = signals[name] as [number, unknown, number];
      expect([reply, status]).toEqual([null, 0]);
      expect(seconds).toBeGreaterThan(0.4);
      expect(seconds).toBeLessThan(2);
    }
    expect({ harmless, inGrace }).toEqual({ harmless: true, inGrace: [0, 0] });
  });

  test('keeps monitoring on, with its settings, and at the end restores the settings found last', () => {
    expect(check('kept')).toEqual({
      begin: [0, 0, 0],
      keep: 0,
      stopped: [[RESTARTED, 0, 0, ''], ...ON],
      changed: [[RESTARTED, 0, 0, ''], ...ON],
      'let go': 0,
      'left off': false,
      end: [0, 0],
      after: [0, 50, 500],
    });
  });

  test('takes over when another program stops monitoring, and reports once why it cannot before', () => {
    expect(check('kept_from_others')).toEqual({
      begin: [0, EBUSY, EAGAIN],
      keep: 0,
      notices: [
        [RESTARTED, EBUSY, 1, BUSY],
        [RESTARTED, 0, 0, ''],
        [RESTARTED, 0, 1, ''],
      ],
      during: ON,
      end: [0, 0],
      after: OFF,
    });
  });

  test('starts and keeps summary mode, and at the end restores the settings', () => {
    const summary = [true, [0, 96, 777]];
    expect(check('summary')).toEqual({
      begin: [0, 0, 0, 0],
      during: summary,
      stopped: [[RESTARTED, 0, 0, ''], ...summary],
      changed: [[RESTARTED, 0, 0, ''], ...summary],
      end: [0, 0],
      after: [false, [1, 50, 500]],
      'two of them': [0, EBUSY, EAGAIN, 0],
      taken: [[RESTARTED, 0, 0, ''], ...summary],
      'end of both': [
        [0, 0],
        [0, 0],
      ],
      'after both': OFF,
    });
  });

  test('does not stop the monitoring that another guard started', () => {
    expect(check('two')).toEqual({
      first: [0, 0, 0],
      second: [0, EBUSY, EAGAIN],
      'end of second': [0, 0],
      during: ON,
      'end of first': [0, 0],
      after: OFF,
    });
  });

  test.each(['ep', 'p'])(
    'serves an ordinary user by capabilities of its file (+%s), and keeps one of them',
    (flags) => {
      const { killed, ...rest } = check('ordinary_user')[flags] as Record<string, unknown>;
      const netAdmin = '0000000000001000';
      const none = '0000000000000000';
      expect(rest).toEqual({
        begin: [0, 0, 0],
        alert: true,
        capabilities: [none, netAdmin, netAdmin, none],
        'no new privileges': '1',
        seccomp: '2',
        // Standard error, the socket to the parent, the parent's pidfd and status, the signalfd, the socket for requests.
        descriptors: 6,
        folder: '/',
        end: [0, 0],
      });
      expect(killed).toBeLessThan(2);
    },
  );

  test('cannot be run by users outside its group, and can do nothing without capabilities', () => {
    const { 'not a member': outsider, 'without capabilities': without } = check('ordinary_user');
    expect({ outsider, without }).toEqual({ outsider: 'Permission denied', without: EPERM });
  });

  test('refuses every other way in which an ordinary user could start it', () => {
    expect(check('abuse')['refused_starts']).toEqual({
      argument: NO_ARGUMENTS,
      loader: NO_ARGUMENTS,
      'no descriptor': STARTED_BY,
      file: STARTED_BY,
      pipe: STARTED_BY,
      datagrams: STARTED_BY,
      internet: STARTED_BY,
      unconnected: STARTED_BY,
      netlink: STARTED_BY,
      'not the parent': STARTED_BY,
    });
  });

  test('refuses unknown requests, and arguments out of range', () => {
    expect(check('abuse')['refused_requests']).toEqual({
      'CONFIGURE before OPEN': 'EPROTO',
      'START before OPEN': 'EPROTO',
      'KEEP before OPEN': 'EPROTO',
      'OPEN of 256 MiB and 1': 'EINVAL',
      'OPEN of 64 MiB and 1': 'EPERM',
      'OPEN twice': 'EALREADY',
      'command 0': 'EINVAL',
      'command 7': 'EINVAL',
      'command 0x101': 'EINVAL',
      'command 2^32 - 1': 'EINVAL',
      'queue of 0': 'EINVAL',
      'queue of 262145': 'EINVAL',
      'queue of 32769': 'EPERM',
      'KEEP with a queue of 32769': 'EPERM',
      'origin 2': 'EINVAL',
      'origin 2^32 - 1': 'EINVAL',
      'alert mode 2': 'EINVAL',
      'KEEP of no origin in summary mode': 'EINVAL',
      'KEEP of origin 8': 'EINVAL',
      'KEEP of origins 1 and 8': 'EINVAL',
      'KEEP with a queue of 0': 'EINVAL',
      'descriptor sent along': 'EPIPE',
      'in pieces': 'EINVAL',
      'cut off': 0,
      'unread replies': 'EPIPE',
      'unread replies end': 0,
    });
  });

  test('lets its user only receive alerts', () => {
    expect(check('abuse')['refused_by_kernel']).toEqual({
      trace: 'EPERM',
      memory: 'EACCES',
      'its descriptors': 'EACCES',
      'take a descriptor': 'EPERM',
      'its memory score': 'EACCES',
      'STOP by the event socket': 'EPERM',
      'CONFIG by the event socket': 'EPERM',
      'filter on the event socket': 'EPERM',
      'unlock the filter': 'EPERM',
      'larger buffer': 'EPERM',
      'a group of its own': 'EPERM',
      end: [0, 0],
    });
    expect(check('abuse')['after']).toEqual(OFF);
  });

  test("neither changes nor stops another program's monitoring", () => {
    expect(check('abuse')['somebody monitors']).toEqual([
      [
        [0, EBUSY, EAGAIN],
        [0, 0],
      ],
      true,
      BEFORE,
    ]);
  });

  test('opens an event socket that cannot make a privileged request, even when root writes to it', () => {
    expect(check('privileged_writer')).toEqual({ "the guard's": 'EPERM', 'its own': 'EBUSY', end: [0, 0] });
  });
});

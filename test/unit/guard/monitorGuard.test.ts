import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { NetlinkBinding, NetlinkSocket } from '../../../src/binding/contract.js';
import { HOST_LITTLE_ENDIAN } from '../../../src/bytes.js';
import { NetlinkError } from '../../../src/errors.js';
import type { GuardChannel } from '../../../src/guard/channel.js';
import { type GuardEvents, MonitorGuard } from '../../../src/guard/monitorGuard.js';

// From native/guard/protocol.h.
const [OPEN, CONFIGURE, START, KEEP, END, PING, RESTARTED] = [1, 2, 3, 4, 5, 6, 0x101];
const [EPERM, EBUSY] = [1, 16];
const SETTINGS = { summary: false, truncationLength: 96, queueLength: 777 };

/** A reply of the guard: command, errno, value and length of the text, then the text. */
function reply(command: number, errno = 0, text = '', value = 0): Uint8Array {
  const bytes = Buffer.alloc(272);
  [command, errno, value, text.length].forEach((word, i) =>
    HOST_LITTLE_ENDIAN ? bytes.writeUInt32LE(word, 4 * i) : bytes.writeUInt32BE(word, 4 * i),
  );
  bytes.write(text, 16);
  return bytes;
}

const guards: ScriptedGuard[] = [];

/** A guard whose answers the test chooses, and what dropcap did with its channel. */
class ScriptedGuard implements GuardChannel {
  readonly sent: number[][] = [];
  closed = 0;
  answer: () => { reply: Uint8Array; socket?: NetlinkSocket } = () => ({ reply: reply(OPEN) });
  say: (message: Uint8Array) => void = () => {};
  die: () => void = () => {};
  readonly events = {
    onRestarted: vi.fn<GuardEvents['onRestarted']>(),
    onLost: vi.fn<GuardEvents['onLost']>(),
    onSilent: vi.fn<GuardEvents['onSilent']>(),
    onAnswering: vi.fn<GuardEvents['onAnswering']>(),
  };
  readonly guard = new MonitorGuard({} as NetlinkBinding, () => this);

  constructor() {
    guards.push(this);
  }

  exchange(request: Uint8Array): { reply: Uint8Array; socket: NetlinkSocket | undefined } {
    this.send(request);
    const { reply: bytes, socket } = this.answer();
    return { reply: bytes, socket };
  }

  listen(onMessage: (message: Uint8Array) => void, onEnd: () => void): void {
    [this.say, this.die] = [onMessage, onEnd];
  }

  send(request: Uint8Array): void {
    this.sent.push([...new Uint32Array(request.slice().buffer)]);
  }

  close(): void {
    this.closed++;
  }

  watch(): void {
    this.guard.watch(['software', 'hardware'], SETTINGS, this.events);
  }

  /** Lets time pass, and then the callbacks of setImmediate run. */
  async wait(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
  }

  get pings(): number {
    return this.sent.filter(([command]) => command === PING).length;
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const { guard } of guards.splice(0)) guard.close(); // The beat is shared with the next test.
  vi.useRealTimers();
});

describe('MonitorGuard', () => {
  test('sends the requests of a capture', () => {
    const scripted = new ScriptedGuard();
    const events = { portId: 5 } as NetlinkSocket;
    scripted.answer = () => ({ reply: reply(OPEN), socket: events });
    expect(scripted.guard.openEvents(4096)).toBe(events);
    scripted.guard.configure(SETTINGS);
    scripted.guard.start('hardware');
    scripted.watch();
    expect(scripted.sent).toEqual([
      [OPEN, 4096, 0, 0],
      [CONFIGURE, 96, 777, 0],
      [START, 1, 0, 0],
      [KEEP, 3, 96, 777],
    ]);
  });

  test('asks for summary mode in its own words', () => {
    const scripted = new ScriptedGuard();
    const summary = { ...SETTINGS, summary: true };
    scripted.guard.configure(summary);
    scripted.guard.watch(['hardware'], summary, scripted.events);
    expect(scripted.sent).toEqual([
      [CONFIGURE, 96, 777, 1],
      [KEEP, 2 | 4, 96, 777],
    ]);
  });

  test.each([
    ['openEvents', /^cannot listen for alerts: /, (guard: MonitorGuard) => guard.openEvents(1)],
    ['configure', /^cannot configure the drop monitor: /, (guard: MonitorGuard) => guard.configure(SETTINGS)],
    ['start', /^cannot start monitoring software drops: /, (guard: MonitorGuard) => guard.start('software')],
  ])('says what the guard refused, with errno and text (%s)', (_, doing, request) => {
    const scripted = new ScriptedGuard();
    const close = vi.fn<NetlinkSocket['close']>();
    scripted.answer = () => ({
      reply: reply(OPEN, EBUSY, 'in use'),
      socket: { close } as Partial<NetlinkSocket> as NetlinkSocket,
    });
    const refused = caught(() => request(scripted.guard));
    expect(refused.message).toMatch(doing);
    expect(refused.message).toMatch(/: in use \(/);
    expect(refused).toMatchObject({ errno: EBUSY, extendedAck: 'in use' });
    expect(close).toHaveBeenCalledOnce();
  });

  test('keeps errno 1 and the text of a limit', () => {
    const scripted = new ScriptedGuard();
    scripted.answer = () => ({
      reply: reply(CONFIGURE, EPERM, 'only root may have a queue length above 32768'),
    });
    const refused = caught(() => scripted.guard.configure({ ...SETTINGS, queueLength: 50_000 }));
    expect(refused).toMatchObject({ errno: EPERM });
    expect(refused.message).toMatch(/Operation not permitted: only root may .* above 32768 \(/);
  });

  test('fails when the guard sends no event socket', () => {
    expect(caught(() => new ScriptedGuard().guard.openEvents(1)).message).toMatch(/sent no socket/);
  });

  test.each([
    ['dies', 'ECONNRESET', 104],
    ['hangs', 'ETIMEDOUT', 110],
  ])('fails with the errno of a guard that %s amid a request', (_, code, errno) => {
    const scripted = new ScriptedGuard();
    scripted.answer = () => {
      throw Object.assign(new Error(code), { code, errno });
    };
    const failure = caught(() => scripted.guard.start('software'));
    expect(failure).toMatchObject({ errno });
    expect(failure.message).toMatch(/the guard \(dropcap-guard\) does not answer/);
  });

  test('passes on notices, and only of known origins', () => {
    const scripted = new ScriptedGuard();
    scripted.watch();
    scripted.say(reply(RESTARTED, 0, '', 1));
    scripted.say(reply(RESTARTED, 12, '', 0));
    scripted.say(reply(RESTARTED, 0, '', 2));
    expect(scripted.events.onRestarted.mock.calls).toEqual([
      ['hardware', 0],
      ['software', 12],
    ]);
  });

  test('reports a guard that dies during the capture, and sends it no more pings', async () => {
    const scripted = new ScriptedGuard();
    scripted.watch();
    scripted.die();
    expect(scripted.events.onLost).toHaveBeenCalledOnce();
    await scripted.wait(60_000);
    expect(scripted.pings).toBe(0);
  });
});

describe('the end of a MonitorGuard', () => {
  test('succeeds after the reply, also when it is asked for twice', async () => {
    const scripted = new ScriptedGuard();
    scripted.watch();
    const ends = [scripted.guard.end(), scripted.guard.end()];
    scripted.say(reply(END));
    scripted.die();
    await Promise.all(ends);
    expect(scripted.sent.filter(([command]) => command === END)).toHaveLength(1);
    expect(scripted.events.onLost).not.toHaveBeenCalled();
    await scripted.wait(60_000);
    expect(scripted.pings).toBe(0);
  });

  test.each([
    ['refuses', (scripted: ScriptedGuard) => scripted.say(reply(END, EBUSY)), EBUSY, /busy|in use/i],
    ['dies without a reply', (scripted: ScriptedGuard) => scripted.die(), 0, /ended before it answered/],
    ['hangs', () => void vi.advanceTimersByTime(5000), 0, /does not answer \(kill -CONT/],
  ])('fails when the guard %s', async (_, happen, errno, text) => {
    const scripted = new ScriptedGuard();
    scripted.watch();
    const ending = scripted.guard.end();
    happen(scripted);
    await expect(ending).rejects.toThrow(/^cannot stop monitoring: /);
    await expect(ending).rejects.toThrow(text);
    await expect(ending).rejects.toMatchObject({ errno });
    expect(scripted.closed).toBe(1);
    expect(scripted.events.onLost).not.toHaveBeenCalled();
  });

  test('accepts a reply after almost 5 seconds', async () => {
    const scripted = new ScriptedGuard();
    scripted.watch();
    const ending = scripted.guard.end();
    vi.advanceTimersByTime(4999);
    scripted.say(reply(END));
    await expect(ending).resolves.toBeUndefined();
  });
});

describe('the pings of a MonitorGuard', () => {
  test('report once that the guard is silent, and once that it answers again', async () => {
    const scripted = new ScriptedGuard();
    scripted.watch();
    await scripted.wait(5001);
    expect(scripted.pings).toBe(1);
    scripted.say(reply(PING));
    await scripted.wait(5001);
    expect(scripted.pings).toBe(2);
    expect(scripted.events.onSilent).not.toHaveBeenCalled();
    await scripted.wait(20_000);
    expect(scripted.events.onSilent).toHaveBeenCalledOnce();
    expect(scripted.pings).toBe(2);
    scripted.say(reply(PING));
    expect(scripted.events.onAnswering).toHaveBeenCalledOnce();
    await scripted.wait(5001);
    scripted.say(reply(PING));
    expect(scripted.pings).toBe(3);
    expect(scripted.events.onAnswering).toHaveBeenCalledOnce();
  });

  test('stop when the guard is closed', async () => {
    const scripted = new ScriptedGuard();
    scripted.watch();
    scripted.guard.close();
    await scripted.wait(60_000);
    expect(scripted.pings).toBe(0);
  });
});

function caught(run: () => unknown): NetlinkError {
  try {
    run();
  } catch (error) {
    if (error instanceof NetlinkError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

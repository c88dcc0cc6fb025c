import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { createServer, connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { watchReader } from '../../../src/outlet/readerWatch.js';
import { temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
/** Time until a look finds that the reader is gone, and for a busy machine. */
const FOUND_MS = 5000;
const LONGER_THAN_A_LOOK_MS = 1500;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** The number of a socket's descriptor. */
const descriptorOf = (socket: Socket) =>
  (socket as unknown as Record<'_handle', { fd: number }>)['_handle'].fd;

describe('watchReader', () => {
  test('calls once when the last reader of a FIFO is gone, without a write', async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const readers = [1, 2].map(() => openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK));
    const fd = openSync(fifo, 'w');
    const gone = vi.fn<() => void>();
    const end = watchReader(fd, gone);
    closeSync(readers[0]!);
    await pause(LONGER_THAN_A_LOOK_MS);
    expect(gone).not.toHaveBeenCalled();
    closeSync(readers[1]!);
    await vi.waitFor(() => expect(gone).toHaveBeenCalled(), FOUND_MS);
    await pause(LONGER_THAN_A_LOOK_MS);
    expect(gone).toHaveBeenCalledTimes(1);
    end();
    closeSync(fd);
  });

  test.each([
    ['is closed', true, (client: Socket) => client.destroy()],
    ['sends no more, but may still read', false, (client: Socket) => client.end()],
  ])('knows when the other end of a socket %s: gone is %s', async (_, isGone, end) => {
    const server = createServer({ allowHalfOpen: true }).listen(join(folder, `socket ${isGone}`));
    await once(server, 'listening');
    const client = connect({ path: server.address() as string, allowHalfOpen: true });
    const [peer] = (await once(server, 'connection')) as [Socket];
    const gone = vi.fn<() => void>();
    const endWatch = watchReader(descriptorOf(peer), gone);
    end(client);
    await pause(LONGER_THAN_A_LOOK_MS);
    expect(gone).toHaveBeenCalledTimes(isGone ? 1 : 0);
    endWatch();
    client.destroy();
    peer.destroy();
    server.close();
  });

  test('does not look at files, devices and closed descriptors, nor after its end', async () => {
    const fifo = join(folder, 'ended');
    execFileSync('mkfifo', [fifo]);
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(fifo, 'w');
    const gone = vi.fn<() => void>();
    watchReader(fd, gone)();
    closeSync(reader);
    const file = openSync('/dev/null', 'w');
    const ends = [file, openSync(join(folder, 'file'), 'w'), 9999].map((each) => watchReader(each, gone));
    await pause(LONGER_THAN_A_LOOK_MS);
    expect(gone).not.toHaveBeenCalled();
    for (const end of ends) end();
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Receives datagrams as a service manager does, and prints each with the sender's process id. */
const RECEIVER = `
import json, socket, struct, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
receiver.bind(sys.argv[1].replace('@', chr(0), 1))
print('[]', flush=True)
while True:
    message, controls, _, _ = receiver.recvmsg(65536, 128)
    print(json.dumps([struct.unpack('iii', controls[0][2])[0], message.decode()]), flush=True)
`;

/** A datagram: the sender's process id, and the text. */
export type Notification = [pid: number, text: string];

/** Opens a socket of a service manager. The caller must call `close`. Uses python3: Node has no such sockets. */
export async function openNotifySocket(
  address: string,
): Promise<{ received: Notification[]; close(): void }> {
  const python = spawn('python3', ['-c', RECEIVER, address], { stdio: ['ignore', 'pipe', 'inherit'] });
  const received: Notification[] = [];
  const lines = createInterface(python.stdout);
  await once(lines, 'line');
  lines.on('line', (line) => received.push(JSON.parse(line) as Notification));
  return { received, close: () => void python.kill('SIGKILL') };
}

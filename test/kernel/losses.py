"""Loses known numbers of packets in each way that the kernel counts, on a host with the devices dch0 and dch1."""
import socket
import time

HOST = '127.0.0.1'

# 4 frames of a protocol that nobody receives.
frames = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
frames.bind(('dch1', 0))
for _ in range(4):
    frames.send(bytes.fromhex('ffffffffffff02000000000188b5') + b'dropcap-unhandled-' + b'.' * 40)

# 5 TCP connections that a listening socket refuses: its queue of one is full, because nothing is accepted.
listener = socket.create_server((HOST, 42010), backlog=0)
clients = []
for _ in range(6):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex((HOST, 42010))
    clients.append(client)

# 20 UDP datagrams to a socket whose buffer holds only a few.
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
receiver.bind((HOST, 42011))
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(20):
    sender.sendto(b'dropcap-rcvbuf-' + b'.' * 500, (HOST, 42011))


def refused(family, address, port):
    """Sends a datagram that the kernel refuses to send."""
    with socket.socket(family, socket.SOCK_DGRAM) as out:
        try:
            out.sendto(b'dropcap-unseen-1', (address, port))
        except OSError:
            return
        raise SystemExit(f'{address} took a datagram')


# 3 datagrams that a firewall drops in OUTPUT, 2 datagrams without a route.
for _ in range(3):
    refused(socket.AF_INET, HOST, 42012)
for _ in range(2):
    refused(socket.AF_INET, '192.0.2.1', 42013)
refused(socket.AF_INET6, '2001:db8::1', 42013)
time.sleep(0.5)
# Empty the socket: closing it with unread datagrams would drop them.
receiver.setblocking(False)
try:
    while receiver.recv(4096):
        pass
except BlockingIOError:
    pass

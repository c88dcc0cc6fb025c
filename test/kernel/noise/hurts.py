"""Drops that hurt. Each packet has `hurts-NAME.` in it. No packet may stay in a socket that is closed: closing would drop
the packet once more, as noise."""

import contextlib
import ctypes
import socket
import struct
import time

from network import *

SO_ATTACH_FILTER = 26
BPF_RET_0 = struct.pack('=HBBI', 0x06, 0, 0, 0)


def text(name):
    return b'hurts-' + name.encode() + b'.'


def headers():
    """Packets that are damaged, that nobody takes, that no route leads on, or that a rule refuses."""
    out = wire()
    datagram = udp(6002, text('firewall-fragments') + bytes(1500))
    for packet in (
        ip4(17, datagram[:800], fragment=0x2000),
        ip4(17, datagram[800:], fragment=800 // 8),
        ip4(17, udp(6001, text('closed'))),
        ip4(6, tcp(43000, 6001, 1, 0, 0x02, text('closed-tcp'))),
        ip4(17, udp(6001, text('udp-checksum'), check=0x1234)),
        ip4(6, tcp(43000, 6001, 1, 0, 0x02, text('tcp-checksum'), damage=1)),
        ip4(1, struct.pack('!BBHI', 8, 0, 0x1234, 0) + text('icmp-checksum')),
        ip4(17, udp(6001, text('ip-checksum')), damage=1),
        ip4(17, udp(6001, text('header')), first=0x44),
        ip4(201, text('protocol')),
        ip4(17, udp(6001, text('source')), source='192.0.2.9'),
        ip4(17, udp(6001, text('no-route')), target='203.0.113.1'),
        ip4(17, udp(6001, text('blackhole')), target='198.51.100.1'),
        ip4(17, udp(6001, text('neighbour')), target='10.90.0.200'),
        ip4(17, udp(6001, text('ttl')), target=FAR4, ttl=1),
        ip4(17, udp(6001, text('mtu') + bytes(1200)), target='10.94.0.2', fragment=0x4000),
        ip4(17, udp(6002, text('firewall'))),
        ip4(17, udp(6003, text('tc'))),
        ip4(17, udp(6004, text('reassembly') + bytes(7)), fragment=0x2000),
    ):
        out.send(frame(packet))
    out.close()
    time.sleep(4)


def buffers():
    """Full buffers: of a UDP socket, of a packet socket, of a device."""
    receiver, sender = udp_socket(), far_udp_socket()
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    receiver.bind((HERE4, 6010))
    for _ in range(20):
        sender.sendto(text('receive-buffer') + bytes(500), (HERE4, 6010))
    _empty(receiver)

    capture = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    capture.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    capture.bind(('ns0', ETH_P_IP))
    receiver = udp_socket()
    receiver.bind((HERE4, 6011))
    for _ in range(20):
        sender.sendto(text('packet-socket') + bytes(500), (HERE4, 6011))
    _empty(capture)
    _empty(receiver)

    command('tc qdisc add dev ns0 root tbf rate 8kbit burst 1600 limit 1600')
    receiver = far_udp_socket()
    receiver.bind((FAR4, 6013))
    with contextlib.closing(udp_socket()) as out:
        for _ in range(10):
            out.sendto(text('queue') + bytes(1000), (FAR4, 6013))
    command('tc qdisc del dev ns0 root')
    _empty(receiver)


def _empty(sock):
    time.sleep(0.2)
    sock.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            sock.recv(4096)
    sock.close()


def refused():
    """A filter of a socket."""
    receiver, sender = udp_socket(), far_udp_socket()
    receiver.bind((HERE4, 6020))
    program = bytearray(BPF_RET_0)
    address = ctypes.addressof(ctypes.c_char.from_buffer(program))
    receiver.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack('@HP', 1, address))
    sender.sendto(text('socket-filter'), (HERE4, 6020))
    time.sleep(0.2)
    receiver.close()
    sender.close()


SCENES = [headers, buffers, refused]

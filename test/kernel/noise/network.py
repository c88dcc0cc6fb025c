"""Namespaces, addresses and packets for noise.sh. "Here" is the namespace of the program, with the device ns0. "Far" is
the namespace dropcap-far, with the device ns1."""

import contextlib
import ctypes
import os
import socket
import struct
import subprocess

HERE4, FAR4, HERE6, FAR6 = '10.90.0.1', '10.90.0.2', 'fd90::1', 'fd90::2'
ETH_P_IP, ETH_P_ARP, ETH_P_IPV6, ETH_P_ALL = 0x0800, 0x0806, 0x86DD, 0x0003
STRANGER_MAC = bytes.fromhex('020000000099')

_libc = ctypes.CDLL(None, use_errno=True)
_here = os.open('/proc/self/ns/net', os.O_RDONLY)
_far = os.open('/run/netns/dropcap-far', os.O_RDONLY)


def _enter(namespace):
    if _libc.setns(namespace, 0) != 0:
        raise OSError(ctypes.get_errno(), 'cannot enter a network namespace')


@contextlib.contextmanager
def far():
    """Sockets that are made inside belong to the far namespace."""
    _enter(_far)
    try:
        yield
    finally:
        _enter(_here)


def command(text):
    """Runs a command here."""
    subprocess.run(text, shell=True, check=True)


def udp_socket(family=socket.AF_INET):
    return socket.socket(family, socket.SOCK_DGRAM)


def far_udp_socket(family=socket.AF_INET):
    with far():
        return udp_socket(family)


def connection(port, family=socket.AF_INET, address=HERE4):
    """A TCP connection from far to here: both ends, the one here first."""
    listener = socket.create_server((address, port), family=family)
    with far():
        client = socket.create_connection((address, port))
    server, _ = listener.accept()
    listener.close()
    return server, client


def receive_all(sock, size):
    """Receives this number of bytes, or less at the end of the stream."""
    while size > 0:
        data = sock.recv(size)
        if not data:
            return
        size -= len(data)


def mac():
    """The hardware address of ns0."""
    with open('/sys/class/net/ns0/address', encoding='ascii') as file:
        return bytes.fromhex(file.read().replace(':', ''))


def wire():
    """A socket that sends whole frames from far to here."""
    with far():
        out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        out.bind(('ns1', 0))
    return out


def frame(contents, protocol=ETH_P_IP, target=None):
    return (target or mac()) + STRANGER_MAC + struct.pack('!H', protocol) + contents


def checksum(data):
    """The Internet checksum."""
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def ip4(protocol, contents, source=FAR4, target=HERE4, ttl=64, fragment=0, first=0x45, damage=0):
    """An IPv4 packet. `damage` is xored with the header's checksum."""
    header = struct.pack('!BBHHHBBH', first, 0, 20 + len(contents), 1, fragment, ttl, protocol, 0)
    header += socket.inet_aton(source) + socket.inet_aton(target)
    return header[:10] + struct.pack('!H', checksum(header) ^ damage) + header[12:] + contents


def udp(port, contents, check=0):
    """A UDP datagram. The checksum 0 means none."""
    return struct.pack('!4H', 43000, port, 8 + len(contents), check) + contents


def tcp(source_port, port, seq, ack, flags, contents, damage=0):
    """A TCP segment from FAR4 to HERE4. `damage` is xored with the checksum."""
    segment = struct.pack('!HHIIBBHHH', source_port, port, seq, ack, 0x50, flags, 64240, 0, 0) + contents
    pseudo = socket.inet_aton(FAR4) + socket.inet_aton(HERE4) + struct.pack('!HH', 6, len(segment))
    return segment[:16] + struct.pack('!H', checksum(pseudo + segment) ^ damage) + segment[18:]


def icmp6(source, target, contents):
    """An ICMPv6 packet for a neighbour, and the hardware address that it goes to. Sets the checksum."""
    source, target = (socket.inet_pton(socket.AF_INET6, address) for address in (source, target))
    pseudo = source + target + struct.pack('!II', len(contents), 58)
    contents = contents[:2] + struct.pack('!H', checksum(pseudo + contents)) + contents[4:]
    packet = struct.pack('!IHBB', 6 << 28, len(contents), 58, 255) + source + target + contents
    return frame(packet, ETH_P_IPV6, b'\x33\x33' + target[12:] if target[0] == 0xFF else None)

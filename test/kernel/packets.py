#!/usr/bin/env python3
"""Makes the devices of linkTypes.sh that exist only while a program holds them, and packets that no command can send.
Runs as root in a machine of test/vm/run.

    packets.py hold COMMANDS REPORTS

Makes the tun, tap, PPP and SLIP devices and writes "ready" to the file REPORTS. Then reads words from the pipe
COMMANDS, sends packets for each word, and then writes the word to REPORTS:

    rx       packets that this namespace's devices receive
    monitor  packets that lt-wpanmon receives
    tx       packets sent to the devices
    forward  packets received on lt-tun, with a route to dc0

    packets.py super4 DEVICE BYTES

Sets the largest packet, in bytes, that TCP over IPv4 makes on a device. Debian 12's ip lacks this option.
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import socket
import struct
import sys
import tty

NEAR_MAC, FAR_MAC = bytes.fromhex('020000000001'), bytes.fromhex('020000000002')
SOURCE_PORT, PORT = 43000, 42100
ETH_P_802_3, ETH_P_ALL, ETH_P_802_2 = 0x0001, 0x0003, 0x0004
ETH_P_IEEE802154, ETH_P_XDSA, ETH_P_IP = 0x00F6, 0x00F8, 0x0800
ARPHRD_ETHER, ARPHRD_INFINIBAND, ARPHRD_IEEE80211, ARPHRD_IEEE80211_PRISM = 1, 32, 801, 802


def checksum(data):
    """The Internet checksum."""
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def udp4(source, target, contents):
    """A UDP datagram in IPv4, without a UDP checksum, which is optional in IPv4."""
    datagram = struct.pack('!4H', SOURCE_PORT, PORT, 8 + len(contents), 0) + contents
    header = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(datagram), 1, 0, 64, socket.IPPROTO_UDP, 0)
    header += socket.inet_aton(source) + socket.inet_aton(target)
    return header[:10] + struct.pack('!H', checksum(header)) + header[12:] + datagram


def udp6(source, target, contents):
    """A UDP datagram in IPv6."""
    addresses = socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, target)
    length = 8 + len(contents)
    pseudo = addresses + struct.pack('!II', length, socket.IPPROTO_UDP)
    datagram = struct.pack('!4H', SOURCE_PORT, PORT, length, 0) + contents
    datagram = datagram[:6] + struct.pack('!H', checksum(pseudo + datagram)) + contents
    return struct.pack('!IHBB', 6 << 28, length, socket.IPPROTO_UDP, 64) + addresses + datagram


def length_frame(target, source, contents):
    """An Ethernet frame with a length in place of the type: 802.3 and 802.2."""
    return target + source + struct.pack('!H', len(contents)) + contents


def snap(contents):
    """802.2 LLC with SNAP and IPv4."""
    return bytes.fromhex('aaaa03000000') + struct.pack('!H', ETH_P_IP) + contents


def stp(contents):
    """A bridge protocol data unit. `contents` is the root bridge's address, 6 bytes."""
    bridge = struct.pack('!H', 0x8000) + contents
    times = bytes.fromhex('0000 1400 0200 0f00')
    return bytes.fromhex('424203 0000000000') + bridge + bytes(4) + bridge + bytes.fromhex('8001') + times


def ipx(contents):
    """Novell's IPX directly in an 802.3 frame, with socket numbers that no protocol uses."""
    address = bytes.fromhex('00000001 020000000001 5000')
    return struct.pack('!HHBB', 0xFFFF, 30 + len(contents), 0, 0) + address * 2 + contents


def beacon(contents):
    """An 802.11 beacon. `contents` is the name of its network."""
    header = bytes.fromhex('80000000 ffffffffffff') + NEAR_MAC * 2 + bytes(2)
    return header + bytes(8) + bytes.fromhex('6400 0100 00') + bytes([len(contents)]) + contents


RADIOTAP = bytes.fromhex('00000800 00000000')
# The header of 144 bytes that old drivers put before the frame: message, length, device name, no values.
PRISM = struct.pack('=II16s', 0x44, 144, b'prism') + bytes(120)


def wpan(contents):
    """A broadcast data frame of 802.15.4, with 6LoWPAN and uncompressed IPv6."""
    return bytes.fromhex('4188 01 ffff ffff 0100 41') + udp6('fd81:20::1', 'fd81:20::2', contents)


CAN_ID = 0x123


def can(contents):
    return struct.pack('=IB3x8s', CAN_ID, len(contents), contents)


def canfd(contents):
    return struct.pack('=IB3x64s', CAN_ID, 64, contents)


def canxl(contents):
    return struct.pack('=IBBHI', CAN_ID, 0x80, 0, len(contents), 0) + contents


class Namespace:
    """A context manager: sockets and files opened inside belong to another network namespace."""

    def __init__(self, name):
        self.name = name

    def enter(self, path):
        with open(path) as file:
            if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), 0) != 0:
                raise OSError(ctypes.get_errno(), f'cannot enter {path}')

    def __enter__(self):
        self.own = os.open('/proc/self/ns/net', os.O_RDONLY)
        self.enter(f'/run/netns/{self.name}')

    def __exit__(self, *_):
        self.enter(f'/proc/self/fd/{self.own}')
        os.close(self.own)


def tun(name, flags, device_type=None):
    """Makes a device of the tun driver, and sets its device type if one is given. Returns its descriptor."""
    IFF_NO_PI, TUNSETIFF, TUNSETLINK = 0x1000, 0x400454CA, 0x400454CD
    fd = os.open('/dev/net/tun', os.O_RDWR)
    # Without IFF_NO_PI, each packet has a header with its protocol.
    flags |= IFF_NO_PI if device_type is None else 0
    fcntl.ioctl(fd, TUNSETIFF, struct.pack('=16sH22x', name.encode(), flags))
    if device_type is not None:
        fcntl.ioctl(fd, TUNSETLINK, device_type)
    return fd


def terminal(discipline):
    """A pseudo terminal. One end becomes the device of a line discipline. Returns the other end, then this end."""
    TIOCSETD = 0x5423
    master, slave = os.openpty()
    tty.setraw(master)
    tty.setraw(slave)
    fcntl.ioctl(slave, TIOCSETD, struct.pack('=i', discipline))
    return master, slave


def slip():
    """Makes the device sl0 (RFC 1055). IP packets are written between two bytes c0."""
    N_SLIP = 1
    return terminal(N_SLIP)


def ppp():
    """Makes the device ppp0 on a serial line."""
    N_PPP = 3
    PPPIOCGCHAN, PPPIOCATTCHAN, PPPIOCNEWUNIT, PPPIOCCONNECT = 0x80047437, 0x40047438, 0xC004743E, 0x4004743A
    master, slave = terminal(N_PPP)
    channel, unit = os.open('/dev/ppp', os.O_RDWR), os.open('/dev/ppp', os.O_RDWR)
    fcntl.ioctl(channel, PPPIOCATTCHAN, fcntl.ioctl(slave, PPPIOCGCHAN, bytes(4)))
    fcntl.ioctl(channel, PPPIOCCONNECT, fcntl.ioctl(unit, PPPIOCNEWUNIT, struct.pack('=i', -1)))
    return master, slave, channel, unit


def ppp_line(packet):
    """An IPv4 packet in PPP's form for a serial line (RFC 1662)."""
    frame = bytes.fromhex('ff030021') + packet
    sum = 0xFFFF
    for byte in frame:
        sum ^= byte
        for _ in range(8):
            sum = sum >> 1 ^ (0x8408 if sum & 1 else 0)
    frame += struct.pack('<H', sum ^ 0xFFFF)
    escaped = bytearray()
    for byte in frame:
        escaped += bytes([0x7D, byte ^ 0x20]) if byte < 0x20 or byte in b'\x7d\x7e' else bytes([byte])
    return b'\x7e' + escaped + b'\x7e'


def slip_line(packet):
    return b'\xc0' + packet.replace(b'\xdb', b'\xdb\xdd').replace(b'\xc0', b'\xdb\xdc') + b'\xc0'


@contextlib.contextmanager
def dropped(by=errno.ENOBUFS):
    """Ignores the error `by`: the kernel reports to some senders that it dropped their packet."""
    try:
        yield
    except OSError as error:
        if error.errno != by:
            raise


def send_raw(device, protocol, frame):
    """Sends a whole frame to a device."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sender, dropped():
        sender.sendto(frame, (device, protocol))


def send_can(device, frame):
    """Sends a frame of any kind of CAN to a device, and not to sockets of this host."""
    CAN_RAW_XL_FRAMES = 7
    with socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW) as sender:
        sender.setsockopt(socket.SOL_CAN_RAW, socket.CAN_RAW_FD_FRAMES, 1)
        sender.setsockopt(socket.SOL_CAN_RAW, socket.CAN_RAW_LOOPBACK, 0)
        sender.setsockopt(socket.SOL_CAN_RAW, CAN_RAW_XL_FRAMES, 1)
        sender.bind((device,))
        with dropped():
            sender.send(frame)


def send_netlink(contents, read):
    """Sends a message of an unknown type to a socket of this program. Then reads it, or closes the socket unread."""
    NETLINK_USERSOCK = 2
    message = struct.pack('=IHHII', 16 + len(contents), 100, 0, 1, 0) + contents
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_USERSOCK) as receiver:
        receiver.bind((0, 0))
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_USERSOCK) as sender:
            sender.sendto(message, receiver.getsockname())
        if read:
            receiver.recv(4096)


class Devices:
    """Devices that exist as long as this object."""

    def __init__(self):
        IFF_TUN, IFF_TAP = 1, 2
        self.tun = tun('lt-tun', IFF_TUN)
        self.tap = tun('lt-tap', IFF_TAP)
        self.infiniband = tun('lt-ipoib', IFF_TUN, ARPHRD_INFINIBAND)
        self.ieee80211 = tun('lt-80211', IFF_TUN, ARPHRD_IEEE80211)
        self.prism = tun('lt-prism', IFF_TUN, ARPHRD_IEEE80211_PRISM)
        self.dsa = tun('lt-dsa', IFF_TUN, ARPHRD_ETHER)
        self.ppp = ppp()
        self.slip = slip()

    def rx(self):
        tap_mac = bytes.fromhex(open('/sys/class/net/lt-tap/address').read().strip().replace(':', ''))
        dc0_mac = bytes.fromhex(open('/sys/class/net/dc0/address').read().strip().replace(':', ''))
        ethernet = struct.pack('!H', ETH_P_IP)
        os.write(self.tun, udp4('10.81.14.2', '10.81.14.1', b'dropcap-tun-rx'))
        os.write(self.tun, udp6('fd81:14::2', 'fd81:14::1', b'dropcap-tun6-rx'))
        with dropped(errno.EINVAL):
            os.write(self.tun, b'\0dropcap-version-rx')  # 0 is not an IP version
        os.write(self.tap, tap_mac + FAR_MAC + ethernet + udp4('10.81.13.2', '10.81.13.1', b'dropcap-tap-rx'))
        inside = udp4('10.81.90.2', '10.81.90.1', b'dropcap-ipoib-rx')
        self.write_as(self.infiniband, ETH_P_IP, bytes(20) + ethernet + bytes(2) + inside)
        self.write_as(self.ieee80211, ETH_P_802_2, beacon(b'dropcap-80211-rx'))
        self.write_as(self.prism, ETH_P_802_2, PRISM + beacon(b'dropcap-prism-rx'))
        inside = udp4('10.81.90.2', '10.81.90.1', b'dropcap-dsa-rx')
        self.write_as(self.dsa, ETH_P_XDSA, NEAR_MAC + FAR_MAC + ethernet + inside)
        os.write(self.ppp[0], ppp_line(udp4('10.81.15.2', '10.81.15.1', b'dropcap-ppp-rx')))
        os.write(self.slip[0], slip_line(udp4('10.81.16.2', '10.81.16.1', b'dropcap-slip-rx')))
        with Namespace('dropcap-far'):
            inside = udp4('10.77.0.2', '10.77.0.1', b'dropcap-snap-rx')
            send_raw('dc1', ETH_P_802_2, length_frame(dc0_mac, FAR_MAC, snap(inside)))
            send_raw('dc1', ETH_P_802_2, length_frame(bytes.fromhex('0180c2000000'), FAR_MAC, stp(b'dcstpr')))
            send_raw('dc1', ETH_P_802_2, length_frame(dc0_mac, FAR_MAC, ipx(b'dropcap-ipx-rx')))
            send_can('vxcan1', can(b'dc-canrx'))
            send_can('vxcan1', canfd(b'dropcap-canfd-rx'))
            send_can('vxcan1', canxl(b'dropcap-canxl-rx'))
        send_raw('wlan0', ETH_P_802_2, RADIOTAP + beacon(b'dropcap-radiotap-rx'))
        send_raw('wpan0', ETH_P_IEEE802154, wpan(b'dropcap-wpan-rx'))
        send_netlink(b'dropcap-netlink-rx', read=False)

    def monitor(self):
        send_raw('wpan0', ETH_P_IEEE802154, wpan(b'dropcap-wpanmon-rx'))

    def tx(self):
        inside = udp4('10.77.0.1', '10.77.0.2', b'dropcap-snap-tx')
        send_raw('dc0', ETH_P_802_2, length_frame(FAR_MAC, NEAR_MAC, snap(inside)))
        send_raw('dc0', ETH_P_802_3, length_frame(FAR_MAC, NEAR_MAC, ipx(b'dropcap-ipx-tx')))
        send_can('vxcan0', can(b'dc-cantx'))
        send_can('vxcan0', canfd(b'dropcap-canfd-tx'))
        send_can('vxcan0', canxl(b'dropcap-canxl-tx'))
        send_raw('wlan0', ETH_P_802_2, RADIOTAP + beacon(b'dropcap-radiotap-tx'))
        send_raw('wpan0', ETH_P_IEEE802154, wpan(b'dropcap-wpan-tx'))
        ethernet = struct.pack('!H', ETH_P_IP)
        for protocol in (0, ETH_P_ALL):
            inside = udp4('10.81.14.1', '10.81.14.2', b'dropcap-proto%d-tx' % protocol)
            send_raw('dc0', protocol, FAR_MAC + NEAR_MAC + ethernet + inside)
            send_raw('lt-tun', protocol, inside)
            send_raw('ppp0', protocol, inside)
        send_netlink(b'dropcap-nlmon-tx', read=True)

    def forward(self):
        os.write(self.tun, udp4('10.81.14.2', '10.85.0.9', b'dropcap-up-rx'))

    def write_as(self, fd, protocol, packet):
        os.write(fd, struct.pack('!HH', 0, protocol) + packet)


def hold(commands, reports):
    devices = Devices()

    def report(word):
        with open(reports, 'a') as file:
            file.write(word + '\n')

    report('ready')
    # Open the pipe for writing too: otherwise reading ends when the first writer closes it.
    with open(os.open(commands, os.O_RDWR)) as words:
        for word in words:
            getattr(devices, word.strip())()
            report(word.strip())


def super4(device, size):
    RTM_NEWLINK, NLM_F_REQUEST, NLM_F_ACK = 16, 1, 4
    IFLA_GSO_IPV4_MAX_SIZE = 63
    link = struct.pack('=BxHiII', 0, 0, socket.if_nametoindex(device), 0, 0)
    attribute = struct.pack('=HHI', 8, IFLA_GSO_IPV4_MAX_SIZE, int(size))
    message = link + attribute
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as route:
        route.send(struct.pack('=IHHII', 16 + len(message), RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0) + message)
        (error,) = struct.unpack_from('=i', route.recv(4096), 16)
    if error != 0:
        raise OSError(-error, f'cannot set the size on {device}')


if __name__ == '__main__':
    {'hold': hold, 'super4': super4}[sys.argv[1]](*sys.argv[2:])

"""What hosts do all day, and what the kernel calls drops although nothing is lost."""

import contextlib
import fcntl
import os
import select
import socket
import struct
import time

from network import *

IPV6 = socket.AF_INET6
BOTH = ((socket.AF_INET, HERE4), (IPV6, HERE6))
OTHER_MAC = bytes.fromhex('020000000077')
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
RTM_GETLINK, NLM_F_REQUEST_DUMP = 18, 0x301


def idle():
    time.sleep(3)


def ssh():
    """Small writes in both directions, as of a terminal."""
    for family, address in BOTH:
        server, client = connection(5001, family, address)
        for i in range(20):
            client.send(b'k')
            receive_all(server, 1)
            server.send(b'echo %02d' % i)
            receive_all(client, 7)
        client.close()
        receive_all(server, 1)
        server.close()


def dns():
    """A question and an answer, each from a new socket."""
    for family, address in BOTH:
        server = udp_socket(family)
        server.bind((address, 5353))
        for i in range(20):
            client = far_udp_socket(family)
            client.connect((address, 5353))
            client.send(b'question %d' % i)
            _, peer = server.recvfrom(500)
            server.sendto(b'answer', peer)
            client.recv(500)
            client.close()
        server.close()


def bulk():
    """A TCP transfer of 6 MB in each direction."""
    for family, address in BOTH:
        server, client = connection(5002, family, address)
        _transfer(client, server, 6_000_000)
        _transfer(server, client, 6_000_000)
        client.close()
        receive_all(server, 1)
        server.close()


def _transfer(sender, receiver, size):
    sent = got = 0
    sender.setblocking(False)
    while got < size:
        readable, writable, _ = select.select([receiver], [sender] if sent < size else [], [], 20)
        if writable:
            sent += sender.send(bytes(min(60_000, size - sent)))
        if readable:
            got += len(receiver.recv(1 << 20))
        elif not writable:
            raise SystemExit('the transfer stands still')
    sender.setblocking(True)


def closed():
    """Sockets that are closed although there are packets in their queues."""
    for family, address in BOTH:
        server, client = udp_socket(family), far_udp_socket(family)
        server.bind((address, 5003))
        client.sendto(b'nobody reads this', (address, 5003))
        time.sleep(0.1)
        server.close()
        client.close()
    listener = socket.create_server((HERE4, 5004))
    with far():
        client = socket.create_connection((HERE4, 5004))
    client.send(b'nobody accepts this')
    time.sleep(0.1)
    listener.close()
    client.close()
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
    packet = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    packet.bind(('ns0', ETH_P_ALL))
    dns()
    raw.close()
    packet.close()


def netlink():
    """A netlink socket that is closed with messages that nobody read."""
    listener = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    listener.bind((0, 0x1 | 0x10))
    command('ip link add ns-brief type dummy && ip link set ns-brief up && ip link del ns-brief')
    listener.send(struct.pack('=IHHIIB3x12x', 32, RTM_GETLINK, NLM_F_REQUEST_DUMP, 1, 0, 0))
    time.sleep(0.2)
    listener.close()


def repeats():
    """TCP segments that come twice, late, or after a gap when the connection ends; a fragment that comes twice."""
    command('sysctl -qw net.ipv4.tcp_timestamps=0')
    sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_IP))
    sniffer.bind(('ns0', ETH_P_IP))
    server, client = connection(5005)
    for word in (b'first', b'second'):
        client.send(word)
        receive_all(server, len(word))
    time.sleep(0.2)
    seen = next(data for data in iter(lambda: sniffer.recv(2000), b'') if data.endswith(b'first'))
    sniffer.close()
    port, _, seq, ack = struct.unpack('!HHII', seen[34:46])
    out = wire()

    def segment(offset, contents):
        out.send(frame(ip4(6, tcp(port, 5005, (seq + offset) & 0xFFFFFFFF, ack, 0x18, contents))))

    segment(0, b'first')
    segment(5, b'second')
    for _ in range(2):
        segment(111, b'after a gap')
    segment(11, bytes(111))  # Fills the gap, and has the segment after the gap too.
    segment(1000, b'after another gap')
    time.sleep(0.2)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    server.close()
    client.close()
    command('sysctl -qw net.ipv4.tcp_timestamps=1')
    server = udp_socket()
    server.bind((HERE4, 5006))
    whole = udp(5006, bytes(2000))
    for first, last, more in ((0, 1000, 0x2000), (0, 1000, 0x2000), (1000, 2008, 0)):
        out.send(frame(ip4(17, whole[first:last], fragment=more | first // 8)))
    server.recv(3000)
    server.close()
    out.close()


def fragments():
    """Datagrams in fragments."""
    for family, address in BOTH:
        server, client = udp_socket(family), far_udp_socket(family)
        server.bind((address, 5007))
        client.sendto(bytes(20_000), (address, 5007))
        server.recv(65_536)
        server.close()
        client.close()


def multicast():
    """Groups that are joined and left; multicast and broadcast that somebody or nobody wants."""
    joined = udp_socket()
    joined.bind(('', 5008))
    membership = socket.inet_aton('239.1.1.1') + socket.inet_aton(HERE4)
    joined.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    joined6 = udp_socket(IPV6)
    joined6.bind(('', 5009))
    group = socket.inet_pton(IPV6, 'ff02::1:99') + struct.pack('=I', socket.if_nametoindex('ns0'))
    joined6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
    client, client6 = far_udp_socket(), far_udp_socket(IPV6)
    client.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(FAR4))
    with far():
        client6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex('ns1'))
    client.sendto(b'joined', ('239.1.1.1', 5008))
    client.sendto(b'not joined', ('239.1.1.9', 5008))
    client6.sendto(b'joined', ('ff02::1:99', 5009))
    client6.sendto(b'not joined', ('ff02::1:77', 5009))
    receive_all(joined, 6)
    receive_all(joined6, 6)
    for sock in (joined, joined6, client, client6):
        sock.close()
    time.sleep(1)


def neighbours():
    """Neighbour solicitations for this host and for others, which are in the same multicast group."""
    out = wire()
    for target in (HERE6, 'fd90::5:0:1'):
        address = socket.inet_pton(IPV6, target)
        solicitation = struct.pack('!BBHI', 135, 0, 0, 0) + address + b'\x01\x01' + STRANGER_MAC
        out.send(icmp6('fd90::50', 'ff02::1:ff00:1', solicitation))
    request = struct.pack('!HHBBH', 1, ETH_P_IP, 6, 4, 1) + STRANGER_MAC + socket.inet_aton('10.90.0.50')
    for target in (HERE4, '10.90.0.51'):
        out.send(frame(request + bytes(6) + socket.inet_aton(target), ETH_P_ARP, b'\xff' * 6))
    out.close()


def other_host():
    """Frames for other hosts, on a device in promiscuous mode."""
    out = wire()
    command('ip link set ns0 promisc on')
    out.send(frame(ip4(17, udp(9, b'for another host'), target='10.90.0.77'), target=OTHER_MAC))
    out.send(OTHER_MAC + icmp6('fd90::50', 'fd90::77', bytes([128]) + bytes(7))[6:])
    time.sleep(0.2)
    command('ip link set ns0 promisc off')
    out.close()


def tap():
    """A tap device whose program ends and leaves packets in the queue."""
    program = os.open('/dev/net/tun', os.O_RDWR)
    fcntl.ioctl(program, TUNSETIFF, struct.pack('16sH22x', b'ns-tap', IFF_TAP | IFF_NO_PI))
    command('ip link set ns-tap up; ip address add 10.93.0.1/24 dev ns-tap')
    command('ip neighbour add 10.93.0.2 lladdr 02:00:00:00:00:01 dev ns-tap')
    with contextlib.closing(udp_socket()) as sender:
        sender.sendto(b'into the tap', ('10.93.0.2', 9))
    os.close(program)


SCENES = [idle, ssh, dns, bulk, closed, netlink, repeats, fragments, multicast, neighbours, other_host, tap]

"""Tools for the checks of dropcap-guard: the guard, a parent process that can be killed, the kernel's drop monitor."""
import errno
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time

GUARD = sys.argv[1]
# From native/guard/protocol.h.
OPEN, CONFIGURE, START, KEEP, END = 1, 2, 3, 4, 5
RESTARTED = 0x101
SOFTWARE, HARDWARE = 0, 1
# From linux/genetlink.h and linux/net_dropmon.h.
NETLINK_GENERIC, GENL_ID_CTRL = 16, 16
CONFIG, DM_START, DM_STOP, CONFIG_GET = 2, 3, 4, 6
ALERT_MODE, TRUNC_LEN, QUEUE_LEN, SW_DROPS, HW_DROPS = 1, 9, 11, 20, 21


def attribute(kind, value):
    return struct.pack('=HH', 4 + len(value), kind) + value + bytes(-len(value) % 4)


def request(family, command, attributes=b''):
    return struct.pack('=IHHIIBBH', 20 + len(attributes), family, 5, 1, 0, command, 2, 0) + attributes


class Kernel:
    """Requests to the drop monitor, made without the guard."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.socket.bind((0, 0))
        _, answer = self.ask(GENL_ID_CTRL, 3, attribute(2, b'NET_DM\0'))
        self.family = struct.unpack('=H', answer[1])[0]

    def ask(self, family, command, attributes=b''):
        """The errno of the ack, and the attributes of the answer before it."""
        self.socket.send(request(family, command, attributes))
        found = {}
        while True:
            datagram = self.socket.recv(65536)
            if struct.unpack_from('=H', datagram, 4)[0] == 2:
                return -struct.unpack_from('=i', datagram, 16)[0], found
            at = 20
            while at + 4 <= len(datagram):
                length, kind = struct.unpack_from('=HH', datagram, at)
                found[kind & 0x3FFF] = datagram[at + 4 : at + length]
                at += (length + 3) & ~3

    def start(self, origin=SOFTWARE):
        return self.ask(self.family, DM_START, attribute(HW_DROPS if origin else SW_DROPS, b''))[0]

    def stop(self, origin=SOFTWARE):
        return self.ask(self.family, DM_STOP, attribute(HW_DROPS if origin else SW_DROPS, b''))[0]

    def settings(self):
        """Alert mode, truncation length, queue length."""
        answer = self.ask(self.family, CONFIG_GET)[1]
        return [answer[ALERT_MODE][0], *struct.unpack('=II', answer[TRUNC_LEN] + answer[QUEUE_LEN])]

    def configure(self, mode, truncation, queue):
        attributes = attribute(ALERT_MODE, bytes([mode])) + attribute(TRUNC_LEN, struct.pack('=I', truncation))
        return self.ask(self.family, CONFIG, attributes + attribute(QUEUE_LEN, struct.pack('=I', queue)))[0]

    def monitors(self):
        """Whether monitoring is on. The kernel then refuses CONFIG; a CONFIG without attributes changes no setting."""
        return self.ask(self.family, CONFIG)[0] == errno.EBUSY

    def seconds_until(self, settings):
        """Seconds until the monitor is off with these settings; at most 10."""
        begin = time.monotonic()
        while time.monotonic() - begin < 10:
            if not self.monitors() and self.settings() == settings:
                break
            time.sleep(0.02)
        return round(time.monotonic() - begin, 2)


# Keeps references to all guards: Python closes an unreferenced socket, and the guard would then end.
HELD = []


class Guard:
    """A guard whose parent is this process, and this process's end of its socket."""

    def __init__(self, program=GUARD, **options):
        self.socket, theirs = socket.socketpair()
        self.process = spawn(program, theirs.fileno(), **options)
        theirs.close()
        self.socket.settimeout(20)
        HELD.append(self)

    def send(self, command, a=0, b=0, c=0):
        self.socket.send(struct.pack('=IIII', command, a, b, c))

    def reply(self):
        """A reply: command, errno, value, text. A descriptor becomes self.events. None when the guard ended."""
        data, fds, _, _ = socket.recv_fds(self.socket, 272, 2)
        if fds:
            self.events = socket.socket(fileno=fds[0])
        if not data:
            return None
        command, error, value, length = struct.unpack_from('=IIII', data)
        return [command, error, value, data[16 : 16 + length].decode()]

    def ask(self, command, a=0, b=0, c=0):
        self.send(command, a, b, c)
        return self.reply()[1]

    def capture(self):
        """Starts a capture: OPEN, CONFIGURE, START. Returns their errnos."""
        return [self.ask(OPEN, 1 << 20), self.ask(CONFIGURE, 96, 777), self.ask(START, SOFTWARE)]

    def hears_drop(self):
        """Drops a packet. Returns whether its alert arrives within 5 seconds."""
        drop()
        self.events.settimeout(5)
        deadline = time.monotonic() + 5
        try:
            while time.monotonic() < deadline:
                if b'dropcap-guard' in self.events.recv(65536):
                    return True
        except socket.timeout:
            pass
        return False

    def end(self):
        """Ends the guard. Returns the errno of END, and the exit status."""
        return [self.ask(END), self.process.wait(20)]


def spawn(program, fd, user=None, arguments=(), **options):
    """Runs a program with `fd` as descriptor 3. `user`: user and group to run it as."""

    def prepare():
        os.dup2(fd, 3)
        os.set_inheritable(3, True)
        if user is not None:
            become(*user)

    return subprocess.Popen([program, *arguments], preexec_fn=prepare, close_fds=False, **options)


def status(pid):
    lines = open(f'/proc/{pid}/status').read().splitlines()
    return {key: value.strip() for key, value in (line.split(':', 1) for line in lines)}


def become(user, group):
    os.setgroups([group])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)


class Parent:
    """A process that runs `work(tell)`, and then waits until it is killed. `said` returns what `tell` was called with."""

    def __init__(self, work):
        read, write = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(read)
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
            try:
                work(lambda what: os.write(write, json.dumps(what).encode() + b'\n'))
                signal.pause()
            except BaseException as failure:
                os.write(write, json.dumps(f'failed: {failure!r}').encode() + b'\n')
            finally:
                os._exit(1)
        os.close(write)
        self.lines = os.fdopen(read)

    def said(self):
        line = self.lines.readline()
        return json.loads(line) if line else None

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def drop(number=1):
    """Sends datagrams to a port without a socket: the kernel drops them."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(number):
            sender.sendto(b'dropcap-guard', ('127.0.0.1', 42042))


BEFORE = [0, 0, 1000]  # the settings after boot
kernel = Kernel()

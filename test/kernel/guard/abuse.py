"""Attempts of an ordinary user who may run the guard, which the guard or the kernel must refuse."""
import ctypes
import errno
import json
import os
import signal
import socket
import struct
import subprocess
import time

from client import (
    CONFIG, CONFIGURE, DM_STOP, KEEP, NETLINK_GENERIC, OPEN, RESTARTED, START, Guard, Parent, become, kernel, request,
    spawn,
)
from users import MEMBERS, USER, capable

EVENTS = 1  # the family's only multicast group
SO_ATTACH_FILTER, SO_RCVBUFFORCE, SO_LOCK_FILTER = 26, 33, 44
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP = 270, 1
PTRACE_ATTACH, PIDFD_GETFD = 16, 438


def netlink_socket():
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)


def outcome(call):
    """The name of the errno that a call fails with, or 'done'."""
    try:
        call()
    except OSError as failure:
        return errno.errorcode[failure.errno]
    return 'done'


def ended(process):
    """A process's exit status and its standard error."""
    _, said = process.communicate(timeout=20)
    return [process.returncode, said.decode()]


def refused_starts(path):
    """Ways to start the guard that the guard refuses."""
    result = {}
    stderr = {'stderr': subprocess.PIPE}
    ours, theirs = socket.socketpair()
    result['argument'] = ended(spawn(path, theirs.fileno(), arguments=['--help'], **stderr))
    result['loader'] = ended(
        spawn(path, theirs.fileno(), arguments=['x'], env={'LD_DEBUG': 'all', 'LD_PRELOAD': '/run/no.so'}, **stderr)
    )
    result['no descriptor'] = ended(
        subprocess.Popen([path], preexec_fn=lambda: os.closerange(3, 64), close_fds=False, **stderr)
    )
    for name, other in {
        'file': os.open('/dev/null', os.O_RDWR),
        'pipe': os.pipe()[1],
        'datagrams': socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].detach(),
        'internet': socket.socket().detach(),
        'unconnected': socket.socket(socket.AF_UNIX).detach(),
        'netlink': netlink_socket().detach(),
    }.items():
        result[name] = ended(spawn(path, other, **stderr))

    # This process made the socket pair, and the guard is its grandchild.
    read, write = os.pipe()
    middle = os.fork()
    if middle == 0:
        os.write(write, json.dumps(ended(spawn(path, theirs.fileno(), **stderr))).encode())
        os._exit(0)
    os.waitpid(middle, 0)
    result['not the parent'] = json.loads(os.read(read, 4096))
    return result


def refused_requests(path):
    """Requests that the guard refuses, each with its errno's name. The guard continues after each request."""
    guard = Guard(path)
    name = lambda *message: errno.errorcode[guard.ask(*message)]
    result = {
        'CONFIGURE before OPEN': name(CONFIGURE, 0, 1000),
        'START before OPEN': name(START, 0),
        'KEEP before OPEN': name(KEEP, 1, 0, 1000),
        'OPEN of 256 MiB and 1': name(OPEN, (256 << 20) + 1),
        'OPEN of 64 MiB and 1': name(OPEN, (64 << 20) + 1),
    }
    guard.ask(OPEN, 0)
    for label, message in {
        'OPEN twice': (OPEN, 0),
        'command 0': (0,),
        'command 7': (7,),
        'command 0x101': (RESTARTED,),
        'command 2^32 - 1': (0xFFFFFFFF,),
        'queue of 0': (CONFIGURE, 0, 0),
        'queue of 262145': (CONFIGURE, 0, 262145),
        'queue of 32769': (CONFIGURE, 0, 32769),
        'KEEP with a queue of 32769': (KEEP, 1, 0, 32769),
        'origin 2': (START, 2),
        'origin 2^32 - 1': (START, 0xFFFFFFFF),
        'alert mode 2': (CONFIGURE, 0, 1000, 2),
        'KEEP of no origin in summary mode': (KEEP, 4, 0, 1000),
        'KEEP of origin 8': (KEEP, 8, 0, 1000),
        'KEEP of origins 1 and 8': (KEEP, 9, 0, 1000),
        'KEEP with a queue of 0': (KEEP, 1, 0, 0),
    }.items():
        result[label] = name(*message)
    # The guard does not take descriptors that come with a request.
    descriptors = lambda: len(os.listdir('/proc/self/fd'))
    pipe = os.pipe()
    socket.send_fds(guard.socket, [struct.pack('=IIII', 9, 0, 0, 0)], [pipe[0]])
    os.close(pipe[0])
    guard.reply()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    result['descriptor sent along'] = outcome(lambda: os.write(pipe[1], b'x'))
    # The guard accepts a request that arrives byte by byte.
    for byte in struct.pack('=IIII', 77, 0, 0, 0):
        guard.socket.send(bytes([byte]))
        time.sleep(0.005)
    result['in pieces'] = errno.errorcode[guard.reply()[1]]
    guard.socket.send(b'x')
    guard.socket.shutdown(socket.SHUT_WR)
    result['cut off'] = guard.process.wait(20)

    # The guard does not wait for a peer that does not read its replies.
    guard = Guard(path)
    guard.socket.settimeout(5)
    try:
        while True:
            guard.send(9)
    except OSError as failure:
        result['unread replies'] = errno.errorcode[failure.errno] if failure.errno else 'blocked'
    result['unread replies end'] = guard.process.wait(20)
    return result


def refused_by_kernel(path):
    """Attempts to change a guard, or to misuse its event socket, which the kernel refuses."""
    guard = Guard(path)
    guard.capture()
    pid = guard.process.pid
    libc = ctypes.CDLL(None, use_errno=True)

    def call_c(function, *arguments):
        if function(*arguments) < 0:
            raise OSError(ctypes.get_errno(), 'refused')

    drop_all = struct.pack('=HBBI', 6, 0, 0, 0)
    program = ctypes.create_string_buffer(drop_all)
    one_filter = struct.pack('=HxxxxxxQ', 1, ctypes.addressof(program))

    def ask(command):
        guard.events.setblocking(False)
        while True:
            try:
                guard.events.recv(65536)
            except BlockingIOError:
                break
        guard.events.send(request(kernel.family, command))
        while True:
            datagram = guard.events.recv(65536)
            if struct.unpack_from('=H', datagram, 4)[0] == 2:
                error = -struct.unpack_from('=i', datagram, 16)[0]
                if error:
                    raise OSError(error, 'netlink')
                return

    result = {
        'trace': outcome(lambda: call_c(libc.ptrace, PTRACE_ATTACH, pid, 0, 0)),
        'memory': outcome(lambda: open(f'/proc/{pid}/mem', 'r+b')),
        'its descriptors': outcome(lambda: os.listdir(f'/proc/{pid}/fd')),
        'take a descriptor': outcome(lambda: call_c(libc.syscall, PIDFD_GETFD, os.pidfd_open(pid), 3, 0)),
        'its memory score': outcome(lambda: open(f'/proc/{pid}/oom_score_adj', 'w').write('0')),
        'STOP by the event socket': outcome(lambda: ask(DM_STOP)),
        'CONFIG by the event socket': outcome(lambda: ask(CONFIG)),
        'filter on the event socket': outcome(
            lambda: guard.events.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, one_filter)
        ),
        'unlock the filter': outcome(lambda: guard.events.setsockopt(socket.SOL_SOCKET, SO_LOCK_FILTER, 0)),
        'larger buffer': outcome(lambda: guard.events.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 30)),
        'a group of its own': outcome(
            lambda: netlink_socket().setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, EVENTS)
        ),
    }
    result['end'] = guard.end()
    return result


def abuse():
    """All attempts of an ordinary user who may run the guard."""
    path = capable('ep')
    result = {}
    for attempt in (refused_starts, refused_requests, refused_by_kernel):
        parent = Parent(lambda tell: (become(USER, MEMBERS), tell(attempt(path))))
        result[attempt.__name__] = parent.said()
        parent.kill()
    result['after'] = [kernel.monitors(), kernel.settings()]

    # The guard neither changes nor stops another program's monitoring.
    kernel.start()

    def joins(tell):
        become(USER, MEMBERS)
        guard = Guard(path)
        tell([guard.capture(), guard.end()])

    parent = Parent(joins)
    result['somebody monitors'] = [parent.said(), kernel.monitors(), kernel.settings()]
    parent.kill()
    kernel.stop()
    return result


def privileged_writer():
    """Root writes to the event socket. A set-user-id program would, if an attacker made it its standard error."""
    guard = Guard()
    guard.capture()
    own = netlink_socket()
    answers = {}
    for name, sender in {"the guard's": guard.events, 'its own': own}.items():
        sender.setblocking(True)
        sender.settimeout(5)
        sender.send(request(kernel.family, CONFIG))
        while True:
            datagram = sender.recv(65536)
            if struct.unpack_from('=H', datagram, 4)[0] == 2:
                break
        answers[name] = errno.errorcode[-struct.unpack_from('=i', datagram, 16)[0]]
    return {**answers, 'end': guard.end()}

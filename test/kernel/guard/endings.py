"""Captures that end in different ways. Afterwards monitoring must be off, and the settings restored."""
import os
import signal
import subprocess
import time

from client import BEFORE, CONFIGURE, END, HARDWARE, KEEP, OPEN, SOFTWARE, START, Guard, Parent, drop, kernel, status

def whole():
    """A capture from begin to end."""
    guard = Guard()
    result = {'begin': guard.capture(), 'hardware': guard.ask(START, HARDWARE), 'family': kernel.family}
    result['during'] = [kernel.monitors(), kernel.settings()]
    result['alert'] = guard.hears_drop()
    result['begun twice'] = guard.ask(START, SOFTWARE)
    result['large queue'] = guard.ask(CONFIGURE, 0, 40000)
    signs = status(guard.process.pid)
    result['seccomp'], result['bounding set'] = signs['Seccomp'], signs['CapBnd']
    guard.send(CONFIGURE, 0, 1000)
    result['configured late'] = guard.reply()
    result['end'] = guard.end()
    result['after'] = [kernel.monitors(), kernel.settings()]
    result['dwdump'] = subprocess.run(['dwdump', '-q'], capture_output=True, text=True).stdout
    return result


def reply_of_open():
    guard = Guard()
    guard.send(OPEN, 0)
    reply = guard.reply()
    return {'reply': reply, 'family': kernel.family, 'again': guard.ask(OPEN, 0), 'end': guard.end()}


def begun(tell):
    tell(Guard().capture())


def configured(tell):
    guard = Guard()
    tell([guard.ask(OPEN, 0), guard.ask(CONFIGURE, 96, 777)])


def stopping(tell):
    guard = Guard()
    tell(guard.capture())
    guard.send(END)


def flooded(tell):
    guard = Guard()
    tell(guard.capture())
    while True:
        drop(100)


def unread(tell):
    """Sends all requests of a capture without reading a reply."""
    guard = Guard()
    for message in [(OPEN, 0), (CONFIGURE, 96, 777), (START, SOFTWARE), (START, HARDWARE), (KEEP, 3, 96, 777)]:
        guard.send(*message)
    tell([])


def inherited(tell):
    """A child of the parent inherits its end of the guard's socket, and outlives the parent."""
    guard = Guard()
    tell(guard.capture())
    if os.fork() == 0:
        time.sleep(8)
        os._exit(0)


def killed():
    """SIGKILL of the parent at different moments: seconds until the monitor is off and the settings are restored."""
    result = {}
    moments = [('configured', configured, 0), ('begun', begun, 0), ('stopping', stopping, 0)]
    moments += [('flooded', flooded, 0.5)]
    moments += [(f'unread {ms} ms', unread, ms / 1000) for ms in (0, 10, 20, 40, 80, 160, 320)]
    moments += [('inherited', inherited, 0.2)]
    for name, work, delay in moments:
        parent = Parent(work)
        parent.said()
        time.sleep(delay)
        parent.kill()
        # The guard has two seconds to notice the end. A guard that had not started to monitor must not start later.
        result[name] = kernel.seconds_until(BEFORE)
        if name.startswith('unread'):
            time.sleep(0.3)
            result[name] = max(result[name], kernel.seconds_until(BEFORE))
    return result


def out_of_memory():
    """The kernel kills the parent's whole control group, because the parent uses too much memory."""
    group = '/sys/fs/cgroup/dropcap-guard'
    subprocess.run(['mount', '-t', 'cgroup2', 'cgroup2', '/sys/fs/cgroup'], check=False)
    open('/sys/fs/cgroup/cgroup.subtree_control', 'w').write('+memory')
    os.mkdir(group)
    open(f'{group}/memory.max', 'w').write('48M')
    open(f'{group}/memory.oom.group', 'w').write('1')

    def hungry(tell):
        open(f'{group}/cgroup.procs', 'w').write('0')
        tell(Guard().capture())
        bytearray(os.urandom(1 << 20) * 200)

    parent = Parent(hungry)
    result = {'begin': parent.said(), 'signal': os.waitpid(parent.pid, 0)[1]}
    result['seconds'] = kernel.seconds_until(BEFORE)
    return result


def signalled():
    """A signal ends the guard after a delay, so that dropcap can end first."""
    result = {}
    for name in ('SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'):
        guard = Guard()
        guard.capture()
        guard.process.send_signal(signal.Signals[name])
        result[name] = [kernel.seconds_until(BEFORE), guard.reply(), guard.process.wait(5)]
    guard = Guard()
    guard.capture()
    for harmless in (signal.SIGUSR1, signal.SIGPIPE, signal.SIGALRM, signal.SIGSEGV, signal.SIGTSTP):
        guard.process.send_signal(harmless)
    time.sleep(0.7)
    result['harmless'] = kernel.monitors()
    guard.process.send_signal(signal.SIGTERM)
    result['in grace'] = guard.end()
    return result


def kept():
    """When another program turns monitoring off, the guard turns it on again with the same settings."""
    guard = Guard()
    result = {'begin': guard.capture(), 'keep': guard.ask(KEEP, 1, 96, 777)}
    time.sleep(2.5)
    kernel.stop()
    result['stopped'] = [guard.reply(), kernel.monitors(), kernel.settings()]
    kernel.stop()
    kernel.configure(0, 50, 500)
    result['changed'] = [guard.reply(), kernel.monitors(), kernel.settings()]
    result['let go'] = guard.ask(KEEP, 0)
    kernel.stop()
    time.sleep(1.5)
    result['left off'] = kernel.monitors()
    result['end'] = guard.end()
    result['after'] = kernel.settings()
    kernel.configure(*BEFORE)
    return result


def kept_from_others():
    """KEEP while another program monitors: the guard takes over when that program stops."""
    kernel.start()
    guard = Guard()
    result = {'begin': guard.capture(), 'keep': guard.ask(KEEP, 3, 96, 777)}
    time.sleep(1.5)
    kernel.stop()
    kernel.stop(HARDWARE)
    result['notices'] = [guard.reply(), guard.reply(), guard.reply()]
    result['during'] = [kernel.monitors(), kernel.settings()]
    result['end'] = guard.end()
    result['after'] = [kernel.monitors(), kernel.settings()]
    return result


def begin_summary(guard):
    """Starts a capture in summary mode, and keeps it."""
    begin = [guard.ask(OPEN, 1 << 20), guard.ask(CONFIGURE, 96, 777, 1), guard.ask(START, SOFTWARE)]
    return [*begin, guard.ask(KEEP, 1 | 4, 96, 777)]


def summary():
    """Summary mode: started, turned off and changed by another program, and undone; then two guards of which the first
    ends."""
    guard = Guard()
    result = {'begin': begin_summary(guard), 'during': [kernel.monitors(), kernel.settings()]}
    kernel.stop()
    result['stopped'] = [guard.reply(), kernel.monitors(), kernel.settings()]
    kernel.stop()
    kernel.configure(1, 50, 500)
    result['changed'] = [guard.reply(), kernel.monitors(), kernel.settings()]
    result['end'] = guard.end()
    result['after'] = [kernel.monitors(), kernel.settings()]
    kernel.configure(*BEFORE)

    first, second = Guard(), Guard()
    begin_summary(first)
    result['two of them'] = begin_summary(second)
    ends = [first.end()]
    result['taken'] = [second.reply(), kernel.monitors(), kernel.settings()]
    ends.append(second.end())
    result['end of both'] = ends
    result['after both'] = [kernel.monitors(), kernel.settings()]
    return result


def two():
    """The second guard undoes nothing of the first's."""
    first, second = Guard(), Guard()
    result = {'first': first.capture(), 'second': second.capture(), 'end of second': second.end()}
    result['during'] = [kernel.monitors(), kernel.settings()]
    result['end of first'] = first.end()
    result['after'] = [kernel.monitors(), kernel.settings()]
    return result

"""Users of the guard: members of a group can capture, by the capabilities of the guard's file."""
import os
import signal
import subprocess

from client import BEFORE, GUARD, OPEN, Guard, Parent, become, kernel, status

USER = 65534
MEMBERS = 4242  # members of this group may run the copy with capabilities


def capable(flags):
    """Makes a copy of the guard that has capabilities, and that only members of a group may run, like dumpcap."""
    path = f'/run/dropcap-guard-{flags}'
    subprocess.run(['install', '-m', '750', '-g', str(MEMBERS), GUARD, path], check=True)
    subprocess.run(['setcap', f'cap_net_admin,cap_sys_admin+{flags}', path], check=True)
    return path


def ordinary_user():
    result = {}
    for flags in ('ep', 'p'):
        path = capable(flags)

        def captures(tell):
            become(USER, MEMBERS)
            guard = Guard(path)
            begin = guard.capture()
            tell([begin, guard.hears_drop(), guard.process.pid])
            signal.sigwait([signal.SIGUSR1])
            tell(guard.end())

        parent = Parent(captures)
        begin, alert, pid = parent.said()
        signs = status(pid)
        result[flags] = {
            'begin': begin,
            'alert': alert,
            'capabilities': [signs[key] for key in ('CapInh', 'CapPrm', 'CapEff', 'CapAmb')],
            'no new privileges': signs['NoNewPrivs'],
            'seccomp': signs['Seccomp'],
            'descriptors': len(os.listdir(f'/proc/{pid}/fd')),
            'folder': os.readlink(f'/proc/{pid}/cwd'),
        }
        os.kill(parent.pid, signal.SIGUSR1)
        result[flags]['end'] = parent.said()
        parent.kill()

        parent = Parent(lambda tell: (become(USER, MEMBERS), tell(Guard(path).capture())))
        parent.said()
        parent.kill()
        result[flags]['killed'] = kernel.seconds_until(BEFORE)

    def outsider(tell):
        become(USER, USER)
        try:
            Guard(path)
            tell('runs')
        except OSError as failure:
            tell(failure.strerror)

    parent = Parent(outsider)
    result['not a member'] = parent.said()
    parent.kill()
    parent = Parent(lambda tell: (become(USER, USER), tell(Guard().ask(OPEN, 1 << 20))))
    result['without capabilities'] = parent.said()
    parent.kill()
    return result

# Starts a program as a container runtime starts the first process of an image: in its own process namespace, in the image's
# files, as user 1000, with the two capabilities of docs/service.md as a bounding set and no others.
#
#   unshare --fork --pid --kill-child python3 enter.py ROOT PROGRAM ARGUMENT...
import ctypes
import os
import sys

PR_CAPBSET_DROP = 24
CAP_NET_ADMIN, CAP_SYS_ADMIN = 12, 21
CAP_LAST_CAP = 40
EINVAL = 22

root, *command = sys.argv[1:]
libc = ctypes.CDLL(None, use_errno=True)
if libc.mount(b"proc", f"{root}/proc".encode(), b"proc", 0, None) != 0:
    sys.exit("enter.py: cannot mount /proc")
os.chroot(root)
os.chdir("/var/lib/dropcap")
for capability in range(CAP_LAST_CAP + 1):
    if capability in (CAP_NET_ADMIN, CAP_SYS_ADMIN):
        continue
    if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 and ctypes.get_errno() != EINVAL:
        sys.exit(f"enter.py: capability {capability} cannot be dropped")
os.setgroups([])
os.setgid(1000)
os.setuid(1000)
os.execve(command[0], command, {"PATH": "/usr/sbin:/usr/bin"})

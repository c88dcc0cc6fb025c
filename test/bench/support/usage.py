"""Runs a command with its output in a file. Prints the command's seconds, processor seconds and peak KiB.

usage.py OUTPUT COMMAND...
"""

import os
import subprocess
import sys
import time

with open(sys.argv[1], "wb") as output:
    start = time.monotonic()
    child = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=output)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - start
print(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) and 1)

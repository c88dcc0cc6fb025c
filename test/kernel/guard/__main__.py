"""Drives dropcap-guard on a real kernel, as root: python3 test/kernel/guard GUARD RESULTS.json [CHECK...]

Writes what each check returns under the check's name to RESULTS.json; guard.test.ts checks it. When a check kills the
guard's parent, the parent is a separate process. Requests made here, without the guard, read the monitor's state.
"""
import json
import sys
import time

import abuse
import endings
import users
from client import BEFORE, HARDWARE, kernel

CHECKS = [
    endings.whole, endings.reply_of_open, endings.killed, endings.out_of_memory, endings.signalled, endings.kept,
    endings.kept_from_others, endings.summary, endings.two, users.ordinary_user, abuse.abuse, abuse.privileged_writer,
]

results = {}
for check in CHECKS:
    if len(sys.argv) > 3 and check.__name__ not in sys.argv[3:]:
        continue
    begin = time.monotonic()
    try:
        results[check.__name__] = check()
    except Exception as failure:
        results[check.__name__] = {'failed': repr(failure)}
        kernel.stop()
        kernel.stop(HARDWARE)
        kernel.configure(*BEFORE)
    print(check.__name__, round(time.monotonic() - begin, 1), 's')
with open(sys.argv[2], 'w') as file:
    json.dump(results, file, indent=1)

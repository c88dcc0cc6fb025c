"""Sends numbered datagrams to a closed port, as fast as it can, in bursts: flood.py COUNT [BURST PAUSE_SECONDS]."""
import socket
import sys
import time

count = int(sys.argv[1])
burst = int(sys.argv[2]) if len(sys.argv) > 2 else count
pause = float(sys.argv[3]) if len(sys.argv) > 3 else 0
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for number in range(count):
    sender.sendto(b'dropcap-flood-%08d' % number, ('127.0.0.1', 42099))
    if (number + 1) % burst == 0:
        time.sleep(pause)

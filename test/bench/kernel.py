"""Reads capture files for the benchmark on a real kernel: dropcap's pcapng and dwdump's pcap.

    kernel.py count FILE                 packets in FILE
    kernel.py judge FILE REASON PLACE    pktgen's packets in FILE, and how many of them are wrong
    kernel.py start FILE COMMAND...      seconds from a command's launch until FILE holds a packet; then the command is ended
    kernel.py run COMMAND...             seconds that a command takes
    kernel.py drop FILE                  milliseconds from a datagram to a closed port until FILE holds one packet more
"""

import os
import signal
import socket
import struct
import subprocess
import sys
import time

POLL_SECONDS = 0.001
LIMIT_SECONDS = 60
FRAME_BYTES = 200
"""pktgen's mark, at the start of what UDP carries (PKTGEN_MAGIC, net/core/pktgen.c), and where it is in a frame."""
MAGIC = bytes.fromhex('be9be955')
MAGIC_OFFSET = 14 + 20 + 8
SECTION_HEADER, ENHANCED_PACKET, OPT_COMMENT = 0x0A0D0D0A, 6, 1
CLOSED_PORT = 42003


def read(path):
    try:
        with open(path, 'rb') as file:
            return file.read()
    except FileNotFoundError:
        return b''


def packets(data):
    """Original length, bytes and comment of each complete packet in a file of this machine's byte order."""
    if len(data) < 24:
        return iter(())
    pcapng = struct.unpack_from('=I', data)[0] == SECTION_HEADER
    return enhanced_packets(data) if pcapng else alerts(data)


def enhanced_packets(data):
    at = 0
    while at + 12 <= len(data):
        kind, length = struct.unpack_from('=II', data, at)
        if at + length > len(data):
            return
        if kind == ENHANCED_PACKET:
            captured, original = struct.unpack_from('=II', data, at + 20)
            options = at + 28 + (captured + 3 & ~3)
            yield original, data[at + 28 : at + 28 + captured], comment(data, options, at + length - 4)
        at += length


def comment(data, at, end):
    while at + 4 <= end:
        code, length = struct.unpack_from('=HH', data, at)
        if code == OPT_COMMENT:
            return data[at + 4 : at + 4 + length].decode()
        at += 4 + (length + 3 & ~3)
    return ''


def alerts(data):
    """Skips the first record of dwdump's file: it has the kernel's families, not an alert."""
    at, first = 24, True
    while at + 16 <= len(data):
        captured, original = struct.unpack_from('=II', data, at + 8)
        if at + 16 + captured > len(data):
            return
        if not first:
            yield original, data[at + 16 : at + 16 + captured], None
        at, first = at + 16 + captured, False


def count(path):
    return sum(1 for _ in packets(read(path)))


def judge(path, reason, place):
    """Judges packets. In dwdump's alerts, only pktgen's mark is searched."""
    good = wrong = 0
    facts = f' reason={reason} symbol={place}+0x'
    for original, frame, text in packets(read(path)):
        if text is None:
            good += MAGIC in frame
        elif MAGIC in frame:
            whole = original == len(frame) == FRAME_BYTES and frame.startswith(MAGIC, MAGIC_OFFSET)
            good += 1
            wrong += not (whole and facts in text)
    return f'{good} {wrong}'


def wait_for_packets(path, number):
    """Waits until a file has this number of packets. Reads the file only when it has grown."""
    seen, limit = 0, time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < limit:
        size = os.stat(path).st_size if os.path.exists(path) else 0
        if size > seen and count(path) >= number:
            return
        seen = size
        time.sleep(POLL_SECONDS)
    sys.exit(f'kernel.py: no packet in {path}')


def start(path, *command):
    begin = time.monotonic()
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    wait_for_packets(path, 1)
    seconds = time.monotonic() - begin
    child.send_signal(signal.SIGINT)
    child.wait()
    return seconds


def run(*command):
    begin = time.monotonic()
    subprocess.run(command, check=True)
    return time.monotonic() - begin


def drop(path):
    number = count(path)
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    begin = time.monotonic()
    sender.sendto(b'dropcap-bench', ('127.0.0.1', CLOSED_PORT))
    wait_for_packets(path, number + 1)
    return 1000 * (time.monotonic() - begin)


if __name__ == '__main__':
    print({'count': count, 'judge': judge, 'start': start, 'run': run, 'drop': drop}[sys.argv[1]](*sys.argv[2:]))

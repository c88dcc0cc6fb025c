// Receives and writes as dwdump does: for each message one recv, two fwrites (pcap_dump: record header,
// packet after a cooked header) and one fflush.  dump GROUP BUFFER_BYTES FILE
#include "receiver.h"

enum { kCookedBytes = 16, kLinktypeNetlink = 253 };

// The cooked header of LINKTYPE_NETLINK: outgoing, ARPHRD_NETLINK, no address, NETLINK_GENERIC.
static char packet[kCookedBytes + kMessageBytes] = {0, 4, 3, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16};

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  FILE* const file = fopen(argv[3], "w");
  if (file == NULL) Fail(argv[3]);
  // Magic number, version 2.4, two zeros, snap length, link type.
  const uint32_t header[6] = {0xa1b2c3d4, 4 << 16 | 2, 0, 0, sizeof(packet), kLinktypeNetlink};
  fwrite(header, sizeof(header), 1, file);
  OpenReceiver(atoi(argv[1]), atoi(argv[2]));
  uint64_t received = 0;
  struct timeval last = {0};
  for (;;) {
    const ssize_t length = recv(receiver_fd, packet + kCookedBytes, kMessageBytes, 0);
    if (length > 0) {
      gettimeofday(&last, NULL);
      const uint32_t bytes = (uint32_t)length + kCookedBytes;
      const uint32_t record[4] = {(uint32_t)last.tv_sec, (uint32_t)last.tv_usec, bytes, bytes};
      if (fwrite(record, sizeof(record), 1, file) != 1 || fwrite(packet, bytes, 1, file) != 1) Fail("fwrite");
      if (fflush(file) != 0) Fail("fflush");
      ++received;
    } else if (!GoesOn()) {
      break;
    }
  }
  Report(received, last);
  return 0;
}

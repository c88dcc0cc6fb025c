// Sends datagrams of 158 bytes, frames of 200 bytes, at an even rate: every 5 ms a burst, or one datagram at
// a time below 200 a second. Prints the number of datagrams.  datagrams ADDRESS PORT DATAGRAMS_A_SECOND
// SECONDS
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { kDatagramBytes = 158, kBurstsASecond = 200 };

static void Fail(const char* what) {
  perror(what);
  exit(1);
}

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
  if (inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) return 2;
  const long rate = atol(argv[3]);
  const long count = rate * atol(argv[4]);
  const long burst = rate > kBurstsASecond ? rate / kBurstsASecond : 1;
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) Fail("socket");

  static const char datagram[kDatagramBytes];
  struct timespec next;
  clock_gettime(CLOCK_MONOTONIC, &next);
  const long start = next.tv_sec;
  const long start_ns = next.tv_nsec;
  for (long sent = 0; sent < count;) {
    for (long i = 0; i < burst && sent < count; ++i, ++sent) {
      if (sendto(fd, datagram, sizeof(datagram), 0, (struct sockaddr*)&address, sizeof(address)) < 0) {
        Fail("sendto");
      }
    }
    const int64_t ns = start_ns + (int64_t)sent * 1000000000 / rate;
    next = (struct timespec){start + ns / 1000000000, ns % 1000000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL) == EINTR) continue;
  }
  printf("%ld\n", count);
  return 0;
}

// Shared code of the receivers of test/bench/receive.js: a socket in a multicast group, the end by SIGTERM
// after the queued messages, and the line that reports the received messages.
#ifndef DROPCAP_BENCH_RECEIVER_H_
#define DROPCAP_BENCH_RECEIVER_H_

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

// Holds the largest message.
enum { kMessageBytes = 66688 };

static int receiver_fd;

static void Fail(const char* what) {
  perror(what);
  exit(1);
}

// The signal interrupts recv() with EINTR. From then on, EAGAIN means that the queue is empty.
static void OnTerm(int signal) {
  (void)signal;
  fcntl(receiver_fd, F_SETFL, O_NONBLOCK);
}

// Opens the socket, joins the group, and reports that it is ready.
static void OpenReceiver(int group, int buffer_bytes) {
  receiver_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_USERSOCK);
  if (receiver_fd < 0) Fail("socket");
  if (setsockopt(receiver_fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof(buffer_bytes)) != 0) {
    Fail("setsockopt(SO_RCVBUFFORCE)");
  }
  // As in dwdump and dropcap: a full buffer loses only the messages that do not fit. Without this, the
  // socket loses all messages until the queue is empty.
  const int on = 1;
  if (setsockopt(receiver_fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof(on)) != 0) {
    Fail("setsockopt(NETLINK_NO_ENOBUFS)");
  }
  struct sockaddr_nl address = {.nl_family = AF_NETLINK};
  if (bind(receiver_fd, (struct sockaddr*)&address, sizeof(address)) != 0) Fail("bind");
  if (setsockopt(receiver_fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) != 0) {
    Fail("setsockopt(NETLINK_ADD_MEMBERSHIP)");
  }
  const struct sigaction action = {.sa_handler = OnTerm};
  sigaction(SIGTERM, &action, NULL);
  puts("{\"ready\":true}");
  fflush(stdout);
}

// Whether receiving continues after a failed call.
static int GoesOn(void) {
  if (errno == EINTR) return 1;
  if (errno != EAGAIN) Fail("recv");
  return 0;
}

// Prints the number of received messages, the time of the last message in nanoseconds of CLOCK_MONOTONIC,
// and the processor time so far.
static void Report(uint64_t received, struct timeval last) {
  struct timespec monotonic;
  struct timeval real;
  struct rusage usage;
  clock_gettime(CLOCK_MONOTONIC, &monotonic);
  gettimeofday(&real, NULL);
  getrusage(RUSAGE_SELF, &usage);
  const int64_t ago_us = (real.tv_sec - last.tv_sec) * 1000000LL + real.tv_usec - last.tv_usec;
  const int64_t last_ns = monotonic.tv_sec * 1000000000LL + monotonic.tv_nsec - ago_us * 1000;
  const int64_t cpu_us = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL +
                         usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
  printf("{\"received\":%llu,\"lastNs\":%lld,\"cpuUs\":%lld}\n", (unsigned long long)received,
         (long long)last_ns, (long long)cpu_us);
}

#endif  // DROPCAP_BENCH_RECEIVER_H_

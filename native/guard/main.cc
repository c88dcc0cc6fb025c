// dropcap-guard: does for one dropcap what needs privilege, and turns monitoring off again when dropcap is
// gone, whatever ended it. Started by dropcap, with one end of a pair of AF_UNIX stream sockets as
// descriptor 3. It takes nothing else: no arguments, environment, files or standard input. What it can be
// asked for is in protocol.h.
//
// Needs CAP_NET_ADMIN and CAP_SYS_ADMIN, by being root or by file capabilities; without them, OPEN is
// refused. Exit status: 0 all that it did was undone, 1 it was not, 2 not started as it must be.
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include "../posix.h"
#include "channel.h"
#include "guard.h"
#include "privilege.h"

namespace dropcap::guard {
namespace {

constexpr int kChannelFd = 3;
// linux/pidfd.h's system call came with Linux 5.3. The number is the same on all processors.
constexpr long kPidfdOpen = 434;

int Refuse(const char* line) {
  std::fputs(line, stderr);
  return 2;
}

// No signal that can be held back interrupts what the guard does; those that ask it to end are read from a
// descriptor.
int TakeSignals() {
  sigset_t signals;
  sigfillset(&signals);
  sigprocmask(SIG_SETMASK, &signals, nullptr);
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) sigaddset(&signals, signal);
  return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int Main(int argc) {
  if (!RestrictProcess()) return Refuse("dropcap-guard: cannot give up what it does not need\n");
  if (argc != 1) return Refuse("dropcap-guard: takes no arguments\n");
  const pid_t parent = getppid();
  // Also when the peer outlives dropcap in another process's hands, the guard hears of dropcap's end.
  const UniqueFd parent_fd(static_cast<int>(syscall(kPidfdOpen, parent, 0)));
  if (!parent_fd.is_open() || !IsStreamFrom(kChannelFd, parent) || getppid() != parent) {
    return Refuse("dropcap-guard: is started by dropcap\n");
  }
  const UniqueFd signals(TakeSignals());
  if (!signals.is_open()) return Refuse("dropcap-guard: cannot take signals\n");
  Guard guard(kChannelFd, parent_fd.get(), signals.get());
  return guard.Run() ? 0 : 1;
}

}  // namespace
}  // namespace dropcap::guard

int main(int argc, char**) { return dropcap::guard::Main(argc); }

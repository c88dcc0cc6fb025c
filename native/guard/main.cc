// dropcap-guard: does for one dropcap what needs privileges. Stops monitoring again when dropcap ended for
// any reason. dropcap starts the guard with one end of a pair of AF_UNIX stream sockets as descriptor 3. The
// guard has no other input: no arguments, environment, files or standard input, except dropcap's state in
// /proc. Its requests are in protocol.h.
//
// Needs CAP_NET_ADMIN and CAP_SYS_ADMIN, as root or by file capabilities. Without them, the guard refuses
// kOpen. Exit status: 0 all changes were undone, 1 not all, 2 not started by dropcap in the right way.
#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include "../posix.h"
#include "channel.h"
#include "guard.h"
#include "privilege.h"
#include "syscall_filter.h"

namespace dropcap::guard {
namespace {

constexpr int kChannelFd = 3;
// pidfd_open(2), since Linux 5.3. Its number is the same on all processors.
constexpr long kPidfdOpen = 434;

int Refuse(const char* line) {
  std::fputs(line, stderr);
  return 2;
}

// Blocks all signals, so that none interrupts the guard. Returns a signalfd for the signals that end it.
int TakeSignals() {
  sigset_t signals;
  sigfillset(&signals);
  sigprocmask(SIG_SETMASK, &signals, nullptr);
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) sigaddset(&signals, signal);
  return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

// The guard also works without it. The file stays this process's, also when its number is used again.
int OpenStatus(pid_t process) {
  char path[32];
  std::snprintf(path, sizeof(path), "/proc/%d/status", process);
  return open(path, O_RDONLY | O_CLOEXEC);
}

int Main(int argc) {
  if (!RestrictProcess()) return Refuse("dropcap-guard: cannot give up privileges that it does not need\n");
  if (argc != 1) return Refuse("dropcap-guard: takes no arguments\n");
  const pid_t parent = getppid();
  // The pidfd reports dropcap's end even if another process still holds dropcap's end of the socket.
  const UniqueFd parent_fd(static_cast<int>(syscall(kPidfdOpen, parent, 0)));
  const UniqueFd status(OpenStatus(parent));
  if (!parent_fd.is_open() || !IsStreamFrom(kChannelFd, parent) || getppid() != parent) {
    return Refuse("dropcap-guard: must be started by dropcap\n");
  }
  const UniqueFd signals(TakeSignals());
  if (!signals.is_open()) return Refuse("dropcap-guard: cannot open a signalfd\n");
  Guard guard(kChannelFd, parent_fd.get(), status.get(), signals.get());
  if (!FilterSystemCalls()) return Refuse("dropcap-guard: cannot limit its system calls\n");
  return guard.Run() ? 0 : 1;
}

}  // namespace
}  // namespace dropcap::guard

int main(int argc, char**) { return dropcap::guard::Main(argc); }

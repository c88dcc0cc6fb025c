// Prints what system calls return under the guard's filter: a name and an errno (0: success) each. Run by
// test/integration/guard.test.ts.
#include "../../native/guard/syscall_filter.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

int main() {
  // write(2) is not in the list: collect the results, and hand them to a parent through a socket.
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 1;
  if (fork() == 0) {
    if (!dropcap::guard::FilterSystemCalls()) _exit(1);
    char text[256];
    int length = 0;
    const auto note = [&](const char* name, long result) {
      length += std::snprintf(text + length, sizeof(text) - static_cast<size_t>(length), "%s %d\n", name,
                              result < 0 ? errno : 0);
    };
    note("netlink", socket(AF_NETLINK, SOCK_RAW, 0));
    note("internet", socket(AF_INET, SOCK_STREAM, 0));
    note("open", open("/dev/null", O_RDONLY));
    note("write", write(ends[1], "x", 1));
    note("fork", fork());
    note("execve", execl("/bin/true", "true", nullptr));
    note("prctl", prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
    send(ends[1], text, static_cast<size_t>(length), 0);
    _exit(0);
  }
  close(ends[1]);
  char text[256];
  const ssize_t length = recv(ends[0], text, sizeof(text), MSG_WAITALL);
  return length > 0 && write(STDOUT_FILENO, text, static_cast<size_t>(length)) == length ? 0 : 1;
}

#include "posix.h"

#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dropcap {

void UniqueFd::Reset(int fd) {
  // No retry on EINTR: Linux already closed the descriptor, and its number may belong to another thread's
  // file.
  if (is_open()) close(fd_);
  fd_ = fd;
}

bool ReadSocketMemory(int fd, SocketMemory* memory) {
  uint32_t info[SK_MEMINFO_VARS] = {};
  socklen_t length = sizeof(info);
  if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &length) != 0) return false;
  *memory = {.queued_bytes = info[SK_MEMINFO_RMEM_ALLOC],
             .receive_buffer = info[SK_MEMINFO_RCVBUF],
             .dropped = info[SK_MEMINFO_DROPS]};
  return true;
}

}  // namespace dropcap

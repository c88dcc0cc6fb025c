#include "pending_end.h"

#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace dropcap::guard {
namespace {

constexpr uint64_t Bit(int signal) { return uint64_t{1} << (signal - 1); }

constexpr uint64_t kEnds = Bit(SIGTERM) | Bit(SIGINT) | Bit(SIGHUP) | Bit(SIGQUIT) | Bit(SIGKILL);
// More than the file has, unless the process is in hundreds of groups.
constexpr size_t kMostBytes = 8192;

// The hexadecimal number after a name; 0 without it. render_sigset_t(), fs/proc/array.c.
uint64_t SetAfter(const char* text, const char* name) {
  const char* const found = std::strstr(text, name);
  return found == nullptr ? 0 : std::strtoull(found + std::strlen(name), nullptr, 16);
}

}  // namespace

bool HasPendingEnd(int status) {
  char text[kMostBytes + 1];
  const ssize_t length = pread(status, text, kMostBytes, 0);
  if (length <= 0) return false;
  text[length] = '\0';
  // Signals to the main thread, and signals to the process.
  return ((SetAfter(text, "\nSigPnd:") | SetAfter(text, "\nShdPnd:")) & kEnds) != 0;
}

}  // namespace dropcap::guard

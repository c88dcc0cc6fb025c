// dropcap-keeper: makes a capture file end at a whole block after dropcap was killed. SIGKILL, also of the
// kernel's out-of-memory killer, ends a write(2) to a file between two pages (generic_perform_write(),
// mm/filemap.c). The keeper then cuts off the part that was written.
//
// Descriptor 0 is a pipe from dropcap, descriptor 3 is the file. Both processes share the file's offset:
// dropcap sets it to the end of the last whole write, and writes with pwrite(2), which does not change it.
// On the pipe, dropcap sends kWriting before its first write and kDone after its last. Without kWriting, the
// file may have the content of an earlier capture, which must stay. The end of the pipe without kDone means
// that dropcap was killed: no thread of it writes any more, since all of them share the pipe's other end.
//
// The keeper has no capability and takes no other input. Exit status: 0 the file is whole, 1 it may not be,
// 2 not started by dropcap in the right way.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>

#include "../guard/privilege.h"

namespace dropcap {
namespace {

constexpr int kPipeFd = 0;
constexpr int kFileFd = 3;
constexpr char kWriting = 'w';
constexpr char kDone = 'd';

// Cuts the file at its offset, if it is longer.
bool Cut() {
  const off_t whole = lseek(kFileFd, 0, SEEK_CUR);
  struct stat status {};
  if (whole < 0 || fstat(kFileFd, &status) != 0) return false;
  return status.st_size <= whole || ftruncate(kFileFd, whole) == 0;
}

int Main() {
  // Ctrl-C and a service manager send these to all processes of a capture. dropcap must end first.
  for (const int ignored : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) signal(ignored, SIG_IGN);
  struct stat status {};
  if (fstat(kFileFd, &status) != 0 || !S_ISREG(status.st_mode) || !guard::KeepCapabilities(0)) return 2;
  for (char state = 0;;) {
    const ssize_t length = read(kPipeFd, &state, 1);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 || (length > 0 && state == kDone)) return 0;
    if (length == 0) return state != kWriting || Cut() ? 0 : 1;
  }
}

}  // namespace
}  // namespace dropcap

int main() { return dropcap::Main(); }

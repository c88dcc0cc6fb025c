#include "privileges.h"

#include <grp.h>
#include <unistd.h>

#include <cerrno>

#include "posix.h"

namespace dropcap {

// glibc makes each of these calls in all threads that it started (nptl, setxid).
void BecomeUser(uid_t uid, gid_t gid) {
  if (setgroups(1, &gid) != 0) throw SyscallError{"setgroups", errno};
  if (setresgid(gid, gid, gid) != 0) throw SyscallError{"setresgid", errno};
  if (setresuid(uid, uid, uid) != 0) throw SyscallError{"setresuid", errno};
}

}  // namespace dropcap

#ifndef DROPCAP_NATIVE_PRIVILEGES_H_
#define DROPCAP_NATIVE_PRIVILEGES_H_

#include <sys/types.h>

namespace dropcap {

// Sets the real, effective and saved user and group, and the groups, of all threads of this process. Throws
// SyscallError.
void BecomeUser(uid_t uid, gid_t gid);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_PRIVILEGES_H_

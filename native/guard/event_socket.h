#ifndef DROPCAP_NATIVE_GUARD_EVENT_SOCKET_H_
#define DROPCAP_NATIVE_GUARD_EVENT_SOCKET_H_

#include <cstdint>

#include "../posix.h"

namespace dropcap::guard {

// Opens the socket that alerts come to, for a process with less privilege: all that its holder can do with it
// is to receive. Returns 0 or an errno.
// @param group the number of the multicast group.
// @param receive_buffer_bytes 0: the kernel's default.
int OpenEventSocket(uint32_t group, uint32_t receive_buffer_bytes, UniqueFd* opened);

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_EVENT_SOCKET_H_

#ifndef DROPCAP_NATIVE_GUARD_EVENT_SOCKET_H_
#define DROPCAP_NATIVE_GUARD_EVENT_SOCKET_H_

#include <cstdint>

#include "../posix.h"

namespace dropcap::guard {

// Opens the event socket, which receives alerts, for a process with fewer privileges. With this socket, the
// process can receive, but make no privileged request. Returns 0 or an errno.
// @param group the number of the multicast group.
// @param receive_buffer_bytes 0: the kernel's default.
int OpenEventSocket(uint32_t group, uint32_t receive_buffer_bytes, UniqueFd* opened);

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_EVENT_SOCKET_H_

#ifndef DROPCAP_NATIVE_GUARD_PENDING_END_H_
#define DROPCAP_NATIVE_GUARD_PENDING_END_H_

namespace dropcap::guard {

// Whether a process was asked to end by a signal that it has not taken yet. A signal stays pending while the
// main thread is in a system call that no signal interrupts, such as a write to a file system that hangs.
// `status`: the open /proc/PID/status of the process. False if it cannot be read.
bool HasPendingEnd(int status);

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_PENDING_END_H_

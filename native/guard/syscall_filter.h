#ifndef DROPCAP_NATIVE_GUARD_SYSCALL_FILTER_H_
#define DROPCAP_NATIVE_GUARD_SYSCALL_FILTER_H_

namespace dropcap::guard {

// Permanently limits this process to the system calls that the guard makes after its start. Every other call
// fails with EPERM: a guard that the kernel kills could not turn monitoring off. A call of another processor
// architecture (x32, i386) ends the process. Needs no_new_privs. Does nothing on processors for which there
// is no list, and on kernels without CONFIG_SECCOMP_FILTER. False when the kernel refused.
bool FilterSystemCalls();

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_SYSCALL_FILTER_H_

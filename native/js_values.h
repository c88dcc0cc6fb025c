#ifndef DROPCAP_NATIVE_JS_VALUES_H_
#define DROPCAP_NATIVE_JS_VALUES_H_

#include <napi.h>

#include <cstdint>

namespace dropcap {

// Throws an Error with `syscall`, `errno` (positive) and `code`. `call` names the failed call in the text,
// such as "setsockopt(NETLINK_ADD_MEMBERSHIP)"; `syscall` is that up to the parenthesis. It is a C string so
// that nothing is allocated, and errno not changed, while a caller passes errno on.
[[noreturn]] void ThrowErrno(Napi::Env env, const char* call, int error);

// The argument at `position` as an integer from `min` to `max`. Throws a TypeError that names it.
int64_t IntegerArgument(const Napi::CallbackInfo& info, size_t position, const char* name, int64_t min,
                        int64_t max);

// `value` as a Uint8Array (so also a Buffer). Throws a TypeError that names it.
Napi::Uint8Array Bytes(Napi::Value value, const char* name);

// `value` as a Uint32Array. Throws a TypeError that names it.
Napi::Uint32Array Words(Napi::Value value, const char* name);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_JS_VALUES_H_

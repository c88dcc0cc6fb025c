#ifndef DROPCAP_NATIVE_JS_VALUES_H_
#define DROPCAP_NATIVE_JS_VALUES_H_

#include <napi.h>

#include <cstdint>

namespace dropcap {

// Throws an Error with `syscall`, `errno` (positive) and `code`. `call` names the failed call in the text,
// such as "setsockopt(NETLINK_ADD_MEMBERSHIP)"; `syscall` is `call` up to the parenthesis. `call` must be a C
// string: making a std::string in the call's arguments could change errno before `error` is read.
[[noreturn]] void ThrowErrno(Napi::Env env, const char* call, int error);

// The argument at `position` as an integer from `min` to `max`. Otherwise throws a TypeError with `name`.
int64_t IntegerArgument(const Napi::CallbackInfo& info, size_t position, const char* name, int64_t min,
                        int64_t max);

// `value` as a Uint8Array; a Buffer is one. Otherwise throws a TypeError with `name`.
Napi::Uint8Array Bytes(Napi::Value value, const char* name);

// `value` as a Uint32Array. Otherwise throws a TypeError with `name`.
Napi::Uint32Array Words(Napi::Value value, const char* name);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_JS_VALUES_H_

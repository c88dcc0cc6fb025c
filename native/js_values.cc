#include "js_values.h"

#include <uv.h>

#include <cmath>
#include <string>
#include <system_error>

namespace dropcap {

void ThrowErrno(Napi::Env env, const char* call, int error) {
  const std::string what(call);
  Napi::Error failure = Napi::Error::New(env, what + ": " + std::generic_category().message(error));
  failure.Set("syscall", Napi::String::New(env, what.substr(0, what.find('('))));
  failure.Set("errno", Napi::Number::New(env, error));
  failure.Set("code", Napi::String::New(env, uv_err_name(-error)));
  throw failure;
}

int64_t IntegerArgument(const Napi::CallbackInfo& info, size_t position, const char* name, int64_t min,
                        int64_t max) {
  const Napi::Value value = info[position];
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
  if (std::trunc(number) == number && number >= static_cast<double>(min) &&
      number <= static_cast<double>(max)) {
    return static_cast<int64_t>(number);
  }
  throw Napi::TypeError::New(info.Env(), std::string(name) + " must be an integer from " +
                                             std::to_string(min) + " to " + std::to_string(max));
}

Napi::Uint8Array Bytes(Napi::Value value, const char* name) {
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array) {
    return value.As<Napi::Uint8Array>();
  }
  throw Napi::TypeError::New(value.Env(), std::string(name) + " must be a Uint8Array");
}

Napi::Uint32Array Words(Napi::Value value, const char* name) {
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint32_array) {
    return value.As<Napi::Uint32Array>();
  }
  throw Napi::TypeError::New(value.Env(), std::string(name) + " must be a Uint32Array");
}

}  // namespace dropcap

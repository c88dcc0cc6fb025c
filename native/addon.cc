#include <napi.h>

#include "netlink_socket.h"

namespace dropcap {
namespace {

// State of one environment: the main thread and every worker have their own.
struct AddonState {
  Napi::FunctionReference socket_class;
};

Napi::Value OpenNetlinkSocket(const Napi::CallbackInfo& info) {
  return info.Env().GetInstanceData<AddonState>()->socket_class.New({info[0], info[1]});
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto* const state = new AddonState{Napi::Persistent(NetlinkSocket::DefineClass(env))};
  env.SetInstanceData(state);
  exports.Set("openNetlinkSocket", Napi::Function::New<OpenNetlinkSocket>(env, "openNetlinkSocket"));
  return exports;
}

NODE_API_MODULE(NODE_GYP_MODULE_NAME, Init)

}  // namespace
}  // namespace dropcap

#include <napi.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <string>
#include <utility>

#include "datagram.h"
#include "descriptors.h"
#include "exchange.h"
#include "filter/packet_filter.h"
#include "hot/hot_path.h"
#include "hot/layout.h"
#include "js_values.h"
#include "privileges.h"
#include "receive/netlink_socket.h"

namespace dropcap {
namespace {

constexpr int64_t kMinMessageBytes = 4;
constexpr int64_t kMaxReplyBytes = 65'536;
// The number above means "no change" to setresuid and setresgid.
constexpr int64_t kMaxId = 4'294'967'294;
// The largest integer that JavaScript has exactly: Number.MAX_SAFE_INTEGER.
constexpr int64_t kMaxOffset = (int64_t{1} << 53) - 1;

// State of one environment: the main thread and each worker have their own.
struct AddonState {
  Napi::FunctionReference socket_class;
  Descriptors descriptors;
};

int DescriptorArgument(const Napi::CallbackInfo& info) {
  return static_cast<int>(IntegerArgument(info, 0, "fd", 0, INT_MAX));
}

Napi::Value OpenNetlinkSocket(const Napi::CallbackInfo& info) {
  return info.Env().GetInstanceData<AddonState>()->socket_class.New({info[0], info[1]});
}

Napi::Value AdoptNetlinkSocket(const Napi::CallbackInfo& info) {
  auto* const state = info.Env().GetInstanceData<AddonState>();
  const int fd = DescriptorArgument(info);
  if (!state->descriptors.Has(fd)) ThrowErrno(info.Env(), "adoptNetlinkSocket", EINVAL);
  const Napi::Object socket = state->socket_class.New({info[0]});
  state->descriptors.Forget(fd);
  return socket;
}

Napi::Value OpenSocketPair(const Napi::CallbackInfo& info) {
  auto* const state = info.Env().GetInstanceData<AddonState>();
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    ThrowErrno(info.Env(), "socketpair", errno);
  }
  Napi::Array pair = Napi::Array::New(info.Env(), 2);
  for (uint32_t i = 0; i < 2; ++i) pair[i] = state->descriptors.Add(UniqueFd(fds[i]));
  return pair;
}

Napi::Value ExchangeMessages(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto* const state = env.GetInstanceData<AddonState>();
  const int fd = DescriptorArgument(info);
  Napi::Uint8Array request = Bytes(info[1], "request");
  const int64_t reply_bytes = IntegerArgument(info, 2, "replyBytes", kMinMessageBytes, kMaxReplyBytes);
  const auto timeout_ms = static_cast<int>(IntegerArgument(info, 3, "timeoutMs", 0, INT_MAX));
  if (request.ByteLength() < static_cast<size_t>(kMinMessageBytes)) {
    throw Napi::TypeError::New(env, "request must hold 4 bytes or more");
  }
  if (!state->descriptors.Has(fd)) ThrowErrno(env, "exchange", EBADF);
  Napi::Uint8Array reply = Napi::Uint8Array::New(env, static_cast<size_t>(reply_bytes));
  try {
    UniqueFd came =
        Exchange(fd, {request.Data(), request.ByteLength()}, {reply.Data(), reply.ByteLength()}, timeout_ms);
    Napi::Object answer = Napi::Object::New(env);
    answer.Set("reply", reply);
    answer.Set("fd", Napi::Number::New(env, came.is_open() ? state->descriptors.Add(std::move(came)) : -1));
    return answer;
  } catch (const SyscallError& failure) {
    ThrowErrno(env, failure.syscall, failure.error);
  }
}

void CloseDescriptor(const Napi::CallbackInfo& info) {
  info.Env().GetInstanceData<AddonState>()->descriptors.Close(DescriptorArgument(info));
}

void ChangeUser(const Napi::CallbackInfo& info) {
  const auto uid = static_cast<uid_t>(IntegerArgument(info, 0, "uid", 1, kMaxId));
  const auto gid = static_cast<gid_t>(IntegerArgument(info, 1, "gid", 0, kMaxId));
  try {
    BecomeUser(uid, gid);
  } catch (const SyscallError& failure) {
    ThrowErrno(info.Env(), failure.syscall, failure.error);
  }
}

Napi::Value LockFile(const Napi::CallbackInfo& info) {
  if (flock(DescriptorArgument(info), LOCK_EX | LOCK_NB) == 0) return Napi::Boolean::New(info.Env(), true);
  if (errno != EWOULDBLOCK) ThrowErrno(info.Env(), "flock", errno);
  return Napi::Boolean::New(info.Env(), false);
}

Napi::Value IsReaderGone(const Napi::CallbackInfo& info) {
  // POLLERR: a pipe without readers. POLLHUP: a socket whose other end is closed. Both are reported unasked.
  pollfd output{DescriptorArgument(info), 0, 0};
  const bool gone = poll(&output, 1, 0) > 0 && (output.revents & (POLLERR | POLLHUP)) != 0;
  return Napi::Boolean::New(info.Env(), gone);
}

void SendMessage(const Napi::CallbackInfo& info) {
  if (!info[0].IsString()) throw Napi::TypeError::New(info.Env(), "address must be a string");
  const std::string address = info[0].As<Napi::String>();
  const Napi::Uint8Array message = Bytes(info[1], "message");
  try {
    SendDatagram(address, {message.Data(), message.ByteLength()});
  } catch (const SyscallError& failure) {
    ThrowErrno(info.Env(), failure.syscall, failure.error);
  }
}

void SeekFile(const Napi::CallbackInfo& info) {
  const int64_t offset = IntegerArgument(info, 1, "offset", 0, kMaxOffset);
  if (lseek(DescriptorArgument(info), offset, SEEK_SET) < 0) ThrowErrno(info.Env(), "lseek", errno);
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto* const state = new AddonState{Napi::Persistent(NetlinkSocket::DefineClass(env)), {}};
  env.SetInstanceData(state);
  exports.Set("openNetlinkSocket", Napi::Function::New<OpenNetlinkSocket>(env, "openNetlinkSocket"));
  exports.Set("adoptNetlinkSocket", Napi::Function::New<AdoptNetlinkSocket>(env, "adoptNetlinkSocket"));
  exports.Set("AlertTemplates", AlertTemplatesObject::DefineClass(env));
  exports.Set("PacketTemplates", PacketTemplatesObject::DefineClass(env));
  exports.Set("resolveDevices", Napi::Function::New<ResolveDevicesOfBatch>(env, "resolveDevices"));
  exports.Set("PacketFilter", PacketFilterObject::DefineClass(env));
  exports.Set("pcapVersion", Napi::Function::New<PcapVersion>(env, "pcapVersion"));
  exports.Set("layout", Napi::String::New(env, DescribeLayout()));
  exports.Set("openSocketPair", Napi::Function::New<OpenSocketPair>(env, "openSocketPair"));
  exports.Set("exchange", Napi::Function::New<ExchangeMessages>(env, "exchange"));
  exports.Set("closeDescriptor", Napi::Function::New<CloseDescriptor>(env, "closeDescriptor"));
  exports.Set("lockFile", Napi::Function::New<LockFile>(env, "lockFile"));
  exports.Set("isReaderGone", Napi::Function::New<IsReaderGone>(env, "isReaderGone"));
  exports.Set("sendDatagram", Napi::Function::New<SendMessage>(env, "sendDatagram"));
  exports.Set("seekFile", Napi::Function::New<SeekFile>(env, "seekFile"));
  exports.Set("becomeUser", Napi::Function::New<ChangeUser>(env, "becomeUser"));
  return exports;
}

NODE_API_MODULE(NODE_GYP_MODULE_NAME, Init)

}  // namespace
}  // namespace dropcap

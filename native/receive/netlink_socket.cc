#include "netlink_socket.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <string>
#include <utility>

#include "../js_values.h"

namespace dropcap {
namespace {

constexpr int64_t kMaxGatherMs = 1000;

}  // namespace

Napi::Function NetlinkSocket::DefineClass(Napi::Env env) {
  return ObjectWrap::DefineClass(
      env, "NetlinkSocket",
      {
          InstanceAccessor<&NetlinkSocket::PortId>("portId"),
          InstanceAccessor<&NetlinkSocket::ReceiveBufferBytes>("receiveBufferBytes"),
          InstanceMethod<&NetlinkSocket::SetOption>("setOption"),
          InstanceMethod<&NetlinkSocket::JoinGroup>("joinGroup"),
          InstanceMethod<&NetlinkSocket::LeaveGroup>("leaveGroup"),
          InstanceMethod<&NetlinkSocket::Send>("send"),
          InstanceMethod<&NetlinkSocket::Receive>("receive"),
          InstanceMethod<&NetlinkSocket::StartReceiving>("startReceiving"),
          InstanceMethod<&NetlinkSocket::Release>("release"),
          InstanceMethod<&NetlinkSocket::StopReceiving>("stopReceiving"),
          InstanceMethod<&NetlinkSocket::Counters>("counters"),
          InstanceMethod<&NetlinkSocket::OverrunMessages>("overrunMessages"),
          InstanceMethod<&NetlinkSocket::Close>("close"),
      });
}

NetlinkSocket::NetlinkSocket(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  if (info.Length() == 1) {
    Adopt(info.Env(), static_cast<int>(IntegerArgument(info, 0, "fd", 0, INT_MAX)));
    return;
  }
  const auto protocol = static_cast<int>(IntegerArgument(info, 0, "protocol", 0, INT_MAX));
  Open(info.Env(), protocol, IntegerArgument(info, 1, "receiveBufferBytes", 0, int64_t{1} << 53));
}

// Never attach a socket filter to the event socket. The kernel frees a message that a filter rejects with
// kfree_skb (do_one_broadcast, net/netlink/af_netlink.c), which is a new drop. drop_monitor would send an
// alert about it to the same socket, the filter would reject it, and so on without end.
void NetlinkSocket::Open(Napi::Env env, int protocol, int64_t receive_buffer_bytes) {
  fd_.Reset(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
  if (!fd_.is_open()) ThrowErrno(env, "socket(AF_NETLINK)", errno);
  // The kernel doubles the value (__sock_set_rcvbuf), so the largest allowed value is half of INT_MAX.
  if (receive_buffer_bytes > 0) {
    SetReceiveBuffer(env, static_cast<int>(std::min<int64_t>(receive_buffer_bytes, INT_MAX / 2)));
  }
  ReadReceiveBuffer(env, fd_.get());

  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  if (bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    ThrowErrno(env, "bind", errno);
  }
  ReadAddress(env, fd_.get());
}

void NetlinkSocket::Adopt(Napi::Env env, int fd) {
  int domain = 0;
  socklen_t length = sizeof(domain);
  const bool netlink = getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_NETLINK;
  if (netlink) ReadAddress(env, fd);
  // A port id of 0 means that the socket is not bound, or not a netlink socket.
  if (port_id_ == 0) ThrowErrno(env, "adoptNetlinkSocket", EINVAL);
  ReadReceiveBuffer(env, fd);
  if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) ThrowErrno(env, "fcntl(O_NONBLOCK)", errno);
  fd_.Reset(fd);
}

void NetlinkSocket::ReadAddress(Napi::Env env, int fd) {
  sockaddr_nl address{};
  socklen_t length = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    ThrowErrno(env, "getsockname", errno);
  }
  port_id_ = address.nl_pid;
}

void NetlinkSocket::ReadReceiveBuffer(Napi::Env env, int fd) {
  socklen_t length = sizeof(receive_buffer_bytes_);
  if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes_, &length) != 0) {
    ThrowErrno(env, "getsockopt(SO_RCVBUF)", errno);
  }
}

void NetlinkSocket::SetReceiveBuffer(Napi::Env env, int bytes) {
  if (setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) == 0) return;
  if (errno != EPERM) ThrowErrno(env, "setsockopt(SO_RCVBUFFORCE)", errno);
  // Without CAP_NET_ADMIN, net.core.rmem_max limits the buffer.
  if (setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)) != 0) {
    ThrowErrno(env, "setsockopt(SO_RCVBUF)", errno);
  }
}

Napi::Value NetlinkSocket::PortId(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), port_id_);
}

Napi::Value NetlinkSocket::ReceiveBufferBytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), receive_buffer_bytes_);
}

void NetlinkSocket::SetOption(const Napi::CallbackInfo& info) {
  RequireOpen(info.Env());
  const auto option = static_cast<int>(IntegerArgument(info, 0, "option", 0, INT_MAX));
  const auto value = static_cast<int>(IntegerArgument(info, 1, "value", INT_MIN, INT_MAX));
  SetNetlinkOption(info.Env(), option, value,
                   ("setsockopt(SOL_NETLINK, " + std::to_string(option) + ")").c_str());
}

void NetlinkSocket::JoinGroup(const Napi::CallbackInfo& info) {
  RequireOpen(info.Env());
  const auto group = static_cast<int>(IntegerArgument(info, 0, "group", 1, INT_MAX));
  SetNetlinkOption(info.Env(), NETLINK_ADD_MEMBERSHIP, group, "setsockopt(NETLINK_ADD_MEMBERSHIP)");
}

void NetlinkSocket::LeaveGroup(const Napi::CallbackInfo& info) {
  RequireOpen(info.Env());
  const auto group = static_cast<int>(IntegerArgument(info, 0, "group", 1, INT_MAX));
  SetNetlinkOption(info.Env(), NETLINK_DROP_MEMBERSHIP, group, "setsockopt(NETLINK_DROP_MEMBERSHIP)");
}

void NetlinkSocket::SetNetlinkOption(Napi::Env env, int option, int value, const char* call) {
  if (setsockopt(fd_.get(), SOL_NETLINK, option, &value, sizeof(value)) == 0) return;
  ThrowErrno(env, call, errno);
}

void NetlinkSocket::Send(const Napi::CallbackInfo& info) {
  RequireOpen(info.Env());
  Napi::Uint8Array message = Bytes(info[0], "message");
  const auto optional = [&](size_t position, const char* name) -> uint32_t {
    if (info[position].IsUndefined()) return 0;
    return static_cast<uint32_t>(IntegerArgument(info, position, name, 0, UINT32_MAX));
  };
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_pid = optional(1, "portId");
  address.nl_groups = optional(2, "groups");
  if (sendto(fd_.get(), message.Data(), message.ByteLength(), 0, reinterpret_cast<sockaddr*>(&address),
             sizeof(address)) < 0) {
    ThrowErrno(info.Env(), "sendto", errno);
  }
}

Napi::Value NetlinkSocket::Receive(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  RequireOpen(env);
  RequireNotReceiving(env);
  using Clock = std::chrono::steady_clock;
  const auto deadline =
      Clock::now() + std::chrono::milliseconds(IntegerArgument(info, 0, "timeoutMs", 0, INT_MAX));
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd wait{fd_.get(), POLLIN, 0};
    const int ready = poll(&wait, 1, static_cast<int>(std::max<int64_t>(left, 0)));
    if (ready == 0) return env.Undefined();
    if (ready < 0) {
      if (errno == EINTR) continue;
      ThrowErrno(env, "poll", errno);
    }
    const ssize_t size = recv(fd_.get(), nullptr, 0, MSG_PEEK | MSG_TRUNC);
    if (size < 0) ThrowErrno(env, "recv", errno);
    Napi::Uint8Array message = Napi::Uint8Array::New(env, static_cast<size_t>(size));
    if (recv(fd_.get(), message.Data(), message.ByteLength(), 0) < 0) ThrowErrno(env, "recv", errno);
    return message;
  }
}

void NetlinkSocket::StartReceiving(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  // Read the arenas before the checks: a JavaScript accessor of an arena may call close().
  ArenaList arenas = ArenasOf(info[0]);
  RequireOpen(env);
  RequireNotReceiving(env);
  if (!info[1].IsBoolean()) throw Napi::TypeError::New(env, "kernelOnly must be a boolean");
  if (!info[2].IsFunction()) throw Napi::TypeError::New(env, "listener must be a function");
  ReceiveOptions options{.kernel_only = info[1].As<Napi::Boolean>()};
  if (!info[3].IsUndefined()) {
    options.gather = std::chrono::milliseconds(IntegerArgument(info, 3, "gatherMs", 0, kMaxGatherMs));
  }
  session_ = std::make_unique<ReceiveSession>(Value(), fd_.get(), std::move(arenas), options,
                                              info[2].As<Napi::Function>(), &counters_);
}

void NetlinkSocket::Release(const Napi::CallbackInfo& info) {
  RequireOpen(info.Env());
  const auto arena = static_cast<uint32_t>(IntegerArgument(info, 0, "arena", 0, UINT32_MAX));
  if (session_ && session_->Release(arena)) return;
  throw Napi::Error::New(info.Env(), "arena " + std::to_string(arena) + " is not handed out");
}

void NetlinkSocket::StopReceiving(const Napi::CallbackInfo& info) {
  RequireOpen(info.Env());
  if (session_) session_->Stop();
}

Napi::Value NetlinkSocket::Counters(const Napi::CallbackInfo& info) {
  Napi::Object counters = Napi::Object::New(info.Env());
  const auto set = [&](const char* name, uint64_t value) {
    counters.Set(name, Napi::Number::New(info.Env(), static_cast<double>(value)));
  };
  set("messages", counters_.messages);
  set("bytes", counters_.bytes);
  set("overruns", counters_.overruns);
  set("cut", counters_.cut);
  set("arenaWaits", counters_.arena_waits);
  set("notFromKernel", counters_.not_from_kernel);
  return counters;
}

Napi::Value NetlinkSocket::OverrunMessages(const Napi::CallbackInfo& info) {
  SocketMemory memory{.queued_bytes = 0, .receive_buffer = 0, .dropped = dropped_at_close_};
  if (fd_.is_open()) ReadSocketMemory(fd_.get(), &memory);
  return Napi::Number::New(info.Env(), memory.dropped);
}

void NetlinkSocket::Close(const Napi::CallbackInfo& info) {
  if (!fd_.is_open()) return;
  session_.reset();
  SocketMemory memory{};
  if (ReadSocketMemory(fd_.get(), &memory)) dropped_at_close_ = memory.dropped;
  fd_.Reset();
}

void NetlinkSocket::RequireOpen(Napi::Env env) const {
  if (!fd_.is_open()) throw Napi::Error::New(env, "the netlink socket is closed");
}

void NetlinkSocket::RequireNotReceiving(Napi::Env env) const {
  if (session_ && session_->receiving()) {
    throw Napi::Error::New(env, "the receive thread has the netlink socket");
  }
}

}  // namespace dropcap

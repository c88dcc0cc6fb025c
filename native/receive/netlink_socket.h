#ifndef DROPCAP_NATIVE_RECEIVE_NETLINK_SOCKET_H_
#define DROPCAP_NATIVE_RECEIVE_NETLINK_SOCKET_H_

#include <napi.h>

#include <cstdint>
#include <memory>

#include "../posix.h"
#include "receive_session.h"
#include "receive_thread.h"

namespace dropcap {

// The NetlinkSocket of src/binding/contract.ts. All functions run on the JavaScript thread of the
// environment.
class NetlinkSocket : public Napi::ObjectWrap<NetlinkSocket> {
 public:
  static Napi::Function DefineClass(Napi::Env env);

  // new NetlinkSocket(protocol, receiveBufferBytes) opens a socket. new NetlinkSocket(fd) takes one that the
  // guard opened; when this throws, the caller still owns `fd`.
  explicit NetlinkSocket(const Napi::CallbackInfo& info);

 private:
  Napi::Value PortId(const Napi::CallbackInfo& info);
  Napi::Value ReceiveBufferBytes(const Napi::CallbackInfo& info);
  void SetOption(const Napi::CallbackInfo& info);
  void JoinGroup(const Napi::CallbackInfo& info);
  void LeaveGroup(const Napi::CallbackInfo& info);
  void Send(const Napi::CallbackInfo& info);
  Napi::Value Receive(const Napi::CallbackInfo& info);
  void StartReceiving(const Napi::CallbackInfo& info);
  void Release(const Napi::CallbackInfo& info);
  void StopReceiving(const Napi::CallbackInfo& info);
  Napi::Value Counters(const Napi::CallbackInfo& info);
  Napi::Value OverrunMessages(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);

  void Open(Napi::Env env, int protocol, int64_t receive_buffer_bytes);
  void Adopt(Napi::Env env, int fd);
  void ReadAddress(Napi::Env env, int fd);
  void ReadReceiveBuffer(Napi::Env env, int fd);
  void SetReceiveBuffer(Napi::Env env, int bytes);
  void SetNetlinkOption(Napi::Env env, int option, int value, const char* call);
  void RequireOpen(Napi::Env env) const;
  void RequireNotReceiving(Napi::Env env) const;

  UniqueFd fd_;
  uint32_t port_id_ = 0;
  int receive_buffer_bytes_ = 0;
  // Overrun messages at close(): afterwards the kernel cannot report them.
  uint32_t dropped_at_close_ = 0;
  ReceiveCounters counters_;
  // Kept after the end of receiving: the session knows which arenas are still handed out.
  std::unique_ptr<ReceiveSession> session_;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_RECEIVE_NETLINK_SOCKET_H_

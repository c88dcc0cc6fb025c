#ifndef DROPCAP_NATIVE_RECEIVE_RECEIVE_SESSION_H_
#define DROPCAP_NATIVE_RECEIVE_RECEIVE_SESSION_H_

#include <napi.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "receive_thread.h"

namespace dropcap {

// The arenas of a session: where their memory is, and references that keep it.
struct ArenaList {
  std::vector<Arena> memory;
  std::vector<Napi::ObjectReference> arrays;
};

// `value` as an array of MessageArena (contract.ts). May run JavaScript: accessors. Throws a TypeError.
ArenaList ArenasOf(Napi::Value value);

// One startReceiving(): a receive thread, the JavaScript values that it needs, and its way to the listener.
// Every function runs on the JavaScript thread.
class ReceiveSession {
 public:
  // Starts receiving from `fd`. Until the end, keeps `socket`, the arenas' arrays and the process alive.
  // Throws an Error with an errno.
  ReceiveSession(Napi::Object socket, int fd, ArenaList arenas, bool kernel_only, Napi::Function listener,
                 ReceiveCounters* counters);
  ~ReceiveSession();
  ReceiveSession(const ReceiveSession&) = delete;
  ReceiveSession& operator=(const ReceiveSession&) = delete;

  bool receiving() const { return link_ != nullptr; }

  // As ReceiveThread::Release(): works after the end too, when batches are still on their way downstream.
  bool Release(uint32_t arena) { return thread_->Release(arena); }

  void Stop();

 private:
  // What the threadsafe function holds, which outlives the session by some turns of the event loop.
  struct Link {
    // Null after the end, so that queued calls go nowhere: what becomes of them after napi_tsfn_abort is not
    // documented.
    ReceiveSession* session;
  };
  struct Call {
    int32_t arena;
    int32_t value;
  };

  static void CallListener(Napi::Env env, Napi::Function listener, Link* link, Call* data);
  using CallQueue = Napi::TypedThreadSafeFunction<Link, Call, CallListener>;
  static void OnEnvironmentEnd(void* session);

  void End();

  const napi_env env_;
  // The arenas' arrays and the socket's object.
  std::vector<Napi::ObjectReference> kept_;
  // Null when not receiving.
  Link* link_ = nullptr;
  CallQueue calls_;
  std::optional<ReceiveThread> thread_;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_RECEIVE_RECEIVE_SESSION_H_

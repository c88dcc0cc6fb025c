#ifndef DROPCAP_NATIVE_RECEIVE_RECEIVE_SESSION_H_
#define DROPCAP_NATIVE_RECEIVE_RECEIVE_SESSION_H_

#include <napi.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "receive_thread.h"

namespace dropcap {

// The arenas of a session: their memory, and references that keep the memory alive.
struct ArenaList {
  std::vector<Arena> memory;
  std::vector<Napi::ObjectReference> arrays;
};

// `value` as an array of MessageArena (contract.ts). May run JavaScript accessors. Throws a TypeError.
ArenaList ArenasOf(Napi::Value value);

// One startReceiving(): a receive thread, the JavaScript values that the thread needs, and the queue of calls
// to the listener. All functions run on the JavaScript thread.
class ReceiveSession {
 public:
  // Starts receiving from `fd`. Until the end, keeps `socket`, the arenas' arrays and the process alive.
  // Throws an Error with an errno.
  ReceiveSession(Napi::Object socket, int fd, ArenaList arenas, const ReceiveOptions& options,
                 Napi::Function listener, ReceiveCounters* counters);
  ~ReceiveSession();
  ReceiveSession(const ReceiveSession&) = delete;
  ReceiveSession& operator=(const ReceiveSession&) = delete;

  bool receiving() const { return link_ != nullptr; }

  // See ReceiveThread::Release(). Also works after the end, when consumers still use batches.
  bool Release(uint32_t arena) { return thread_->Release(arena); }

  void Stop();

 private:
  // The context of the threadsafe function, which lives a few turns of the event loop longer than the
  // session.
  struct Link {
    // Null after the end: queued calls must then do nothing. Whether queued calls still run after
    // napi_tsfn_abort is not documented.
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

#include "receive_session.h"

#include <cstddef>
#include <memory>
#include <utility>

#include "../js_values.h"

namespace dropcap {
namespace {

constexpr size_t kMinSlotBytes = 64;

// An arena from the arrays of a MessageArena (contract.ts). Throws a TypeError when their sizes are wrong.
Arena MakeArena(const Napi::Uint8Array& bytes, const Napi::Uint32Array& index) {
  const size_t words = index.ElementLength();
  if (words < 2 || words % 2 != 0) {
    throw Napi::TypeError::New(index.Env(), "arena.index must hold two words per slot, for one slot or more");
  }
  const size_t slots = words / 2;
  const size_t slot_bytes = bytes.ByteLength() / slots;
  if (slot_bytes < kMinSlotBytes || bytes.ByteLength() > UINT32_MAX) {
    throw Napi::TypeError::New(bytes.Env(), "arena.bytes must hold 64 bytes or more per slot, below 4 GiB");
  }
  // In napi.h, Data() is not const: copy the handles.
  return {.bytes = Napi::Uint8Array(bytes).Data(),
          .slot_bytes = slot_bytes,
          .index = Napi::Uint32Array(index).Data(),
          .slots = slots};
}

}  // namespace

ArenaList ArenasOf(Napi::Value value) {
  const uint32_t count = value.IsArray() ? value.As<Napi::Array>().Length() : 0;
  if (count == 0) throw Napi::TypeError::New(value.Env(), "arenas must be an array of one arena or more");
  ArenaList list;
  for (uint32_t i = 0; i < count; ++i) {
    const Napi::Value arena = value.As<Napi::Array>().Get(i);
    if (!arena.IsObject()) throw Napi::TypeError::New(value.Env(), "an arena must be an object");
    const Napi::Uint8Array bytes = Bytes(arena.As<Napi::Object>().Get("bytes"), "arena.bytes");
    const Napi::Uint32Array index = Words(arena.As<Napi::Object>().Get("index"), "arena.index");
    list.memory.push_back(MakeArena(bytes, index));
    list.arrays.push_back(Napi::Persistent(bytes.As<Napi::Object>()));
    list.arrays.push_back(Napi::Persistent(index.As<Napi::Object>()));
  }
  return list;
}

ReceiveSession::ReceiveSession(Napi::Object socket, int fd, ArenaList arenas, const ReceiveOptions& options,
                               Napi::Function listener, ReceiveCounters* counters)
    : env_(socket.Env()), kept_(std::move(arenas.arrays)) {
  kept_.push_back(Napi::Persistent(socket));

  auto link = std::make_unique<Link>(Link{this});
  // Queue size 0: unlimited. The queue never has more calls than one for each arena, and one for the end.
  calls_ = CallQueue::New(env_, listener, "dropcap.NetlinkSocket", 0, 1, link.get(),
                          [](Napi::Env, void*, Link* finalized) { delete finalized; });
  link_ = link.release();
  // Hooks run last in, first out. This hook, added after the threadsafe function's own (added by New), runs
  // first and joins the thread. Otherwise the thread would use a queue that no longer exists.
  napi_add_env_cleanup_hook(env_, OnEnvironmentEnd, this);

  try {
    thread_.emplace(fd, arenas.memory, options, counters, [this](int32_t arena, int32_t value) {
      auto call = std::make_unique<Call>(Call{arena, value});
      if (calls_.NonBlockingCall(call.get()) == napi_ok) call.release();
    });
  } catch (const SyscallError& failure) {
    End();
    ThrowErrno(env_, failure.syscall, failure.error);
  }
}

ReceiveSession::~ReceiveSession() { End(); }

void ReceiveSession::Stop() {
  if (receiving()) thread_->Stop();
}

void ReceiveSession::End() {
  if (!receiving()) return;
  if (thread_) thread_->Abort();
  std::exchange(link_, nullptr)->session = nullptr;
  napi_remove_env_cleanup_hook(env_, OnEnvironmentEnd, this);
  calls_.Abort();
  kept_.clear();
}

void ReceiveSession::OnEnvironmentEnd(void* session) { static_cast<ReceiveSession*>(session)->End(); }

void ReceiveSession::CallListener(Napi::Env env, Napi::Function listener, Link* link, Call* data) {
  const std::unique_ptr<Call> call(data);
  // Without an environment, the queue is being deleted, and `link` may be deleted already.
  if (static_cast<napi_env>(env) == nullptr || link->session == nullptr) return;
  // End the session before the listener is called: the listener may call startReceiving().
  if (call->arena == ReceiveThread::kEnd) link->session->End();

  // Use the C functions: napi.h throws when a worker is terminated during the call. An exception that leaves
  // this function would be a warning (DEP0168) instead of an uncaught exception.
  napi_value arguments[2];
  napi_create_int32(env, call->arena, &arguments[0]);
  napi_create_int32(env, call->value, &arguments[1]);
  napi_value result;
  const napi_status status = napi_call_function(env, env.Undefined(), listener, 2, arguments, &result);
  napi_value exception;
  if (status == napi_pending_exception && napi_get_and_clear_last_exception(env, &exception) == napi_ok) {
    napi_fatal_exception(env, exception);
  }
}

}  // namespace dropcap

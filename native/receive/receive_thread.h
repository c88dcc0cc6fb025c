#ifndef DROPCAP_NATIVE_RECEIVE_RECEIVE_THREAD_H_
#define DROPCAP_NATIVE_RECEIVE_RECEIVE_THREAD_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "../posix.h"
#include "recv_batch.h"

namespace dropcap {

// Counters: the receive thread writes them, any thread may read them. contract.ts documents each one.
struct ReceiveCounters {
  std::atomic<uint64_t> messages{0};
  std::atomic<uint64_t> bytes{0};
  std::atomic<uint64_t> overruns{0};
  std::atomic<uint64_t> cut{0};
  std::atomic<uint64_t> arena_waits{0};
  std::atomic<uint64_t> not_from_kernel{0};
};

// How to receive.
struct ReceiveOptions {
  // See RecvBatch::Receive().
  bool kernel_only = false;
  // After a batch emptied the queue, the next batch gathers messages for at most this time, while the arenas
  // and the receive buffer have room. The first batch after a pause does not wait.
  std::chrono::milliseconds gather{0};
};

// Receives batches of datagrams on its own thread, into arenas. An arena is free, then being filled, then
// handed out, then free again by Release(). Call the public functions on the owner's thread only.
class ReceiveThread {
 public:
  static constexpr int32_t kEnd = -1;

  // Called on the receive thread; must not wait. (arena, messages) for a batch; (kEnd, 0 or an errno) in the
  // last call.
  using Deliver = std::function<void(int32_t arena, int32_t value)>;

  // Starts the thread. The caller must keep `fd` and the arenas' memory until Abort() returned or kEnd was
  // delivered: the thread uses them. Throws SyscallError.
  ReceiveThread(int fd, const std::vector<Arena>& arenas, const ReceiveOptions& options,
                ReceiveCounters* counters, Deliver deliver);
  ~ReceiveThread();

  // Makes a handed-out arena free again. Also works after the end. False if the arena was not handed out.
  bool Release(uint32_t arena);

  // Makes the thread deliver the messages queued now, then end. Does not wait.
  void Stop();

  // Ends the thread without draining, and waits for its end: for one recvmmsg at most.
  void Abort();

 private:
  using Clock = std::chrono::steady_clock;
  enum class Phase { kReceiving, kDraining, kAborting };

  void Start();
  int ReceiveUntilEnd();
  Clock::duration GatherTime(Clock::duration elapsed, uint64_t messages) const;
  void Gather(Clock::time_point until);
  std::chrono::milliseconds TimeUntilLook() const;
  std::optional<uint32_t> TakeArena();
  void HandOver(uint32_t arena, const BatchResult& result);
  void Count(const BatchResult& result);
  void EnterPhase(Phase phase);

  const int fd_;
  const ReceiveOptions options_;
  ReceiveCounters* const counters_;
  const Deliver deliver_;
  std::vector<RecvBatch> batches_;
  UniqueFd wake_;

  std::atomic<Phase> phase_{Phase::kReceiving};
  // Written before phase_ becomes kDraining, read afterwards.
  uint64_t drain_limit_ = 0;

  std::mutex mutex_;
  std::condition_variable arena_freed_;
  // Guarded by mutex_. The arena freed last is used first: its memory is likely in the cache.
  std::vector<uint32_t> free_;
  std::vector<bool> handed_out_;

  std::thread thread_;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_RECEIVE_RECEIVE_THREAD_H_

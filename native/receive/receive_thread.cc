#include "receive_thread.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

namespace dropcap {
namespace {

// Each queued message takes at least this much of the receive buffer. The truesize of an skb includes struct
// sk_buff and struct skb_shared_info (SKB_TRUESIZE(0), include/linux/skbuff.h): 576 bytes on x86-64 and
// arm64.
constexpr uint64_t kMinQueuedBytes = 512;

// Gathering ends when a fourth of the receive buffer is in use. A poll() cannot wait for that, because
// netlink sockets ignore SO_RCVLOWAT (datagram_poll, net/core/datagram.c). So the thread looks now and then:
// before a flood that starts now could fill three fourths. The flood has 300,000 drops a second of 200 bytes
// (test/bench/receive.js), which take 1,280 bytes each. Each look costs a wake-up.
constexpr uint64_t kGatherShare = 4;
constexpr uint64_t kFloodBytesAMs = 300 * 1280;
constexpr auto kShortestLook = std::chrono::milliseconds(1);

bool EndsReceiving(int error) {
  // ENOBUFS reports an overrun. The messages in the socket are still valid.
  return error != 0 && error != EAGAIN && error != EINTR && error != ENOBUFS;
}

}  // namespace

ReceiveThread::ReceiveThread(int fd, const std::vector<Arena>& arenas, const ReceiveOptions& options,
                             ReceiveCounters* counters, Deliver deliver)
    : fd_(fd),
      options_(options),
      counters_(counters),
      deliver_(std::move(deliver)),
      batches_(arenas.begin(), arenas.end()),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wake_.is_open()) throw SyscallError("eventfd", errno);
  handed_out_.resize(arenas.size());
  for (size_t arena = arenas.size(); arena > 0; --arena) free_.push_back(static_cast<uint32_t>(arena - 1));
  Start();
}

ReceiveThread::~ReceiveThread() { Abort(); }

void ReceiveThread::Start() {
  // Block all signals: the new thread inherits the mask, and Node's own threads must get the signals.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = 0;
  try {
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), "dropcap-recv");
      deliver_(kEnd, ReceiveUntilEnd());
    });
  } catch (const std::system_error& failure) {
    error = failure.code().value();
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error != 0) throw SyscallError("pthread_create", error);
}

bool ReceiveThread::Release(uint32_t arena) {
  {
    const std::lock_guard lock(mutex_);
    if (arena >= handed_out_.size() || !handed_out_[arena]) return false;
    handed_out_[arena] = false;
    free_.push_back(arena);
  }
  arena_freed_.notify_one();
  return true;
}

void ReceiveThread::Stop() {
  if (phase_ != Phase::kReceiving) return;
  // Drain no more messages than are queued now: otherwise a fast sender would delay the end forever.
  SocketMemory memory{};
  drain_limit_ = ReadSocketMemory(fd_, &memory) ? memory.queued_bytes / kMinQueuedBytes + 1 : UINT64_MAX;
  EnterPhase(Phase::kDraining);
}

void ReceiveThread::Abort() {
  if (!thread_.joinable()) return;
  EnterPhase(Phase::kAborting);
  thread_.join();
}

void ReceiveThread::EnterPhase(Phase phase) {
  {
    const std::lock_guard lock(mutex_);
    phase_ = phase;
  }
  arena_freed_.notify_one();
  eventfd_write(wake_.get(), 1);
}

int ReceiveThread::ReceiveUntilEnd() {
  uint64_t drained = 0;
  Clock::time_point emptied{};
  Clock::time_point gather_until{};
  uint64_t since_emptied = 0;
  for (;;) {
    const Phase phase = phase_;
    const bool draining = phase == Phase::kDraining;
    if (phase == Phase::kAborting || (draining && drained >= drain_limit_)) return 0;

    pollfd waits[] = {{fd_, POLLIN, 0}, {wake_.get(), POLLIN, 0}};
    if (poll(waits, draining ? 1 : 2, draining ? 0 : -1) < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    // POLLERR counts as ready: it reports ENOBUFS.
    if (waits[0].revents == 0) {
      if (draining) return 0;
      continue;
    }

    if (!draining) Gather(gather_until);
    const std::optional<uint32_t> arena = TakeArena();
    if (!arena) return 0;
    const BatchResult result = batches_[*arena].Receive(fd_, options_.kernel_only);
    Count(result);
    HandOver(*arena, result);
    const bool full = result.messages + result.not_from_kernel == batches_[*arena].slots();
    since_emptied += result.messages;
    if (!full) {
      const Clock::time_point now = Clock::now();
      gather_until = now + GatherTime(now - emptied, since_emptied);
      emptied = now;
      since_emptied = 0;
      // In a stream of messages, wait at once. poll() would wake the thread for the first message, and the
      // wait would wake it again.
      if (!draining && result.messages > 1) Gather(gather_until);
    }
    if (EndsReceiving(result.error)) return result.error;
    if (draining) drained += result.messages + result.not_from_kernel;
  }
}

// How long to gather after `messages` came in `elapsed`. In a flood, only as long as the arenas have room for
// at that rate: more messages in a row cost as much each, and would leave the processor's cache.
ReceiveThread::Clock::duration ReceiveThread::GatherTime(Clock::duration elapsed, uint64_t messages) const {
  const Clock::duration longest = options_.gather;
  if (messages == 0) return longest;
  const auto room = static_cast<int64_t>(batches_.size() * batches_[0].slots());
  return std::min(longest, std::min(longest, elapsed) * room / static_cast<int64_t>(messages));
}

// Waits until the time `until`, until the receive buffer fills, or until the phase changes.
void ReceiveThread::Gather(Clock::time_point until) {
  for (;;) {
    const std::chrono::nanoseconds left = until - Clock::now();
    if (left <= Clock::duration::zero()) return;
    const std::chrono::nanoseconds wanted = std::min<std::chrono::nanoseconds>(left, TimeUntilLook());
    if (wanted <= Clock::duration::zero()) return;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(wanted);
    const timespec timeout{seconds.count(), (wanted - seconds).count()};
    pollfd wait{wake_.get(), POLLIN, 0};
    if (ppoll(&wait, 1, &timeout, nullptr) != 0) return;
  }
}

// For how long the receive buffer has room. 0 when gathering must end.
std::chrono::milliseconds ReceiveThread::TimeUntilLook() const {
  SocketMemory memory{};
  if (!ReadSocketMemory(fd_, &memory) || memory.queued_bytes >= memory.receive_buffer / kGatherShare) {
    return std::chrono::milliseconds(0);
  }
  const uint64_t room = memory.receive_buffer / 4 * uint64_t{3} - memory.queued_bytes;
  return std::max(std::chrono::milliseconds(room / kFloodBytesAMs), kShortestLook);
}

// Waits until an arena is free. Returns nothing when the thread must end at once.
std::optional<uint32_t> ReceiveThread::TakeArena() {
  std::unique_lock lock(mutex_);
  if (free_.empty()) {
    ++counters_->arena_waits;
    arena_freed_.wait(lock, [this] { return !free_.empty() || phase_ == Phase::kAborting; });
  }
  if (phase_ == Phase::kAborting) return std::nullopt;
  const uint32_t arena = free_.back();
  free_.pop_back();
  return arena;
}

void ReceiveThread::HandOver(uint32_t arena, const BatchResult& result) {
  const bool empty = result.messages == 0;
  {
    const std::lock_guard lock(mutex_);
    if (empty) {
      free_.push_back(arena);
    } else {
      handed_out_[arena] = true;
    }
  }
  if (!empty) deliver_(static_cast<int32_t>(arena), static_cast<int32_t>(result.messages));
}

void ReceiveThread::Count(const BatchResult& result) {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  if (result.error == ENOBUFS) counters_->overruns.fetch_add(1, kRelaxed);
  counters_->messages.fetch_add(result.messages, kRelaxed);
  counters_->bytes.fetch_add(result.bytes, kRelaxed);
  counters_->cut.fetch_add(result.cut, kRelaxed);
  counters_->not_from_kernel.fetch_add(result.not_from_kernel, kRelaxed);
}

}  // namespace dropcap

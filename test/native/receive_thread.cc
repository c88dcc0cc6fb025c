// Runs the receive thread under load, without JavaScript, for ThreadSanitizer: Node is not built for it.
// Sockets of NETLINK_USERSOCK send to one another. On an error, prints it and exits with status 1.
#include "../../native/receive/receive_thread.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace {

using dropcap::Arena;
using dropcap::ReceiveCounters;
using dropcap::ReceiveOptions;
using dropcap::ReceiveThread;
using dropcap::UniqueFd;

constexpr size_t kArenas = 4;
constexpr size_t kSlots = 16;
constexpr size_t kSlotBytes = 128;

int failures = 0;

void Expect(bool holds, const char* what) {
  if (holds) return;
  std::printf("not so: %s\n", what);
  ++failures;
}

int OpenSocket(sockaddr_nl* address) {
  const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_USERSOCK);
  *address = {};
  address->nl_family = AF_NETLINK;
  bind(fd, reinterpret_cast<sockaddr*>(address), sizeof(*address));
  socklen_t length = sizeof(*address);
  getsockname(fd, reinterpret_cast<sockaddr*>(address), &length);
  return fd;
}

// Passes the receive thread's calls to another thread, as the threadsafe function does.
class Deliveries {
 public:
  struct Call {
    int32_t arena;
    int32_t value;
  };

  void Push(Call call) {
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(call);
    }
    arrived_.notify_one();
  }

  Call Take() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !calls_.empty(); });
    const Call call = calls_.front();
    calls_.pop_front();
    return call;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Call> calls_;
};

// A receiving socket with its memory, and a thread that sends to the socket until the object is destroyed.
class Session {
 public:
  explicit Session(ReceiveOptions options = {})
      : receiver_(OpenSocket(&address_)), sender_(OpenSocket(&sender_address_)) {
    for (size_t i = 0; i < kArenas; ++i) {
      arenas_.push_back({&bytes_[i * kSlots * kSlotBytes], kSlotBytes, &index_[i * kSlots * 2], kSlots});
    }
    thread.emplace(receiver_.get(), arenas_, options, &counters, [this](int32_t arena, int32_t value) {
      calls.Push({arena, value});
    });
    sending_thread_ = std::thread([this] {
      const uint8_t message[64] = {};
      while (sending_) {
        sendto(sender_.get(), message, sizeof(message), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&address_),
               sizeof(address_));
      }
    });
  }

  ~Session() {
    sending_ = false;
    sending_thread_.join();
    thread.reset();
  }

  // Consumes a batch: reads every message, then gives the arena back.
  void Consume(const Deliveries::Call& call) {
    const Arena& arena = arenas_[static_cast<size_t>(call.arena)];
    for (int32_t i = 0; i < call.value; ++i) {
      sum_ += arena.bytes[arena.index[2 * i]] + arena.index[2 * i + 1];
      ++consumed;
    }
    Expect(thread->Release(static_cast<uint32_t>(call.arena)), "a delivered arena is handed out");
  }

  Deliveries calls;
  ReceiveCounters counters;
  uint64_t consumed = 0;
  std::optional<ReceiveThread> thread;

 private:
  sockaddr_nl address_{};
  sockaddr_nl sender_address_{};
  UniqueFd receiver_;
  UniqueFd sender_;
  std::vector<uint8_t> bytes_ = std::vector<uint8_t>(kArenas * kSlots * kSlotBytes);
  std::vector<uint32_t> index_ = std::vector<uint32_t>(kArenas * kSlots * 2);
  std::vector<Arena> arenas_;
  std::atomic<bool> sending_{true};
  std::thread sending_thread_;
  uint64_t sum_ = 0;
};

void StopsAfterDraining() {
  Session session;
  int batches = 0;
  for (;;) {
    const Deliveries::Call call = session.calls.Take();
    if (call.arena == ReceiveThread::kEnd) {
      Expect(call.value == 0, "the end is without an error");
      break;
    }
    session.Consume(call);
    if (++batches == 200) session.thread->Stop();
  }
  Expect(batches >= 200, "what was queued is delivered before the end");
  Expect(session.counters.messages == session.consumed, "every message is counted once");
}

void StopsWhileItGathers() {
  Session session({.gather = std::chrono::seconds(1)});
  session.Consume(session.calls.Take());
  session.thread->Stop();
  for (;;) {
    const Deliveries::Call call = session.calls.Take();
    if (call.arena == ReceiveThread::kEnd) break;
    session.Consume(call);
  }
  Expect(session.counters.messages == session.consumed, "every gathered message is delivered");
}

void AbortsAmidDelivery() {
  for (int round = 0; round < 20; ++round) {
    Session session;
    for (int batch = 0; batch < round; ++batch) session.Consume(session.calls.Take());
    session.thread->Abort();
    session.thread->Abort();
  }
}

void AbortsWhileItWaitsForAnArena() {
  Session session;
  while (session.counters.arena_waits == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  session.thread->Stop();
  session.thread->Abort();
  Expect(session.counters.messages <= kArenas * kSlots, "no arena is filled twice without a release");
}

}  // namespace

int main() {
  StopsAfterDraining();
  StopsWhileItGathers();
  AbortsAmidDelivery();
  AbortsWhileItWaitsForAnArena();
  return failures == 0 ? 0 : 1;
}

#include "guard.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "event_socket.h"
#include "pending_end.h"
#include "privilege.h"

namespace dropcap::guard {
namespace {

constexpr int64_t kLookEveryMs = 1000;
// After a signal, the guard waits this long before it ends. A signal to a whole control group also reaches
// dropcap, which can then end first, with all its drops written.
constexpr int64_t kGraceMs = 500;
// dropcap pings every 5 s (src/heartbeat.ts). After this time without a request, it may hang.
constexpr int64_t kSilentMs = 7000;

int64_t NowMs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

Verdict Refusal(int error) {
  Verdict verdict;
  verdict.error = error;
  return verdict;
}

Reply MakeReply(uint32_t command, const Verdict& verdict, uint32_t value) {
  Reply reply{};
  reply.command = command;
  reply.error = static_cast<uint32_t>(verdict.error);
  reply.value = value;
  reply.text_length = verdict.text_length;
  std::memcpy(reply.text, verdict.text, verdict.text_length);
  return reply;
}

bool IsQueueLength(uint32_t value) { return value > 0 && value <= kMaxQueueLength; }

Verdict OnlyForRoot(const char* what, uint32_t limit) {
  Verdict verdict = Refusal(EPERM);
  const int length =
      std::snprintf(verdict.text, sizeof(verdict.text), "only root may have %s above %u", what, limit);
  verdict.text_length = static_cast<uint32_t>(length);
  return verdict;
}

}  // namespace

bool Guard::Run() {
  while (WaitAndServe() == Turn::kGoOn) continue;
  // After the request kEnd, Undo() does only what failed before.
  return ownership_.Undo().error == 0;
}

Guard::Turn Guard::WaitAndServe() {
  const int64_t before = NowMs();
  if (end_by_ != 0 && before >= end_by_) return Turn::kEnd;
  pollfd waits[] = {{parent_, POLLIN, 0}, {signals_, POLLIN, 0}, {channel_.fd(), POLLIN, 0}};
  if (poll(waits, 3, TimeoutMs(before)) < 0 && errno != EINTR) return Turn::kEnd;
  // dropcap ended: do not serve its last requests.
  if (waits[0].revents != 0) return Turn::kEnd;
  if (waits[1].revents != 0) {
    signalfd_siginfo signal;
    if (read(signals_, &signal, sizeof(signal)) > 0 && end_by_ == 0) end_by_ = NowMs() + kGraceMs;
  }
  if (waits[2].revents != 0) {
    Request request;
    switch (channel_.Receive(&request)) {
      case Channel::Received::kEnd:
        return Turn::kEnd;
      case Channel::Received::kRequest:
        heard_ = NowMs();
        if (Serve(request) == Turn::kEnd) return Turn::kEnd;
        break;
      case Channel::Received::kNothing:
        break;
    }
  }
  LookAfter(NowMs());
  return Turn::kGoOn;
}

int Guard::TimeoutMs(int64_t now) const {
  int64_t until = INT64_MAX;
  if (kept_ != 0) until = next_look_;
  if (end_by_ != 0) until = std::min(until, end_by_);
  return until == INT64_MAX ? -1 : static_cast<int>(std::max<int64_t>(until - now, 0));
}

Guard::Turn Guard::Serve(const Request& request) {
  const auto& [command, a, b, c] = request;
  if (command == kOpen) return Open(request);
  if (command == kEnd) {
    Answer(request, ownership_.Undo());
    return Turn::kEnd;
  }
  if (command == kPing) return Answer(request, Verdict{});
  if (command != kConfigure && command != kStart && command != kKeep) return Answer(request, Refusal(EINVAL));
  if (!opened_) return Answer(request, Refusal(EPROTO));
  if (command == kKeep) return Keep(request);
  if (command == kStart) return Answer(request, a < kOrigins ? ownership_.Start(a) : Refusal(EINVAL));
  if (!IsQueueLength(b) || c > kSummary) return Answer(request, Refusal(EINVAL));
  if (!by_root_ && b > kMaxUserQueueLength) {
    return Answer(request, OnlyForRoot("a queue length", kMaxUserQueueLength));
  }
  return Answer(request, ownership_.Configure(MakeSettings(c == kSummary, a, b)));
}

Guard::Turn Guard::Answer(const Request& request, const Verdict& verdict, uint32_t value, int attached) {
  // Do not wait for a peer that does not read: the guard would not notice dropcap's end meanwhile.
  return channel_.Send(MakeReply(request.command, verdict, value), attached) == 0 ? Turn::kGoOn : Turn::kEnd;
}

Guard::Turn Guard::Open(const Request& request) {
  if (request.a > kMaxReceiveBuffer) return Answer(request, Refusal(EINVAL));
  if (!by_root_ && request.a > kMaxUserReceiveBuffer) {
    return Answer(request, OnlyForRoot("a receive buffer in bytes", kMaxUserReceiveBuffer));
  }
  if (opened_) return Answer(request, Refusal(EALREADY));
  const Verdict found = monitor_.Find();
  if (found.error != 0) return Answer(request, found);
  UniqueFd events;
  const int error = OpenEventSocket(monitor_.events_group(), request.a, &events);
  if (error != 0) return Answer(request, Refusal(error));
  // Only joining the group needed CAP_SYS_ADMIN.
  if (!KeepCapabilities(kNetAdmin)) return Answer(request, Refusal(EPERM));
  opened_ = true;
  // The guard's own descriptor is closed on return. Then only dropcap keeps the event socket open.
  return Answer(request, Verdict{}, monitor_.family(), events.get());
}

Guard::Turn Guard::Keep(const Request& request) {
  const auto& [command, mask, truncation_length, queue_length] = request;
  const uint32_t origins = mask & ~kKeepSummary;
  if (origins >> kOrigins != 0 || mask == kKeepSummary || (origins != 0 && !IsQueueLength(queue_length))) {
    return Answer(request, Refusal(EINVAL));
  }
  if (origins != 0 && !by_root_ && queue_length > kMaxUserQueueLength) {
    return Answer(request, OnlyForRoot("a queue length", kMaxUserQueueLength));
  }
  kept_ = origins;
  wanted_ = MakeSettings((mask & kKeepSummary) != 0, truncation_length, queue_length);
  next_look_ = NowMs() + kLookEveryMs;
  std::fill_n(told_, kOrigins, 0);
  return Answer(request, Verdict{});
}

void Guard::LookAfter(int64_t now) {
  if (kept_ == 0 || now < next_look_) return;
  next_look_ = now + kLookEveryMs;
  if (now - heard_ > kSilentMs && HasPendingEnd(status_)) {
    // What fails now is tried again at the end.
    ownership_.Undo();
    kept_ = 0;
    return;
  }
  for (uint32_t origin = 0; origin < kOrigins; ++origin) {
    if ((kept_ >> origin & 1) == 0) continue;
    Verdict verdict;
    const Ownership::Restarted restarted = ownership_.Restart(origin, wanted_, &verdict);
    const int told =
        std::exchange(told_[origin], restarted == Ownership::Restarted::kFailed ? verdict.error : 0);
    if (restarted == Ownership::Restarted::kNotNeeded) continue;
    if (restarted == Ownership::Restarted::kFailed && told == verdict.error) continue;
    // Ignore errors: if the peer closed its end, the next poll() reports it. If it does not read, the notice
    // is lost.
    channel_.Send(MakeReply(kRestarted, verdict, origin));
  }
}

}  // namespace dropcap::guard

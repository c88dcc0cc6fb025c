#include "ownership.h"

#include <linux/net_dropmon.h>
#include <poll.h>

#include <cerrno>

namespace dropcap::guard {
namespace {

constexpr int kUndoTries = 50;
constexpr int kUndoPauseMs = 100;

// Repeats `call` while the kernel is out of memory, up to kUndoTries times.
template <typename Call>
Verdict Insist(Call call) {
  for (int left = kUndoTries;; --left) {
    const Verdict verdict = call();
    if ((verdict.error != ENOBUFS && verdict.error != ENOMEM) || left == 1) return verdict;
    poll(nullptr, 0, kUndoPauseMs);
  }
}

}  // namespace

Verdict Ownership::Configure(const Settings& wanted) {
  if (before_) return monitor_->Configure(wanted);
  Settings found{};
  const Verdict verdict = monitor_->GetSettings(&found);
  return verdict.error == 0 ? ConfigureFrom(found, wanted) : verdict;
}

Verdict Ownership::ConfigureFrom(const Settings& found, const Settings& wanted) {
  const Verdict verdict = monitor_->Configure(wanted);
  if (verdict.error == 0 || verdict.uncertain) before_ = found;
  return verdict;
}

Verdict Ownership::Start(uint32_t origin) {
  const Verdict verdict = monitor_->Start(origin);
  // If the ack was lost, assume that monitoring started: stopping it when it is off does no harm.
  if (verdict.error == 0 || verdict.uncertain) started_ |= 1u << origin;
  return verdict;
}

Ownership::Restarted Ownership::Restart(uint32_t origin, const Settings& wanted, Verdict* verdict) {
  *verdict = Start(origin);
  if (verdict->error == EAGAIN) return Restarted::kNotNeeded;
  if (verdict->error != 0) return Restarted::kFailed;
  Settings found{};
  *verdict = monitor_->GetSettings(&found);
  if (verdict->error != 0) return Restarted::kFailed;
  // Another program set packet mode, or is another dropcap in summary mode, and ended during this capture.
  // That program could not restore the settings that it had found, because monitoring was on. Nobody knows
  // those settings any more.
  const bool abandoned = !before_ && (found.alert_mode == NET_DM_ALERT_MODE_PACKET || found == wanted);
  const Settings resting = abandoned ? kKernelDefaults : found;
  if (found == wanted) {
    if (!before_) before_ = resting;
    return Restarted::kDone;
  }

  // The kernel allows changes of the settings only while monitoring is off.
  *verdict = monitor_->Stop(origin);
  if (verdict->error != 0) return Restarted::kFailed;
  started_ &= ~(1u << origin);
  *verdict = ConfigureFrom(resting, wanted);
  if (verdict->error == 0) *verdict = Start(origin);
  return verdict->error == 0 ? Restarted::kDone : Restarted::kFailed;
}

Verdict Ownership::Undo() {
  Verdict failure;
  for (uint32_t origin = 0; origin < kOrigins; ++origin) {
    if (!Owns(origin)) continue;
    const Verdict verdict = Insist([&] { return monitor_->Stop(origin); });
    if (verdict.error == 0 || verdict.error == ENOENT) {
      started_ &= ~(1u << origin);
    } else {
      failure = verdict;
    }
  }
  if (before_) {
    const Verdict verdict = Insist([&] { return monitor_->Configure(*before_); });
    if (verdict.error == 0 || verdict.error == ENOENT || (verdict.error == EBUSY && started_ == 0)) {
      before_.reset();
    } else if (failure.error == 0) {
      failure = verdict;
    }
  }
  return failure;
}

}  // namespace dropcap::guard

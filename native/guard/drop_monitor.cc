#include "drop_monitor.h"

#include <linux/net_dropmon.h>

#include <cerrno>
#include <cstring>

namespace dropcap::guard {
namespace {

constexpr uint8_t kControlVersion = 2;
constexpr uint8_t kDropMonitorVersion = 2;
constexpr char kFamilyName[] = "NET_DM";
constexpr char kEventsGroupName[] = "events";

bool IsText(std::span<const uint8_t> value, const char* text, size_t size_with_zero) {
  return value.size() == size_with_zero && std::memcmp(value.data(), text, size_with_zero) == 0;
}

// The number of the group "events" in CTRL_ATTR_MCAST_GROUPS, which has a nest with name and number for each
// group; 0 when there is none.
uint32_t EventsGroupIn(std::span<const uint8_t> groups) {
  AttributeWalk list(groups);
  while (list.Next()) {
    AttributeWalk group(list.value());
    uint32_t number = 0;
    bool events = false;
    while (group.Next()) {
      if (group.type() == CTRL_ATTR_MCAST_GRP_ID) group.Read(&number, sizeof(number));
      if (group.type() == CTRL_ATTR_MCAST_GRP_NAME) {
        events = IsText(group.value(), kEventsGroupName, sizeof(kEventsGroupName));
      }
    }
    if (events) return number;
  }
  return 0;
}

uint16_t FlagOf(uint32_t origin) { return origin == 0 ? NET_DM_ATTR_SW_DROPS : NET_DM_ATTR_HW_DROPS; }

}  // namespace

Settings MakeSettings(bool summary, uint32_t truncation_length, uint32_t queue_length) {
  const uint8_t mode = summary ? NET_DM_ALERT_MODE_SUMMARY : NET_DM_ALERT_MODE_PACKET;
  return {.alert_mode = mode, .truncation_length = truncation_length, .queue_length = queue_length};
}

Verdict DropMonitor::Find() {
  Verdict verdict;
  verdict.error = socket_.Open();
  if (verdict.error != 0) return verdict;
  GenericRequest request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, kControlVersion);
  std::span<const uint8_t> attributes;
  verdict = socket_.Ask(request.String(CTRL_ATTR_FAMILY_NAME, kFamilyName), &attributes);
  if (verdict.error != 0) return verdict;
  uint16_t family = 0;
  AttributeWalk walk(attributes);
  while (walk.Next()) {
    if (walk.type() == CTRL_ATTR_FAMILY_ID) walk.Read(&family, sizeof(family));
    if (walk.type() == CTRL_ATTR_MCAST_GROUPS) events_group_ = EventsGroupIn(walk.value());
  }
  if (events_group_ == 0) {
    verdict.error = EPROTO;
  } else {
    family_ = family;
  }
  return verdict;
}

Verdict DropMonitor::GetSettings(Settings* settings) {
  GenericRequest request(family_, NET_DM_CMD_CONFIG_GET, kDropMonitorVersion);
  std::span<const uint8_t> attributes;
  Verdict verdict = socket_.Ask(request, &attributes);
  if (verdict.error != 0) return verdict;
  int known = 0;
  AttributeWalk walk(attributes);
  while (walk.Next()) {
    if (walk.type() == NET_DM_ATTR_ALERT_MODE) known += walk.Read(&settings->alert_mode, 1);
    if (walk.type() == NET_DM_ATTR_TRUNC_LEN) known += walk.Read(&settings->truncation_length, 4);
    if (walk.type() == NET_DM_ATTR_QUEUE_LEN) known += walk.Read(&settings->queue_length, 4);
  }
  // Refuse incomplete settings: the guard could not restore them at the end.
  if (known != 3) verdict.error = EPROTO;
  return verdict;
}

Verdict DropMonitor::Configure(const Settings& settings) {
  GenericRequest request(family_, NET_DM_CMD_CONFIG, kDropMonitorVersion);
  request.U8(NET_DM_ATTR_ALERT_MODE, settings.alert_mode)
      .U32(NET_DM_ATTR_TRUNC_LEN, settings.truncation_length)
      .U32(NET_DM_ATTR_QUEUE_LEN, settings.queue_length);
  return socket_.Ask(request);
}

Verdict DropMonitor::Start(uint32_t origin) {
  GenericRequest request(family_, NET_DM_CMD_START, kDropMonitorVersion);
  return socket_.Ask(request.Flag(FlagOf(origin)));
}

Verdict DropMonitor::Stop(uint32_t origin) {
  GenericRequest request(family_, NET_DM_CMD_STOP, kDropMonitorVersion);
  return socket_.Ask(request.Flag(FlagOf(origin)));
}

}  // namespace dropcap::guard

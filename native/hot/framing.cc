#include "framing.h"

#include <linux/if_arp.h>
#include <linux/if_ether.h>

#include "byte_order.h"

namespace dropcap {
namespace {

constexpr size_t kIpv4MinHeaderBytes = 20;
constexpr size_t kIpv6HeaderBytes = 40;
constexpr int kNotPlain = -1;

// Whether an IPv4 header at `bytes` is sound, its checksum right; bytes that truncation took fail no test.
bool IsIpv4(const uint8_t* bytes, size_t length, size_t remaining) {
  const size_t header_bytes = (bytes[0] & 0x0f) * size_t{4};
  if (bytes[0] >> 4 != 4 || header_bytes < kIpv4MinHeaderBytes) return false;
  if (length >= 4) {
    // 0: a super-packet, whose length the field cannot hold.
    const size_t total = LoadBigEndian16(bytes + 2);
    if (total != 0 && (total < kIpv4MinHeaderBytes || total > remaining)) return false;
  }
  if (header_bytes > length) return true;
  // The sum of ones' complements does not depend on the byte order (RFC 1071).
  uint32_t sum = 0;
  for (size_t i = 0; i < header_bytes; i += 2) sum += Load<uint16_t>(bytes + i);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return sum == 0xffff;
}

bool IsIpv6(const uint8_t* bytes, size_t length, size_t remaining) {
  if (bytes[0] >> 4 != 6) return false;
  if (length < 6) return true;
  const size_t payload_bytes = LoadBigEndian16(bytes + 4);
  return payload_bytes == 0 || payload_bytes + kIpv6HeaderBytes <= remaining;
}

// testIpHeader of src/linktype/ipHeader.ts says IP_STRONG.
bool IsIp(const uint8_t* payload, size_t skip, size_t length, uint32_t original_length, uint32_t protocol) {
  if (skip >= length) return true;
  const size_t remaining = original_length - skip;
  const uint8_t* const header = payload + skip;
  return protocol == ETH_P_IP ? IsIpv4(header, length - skip, remaining)
                              : IsIpv6(header, length - skip, remaining);
}

// What resolveFraming of src/linktype/resolve.ts says, where that is plain; kNotPlain else.
int PlainFraming(const uint8_t* payload, size_t length, uint32_t original_length, uint32_t protocol,
                 uint32_t device_type) {
  if (length < ETH_HLEN || original_length < length) return kNotPlain;
  if (protocol < ETH_P_802_3_MIN || protocol > 0xffff) return kNotPlain;
  const uint32_t type = LoadBigEndian16(payload + 2 * ETH_ALEN);
  if (protocol != ETH_P_IP && protocol != ETH_P_IPV6) return type == protocol ? kFramingEthernet : kNotPlain;
  if (device_type == ARPHRD_INFINIBAND) return kNotPlain;
  if (type == protocol && IsIp(payload, ETH_HLEN, length, original_length, protocol)) return kFramingEthernet;
  return IsIp(payload, 0, length, original_length, protocol) ? kFramingRaw : kNotPlain;
}

bool FillRow(BatchMemory& batch, size_t row, const DeviceSlot* slots) {
  DropColumns& columns = batch.columns;
  static constexpr DeviceSlot kNoDevice = {0, kDeviceTypeUnknown, 0, 0};
  const uint32_t ifindex = columns.ifindex[row];
  const DeviceSlot& device = ifindex == 0 ? kNoDevice : slots[ifindex % kDeviceSlots];
  if (device.ifindex != ifindex) return false;
  const size_t offset = columns.payload_offset[row];
  const size_t length = columns.payload_length[row];
  if (offset > batch.arena_bytes || length > batch.arena_bytes - offset) return false;
  const int framing = PlainFraming(batch.arena + offset, length, columns.original_length[row],
                                   columns.protocol[row], device.type);
  if (framing == kNotPlain) return false;
  columns.device_type[row] = device.type;
  columns.framing[row] = static_cast<uint8_t>(framing);
  if (device.name != 0 && columns.interface_name[row] == 0 && (device.framings >> framing & 1) != 0) {
    columns.interface_name[row] = device.name;
    columns.name_source[row] = kNameFromDevices;
  }
  return true;
}

}  // namespace

size_t FillDevices(BatchMemory& batch, size_t length, const DeviceSlot* slots) {
  size_t left = 0;
  for (size_t row = 0; row < length; ++row) {
    if (batch.columns.device_type[row] == kDeviceNotLookedUp && !FillRow(batch, row, slots)) ++left;
  }
  return left;
}

}  // namespace dropcap

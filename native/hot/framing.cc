#include "framing.h"

#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <netinet/in.h>

#include "byte_order.h"

namespace dropcap {
namespace {

constexpr size_t kIpv4MinHeaderBytes = 20;
constexpr size_t kIpv6HeaderBytes = 40;
constexpr uint32_t kMaxMessageType = 4095;
constexpr int kNotPlain = -1;

// The results of testIpHeader of src/linktype/ipHeader.ts.
enum class IpHeader { kNo, kWeak, kStrong };

// Missing bytes of a truncated packet fail no test.
IpHeader TestIpv4(const uint8_t* bytes, size_t length, size_t remaining) {
  const size_t header_bytes = (bytes[0] & 0x0f) * size_t{4};
  if (bytes[0] >> 4 != 4 || header_bytes < kIpv4MinHeaderBytes) return IpHeader::kNo;
  if (length >= 4) {
    // 0: a super-packet. The field cannot hold its length.
    const size_t total = LoadBigEndian16(bytes + 2);
    if (total != 0 && (total < kIpv4MinHeaderBytes || total > remaining)) return IpHeader::kNo;
  }
  if (header_bytes > length) return IpHeader::kStrong;
  // The sum of ones' complements does not depend on the byte order (RFC 1071).
  uint32_t sum = 0;
  for (size_t i = 0; i < header_bytes; i += 2) sum += Load<uint16_t>(bytes + i);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return sum == 0xffff ? IpHeader::kStrong : IpHeader::kWeak;
}

IpHeader TestIpv6(const uint8_t* bytes, size_t length, size_t remaining) {
  if (bytes[0] >> 4 != 6) return IpHeader::kNo;
  if (length < 6) return IpHeader::kStrong;
  const size_t payload_bytes = LoadBigEndian16(bytes + 4);
  return payload_bytes == 0 || payload_bytes + kIpv6HeaderBytes <= remaining ? IpHeader::kStrong
                                                                             : IpHeader::kNo;
}

struct Packet {
  const uint8_t* payload;
  size_t length;
  // At least `length`.
  uint32_t original_length;

  IpHeader IpAt(size_t skip, uint32_t protocol) const {
    if (skip >= length) return IpHeader::kStrong;
    const size_t remaining = original_length - skip;
    return protocol == ETH_P_IP ? TestIpv4(payload + skip, length - skip, remaining)
                                : TestIpv6(payload + skip, length - skip, remaining);
  }
  // isCertainIpHeader of src/linktype/ipHeader.ts, at the start.
  bool IsCertainlyIp() const {
    if (length < kIpv4MinHeaderBytes) return false;
    if (payload[0] >> 4 == 4) {
      if (LoadBigEndian16(payload + 2) == 0 && original_length <= 0xffff) return false;
      return (payload[0] & 0x0f) * size_t{4} <= length &&
             TestIpv4(payload, length, original_length) == IpHeader::kStrong;
    }
    return length >= kIpv6HeaderBytes && TestIpv6(payload, length, original_length) == IpHeader::kStrong &&
           LoadBigEndian16(payload + 4) + kIpv6HeaderBytes == original_length;
  }
  // isUnfinishedGre of src/linktype/ipHeader.ts, at the start.
  bool IsUnfinishedGre(uint32_t protocol) const {
    if (payload[0] == 0x45) {
      return length >= kIpv4MinHeaderBytes + 4 && LoadBigEndian16(payload + 2) == 0 &&
             payload[9] == IPPROTO_GRE && LoadBigEndian16(payload + 10) == 0 &&
             LoadBigEndian16(payload + kIpv4MinHeaderBytes + 2) == protocol;
    }
    return payload[0] >> 4 == 6 && length >= kIpv6HeaderBytes + 4 && LoadBigEndian16(payload + 4) == 0 &&
           payload[6] == IPPROTO_GRE && LoadBigEndian16(payload + kIpv6HeaderBytes + 2) == protocol;
  }
  uint32_t EthernetType() const { return LoadBigEndian16(payload + 2 * ETH_ALEN); }
};

// IsLayer3: packets on the device begin with an IP header. IsEthernet: they begin with an Ethernet header.
constexpr uint32_t kEthernetOrRaw = 1 << kFramingEthernet | 1 << kFramingRaw;
bool IsLayer3(const DeviceWords& device) { return (device.framings & kEthernetOrRaw) == 1 << kFramingRaw; }
bool IsEthernet(const DeviceWords& device) {
  return (device.framings & kEthernetOrRaw) == 1 << kFramingEthernet;
}

int Fallback(const DeviceWords& device) { return IsEthernet(device) ? kFramingEthernet : kFramingSll; }

// For ETH_P_IP and ETH_P_IPV6.
int IpFraming(const Packet& packet, uint32_t protocol, const DeviceWords& device) {
  const bool type_is_protocol = packet.EthernetType() == protocol;
  if (type_is_protocol && packet.IpAt(ETH_HLEN, protocol) == IpHeader::kStrong) return kFramingEthernet;
  const IpHeader bare = packet.IpAt(0, protocol);
  if (bare == IpHeader::kStrong || packet.IsCertainlyIp() || packet.IsUnfinishedGre(protocol))
    return kFramingRaw;
  const bool weak = bare == IpHeader::kWeak;
  if (type_is_protocol) return weak && IsLayer3(device) ? kFramingRaw : kFramingEthernet;
  return weak ? kFramingRaw : Fallback(device);
}

bool IsNetlinkMessage(const Packet& packet) {
  if (packet.length < NLMSG_HDRLEN) return false;
  const auto message_bytes = Load<uint32_t>(packet.payload);
  return message_bytes >= NLMSG_HDRLEN && message_bytes <= packet.original_length &&
         Load<uint16_t>(packet.payload + 4) <= kMaxMessageType;
}

// For protocol 0 and ETH_P_ALL, of a little-endian host.
int FramingByBytes(const Packet& packet, const DeviceWords& device) {
  if (packet.length >= kIpv4MinHeaderBytes && packet.IpAt(0, ETH_P_IP) == IpHeader::kStrong)
    return kFramingRaw;
  if (IsLayer3(device) && packet.IpAt(0, ETH_P_IPV6) == IpHeader::kStrong) return kFramingRaw;
  if (packet.IsCertainlyIp()) return kFramingRaw;
  const uint32_t type = packet.EthernetType();
  if ((type == ETH_P_IP || type == ETH_P_IPV6) && packet.IpAt(ETH_HLEN, type) != IpHeader::kNo) {
    return kFramingEthernet;
  }
  return IsNetlinkMessage(packet) ? kFramingSll : Fallback(device);
}

// The result of resolveFraming of src/linktype/resolve.ts for common packets; kNotPlain for all others.
int PlainFraming(const Packet& packet, uint32_t protocol, const DeviceWords& device) {
  if (packet.length < ETH_HLEN || packet.original_length < packet.length) return kNotPlain;
  if (device.type == ARPHRD_INFINIBAND) return kNotPlain;
  if (protocol == ETH_P_IP || protocol == ETH_P_IPV6) return IpFraming(packet, protocol, device);
  if (protocol == 0 || protocol == ETH_P_ALL) return FramingByBytes(packet, device);
  if (protocol < ETH_P_802_3_MIN || protocol > 0xffff) return kNotPlain;
  return packet.EthernetType() == protocol ? kFramingEthernet : kNotPlain;
}

// filterIndex of src/drop/device.ts.
size_t FilterIndex(const uint8_t* address) {
  return (LoadBigEndian16(address + 2) ^ LoadBigEndian16(address + 4)) & (kAddressFilterBytes - 1);
}

bool IsForDevice(const uint8_t* frame, const DeviceWords& device) {
  return LoadBigEndian16(frame) == device.address_high &&
         LoadBigEndian16(frame + 2) == device.address_low >> 16 &&
         LoadBigEndian16(frame + 4) == (device.address_low & 0xffff);
}

bool MayHaveAddressOfDevice(const uint8_t* frame, const uint8_t* address_filter) {
  return (address_filter[FilterIndex(frame)] | address_filter[FilterIndex(frame + ETH_ALEN)]) != 0;
}

// 1 + the number of the row's kind; 0 when the packet is not plain.
uint32_t KindWithDevice(const Packet& packet, int framing, const DeviceWords& device,
                        const uint8_t* address_filter) {
  if ((device.framings >> framing & 1) == 0) return device.bare_kind;
  if (framing != kFramingEthernet || device.named_kind == device.bare_kind) return device.named_kind;
  if (IsForDevice(packet.payload, device)) return device.certain_kind;
  return MayHaveAddressOfDevice(packet.payload, address_filter) ? 0 : device.named_kind;
}

bool ResolveRow(BatchMemory& batch, size_t row, const DeviceWords* devices, const uint8_t* address_filter) {
  DropColumns& columns = batch.columns;
  const uint32_t kind = columns.kind[row];
  if (kind >= kDeviceKinds || devices[kind].bare_kind == 0) return false;
  const DeviceWords& device = devices[kind];
  const size_t offset = columns.payload_offset[row];
  const size_t length = columns.payload_length[row];
  if (offset > batch.arena_bytes || length > batch.arena_bytes - offset) return false;
  const Packet packet = {batch.arena + offset, length, columns.original_length[row]};
  const int framing = PlainFraming(packet, columns.protocol[row], device);
  if (framing == kNotPlain) return false;
  const uint32_t with_device = KindWithDevice(packet, framing, device, address_filter);
  if (with_device == 0) return false;
  columns.framing[row] = static_cast<uint32_t>(framing);
  columns.kind[row] = with_device - 1;
  return true;
}

}  // namespace

size_t ResolveDevices(BatchMemory& batch, size_t row, size_t length, const DeviceWords* devices,
                      const uint8_t* address_filter) {
  const size_t first = row;
  for (; row < length; ++row) {
    if (batch.columns.framing[row] == kFramingUnresolved && !ResolveRow(batch, row, devices, address_filter))
      break;
  }
  return row - first;
}

}  // namespace dropcap

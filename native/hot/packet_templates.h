#ifndef DROPCAP_NATIVE_HOT_PACKET_TEMPLATES_H_
#define DROPCAP_NATIVE_HOT_PACKET_TEMPLATES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "drop_columns.h"

namespace dropcap {

// The earliest and the latest time of packets, in the words of TimeRange (src/encode/timeRange.ts).
struct TimeWords {
  uint32_t first_high, first_low, last_high, last_low, any;
};

// Where blocks are written to, and what is counted of them.
struct BlockOutput {
  std::span<uint8_t> bytes;
  size_t length;
  // Packets of each interface, by its id.
  std::span<double> packets;
  TimeWords* times;
};

// What drops of one place have in common in a pcapng file: interface, options, and what stands before the
// packet's own bytes. TypeScript builds that once for each; here it is copied for the others
// (test/bench/encode.bench.ts). Bounded: full tables are emptied. Knows no JavaScript.
class PacketTemplates {
 public:
  PacketTemplates();

  // Remembers what drops like row `row`, which has a place, have in common.
  // options: of the packet's block, epb_flags first, opt_endofopt last; a multiple of 4 bytes.
  void Learn(const DropColumns& columns, size_t row, uint32_t interface_id, std::span<const uint8_t> prefix,
             std::span<const uint8_t> options);

  // Appends an enhanced packet block for each row from `row` on, until `length`, a drop like none that was
  // learned, one before which drops were lost, or one that there is no room for. Returns how many.
  size_t Encode(const BatchMemory& batch, size_t row, size_t length, BlockOutput& output);

  void Clear();

 private:
  struct Key {
    uint32_t place, protocol, device_type, interface_name, framing;
    bool operator==(const Key&) const = default;
  };
  struct Template {
    Key key;
    uint32_t interface_id;
    // In bytes_: the prefix, then the options.
    uint32_t begin;
    uint32_t prefix_bytes;
    uint32_t option_bytes;
    // The template of the packet that came after the last one of this.
    uint16_t next;
  };

  static Key KeyOf(const DropColumns& columns, size_t row);
  // The template of that key, or nullptr.
  const Template* Match(const Key& key);
  const Template* Find(const Key& key) const;
  // False: no room.
  bool Append(const BatchMemory& batch, size_t row, const Template& common, BlockOutput& output) const;

  // The template of the last packet: the one that followed it before is tried first.
  uint16_t last_ = 0;
  std::vector<uint16_t> slots_;
  std::vector<Template> templates_;
  std::vector<uint8_t> bytes_;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_PACKET_TEMPLATES_H_

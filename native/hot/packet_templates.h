#ifndef DROPCAP_NATIVE_HOT_PACKET_TEMPLATES_H_
#define DROPCAP_NATIVE_HOT_PACKET_TEMPLATES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "drop_columns.h"
#include "template_table.h"

namespace dropcap {

// The output of blocks, and the counters of the written packets.
struct BlockOutput {
  std::span<uint8_t> bytes;
  size_t length;
  // Number of packets of each interface, by the interface's id.
  std::span<double> packets;
  TimeWords* times;
};

// Encodes pcapng packets from templates. A template has what drops of one kind, protocol and framing share:
// interface, options, and the bytes before the payload. TypeScript builds each template once; for later
// drops, this code copies it (test/bench/encode.bench.ts). Bounded: full tables are emptied. Uses no
// JavaScript.
class PacketTemplates {
 public:
  // Stores the template for drops with the kind, protocol and framing of row `row`. options: of the
  // packet's block, epb_flags first, opt_endofopt last; a multiple of 4 bytes.
  void Learn(const DropColumns& columns, size_t row, uint32_t interface_id, std::span<const uint8_t> prefix,
             std::span<const uint8_t> options);

  // Appends an enhanced packet block for each row from `row` to `length`. Stops at a drop without a
  // template, at a drop with losses before it, and when the output has no room. Returns the number of
  // encoded rows.
  size_t Encode(const BatchMemory& batch, size_t row, size_t length, BlockOutput& output);

  void Clear();

 private:
  struct Key {
    uint32_t kind, protocol, framing;
  };
  struct Template {
    uint32_t interface_id;
    // Offset in bytes_: the prefix, then the options.
    uint32_t begin;
    uint32_t prefix_bytes;
    uint32_t option_bytes;
  };

  // False when the output has no room, or when the row's numbers are out of bounds.
  bool Append(const BatchMemory& batch, size_t row, const Template& common, BlockOutput& output) const;

  TemplateTable<Template> templates_;
  std::vector<uint8_t> bytes_;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_PACKET_TEMPLATES_H_

#ifndef DROPCAP_NATIVE_HOT_PACKET_TEMPLATES_H_
#define DROPCAP_NATIVE_HOT_PACKET_TEMPLATES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "drop_columns.h"
#include "template_table.h"

namespace dropcap {

// Where blocks are written to, and what is counted of them.
struct BlockOutput {
  std::span<uint8_t> bytes;
  size_t length;
  // Packets of each interface, by its id.
  std::span<double> packets;
  TimeWords* times;
};

// What drops of one kind, protocol and framing have in common in a pcapng file: interface, options, and the
// bytes before the packet's own. TypeScript builds that once for each; here it is copied for the others
// (test/bench/encode.bench.ts). Bounded: full tables are emptied. Knows no JavaScript.
class PacketTemplates {
 public:
  // Remembers what drops like row `row` have in common.
  // options: of the packet's block, epb_flags first, opt_endofopt last; a multiple of 4 bytes.
  void Learn(const DropColumns& columns, size_t row, uint32_t interface_id, std::span<const uint8_t> prefix,
             std::span<const uint8_t> options);

  // Appends an enhanced packet block for each row from `row` on, until `length`, a drop like none that was
  // learned, one before which drops were lost, or one that there is no room for. Returns how many.
  size_t Encode(const BatchMemory& batch, size_t row, size_t length, BlockOutput& output);

  void Clear();

 private:
  struct Key {
    uint32_t kind, protocol, framing;
  };
  struct Template {
    uint32_t interface_id;
    // In bytes_: the prefix, then the options.
    uint32_t begin;
    uint32_t prefix_bytes;
    uint32_t option_bytes;
  };

  // False: no room.
  bool Append(const BatchMemory& batch, size_t row, const Template& common, BlockOutput& output) const;

  TemplateTable<Template> templates_;
  std::vector<uint8_t> bytes_;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_PACKET_TEMPLATES_H_

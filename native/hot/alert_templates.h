#ifndef DROPCAP_NATIVE_HOT_ALERT_TEMPLATES_H_
#define DROPCAP_NATIVE_HOT_ALERT_TEMPLATES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "drop_columns.h"

namespace dropcap {

// Alerts of one place begin with the same bytes: all that the kernel writes before the time stamp. They are
// compared with those of alerts that TypeScript decoded before, whose columns are taken over. Only alerts of
// the form that kernels send, of little-endian hosts; all else is left to TypeScript.
// test/bench/decode.bench.ts has what that saves. Bounded: a full table is emptied. Knows no JavaScript.
class AlertTemplates {
 public:
  AlertTemplates();

  // Remembers row `row`, which was made of the alert whose attributes are these, and gives it a place.
  void Learn(const uint8_t* attributes, size_t bytes, DropColumns& columns, size_t row);

  // Makes the message at `offset` of the arena, whose end there is its own, row `row`. False when it is of no
  // known place, or not an alert of that family, or of no usual form; the row is garbage then.
  bool Decode(BatchMemory& batch, size_t offset, size_t bytes, uint32_t family_id, size_t row);

  // Forgets everything: the strings that rows named are others now.
  void Clear();

 private:
  struct Template {
    uint64_t hash;
    // In prefixes_.
    size_t begin;
    size_t bytes;
    uint32_t place;
    uint32_t pc_low;
    uint32_t pc_high;
    uint32_t ifindex;
    uint32_t reason;
    uint32_t symbol;
    uint32_t trap;
    uint32_t trap_group;
    uint32_t interface_name;
    uint32_t cookie;
    uint8_t origin;
    // The template of the alert that came after the last one of this.
    uint16_t next;
  };

  // The template that these attributes begin with; nullptr when there is none, or they have no usual form.
  const Template* Match(const uint8_t* attributes, size_t bytes);
  const Template* Find(const uint8_t* prefix, size_t bytes, uint64_t hash) const;

  // The template of the last alert. Floods are of few places, in turn: the one that followed it before is
  // tried first.
  uint16_t last_ = 0;
  std::vector<uint16_t> slots_;
  std::vector<Template> templates_;
  std::vector<uint8_t> prefixes_;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_ALERT_TEMPLATES_H_

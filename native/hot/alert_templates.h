#ifndef DROPCAP_NATIVE_HOT_ALERT_TEMPLATES_H_
#define DROPCAP_NATIVE_HOT_ALERT_TEMPLATES_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "drop_columns.h"
#include "template_table.h"

namespace dropcap {

// Alerts of one kind begin with the same bytes: all that the kernel writes before the time stamp. They are
// compared with those of alerts that TypeScript decoded before, whose kind is taken over. Only alerts of the
// form that kernels send, of little-endian hosts; all else is left to TypeScript.
// test/bench/decode.bench.ts has what that saves. Bounded: a full table is emptied. Knows no JavaScript.
class AlertTemplates {
 public:
  // Remembers the kind of the alert whose attributes are these.
  // may_be_copy: its packet may be an alert that netlink dropped.
  void Learn(std::span<const uint8_t> attributes, uint32_t kind, bool may_be_copy);

  // Makes the message at `offset` of the arena, whose end there is its own, row `row`. False when it is of no
  // known kind, or not an alert of that family, or of no usual form; the row is garbage then.
  bool Decode(BatchMemory& batch, size_t offset, size_t bytes, uint32_t family_id, size_t row);

  // Forgets everything: the numbers of kinds are of another table now.
  void Clear();

 private:
  struct Template {
    uint32_t kind;
    bool may_be_copy;
    // The template of the alert that came after the last one of this.
    uint32_t next;
  };

  // The index of the template that these attributes begin with; kNone when there is none, or they have no
  // usual form.
  uint32_t Match(std::span<const uint8_t> attributes);

  TemplateTable<Template> templates_;
  // The template of the last alert. Floods are of few kinds, in turn: the one that followed it before is
  // tried first.
  uint32_t last_ = 0;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_ALERT_TEMPLATES_H_

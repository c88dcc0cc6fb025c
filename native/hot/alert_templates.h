#ifndef DROPCAP_NATIVE_HOT_ALERT_TEMPLATES_H_
#define DROPCAP_NATIVE_HOT_ALERT_TEMPLATES_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "drop_columns.h"
#include "template_table.h"

namespace dropcap {

// Decodes alerts whose kind is known. Alerts of one kind begin with the same bytes: everything that the
// kernel writes before the time stamp. An alert that begins like an alert that TypeScript decoded has the
// same kind. Decodes only alerts in the form that kernels send, of little-endian hosts. TypeScript decodes
// all others. test/bench/decode.bench.ts measures the gain. Bounded: a full table is emptied. Uses no
// JavaScript.
class AlertTemplates {
 public:
  // Stores the kind of an alert with these attributes. may_be_copy: the alert's packet may be an alert that
  // netlink dropped.
  void Learn(std::span<const uint8_t> attributes, uint32_t kind, bool may_be_copy);

  // Decodes the message of `bytes` bytes at `offset` of the arena into row `row`. False when the message
  // has an unknown kind, is not an alert of this family, or has another form. The row's content is then
  // undefined.
  bool Decode(BatchMemory& batch, size_t offset, size_t bytes, uint32_t family_id, size_t row);

  // Removes all templates. Required when the batch has another table of kinds: templates hold numbers of
  // kinds.
  void Clear();

 private:
  struct Template {
    uint32_t kind;
    bool may_be_copy;
    // The template of the alert that last came after an alert of this template.
    uint32_t next;
  };

  // Index of the template that these attributes begin with; kNone when there is none, or when the
  // attributes have another form.
  uint32_t Match(std::span<const uint8_t> attributes);

  TemplateTable<Template> templates_;
  // The template of the last alert. A flood has few kinds, in a repeating order: the template that last
  // followed this template is tried first.
  uint32_t last_ = 0;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_ALERT_TEMPLATES_H_

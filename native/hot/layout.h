#ifndef DROPCAP_NATIVE_HOT_LAYOUT_H_
#define DROPCAP_NATIVE_HOT_LAYOUT_H_

#include <string>

namespace dropcap {

// A description of the memory that is shared with TypeScript, word for word as LAYOUT of src/drop/layout.ts
// has it. Loading the addon compares the two.
std::string DescribeLayout();

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_LAYOUT_H_
